#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "gguf/tensor_type.h"
#include "monochord/error.h"

namespace monochord {

/// True for the types that quantizeRow makes: F32, F16, BF16, Q4_0 … Q8_0, Q2_K … Q6_K, IQ4_NL, IQ4_XS.
bool canQuantize(TensorType type);

/// A row of f32 in the blocks of a type; dequantizeRow says what they mean. Each block depends on its own values alone,
/// so rows may be given in any pieces that are whole blocks, and the bytes are the same on every machine.
///
/// F16, BF16: the nearest. Q4_0, Q4_1, Q5_0, Q5_1, Q8_0: the file format's reference formulas, byte for byte what
/// llama-quantize makes. The others: the smallest mean squared error that a search finds (quantize_search.inl).
///
/// `bytes` needs no alignment. Errors: Unsupported (the type, by name), InvalidArgument (no whole blocks, or another
/// number of bytes than they need), NotFinite (NaN or infinity among the values, or a value too large for the type).
Result<void> quantizeRow(TensorType type, std::span<const float> values, std::span<std::byte> bytes);

/// One of the searches over many values, for one instruction set: `count` values, whole blocks, to `bytes`.
using BlockSearch = void (*)(const float* values, size_t count, std::byte* bytes);
struct BlockSearches {
    std::string_view name;
    BlockSearch q2K, q3K, q4K, q5K, q6K, iq4Nl, iq4Xs;
};
extern const BlockSearches kPlainSearches;
#if defined(__x86_64__)
extern const BlockSearches kAvx2Searches;  // the same bits
#endif

}  // namespace monochord
