#include "support/tiny_architecture.h"

#include <algorithm>
#include <cmath>

#include "base/half.h"
#include "model/architecture.h"
#include "quant/dequantize.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

namespace monochord::test {

namespace {

constexpr uint32_t kExperts = 8;

/// Mixes the bits of a number (Wellons' lowbias32).
uint32_t mixed(uint32_t x) {
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

/// A sequence of numbers that a name stands for.
class Numbers {
public:
    explicit Numbers(const std::string& name) {
        for (const char c : name) m_seed = (m_seed ^ static_cast<uint8_t>(c)) * 16777619u;  // FNV-1a
    }
    uint32_t bits() { return mixed(m_seed + 0x9e3779b9u * ++m_index); }
    /// −1 … 1
    float uniform() { return static_cast<float>(bits() >> 8) * 0x1p-23f - 1; }

private:
    uint32_t m_seed = 2166136261u, m_index = 0;
};

/// Random blocks of a type whose values are of a size that a model can have.
std::string quantizedData(const TensorTypeInfo& info, uint64_t values, Numbers& random) {
    std::string data, block(info.bytesPerBlock, '\0');
    std::vector<float> meant(info.blockSize);
    while (data.size() < values / info.blockSize * info.bytesPerBlock) {
        for (char& byte : block) byte = static_cast<char>(random.bits() >> 24);
        const bool known = dequantizeRow(info.type, std::as_bytes(std::span(block)), meant).has_value();
        float largest = 0;
        for (const float x : meant) largest = x == x ? std::max(largest, std::abs(x)) : INFINITY;
        if (!known || (largest > 0x1p-6f && largest < 0.5f)) data += block;
    }
    return data;
}

std::string randomData(const WantedTensor& tensor, TensorType type) {
    Numbers random(tensor.name);
    const uint64_t count = tensor.rows * tensor.columns;
    const float size = tensor.rows == 1 ? 0.25f : std::sqrt(3.0f / static_cast<float>(tensor.columns));
    const bool norm = tensor.name.ends_with("norm.weight"), factor = tensor.name.starts_with("rope_");
    if (type != TensorType::F32 && type != TensorType::F16 && type != TensorType::BF16)
        return quantizedData(tensorTypeInfo(type), count, random);
    std::string data;
    for (uint64_t i = 0; i < count; i++) {
        const float x = random.uniform() * size + (norm ? 1 : 0) + (factor ? 2 : 0);
        if (type == TensorType::F32)
            data += GgufBuilder::bytesOf(x);
        else
            data += GgufBuilder::bytesOf(
                type == TensorType::F16 ? floatToHalf(x) : static_cast<uint16_t>(std::bit_cast<uint32_t>(x) >> 16));
    }
    return data;
}

/// Keys of all architectures together; each reads its own.
void addKeys(GgufBuilder& file, const TinyArchitecture& tiny, uint32_t width) {
    const std::string prefix = tiny.name + ".";
    const auto number = [&](const char* key, uint32_t value) {
        file.key(prefix + key, tiny.oddKey == key ? tiny.oddValue : value);
    };
    const auto real = [&](const char* key, float value) {
        file.key(prefix + key, tiny.oddKey == key ? std::bit_cast<float>(tiny.oddValue) : value);
    };
    number("block_count", tiny.blockCount);
    number("context_length", 256);
    number("embedding_length", width);
    number("feed_forward_length", 2 * width);
    number("attention.head_count", 4);
    number("attention.head_count_kv", 2);
    number("attention.key_length", width / 4);
    number("attention.value_length", width / 4);
    number("rope.dimension_count", width / 8);
    number("attention.sliding_window", 12);
    real("attention.layer_norm_rms_epsilon", 1e-5f);
    real("attention.layer_norm_epsilon", 1e-5f);
    real("attn_logit_softcapping", 5);
    real("final_logit_softcapping", 4);
    real("attention.scale", 0.2f);
    real("embedding_scale", 6);
    real("residual_scale", 0.5f);
    real("logit_scale", 0.75f);
    if (!tiny.experts) return;
    number("expert_count", kExperts);
    number("expert_used_count", 3);
    number("expert_feed_forward_length", width);
    number("expert_shared_feed_forward_length", 3 * width);
}

GgufBuilder header(const TinyArchitecture& tiny) {
    GgufBuilder file;
    file.text("general.architecture", tiny.name).text("general.name", "tiny " + tiny.name);
    addKeys(file, tiny, std::max(tensorTypeInfo(tiny.type).blockSize, 64u));
    if (tiny.keys) tiny.keys(file, tiny.name + ".");
    addTinyVocabulary(file);
    return file;
}

/// What the architecture asks for and this model has; nothing where opening it says what is wrong.
std::vector<WantedTensor> tensorsOf(const TinyArchitecture& tiny, const GgufBuilder& header) {
    std::vector<WantedTensor> wanted;
    const Architecture* architecture = findArchitecture(tiny.name);
    const TemporaryFile file(header.build());
    const auto opened = GgufFile::open(file.path());
    if (!architecture || !opened) return wanted;
    Problems ignored(1);
    const auto parameters = HyperParameters::read(**opened, *architecture, ignored);
    if (!parameters) return wanted;
    WeightFinder finder(wanted, tiny.present);
    findWeights(*architecture, *parameters, TinyArchitecture::kVocabulary, finder);
    std::erase_if(wanted, [&](const WantedTensor& tensor) {
        const bool present =
            std::ranges::any_of(tiny.present, [&](const auto& end) { return tensor.name.ends_with(end); });
        const bool usual = tiny.optionalTensors && !tensor.name.starts_with("rope_");
        return !tensor.required && !present && !usual;
    });
    return wanted;
}

}  // namespace

GgufBuilder TinyArchitecture::build() const {
    GgufBuilder file = header(*this);
    for (const WantedTensor& tensor : tensorsOf(*this, file)) {
        if (tensor.name == missingTensor) continue;
        const bool matrix = tensor.rows > 1, stacked = tensor.name.ends_with("_exps.weight");
        const TensorType as = matrix ? type : TensorType::F32;
        std::vector<uint64_t> shape = {tensor.columns};
        if (matrix) shape.push_back(stacked ? tensor.rows / kExperts : tensor.rows);
        if (stacked) shape.push_back(kExperts);
        std::string data = randomData(tensor, as);
        if (tensor.name == notFiniteTensor) data.assign(data.size(), '\xff');
        file.tensor(tensor.name, as, shape, data);
    }
    return file;
}

std::vector<std::string> TinyArchitecture::tensorNames() const {
    std::vector<std::string> names;
    for (const WantedTensor& tensor : tensorsOf(*this, header(*this))) names.push_back(tensor.name);
    return names;
}

std::vector<TinyCase> tinyCases() {
    std::vector<TinyCase> cases;
    for (const Architecture* architecture : architectures()) {
        const std::string name(architecture->name);
        const bool always = architecture->experts == Experts::Always;
        cases.push_back({name, {.name = name, .experts = always}});
        cases.push_back({name + " with optional tensors", {.name = name, .experts = always, .optionalTensors = true}});
        if (architecture->experts == Experts::Sometimes)
            cases.push_back({name + " of experts", {.name = name, .experts = true}});
    }
    const auto scaling = [](const char* type, float factor) {
        return [=](GgufBuilder& file, const std::string& prefix) {
            file.text(prefix + "rope.scaling.type", type).key(prefix + "rope.scaling.factor", factor);
            file.key(prefix + "rope.scaling.original_context_length", uint32_t{32});
        };
    };
    const auto longRope = [](uint32_t original) {
        return [=](GgufBuilder& file, const std::string& prefix) {
            file.key(prefix + "rope.scaling.original_context_length", original);
            file.key(prefix + "rope.scaling.attn_factor", 1.25f);
        };
    };
    const auto flag = [](bool value) {
        return [=](GgufBuilder& file, const std::string& prefix) { file.key(prefix + "use_parallel_residual", value); };
    };
    const std::vector<std::string> factors = {"rope_factors_short.weight", "rope_factors_long.weight"};
    const std::vector<std::string> headNorms = {"attn_q_norm.weight", "attn_k_norm.weight"};
    const std::vector<std::string> fused = {"attn_qkv.weight", "attn_qkv.bias"};
    const std::vector<TinyCase> others = {
        {"llama with linear scaling", {.name = "llama", .keys = scaling("linear", 4)}},
        {"llama with YaRN", {.name = "llama", .keys = scaling("yarn", 4)}},
        {"llama with factors", {.name = "llama", .present = {"rope_freqs.weight"}}},
        {"gemma3 with linear scaling", {.name = "gemma3", .keys = scaling("linear", 8)}},
        {"phi3 within the original context", {.name = "phi3", .present = factors, .keys = longRope(64)}},
        {"phi3 beyond the original context", {.name = "phi3", .present = factors, .keys = longRope(32)}},
        {"phi2 fused", {.name = "phi2", .present = fused}},
        {"gptneox in sequence", {.name = "gptneox", .present = fused, .keys = flag(false)}},
        {"stablelm in parallel", {.name = "stablelm", .present = headNorms, .keys = flag(true)}},
        {"command-r with head norms", {.name = "command-r", .present = headNorms}},
    };
    cases.insert(cases.end(), others.begin(), others.end());
    return cases;
}

}  // namespace monochord::test
