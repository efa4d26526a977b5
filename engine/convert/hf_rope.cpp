#include "convert/hf_rope.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/printable.h"

namespace monochord {

namespace {

/// A positive number of the rope parameters.
float parameter(HfConfig& config, const Json& rope, const char* key, std::optional<float> fallback = {}) {
    const Json* value = member(rope, key);
    if (!value && fallback) return *fallback;
    if (value && value->is_number() && value->get<float>() > 0) return value->get<float>();
    config.refuse(fmt::format("the rotary scaling in config.json {} \"{}\"", value ? "has no sense in" : "lacks", key));
    return 1;
}

float originalContext(HfConfig& config, const Json& rope, const HfArchitecture& architecture) {
    const uint32_t longest = config.whole({"max_position_embeddings"}, architecture.contextLength);
    const float ofModel = config.real({"original_max_position_embeddings"}, static_cast<float>(longest));
    return parameter(config, rope, "original_max_position_embeddings", ofModel);
}

/// Frequencies whose waves are short compared with the original context stay, long ones are stretched by the factor,
/// and between there is a passage. In single precision and in the order in which it was done in training.
ComputedTensor llama3Factors(HfConfig& config, const Json& rope, float theta, const HfModel& model) {
    const float factor = parameter(config, rope, "factor", 8.0f),
                low = parameter(config, rope, "low_freq_factor", 1.0f),
                high = parameter(config, rope, "high_freq_factor", 4.0f),
                context = parameter(config, rope, "original_max_position_embeddings", 8192.0f);
    ComputedTensor factors{"rope_freqs.weight", {}};
    for (uint32_t i = 0; i < model.shape.rotaryDim; i += 2) {
        const float exponent = static_cast<float>(i) / static_cast<float>(model.shape.rotaryDim);
        const float frequency = 1.0f / std::pow(theta, exponent);
        const float wave = 1.0f / frequency * static_cast<float>(2 * std::numbers::pi);
        const float smooth = (1.0f / wave * context - low) / (high - low);
        factors.values.push_back(wave < context / high  ? 1.0f
                                 : wave > context / low ? factor
                                                        : 1.0f / ((1.0f - smooth) / factor + smooth));
    }
    return factors;
}

ComputedTensor listedFactors(HfConfig& config, const Json& rope, const char* key, const char* name,
                             const HfModel& model) {
    ComputedTensor factors{name, {}};
    const Json* list = member(rope, key);
    if (list && list->is_array())
        for (const Json& value : *list) factors.values.push_back(value.is_number() ? value.get<float>() : 0.0f);
    bool good = factors.values.size() == model.shape.rotaryDim / 2;
    for (const float value : factors.values) good = good && value > 0 && std::isfinite(value);
    if (!good)
        config.refuse(fmt::format("the rotary scaling in config.json has no {} positive numbers in \"{}\"",
                                  model.shape.rotaryDim / 2, key));
    return factors;
}

void describeYarn(HfConfig& config, const Json& rope, const HfModel& model, GgufMetadata& out) {
    const std::string prefix = fmt::format("{}.rope.scaling.", model.architecture->name);
    const float factor = parameter(config, rope, "factor");
    out.set(prefix + "type", "yarn");
    out.set(prefix + "factor", factor);
    out.set(prefix + "original_context_length",
            static_cast<uint32_t>(originalContext(config, rope, *model.architecture)));
    if (member(rope, "beta_fast")) out.set(prefix + "yarn_beta_fast", parameter(config, rope, "beta_fast"));
    if (member(rope, "beta_slow")) out.set(prefix + "yarn_beta_slow", parameter(config, rope, "beta_slow"));
    // Readers multiply with 1 + ln(factor) / 10 themselves.
    if (member(rope, "attention_factor"))
        out.set(prefix + "attn_factor",
                parameter(config, rope, "attention_factor") / (factor > 1 ? 1 + 0.1f * std::log(factor) : 1));
    if (!flagMember(rope, "truncate").value_or(true))
        config.refuse("YaRN without truncation (\"truncate\": false) is not supported");
}

void describeLongRope(HfConfig& config, const Json& rope, HfModel& model, GgufMetadata& out) {
    const float original = originalContext(config, rope, *model.architecture);
    const float longest = static_cast<float>(config.whole({"max_position_embeddings"}, 4096));
    const float factor = parameter(config, rope, "factor", longest / original);
    const float usual = factor > 1 ? std::sqrt(1 + std::log(factor) / std::log(original)) : 1.0f;
    out.set(fmt::format("{}.rope.scaling.attn_factor", model.architecture->name),
            parameter(config, rope, "attention_factor", usual));
    model.computed.push_back(listedFactors(config, rope, "long_factor", "rope_factors_long.weight", model));
    model.computed.push_back(listedFactors(config, rope, "short_factor", "rope_factors_short.weight", model));
}

}  // namespace

void describeRope(HfConfig& config, HfModel& model, GgufMetadata& out) {
    constexpr float kUsualBase = 10000;
    const HfArchitecture& architecture = *model.architecture;
    const std::string prefix = fmt::format("{}.rope.", architecture.name);
    const Json rope = config.rope();
    const float theta =
        parameter(config, rope, "rope_theta", config.real({"rope_theta", "rotary_emb_base"}, architecture.ropeTheta));
    if (architecture.writesRopeBase || theta != kUsualBase) out.set(prefix + "freq_base", theta);
    if (architecture.writesRotaryDim || model.shape.rotaryDim != model.shape.headDim)
        out.set(prefix + "dimension_count", model.shape.rotaryDim);
    if (architecture.name == "phi3")
        out.set(prefix + "scaling.original_context_length",
                static_cast<uint32_t>(originalContext(config, rope, architecture)));
    if (architecture.name == "command-r") out.set(prefix + "scaling.type", "none");

    std::string type = textMember(rope, "rope_type").value_or(textMember(rope, "type").value_or("default"));
    if (type == "linear") {
        out.set(prefix + "scaling.type", type);
        out.set(prefix + "scaling.factor", parameter(config, rope, "factor"));
    } else if (type == "llama3") {
        model.computed.push_back(llama3Factors(config, rope, theta, model));
    } else if (type == "yarn") {
        describeYarn(config, rope, model, out);
    } else if (type == "longrope" || type == "su") {
        describeLongRope(config, rope, model, out);
    } else if (type != "default" && type != "dynamic") {
        config.refuse(fmt::format("the rotary scaling \"{}\" is not supported", printable(type)));
    }
}

}  // namespace monochord
