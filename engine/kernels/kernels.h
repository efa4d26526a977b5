#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "gguf/tensor_type.h"

namespace monochord {

/// The arithmetic of the forward pass, one table of functions an instruction set. The scalar table is the specification
/// (engine/README.md, "One definition of the arithmetic"); every other table gives the same bits.
/// The functions are pure, allocate nothing and may run on any number of threads at once.

constexpr size_t kActivationBlock = 32;  ///< values that share a scale in a quantized activation
constexpr size_t kStretch = 1024;        ///< values of a row over which second terms are chosen and summed up
constexpr size_t kTogether = 12;         ///< rows of activations that lie packed together
constexpr size_t kLanes = 16;            ///< accumulators of a float product
constexpr size_t kSegment = 64;          ///< positions of the cache that are summed up before they are merged
constexpr size_t kSpan = 256;            ///< positions whose segments are merged before they are merged with others
constexpr size_t kLargestHead = 1024;    ///< values of a head, at most
constexpr size_t kMostQueries = 24;      ///< that read a KV head together
constexpr size_t kMostAttended = 6144;   ///< queries · valueStride of them

/// Blocks of a row that get a second term: the sixteenth part of each stretch, rounded to the nearest.
constexpr size_t secondCount(size_t length) {
    return (length / kActivationBlock + 8) / 16;
}

/// Rows of activations in groups of kTogether, interleaved so that one address and constant distances reach all rows of
/// a group. The last group is as wide as it must be, rounded up to a multiple of four: its missing rows are the last
/// one again.
struct PackedRows {
    size_t count = 0;                     ///< rows
    const int8_t* quants = nullptr;       ///< [group, length / 4, width, 4]
    const float* scales = nullptr;        ///< [group, length / 32, width]
    const int32_t* starts = nullptr;      ///< [group, length / 32, width] −128 · sum of the quants
    const float* shares = nullptr;        ///< [group, length / 32, width] sum of the quants · scale
    const int32_t* halfStarts = nullptr;  ///< [group, length / 16, width] the same of each 16
    const float* halfShares = nullptr;    ///< [group, length / 16, width]

    static constexpr size_t width(size_t group, size_t rows) {
        const size_t rest = rows - group * kTogether;
        return rest < kTogether ? (rest + 3) / 4 * 4 : kTogether;
    }
};

/// Some rows of activations, the right-hand side of a product; one row a token. A product with weights of a float type
/// reads `values`, one with weights of a quantized type reads the others.
///
/// A block is q · scale. The few blocks with the largest scales have a second term of the same form, which holds what
/// rounding took from the first: a model's outlier channels lie there, and they are the cause of most of the distance
/// to the float model.
struct Activations {
    size_t count = 0;                        ///< rows (tokens)
    size_t length = 0;                       ///< values in a row
    const float* values = nullptr;           ///< [count, length] f32
    const int8_t* quants = nullptr;          ///< [count, length] −127 … 127
    const float* scales = nullptr;           ///< [count, length / 32]
    const int32_t* sums = nullptr;           ///< [count, length / 16] sums of the quants
    const uint32_t* secondPlaces = nullptr;  ///< [count, secondCount] blocks with a second term, ascending
    const int8_t* secondQuants = nullptr;    ///< [count, secondCount, 32]
    const float* secondScales = nullptr;     ///< [count, secondCount]
    const int32_t* secondSums = nullptr;     ///< [count, secondCount, 2] sums of each 16
    const PackedRows* packed = nullptr;      ///< these rows packed, perhaps with more behind them, or null

    /// `rows` of them, beginning with `first`.
    Activations part(size_t first, size_t rows) const {
        const size_t second = first * secondCount(length);
        return {rows,
                length,
                values + first * length,
                quants + first * length,
                scales + first * (length / kActivationBlock),
                sums + first * (length / 16),
                secondPlaces + second,
                secondQuants + second * kActivationBlock,
                secondScales + second,
                secondSums + second * 2,
                first == 0 ? packed : nullptr};
    }
};

/// Where one row of activations is quantized to: the pointers of Activations, to write.
struct QuantizedRow {
    int8_t* quants;
    float* scales;
    int32_t* sums;
    uint32_t* secondPlaces;
    int8_t* secondQuants;
    float* secondScales;
    int32_t* secondSums;
};

/// Rows of a weight matrix as they lie in the file.
struct WeightRows {
    const std::byte* data = nullptr;
    size_t rowBytes = 0;
    size_t count = 0;
    size_t length = 0;  ///< values in a row
    /// What to fetch into the cache while the rows are multiplied by one row of activations, as many bytes as they are;
    /// none: what lies behind each group of rows.
    const std::byte* ahead = nullptr;
};

/// out[token * outStride + row] = weights[row] · activations[token]
using MultiplyFunction = void (*)(const WeightRows& weights, const Activations& activations, float* out,
                                  size_t outStride);

/// How the KV cache stores values. Q8_0 and Q4_0: whole numbers −127 … 127 and −8 … 7 times a binary16 scale that 32
/// values of a key or value share; Q4_0 has two numbers a byte, each 8 more than it stands for.
enum class CacheType : uint8_t { F32, F16, Q8_0, Q4_0 };
constexpr size_t kCacheTypes = 4;

/// What stands between the matrices of a feed-forward network.
enum class Nonlinearity : uint8_t { Silu, GeluTanh, GeluErf };

/// Queries that read one KV head of one layer: those of `heads` neighbouring heads of `tokens` consecutive tokens, in
/// this order, token by token. At most kMostQueries, and kMostAttended values of them together.
struct AttentionTask {
    CacheType keyType = CacheType::F16, valueType = CacheType::F16;
    /// [segment, keyLength, kSegment]: positions of a segment side by side; Q4_0 has the values 2i and 2i + 1 in a byte
    const void* keys = nullptr;
    /// [position, valueStride]; values beyond a head's size are zero; Q4_0 has the values i and i + 16 of 32 in a byte
    const void* values = nullptr;
    const uint16_t* keyScales = nullptr;    ///< [segment, keyLength / 32, kSegment], or null
    const uint16_t* valueScales = nullptr;  ///< [position, valueStride / 32], or null
    size_t keyLength = 0;
    size_t valueStride = 0;          ///< values a position; a multiple of 16
    const float* queries = nullptr;  ///< [tokens, queryStride], of which the first [heads, keyLength]
    size_t queryStride = 0;
    size_t tokens = 1, heads = 1;
    size_t position = 0;  ///< of the first token; a token sees itself and the positions before it,
    size_t window = 0;    ///< of which only the last `window`, itself among them; 0: all
    float scale = 1;      ///< of q · k
    float softCap = 0;    ///< scores become cap · tanh(score / cap); 0: they stay

