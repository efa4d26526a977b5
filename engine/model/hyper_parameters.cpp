#include "model/hyper_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/printable.h"
#include "kernels/kernels.h"
#include "model/architecture.h"
#include "model/parameter_reader.h"

namespace monochord {

namespace {

constexpr uint64_t kMostLayers = 4096, kMostHeads = 65536, kLongestRow = 1u << 24, kLongestContext = 1u << 30,
                   kMostExperts = 4096;

void readShape(ParameterReader& reader, HyperParameters& p) {
    reader.number("block_count", p.blockCount, 1, kMostLayers);
    reader.number("context_length", p.contextLength, 1, kLongestContext);
    reader.number("embedding_length", p.embeddingLength, 1, kLongestRow);
    reader.number("feed_forward_length", p.feedForwardLength, 1, kLongestRow);
    reader.number("attention.head_count", p.headCount, 1, kMostHeads);
    reader.number("attention.head_count_kv", p.headCountKv, 1, kMostHeads, p.headCount);
    if (reader.failed()) return;
    if (p.headCount % p.headCountKv != 0)
        return reader.keep(
            {ErrorCode::Corrupt, fmt::format("{} heads can't share {} KV heads evenly", p.headCount, p.headCountKv)});
    const uint32_t usual = p.embeddingLength / p.headCount;
    reader.number("attention.key_length", p.keyLength, 1, kLargestHead, usual);
    reader.number("attention.value_length", p.valueLength, 1, kLargestHead, usual);
    reader.requiredReal(p.layerNorm ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon",
                        p.normEpsilon, 0, 1);
    p.attentionScale = 1.0f / std::sqrt(static_cast<float>(std::max(p.keyLength, 1u)));
}

void readExperts(ParameterReader& reader, const Architecture& architecture, HyperParameters& p) {
    reader.number("expert_count", p.expertCount, 0, kMostExperts, 0);
    if (reader.failed()) return;
    if (p.expertCount == 1 && architecture.experts != Experts::Always) p.expertCount = 0;
    if (p.expertCount == 0 && architecture.experts != Experts::Always) return;
    if (architecture.experts == Experts::Never)
        return reader.keep({ErrorCode::Unsupported, fmt::format("a {} model with {} experts is not supported",
                                                                architecture.name, p.expertCount)});
    reader.number("expert_count", p.expertCount, 1, kMostExperts);
    reader.number("expert_used_count", p.expertUsedCount, 1, p.expertCount);
    reader.number("expert_feed_forward_length", p.expertFeedForwardLength, 1, kLongestRow, p.feedForwardLength);
    reader.flag("expert_weights_norm", p.expertWeightsNorm);
}

void readRope(ParameterReader& reader, HyperParameters& p) {
    if (reader.failed()) return;
    reader.number("rope.dimension_count", p.ropeDimensionCount, 2, p.keyLength, p.keyLength);
    if (p.ropeDimensionCount % 2 != 0)
        reader.keep(
            {ErrorCode::Corrupt, fmt::format("rope.dimension_count is {}, an odd number", p.ropeDimensionCount)});
    reader.real("rope.freq_base", p.ropeFreqBase, 1, 1e12f);
    reader.number("rope.scaling.original_context_length", p.ropeOriginalContext, 1, kLongestContext, p.contextLength);
    reader.real("rope.scaling.attn_factor", p.ropeAttentionFactor, 0x1p-10f, 0x1p10f);
    const std::string_view type = reader.text("rope.scaling.type");
    if (type == "linear")
        p.ropeScaling = RopeScaling::Linear;
    else if (type == "yarn")
        p.ropeScaling = RopeScaling::Yarn;
    else if (!type.empty() && type != "none" && type != "longrope")  // whose factors are tensors
        reader.keep(
            {ErrorCode::Unsupported, fmt::format("the rotary scaling \"{}\" is not supported", printable(type))});
    if (p.ropeScaling == RopeScaling::None) return;
    reader.requiredReal("rope.scaling.factor", p.ropeScalingFactor, 0x1p-10f, 0x1p20f);
    reader.real("rope.scaling.yarn_beta_fast", p.ropeYarnBetaFast, 0x1p-10f, 0x1p20f);
    reader.real("rope.scaling.yarn_beta_slow", p.ropeYarnBetaSlow, 0x1p-10f, 0x1p20f);
}

}  // namespace

std::optional<HyperParameters> HyperParameters::read(const GgufFile& file, const Architecture& architecture,
                                                     Problems& problems) {
    HyperParameters p;
    p.architecture = architecture.name;
    p.layerNorm = architecture.layerNorm;
    ParameterReader reader(file, architecture.name, problems);
    readShape(reader, p);
    readExperts(reader, architecture, p);
    if (architecture.rotary != Rotary::None) readRope(reader, p);
    if (architecture.readParameters && !reader.failed()) architecture.readParameters(reader, p);
    return reader.failed() ? std::nullopt : std::optional(p);
}

}  // namespace monochord
