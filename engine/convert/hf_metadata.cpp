#include "convert/hf_metadata.h"

#include <fmt/format.h>

#include <cmath>

#include "base/printable.h"
#include "convert/hf_rope.h"
#include "model/architecture.h"

namespace monochord {

namespace {

HfShape readShape(HfConfig& config, const HfArchitecture& architecture) {
    HfShape shape;
    shape.hidden = config.whole({"hidden_size", "n_embd"});
    shape.layers = config.whole({"num_hidden_layers", "n_layer"});
    shape.heads = config.whole({"num_attention_heads", "n_head"},
                               architecture.heads != 0 ? std::optional(architecture.heads) : std::nullopt);
    shape.headsKv =
        config.whole({"num_key_value_heads"}, architecture.headsKv != 0 ? architecture.headsKv : shape.heads);
    if (shape.heads == 0 || shape.headsKv == 0) {
        config.refuse("config.json names no attention heads");
        return shape;
    }
    const uint32_t usual = architecture.headDim == HeadDim::Fixed128   ? 128
                           : architecture.headDim == HeadDim::Fixed256 ? 256
                                                                       : shape.hidden / shape.heads;
    shape.headDim = config.whole({"head_dim"}, usual);
    const Json rope = config.rope();
    const Json* part = member(rope, "partial_rotary_factor");
    const float fraction = part && part->is_number() ? part->get<float>()
                                                     : config.real({"partial_rotary_factor", "rotary_pct", "rope_pct"},
                                                                   architecture.rotaryPart);
    if (!(fraction > 0 && fraction <= 1)) config.refuse(fmt::format("{} of each head is turned", fraction));
    shape.rotaryDim = static_cast<uint32_t>(fraction * static_cast<float>(shape.headDim));
    return shape;
}

void writeShape(HfConfig& config, const HfModel& model, GgufMetadata& out) {
    const HfArchitecture& architecture = *model.architecture;
    const HfShape& shape = model.shape;
    const bool layerNorm = findArchitecture(architecture.name)->layerNorm;
    const auto key = [&](const char* name) { return fmt::format("{}.{}", architecture.name, name); };
    out.set(key("block_count"), shape.layers);
    out.set(key("context_length"),
            config.whole({"max_position_embeddings", "n_positions", "n_ctx"}, architecture.contextLength));
    out.set(key("embedding_length"), shape.hidden);
    const bool isGpt2 = architecture.name == "gpt2";  // which may leave it to a rule
    out.set(key("feed_forward_length"),
            config.whole({"intermediate_size", "n_inner"}, isGpt2 ? std::optional(4 * shape.hidden) : std::nullopt));
    out.set(key("attention.head_count"), shape.heads);
    if (architecture.writesHeadCountKv) out.set(key("attention.head_count_kv"), shape.headsKv);
    out.set(key(layerNorm ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"),
            config.real({"rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon", "norm_eps"},
                        architecture.epsilon));
    if (architecture.headDim != HeadDim::IfGiven || config.has("head_dim")) {
        out.set(key("attention.key_length"), shape.headDim);
        out.set(key("attention.value_length"), shape.headDim);
    }
    if (architecture.writesVocabularySize && config.has("vocab_size"))
        out.set(key("vocab_size"), config.whole({"vocab_size"}));
}

void checkActivation(HfConfig& config, const HfArchitecture& architecture) {
    const std::string given =
        config.text({"hidden_activation", "hidden_act", "activation_function"}, architecture.activation);
    if (architecture.activation == "silu" ? given == "silu" || given == "swish" : given.starts_with("gelu")) return;
    config.refuse(fmt::format("the activation \"{}\" is not supported for {}", printable(given), architecture.name));
}

}  // namespace

Result<HfModel> describeModel(HfConfig& config, GgufMetadata& out) {
    HfModel model;
    model.architecture = findHfArchitecture(config.className());
    if (!model.architecture)
        return fail(ErrorCode::Unsupported,
                    config.className().empty()
                        ? "config.json does not name the model's class (\"architectures\")"
                        : fmt::format("the architecture \"{}\" is not supported", printable(config.className())));
    out.set("general.architecture", model.architecture->name);
    model.shape = readShape(config, *model.architecture);
    model.tied = config.flag("tie_word_embeddings", model.architecture->tied);
    writeShape(config, model, out);
    checkActivation(config, *model.architecture);
    if (findArchitecture(model.architecture->name)->rotary != Rotary::None) describeRope(config, model, out);
    if (model.architecture->more) model.architecture->more(config, model.shape, out);
    if (auto done = config.result(); !done) return tl::unexpected(std::move(done.error()));
    return model;
}

}  // namespace monochord
