#include "convert/quantize_mixture.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>
#include <tuple>

#include "monochord/quantize.h"

namespace monochord {

namespace {

using enum MixtureKind;

// From the most bits to the fewest.
constexpr Mixture kMixtures[] = {
    {F32, "F32", 0, TensorType::F32},           {F16, "F16", 1, TensorType::F16},
    {BF16, "BF16", 32, TensorType::BF16},       {Q8_0, "Q8_0", 7, TensorType::Q8_0},
    {Q6_K, "Q6_K", 18, TensorType::Q6_K},       {Q5_1, "Q5_1", 9, TensorType::Q5_1},
    {Q5_K_M, "Q5_K_M", 17, TensorType::Q5_K},   {Q5_K_S, "Q5_K_S", 16, TensorType::Q5_K},
    {Q5_0, "Q5_0", 8, TensorType::Q5_0},        {Q4_1, "Q4_1", 3, TensorType::Q4_1},
    {Q4_K_M, "Q4_K_M", 15, TensorType::Q4_K},   {Q4_K_S, "Q4_K_S", 14, TensorType::Q4_K},
    {Q4_0, "Q4_0", 2, TensorType::Q4_0},        {IQ4_NL, "IQ4_NL", 25, TensorType::IQ4_NL},
    {IQ4_XS, "IQ4_XS", 30, TensorType::IQ4_XS}, {Q3_K_L, "Q3_K_L", 13, TensorType::Q3_K},
    {Q3_K_M, "Q3_K_M", 12, TensorType::Q3_K},   {Q3_K_S, "Q3_K_S", 11, TensorType::Q3_K},
    {Q2_K, "Q2_K", 10, TensorType::Q2_K},
};

constexpr auto kNames = [] {
    std::array<std::string_view, std::size(kMixtures)> names;
    for (size_t i = 0; i < names.size(); i++) names[i] = kMixtures[i].name;
    return names;
}();

/// Matrices that stay as they are, since they are small and much depends on them: parts of names.
constexpr std::string_view kKept[] = {
    "_norm.weight",          "ffn_gate_inp.weight", "altup",     "laurel",        "per_layer_model_proj", "ssm_conv1d",
    "shortconv.conv.weight", "attn_rel_b.weight",   "time_mix_", ".position_embd"};

enum class Role { Other, Output, Embedding, Value, Key, AttentionOutput, Down };

bool contains(std::string_view name, std::string_view part) {
    return name.find(part) != name.npos;
}

Role roleOf(std::string_view name) {
    if (name == "output.weight") return Role::Output;
    if (name == "token_embd.weight" || name == "per_layer_token_embd.weight") return Role::Embedding;
    for (const char* part : {"attn_qkv.weight", "attn_kv_b.weight", "attn_v.weight"})
        if (contains(name, part)) return Role::Value;
    if (contains(name, "attn_k.weight")) return Role::Key;
    if (contains(name, "attn_output.weight")) return Role::AttentionOutput;
    return contains(name, "ffn_down") ? Role::Down : Role::Other;
}

bool mayChange(const TensorInfo& tensor) {
    const std::string_view name = tensor.name;
    return tensor.rows() > 1 && name.ends_with("weight") && name != "position_embd.weight" &&
           name != "token_types.weight" &&
           std::ranges::none_of(kKept, [&](std::string_view part) { return contains(name, part); });
}

/// −1 where the name has none.
int64_t layerOf(std::string_view name) {
    constexpr std::string_view kPrefix = "blk.";
    int layer = -1;
    if (!name.starts_with(kPrefix)) return -1;
    const auto [end, error] = std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), layer);
    return error == std::errc() ? layer : -1;
}

/// An eighth of the layers at each end, and every third between.
bool gainsMost(int64_t layer, int64_t layers) {
    return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
}

