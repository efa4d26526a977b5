#include "support/hf_folder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/half.h"
#include "base/unicode.h"

namespace monochord::test {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
void append(std::string& bytes, T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

std::string bytesOf(const HfTensor& tensor) {
    std::string bytes;
    for (const float value : tensor.values) {
        uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof(bits));
        if (tensor.type == "F64")
            append(bytes, static_cast<double>(value));
        else if (tensor.type == "F16")
            append(bytes, floatToHalf(value));
        else if (tensor.type == "BF16")
            append(bytes, static_cast<uint16_t>(bits >> 16));
        else
            append(bytes, value);
    }
    return bytes;
}

/// The character that stands for a byte in the vocabularies of GPT-2 and its kin.
std::string byteCharacter(int byte) {
    const auto standsForItself = [](int b) { return (b > 32 && b < 127) || (b > 160 && b != 173); };
    int others = 0;
    for (int b = 0; b < byte; b++) others += !standsForItself(b);
    std::string text;
    appendUtf8(text, static_cast<char32_t>(standsForItself(byte) ? byte : 256 + others));
    return text;
}

}  // namespace

HfTensor hfTensor(std::string name, std::vector<uint64_t> shape) {
    HfTensor tensor{std::move(name), std::move(shape), {}};
    uint64_t count = 1;
    for (const uint64_t size : tensor.shape) count *= size;
    uint64_t state = std::hash<std::string>{}(tensor.name);
    for (uint64_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        tensor.values.push_back(std::ldexp(static_cast<float>(static_cast<int>(state >> 56) - 128), -9));
    }
    return tensor;
}

std::string withHeader(std::string_view header, std::string_view data) {
    std::string bytes;
    append(bytes, uint64_t{header.size()});
    return bytes.append(header).append(data);
}

std::string safetensors(const std::vector<HfTensor>& tensors, std::string_view header) {
    std::string data;
    Json json = {{"__metadata__", {{"format", "pt"}}}};
    for (const HfTensor& tensor : tensors) {
        const size_t begin = data.size();
        data += bytesOf(tensor);
        json[tensor.name] = {{"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
    }
    return withHeader(header.empty() ? json.dump() : header, data);
}

HfFolder::HfFolder() {
    std::filesystem::create_directory(path());
}

void HfFolder::write(std::string_view name, std::string_view bytes) const {
    std::ofstream(path() / name, std::ios::binary) << bytes;
}

void HfFolder::remove(std::string_view name) const {
    std::filesystem::remove(path() / name);
}

int HfFolder::filesBeside() const {
    int count = -1;
    for (const auto& entry : std::filesystem::directory_iterator(root())) count += !entry.path().empty();
    return count;
}

Json smallConfig() {
    return {{"architectures", {"LlamaForCausalLM"}},
            {"model_type", "llama"},
            {"hidden_size", 32},
            {"intermediate_size", 48},
            {"num_hidden_layers", 2},
            {"num_attention_heads", 4},
            {"num_key_value_heads", 2},
            {"max_position_embeddings", 128},
            {"rms_norm_eps", 1e-5},
            {"vocab_size", 300},
            {"tie_word_embeddings", true},
            {"bos_token_id", 258},
            {"eos_token_id", 259}};
}

std::vector<HfTensor> smallTensors() {
    std::vector<HfTensor> tensors = {hfTensor("model.embed_tokens.weight", {300, 32}),
                                     hfTensor("model.norm.weight", {32})};
    for (int layer = 0; layer < 2; layer++) {
        const auto add = [&](const char* name, std::vector<uint64_t> shape) {
            tensors.push_back(hfTensor("model.layers." + std::to_string(layer) + "." + name, std::move(shape)));
        };
        add("input_layernorm.weight", {32});
        add("post_attention_layernorm.weight", {32});
        add("self_attn.q_proj.weight", {32, 32});
        add("self_attn.k_proj.weight", {16, 32});
        add("self_attn.v_proj.weight", {16, 32});
        add("self_attn.o_proj.weight", {32, 32});
        add("mlp.gate_proj.weight", {48, 32});
        add("mlp.up_proj.weight", {48, 32});
        add("mlp.down_proj.weight", {32, 48});
    }
    return tensors;
}

Json smallTokenizer() {
    Json vocabulary = Json::object();
    for (int byte = 0; byte < 256; byte++) vocabulary[byteCharacter(byte)] = byte;
    vocabulary["th"] = 256;
    vocabulary["the"] = 257;
    const auto added = [](int id, const char* text) { return Json{{"id", id}, {"content", text}, {"special", true}}; };
    return {{"added_tokens", {added(258, "<|begin|>"), added(259, "<|end|>")}},
            {"normalizer", nullptr},
            {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}}},
            {"model",
             {{"type", "BPE"},
              {"vocab", vocabulary},
              {"merges", Json::array({Json::array({"t", "h"}), Json::array({"th", "e"})})}}}};
}

void writeSmallModel(const HfFolder& folder) {
    folder.writeJson("config.json", smallConfig());
    folder.writeJson("tokenizer.json", smallTokenizer());
    folder.write("model.safetensors", safetensors(smallTensors()));
}

std::vector<float> valuesOf(const GgufFile& file, std::string_view name) {
    const TensorInfo* tensor = file.tensor(name);
    if (!tensor || tensor->type != TensorType::F32) return {};
    std::vector<float> values(tensor->bytes / sizeof(float));
    std::memcpy(values.data(), file.bytes(*tensor).data(), tensor->bytes);
    return values;
}

const HfTensor& tensorOf(const std::vector<HfTensor>& tensors, std::string_view name) {
    return *std::ranges::find(tensors, name, &HfTensor::name);
}

std::string bytesOfFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::unique_ptr<GgufFile> converted(const HfFolder& folder, const ConvertOptions& options) {
    const auto done = convertModel(folder.path(), folder.out(), options);
    if (!done) qWarning("%s", done.error().message.c_str());
    if (!done || folder.filesBeside() != 1) return nullptr;
    auto file = GgufFile::open(folder.out());
    return file ? std::move(*file) : nullptr;
}

}  // namespace monochord::test
