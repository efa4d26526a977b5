#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace monochord {

/// Tensor types with their numbers in the file format (the gaps are types that were withdrawn from it).
enum class TensorType : uint32_t {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q8_1 = 9,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    Q8_K = 15,
    IQ2_XXS = 16,
    IQ2_XS = 17,
    IQ3_XXS = 18,
    IQ1_S = 19,
    IQ4_NL = 20,
    IQ3_S = 21,
    IQ2_S = 22,
    IQ4_XS = 23,
    I8 = 24,
    I16 = 25,
    I32 = 26,
    I64 = 27,
    F64 = 28,
    IQ1_M = 29,
    BF16 = 30,
    TQ1_0 = 34,
    TQ2_0 = 35,
    MXFP4 = 39,
    NVFP4 = 40,
};

/// One line of the table of tensor types: values come in blocks, and a row is a whole number of blocks.
struct TensorTypeInfo {
    TensorType type;
    std::string_view name;
    uint32_t blockSize;      ///< values in a block
    uint32_t bytesPerBlock;  ///< bytes of a block in the file
};

/// All types that the file format knows, in the order of their numbers. Which of them the engine computes with is
/// decided by the layers below (quant, kernels).
std::span<const TensorTypeInfo> tensorTypes();
/// The line of a type, or nullptr for a number that the format does not know.
const TensorTypeInfo* tensorTypeInfo(uint32_t number);
const TensorTypeInfo* tensorTypeInfo(std::string_view name);
inline const TensorTypeInfo& tensorTypeInfo(TensorType type) {
    return *tensorTypeInfo(static_cast<uint32_t>(type));
}

}  // namespace monochord