/// Of a list, the first layer's number; 0 where there is none.
Result<int64_t> hyperParameter(const GgufFile& model, std::string_view name) {
    const auto architecture = model.get<std::string_view>("general.architecture");
    if (!architecture) return tl::unexpected(architecture.error());
    const std::string key = std::string(architecture->value_or("")) + "." + std::string(name);
    const MetadataEntry* entry = model.find(key);
    if (entry && entry->type == MetadataType::Array) {
        const auto list = model.getArray<uint32_t>(key);
        if (!list) return tl::unexpected(list.error());
        return (*list)->empty() ? 0 : (*list)->front();
    }
    const auto number = model.get<uint32_t>(key);
    if (!number) return tl::unexpected(number.error());
    return number->value_or(0);
}

Result<MixtureFacts> factsOf(const GgufFile& model) {
    const auto architecture = model.get<std::string_view>("general.architecture");
    if (!architecture) return tl::unexpected(architecture.error());
    MixtureFacts facts{.architecture = architecture->value_or("")};
    const std::tuple<const char*, int64_t*> numbers[] = {{"attention.head_count", &facts.heads},
                                                         {"attention.head_count_kv", &facts.headsKv},
                                                         {"expert_count", &facts.experts},
                                                         {"block_count", &facts.layers}};
    for (const auto& [name, number] : numbers) {
        const auto value = hyperParameter(model, name);
        if (!value) return tl::unexpected(value.error());
        *number = *value;
    }
    return facts;
}

class Chooser {
public:
    Chooser(std::span<const TensorInfo> tensors, const MixtureFacts& facts, const Mixture& mixture)
        : m_mixture(&mixture),
          m_heads(facts.heads),
          m_headsKv(facts.headsKv > 0 ? facts.headsKv : facts.heads),
          m_experts(facts.experts),
          m_layers(facts.layers) {
        for (const TensorInfo& tensor : tensors) {
            m_values += roleOf(tensor.name) == Role::Value;
            m_tied = m_tied && roleOf(tensor.name) != Role::Output;
        }
        m_manyShareValues =
            m_layers == 80 && m_heads != m_headsKv && (facts.architecture == "llama" || facts.architecture == "qwen2");
    }

    /// To be asked in order: layers count by the tensors that came before.
    TensorChoice choose(const TensorInfo& tensor) {
        if (!mayChange(tensor)) return {&tensor, tensor.type};
        if (tensorTypeInfo(m_mixture->type).blockSize == 1) return {&tensor, m_mixture->type};
        return fitting(tensor, meantFor(tensor));
    }

private:
    template <class... Kinds>
    bool is(Kinds... kinds) const {
        return ((m_mixture->kind == kinds) || ...);
    }

    TensorType meantFor(const TensorInfo& tensor) {
        const TensorType type = m_mixture->type;
        const Role role = roleOf(tensor.name);
        if (role == Role::Output || (m_tied && role == Role::Embedding))
            return type == TensorType::Q8_0 || tensor.columns() % tensorTypeInfo(type).blockSize != 0
                       ? TensorType::Q8_0
                       : TensorType::Q6_K;
        if (role == Role::Value) return meantForValues(m_valuesBefore++);
        if (role == Role::Key && m_experts == 8) return TensorType::Q8_0;
        if (role == Role::Down) {
            const int64_t place = m_downsBefore++;
            return meantForDown(m_experts > 1 ? layerOf(tensor.name) : place);
        }
        return role == Role::AttentionOutput ? meantForAttentionOutput() : type;
    }

    TensorType meantForValues(int64_t place) const {
        if (m_experts == 8) return TensorType::Q8_0;
        TensorType type = m_mixture->type;
        const bool shared = m_headsKv > 0 && m_heads / m_headsKv >= 4;
        if (is(Q2_K)) type = shared ? TensorType::Q4_K : TensorType::Q3_K;
        if (is(Q3_K_M)) type = place < 2 ? TensorType::Q5_K : TensorType::Q4_K;
        if (is(Q3_K_L) || (is(IQ4_NL, IQ4_XS) && shared) || (is(Q4_K_S) && place < 4)) type = TensorType::Q5_K;
        if (is(Q4_K_M, Q5_K_M) && gainsMost(place, m_values)) type = TensorType::Q6_K;
        const bool few = type == TensorType::Q3_K || type == TensorType::Q4_K;
        return m_manyShareValues && few ? TensorType::Q5_K : type;
    }

