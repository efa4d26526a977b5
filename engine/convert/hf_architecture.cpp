#include "convert/hf_architecture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace monochord {

namespace {

/// The format has no key for the scale of q · k: readers take the head size, and for the 27B what the hidden size
/// leaves each head.
void checkAttentionScale(HfConfig& config, const HfShape& shape, uint32_t layers27B) {
    const float expected = shape.layers == layers27B
                               ? static_cast<float>(shape.hidden) / static_cast<float>(std::max(shape.heads, 1u))
                               : static_cast<float>(shape.headDim);
    const float given = config.real({"query_pre_attn_scalar"}, 256.0f);
    if (given != expected)
        config.refuse(fmt::format("query_pre_attn_scalar is {}, but the file format means {} here", given, expected));
}

void moreGemma2(HfConfig& config, const HfShape& shape, GgufMetadata& out) {
    checkAttentionScale(config, shape, 46);
    out.set("gemma2.attn_logit_softcapping", config.real({"attn_logit_softcapping"}, 50.0f));
    out.set("gemma2.final_logit_softcapping", config.real({"final_logit_softcapping"}, 30.0f));
    out.set("gemma2.attention.sliding_window", config.whole({"sliding_window"}, 4096));
}

void moreGemma3(HfConfig& config, const HfShape& shape, GgufMetadata& out) {
    constexpr uint32_t kPattern = 6;
    checkAttentionScale(config, shape, 62);
    bool usual = config.whole({"sliding_window_pattern", "_sliding_window_pattern"}, kPattern) == kPattern;
    if (const Json* types = config.find({"layer_types"}); types && types->is_array())
        for (size_t i = 0; i < types->size(); i++)
            usual = usual && ((*types)[i] == "full_attention") == ((i + 1) % kPattern == 0);
    if (!usual) config.refuse("only Gemma 3 models in which every sixth layer sees everything are supported");
    const Json local = config.rope("sliding_attention");
    const Json* theta = config.has("rope_parameters") ? member(local, "rope_theta") : nullptr;
    out.set("gemma3.rope.freq_base_swa",
            theta && theta->is_number() ? theta->get<float>() : config.real({"rope_local_base_freq"}, 10000.0f));
    out.set("gemma3.attention.sliding_window", config.whole({"sliding_window"}, 4096));
    for (const char* key : {"attn_logit_softcapping", "final_logit_softcapping"})
        if (config.has(key)) out.set(fmt::format("gemma3.{}", key), config.real({key}));
}

void moreGranite(HfConfig& config, const HfShape&, GgufMetadata& out) {
    out.set("granite.attention.scale", config.real({"attention_multiplier"}, 1.0f));
    out.set("granite.embedding_scale", config.real({"embedding_multiplier"}, 1.0f));
    out.set("granite.residual_scale", config.real({"residual_multiplier"}, 1.0f));
    out.set("granite.logit_scale", config.real({"logits_scaling"}, 1.0f));
}

void moreCommandR(HfConfig& config, const HfShape&, GgufMetadata& out) {
    out.set("command-r.logit_scale", config.real({"logit_scale"}, 0.0625f));
    if (const Json* longest = config.find({"model_max_length"}); longest && longest->is_number_unsigned())
        out.set("command-r.context_length", config.whole({"model_max_length"}));
}

void moreMixtral(HfConfig& config, const HfShape&, GgufMetadata& out) {
    out.set("llama.expert_count", config.whole({"num_local_experts"}, 8));
    out.set("llama.expert_used_count", config.whole({"num_experts_per_tok"}, 2));
}

void checkLayersOfExperts(HfConfig& config) {
    const Json* dense = config.find({"mlp_only_layers"});
    if (config.whole({"decoder_sparse_step"}, 1) != 1 || (dense && !dense->empty()))
        config.refuse("a mixture of experts with some layers that have none is not supported");
}

void moreQwen3Moe(HfConfig& config, const HfShape&, GgufMetadata& out) {
    checkLayersOfExperts(config);
    out.set("qwen3moe.expert_count", config.whole({"num_experts"}, 128));
    out.set("qwen3moe.expert_used_count", config.whole({"num_experts_per_tok"}, 8));
    out.set("qwen3moe.expert_feed_forward_length", config.whole({"moe_intermediate_size"}, 768));
    // Readers take it for granted here, so it is only said where it is not so.
    if (!config.flag("norm_topk_prob", false)) out.set("qwen3moe.expert_weights_norm", false);
}

void moreQwen2Moe(HfConfig& config, const HfShape&, GgufMetadata& out) {
    checkLayersOfExperts(config);
    out.set("qwen2moe.expert_count", config.whole({"num_experts"}, 60));
    out.set("qwen2moe.expert_used_count", config.whole({"num_experts_per_tok"}, 4));
    out.set("qwen2moe.expert_feed_forward_length", config.whole({"moe_intermediate_size"}, 1408));
    out.set("qwen2moe.expert_shared_feed_forward_length", config.whole({"shared_expert_intermediate_size"}, 5632));
    if (config.flag("norm_topk_prob", false)) out.set("qwen2moe.expert_weights_norm", true);
}

void morePhi3(HfConfig& config, const HfShape&, GgufMetadata& out) {
    out.set("phi3.attention.sliding_window", config.whole({"sliding_window"}, 0));
}

void moreGptNeoX(HfConfig& config, const HfShape&, GgufMetadata& out) {
    out.set("gptneox.use_parallel_residual", config.flag("use_parallel_residual", true));
}

void moreStableLm(HfConfig& config, const HfShape&, GgufMetadata& out) {
    out.set("stablelm.use_parallel_residual", config.flag("use_parallel_residual", false));
}

void moreSmolLm3(HfConfig& config, const HfShape&, GgufMetadata&) {
    constexpr uint32_t kInterval = 4;
    bool usual = config.whole({"no_rope_layer_interval"}, kInterval) == kInterval;
    if (const Json* layers = config.find({"no_rope_layers"}); layers && layers->is_array())
        for (size_t i = 0; i < layers->size(); i++) usual = usual && ((*layers)[i] == 0) == ((i + 1) % kInterval == 0);
    if (!usual) config.refuse("only SmolLM3 models in which every fourth layer is not turned are supported");
}

constexpr HfArchitecture kArchitectures[] = {
    {.name = "llama",
     .classes = {"LlamaForCausalLM"},
     .headDim = HeadDim::Always,
     .turnsNeighbours = true,
     .writesRotaryDim = true,
     .writesVocabularySize = true},
    {.name = "llama",
     .classes = {"MistralForCausalLM"},
     .headDim = HeadDim::Always,
     .headsKv = 8,
     .contextLength = 131072,
     .turnsNeighbours = true,
     .writesRotaryDim = true,
     .writesVocabularySize = true},
    {.name = "llama",
     .classes = {"MixtralForCausalLM"},
     .headsKv = 8,
     .contextLength = 131072,
     .epsilon = 1e-5f,
     .ropeTheta = 1e6f,
     .turnsNeighbours = true,
     .writesRotaryDim = true,
     .writesVocabularySize = true,
     .more = moreMixtral},
    {.name = "qwen2", .classes = {"Qwen2ForCausalLM"}, .contextLength = 32768},
    {.name = "qwen3", .classes = {"Qwen3ForCausalLM"}, .headDim = HeadDim::Fixed128, .contextLength = 32768},
    {.name = "qwen2moe", .classes = {"Qwen2MoeForCausalLM"}, .contextLength = 32768, .more = moreQwen2Moe},
    {.name = "qwen3moe",
     .classes = {"Qwen3MoeForCausalLM"},
     .headsKv = 4,
     .contextLength = 32768,
     .more = moreQwen3Moe},
    {.name = "phi2",
     .classes = {"PhiForCausalLM"},
     .activation = "gelu",
     .epsilon = 1e-5f,
     .rotaryPart = 0.5f,
     .writesRopeBase = false,
     .writesRotaryDim = true},
    {.name = "phi3",
     .classes = {"Phi3ForCausalLM"},
     .contextLength = 4096,
     .epsilon = 1e-5f,
     .writesRotaryDim = true,
     .more = morePhi3},
    {.name = "gemma",
     .classes = {"GemmaForCausalLM"},
     .activation = "gelu",
     .headDim = HeadDim::Fixed256,
     .contextLength = 8192,
     .tied = true,
     .normsAreOffsets = true,
     .writesRopeBase = false},
    {.name = "gemma2",
     .classes = {"Gemma2ForCausalLM"},
     .activation = "gelu",
     .headDim = HeadDim::Fixed256,
     .headsKv = 4,
     .contextLength = 8192,
     .tied = true,
     .normsBehind = true,
     .normsAreOffsets = true,
     .writesRopeBase = false,
     .more = moreGemma2},
    {.name = "gemma3",
     .classes = {"Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"},
     .activation = "gelu",
     .headDim = HeadDim::Fixed256,
     .heads = 8,
     .headsKv = 4,
     .contextLength = 131072,
     .ropeTheta = 1e6f,
     .tied = true,
     .normsBehind = true,
     .normsAreOffsets = true,
     .more = moreGemma3},
    {.name = "gpt2",
     .classes = {"GPT2LMHeadModel"},
     .activation = "gelu",
     .contextLength = 1024,
     .epsilon = 1e-5f,
     .tied = true,
     .writesHeadCountKv = false},
    {.name = "gptneox",
     .classes = {"GPTNeoXForCausalLM"},
     .activation = "gelu",
     .epsilon = 1e-5f,
     .rotaryPart = 0.25f,
     .writesHeadCountKv = false,
     .writesRopeBase = false,
     .writesRotaryDim = true,
     .more = moreGptNeoX},
    {.name = "stablelm",
     .classes = {"StableLmForCausalLM", "StableLMEpochForCausalLM"},
     .contextLength = 4096,
     .epsilon = 1e-5f,
     .rotaryPart = 0.25f,
     .writesRopeBase = false,
     .writesRotaryDim = true,
     .more = moreStableLm},
    {.name = "olmo2", .classes = {"Olmo2ForCausalLM"}, .epsilon = 1e-5f, .normsBehind = true},
    {.name = "granite",
     .classes = {"GraniteForCausalLM"},
     .turnsNeighbours = true,
     .writesRotaryDim = true,
     .writesVocabularySize = true,
     .more = moreGranite},
    {.name = "smollm3",
     .classes = {"SmolLM3ForCausalLM"},
     .headsKv = 4,
     .contextLength = 32768,
     .ropeTheta = 2e6f,
     .tied = true,
     .turnsNeighbours = true,
     .writesRotaryDim = true,
     .writesVocabularySize = true,
     .more = moreSmolLm3},
    {.name = "starcoder2",
     .classes = {"Starcoder2ForCausalLM"},
     .activation = "gelu",
     .headsKv = 2,
     .contextLength = 4096,
     .epsilon = 1e-5f,
     .tied = true},
    {.name = "command-r",
     .classes = {"CohereForCausalLM"},
     .contextLength = 8192,
     .epsilon = 1e-5f,
     .tied = true,
     .more = moreCommandR},
};

}  // namespace

std::span<const HfArchitecture> hfArchitectures() {
    return kArchitectures;
}

const HfArchitecture* findHfArchitecture(std::string_view className) {
    if (className.empty()) return nullptr;
    const auto found = std::ranges::find_if(kArchitectures, [&](const HfArchitecture& architecture) {
        return std::ranges::find(architecture.classes, className) != architecture.classes.end();
    });
    return found == std::end(kArchitectures) ? nullptr : found;
}

}  // namespace monochord
