#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "gguf/tensor_type.h"

namespace monochord::test {

/// The bytes of a tensor of a type that the engine computes with: random bits, but scales such that the values deviate
/// from zero by about `deviation` and are finite.
std::string randomTensor(TensorType type, uint64_t rows, uint64_t columns, float deviation, std::mt19937& random);
/// The same with the given byte wherever no scale is in 16 bits (or, in MXFP4, in 8).
std::string uniformTensor(TensorType type, uint64_t rows, uint64_t columns, uint8_t byte);

}  // namespace monochord::test