    /// The first position that a token of the task sees.
    size_t firstSeen(size_t token) const {
        const size_t end = position + token + 1;
        return window != 0 && window < end ? end - window : 0;
    }
};

/// What a query has seen of some positions: the largest score, and the sum of the weights exp(score − largest). Beside
/// it stand its values: their sum, each times its weight. A query that has seen nothing has a sum of zero, and then
/// nothing else of it means anything.
struct Attended {
    float largest = 0;
    float sum = 0;
};

struct Kernels {
    std::string_view name;

    /// One row of activations into blocks of 32. length: a multiple of 32. False if a value is NaN or infinite (what is
    /// written then is unspecified, but written).
    bool (*quantize)(const float* x, size_t length, const QuantizedRow& out);
    /// The product for a tensor type, or nullptr for a type that is not computed with.
    MultiplyFunction (*multiply)(TensorType type);
    /// out = x · (1 / sqrt(mean of squares + epsilon)) · weight
    void (*rmsNorm)(const float* x, const float* weight, float epsilon, size_t length, float* out);
    /// d = x − mean, out = d · (1 / sqrt(mean of d² + epsilon)) · weight + bias; bias may be null
    void (*layerNorm)(const float* x, const float* weight, const float* bias, float epsilon, size_t length, float* out);
    /// out = f(gate) · up, or f(gate) where up is null
    void (*activate)(Nonlinearity f, const float* gate, const float* up, size_t length, float* out);
    /// x = cap · tanh(x / cap)
    void (*softCap)(float* x, float cap, size_t length);
    /// Turns pairs i: (a, b) = (head[i · step], head[i · step + distance]) → (fma(a, cos, −(b · sin)), fma(a, sin, b ·
    /// cos)) with angles[2i], angles[2i + 1] = cos, sin.
    void (*rotate)(const float* angles, size_t pairs, size_t step, size_t distance, float* head);
    /// x += y
    void (*add)(float* x, const float* y, size_t length);
    /// False if a value is NaN or infinite.
    bool (*allFinite)(const float* x, size_t length);
    /// f32 → binary16, ties to even.
    void (*toHalf)(const float* x, size_t length, uint16_t* out);
    /// The positions span · kSpan … of that span, as far as the queries see them.
    /// attended: [queries]; values: [queries, valueStride]
    void (*attend)(const AttentionTask& task, size_t span, Attended* attended, float* values);
    /// What `queries` queries have seen before, then what they see of a later span: into the former.
    void (*merge)(const Attended* later, const float* laterValues, size_t queries, size_t valueStride,
                  Attended* attended, float* values);
    /// out = x / divisor
    void (*divide)(const float* x, float divisor, size_t length, float* out);
    bool readsPacked = false;  ///< packed activations help its products
};

/// The tables that this processor can run, best first; the last one is scalar.
std::span<const Kernels* const> availableKernels();
/// The table with this name ("scalar", "avx2", "avx-vnni", "avx512", "neon", "neon-dot"), or nullptr if unknown or not
/// for this processor; an empty name asks for the best.
const Kernels* kernelsNamed(std::string_view name);

/// True if weights of this type are multiplied with quantized activations, false for float types.
constexpr bool usesQuantizedActivations(TensorType type) {
    return type != TensorType::F32 && type != TensorType::F16 && type != TensorType::BF16;
}

// One an instruction set, each in its own translation unit; defined where the compiler targets that architecture.
extern const Kernels kScalarKernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvxVnniKernels;
extern const Kernels kAvx512Kernels;
extern const Kernels kNeonKernels;
extern const Kernels kNeonDotKernels;

}  // namespace monochord
