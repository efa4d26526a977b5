#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gguf/gguf_file.h"
#include "monochord/error.h"

namespace monochord {

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
    uint32_t headCount = 0;           ///< attention.head_count
    uint32_t headCountKv = 0;         ///< attention.head_count_kv; divides headCount
    uint32_t keyLength = 0;           ///< attention.key_length: size of a head of q and k
    uint32_t valueLength = 0;         ///< attention.value_length
    float layerNormRmsEpsilon = 0;    ///< attention.layer_norm_rms_epsilon
    uint32_t ropeDimensionCount = 0;  ///< rope.dimension_count; even, at most keyLength
    float ropeFreqBase = 10000;       ///< rope.freq_base
    RopeScaling ropeScaling = RopeScaling::None;
    float ropeScalingFactor = 1;       ///< rope.scaling.factor
    uint32_t ropeOriginalContext = 0;  ///< rope.scaling.original_context_length
    float ropeAttentionFactor = 1;     ///< rope.scaling.attn_factor

    /// Errors: Unsupported (naming what is: experts, a scaling type), Corrupt (a key missing, of another type or
    /// absurd).
    static Result<HyperParameters> read(const GgufFile& file, std::string_view architecture);
};

}  // namespace monochord
