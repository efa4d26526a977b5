#pragma once

#include <cstddef>
#include <span>

#include "gguf/tensor_type.h"
#include "monochord/error.h"

namespace monochord {

/// True for the types whose values dequantizeRow computes.
bool canDequantize(TensorType type);

/// What a row of a tensor means in f32: the specification of every tensor type, in plain C++ and without rounding but
/// the one of each operation that blocks.h spells out. `bytes` needs no alignment; `values` is as long as the row.
/// Errors: Unsupported (the type, by name), InvalidArgument (`bytes` are not the whole blocks that `values` need).
Result<void> dequantizeRow(TensorType type, std::span<const std::byte> bytes, std::span<float> values);

}  // namespace monochord