    TensorType meantForDown(int64_t layer) const {
        const bool first = layer < m_layers / 8;
        if (is(Q2_K)) return TensorType::Q3_K;
        if (is(Q3_K_M)) return layer < m_layers / 16 ? TensorType::Q5_K : TensorType::Q4_K;
        if (is(Q3_K_L) || (is(Q4_K_S, IQ4_NL, IQ4_XS) && first)) return TensorType::Q5_K;
        if (is(Q4_K_M, Q5_K_M) && gainsMost(layer, m_layers)) return TensorType::Q6_K;
        return m_mixture->type;
    }

    TensorType meantForAttentionOutput() const {
        if (m_experts == 8)
            return is(Q2_K, Q3_K_S, Q3_K_M, Q4_K_S, Q4_K_M, IQ4_NL, IQ4_XS) ? TensorType::Q5_K : m_mixture->type;
        if (is(Q2_K)) return TensorType::Q3_K;
        if (is(Q3_K_M)) return TensorType::Q4_K;
        return is(Q3_K_L) ? TensorType::Q5_K : m_mixture->type;
    }

    static TensorChoice fitting(const TensorInfo& tensor, TensorType type) {
        const auto fits = [&](TensorType one) { return tensor.columns() % tensorTypeInfo(one).blockSize == 0; };
        if (fits(type)) return {&tensor, type};
        constexpr std::tuple<TensorType, TensorType> kSmaller[] = {
            {TensorType::IQ4_XS, TensorType::IQ4_NL}, {TensorType::Q2_K, TensorType::Q4_0},
            {TensorType::Q3_K, TensorType::Q4_0},     {TensorType::Q4_K, TensorType::Q5_0},
            {TensorType::Q5_K, TensorType::Q5_1},     {TensorType::Q6_K, TensorType::Q8_0}};
        for (const auto& [large, small] : kSmaller)
            if (large == type && fits(small)) return {&tensor, small, true};
        return {&tensor, TensorType::F16, true};
    }

    const Mixture* m_mixture;
    int64_t m_heads, m_headsKv, m_experts, m_layers;
    bool m_manyShareValues = false;  // eight heads share the values of a 70B model: more bits cost little there
    bool m_tied = true;              // the embedding is the output too
    int64_t m_values = 0;            // tensors of that role
    int64_t m_valuesBefore = 0, m_downsBefore = 0;
};

}  // namespace

std::span<const std::string_view> quantizations() {
    return kNames;
}

const Mixture* mixtureNamed(std::string_view name) {
    std::string capitals;
    for (const char c : name) capitals += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (capitals == "Q3_K" || capitals == "Q4_K" || capitals == "Q5_K") capitals += "_M";
    const auto* found = std::ranges::find(kMixtures, capitals, &Mixture::name);
    return found != std::end(kMixtures) ? found : nullptr;
}

Result<std::vector<TensorChoice>> chooseTypes(const GgufFile& model, const Mixture& mixture) {
    const auto facts = factsOf(model);
    if (!facts) return tl::unexpected(facts.error());
    return chooseTypes(model.tensors(), *facts, mixture);
}

std::vector<TensorChoice> chooseTypes(std::span<const TensorInfo> tensors, const MixtureFacts& facts,
                                      const Mixture& mixture) {
    Chooser chooser(tensors, facts, mixture);
    std::vector<TensorChoice> choices;
    for (const TensorInfo& tensor : tensors) choices.push_back({&tensor});
    std::ranges::sort(choices, {}, [](const TensorChoice& choice) {
        return std::pair(layerOf(choice.tensor->name), choice.tensor->name);
    });
    for (TensorChoice& choice : choices) choice = chooser.choose(*choice.tensor);
    return choices;
}

}  // namespace monochord
