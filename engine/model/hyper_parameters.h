#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/problems.h"
#include "gguf/gguf_file.h"
#include "monochord/error.h"

namespace monochord {

struct Architecture;

/// How `rope.scaling.type` stretches the rotary angles beyond the trained context.
enum class RopeScaling : uint8_t { None, Linear, Yarn };

/// The numbers that shape a model, under the names of their metadata keys (`<architecture>.` left out). Whoever holds
/// one may rely on it: nothing is zero that divides, heads come in whole groups, and no product of two of them
/// overflows.
struct HyperParameters {
    std::string architecture;
    uint32_t blockCount = 0;
    uint32_t contextLength = 0;
    uint32_t embeddingLength = 0;
    uint32_t feedForwardLength = 0;
    uint32_t headCount = 0;        ///< attention.head_count
    uint32_t headCountKv = 0;      ///< attention.head_count_kv; divides headCount
    uint32_t keyLength = 0;        ///< attention.key_length: size of a head of q and k
    uint32_t valueLength = 0;      ///< attention.value_length
    bool layerNorm = false;        ///< of the architecture: LayerNorm instead of RMSNorm
    float normEpsilon = 0;         ///< attention.layer_norm_epsilon or attention.layer_norm_rms_epsilon
    float attentionScale = 0;      ///< attention.scale, of q · k; usually 1 / √keyLength
    uint32_t slidingWindow = 0;    ///< attention.sliding_window: positions that a layer with a window sees
    float attnLogitSoftcap = 0;    ///< attn_logit_softcapping; 0: none
    float finalLogitSoftcap = 0;   ///< final_logit_softcapping; 0: none
    float embeddingScale = 1;      ///< embedding_scale
    float residualScale = 1;       ///< residual_scale: of what a block adds
    float logitScale = 1;          ///< logits are multiplied with it (the key logit_scale, or one by it)
    bool parallelResidual = true;  ///< use_parallel_residual: both blocks of a layer read the same input

    uint32_t expertCount = 0;                    ///< expert_count; 0: no mixture of experts
    uint32_t expertUsedCount = 0;                ///< expert_used_count: experts a token
    uint32_t expertFeedForwardLength = 0;        ///< expert_feed_forward_length
    uint32_t expertSharedFeedForwardLength = 0;  ///< expert_shared_feed_forward_length; 0: no shared expert
    bool expertWeightsNorm = true;               ///< expert_weights_norm: weights of the chosen add up to 1

    uint32_t ropeDimensionCount = 0;  ///< rope.dimension_count; even, at most keyLength; 0: no rotary positions
    float ropeFreqBase = 10000;       ///< rope.freq_base
    float ropeFreqBaseSwa = 0;        ///< rope.freq_base_swa: of layers with a window; 0: all layers share one base
    RopeScaling ropeScaling = RopeScaling::None;
    float ropeScalingFactor = 1;       ///< rope.scaling.factor
    uint32_t ropeOriginalContext = 0;  ///< rope.scaling.original_context_length
    float ropeAttentionFactor = 1;     ///< rope.scaling.attn_factor
    float ropeYarnBetaFast = 32;       ///< rope.scaling.yarn_beta_fast
    float ropeYarnBetaSlow = 1;        ///< rope.scaling.yarn_beta_slow

    /// Nothing where there were problems: Unsupported (naming what is: experts, a scaling type), Corrupt (a key
    /// missing, of another type or absurd).
    static std::optional<HyperParameters> read(const GgufFile& file, const Architecture& architecture,
                                               Problems& problems);
};

}  // namespace monochord
