#pragma once

#include <string_view>
#include <vector>

#include "monochord/error.h"

namespace monochord {

/// The values, in f32, of blocks of a tensor type as they lie in a model file. `typeName`: "Q4_0", "F16" …
/// Errors: InvalidArgument (no such type, no whole blocks), Unsupported (a type that this engine does not compute).
/// Thread-safe.
Result<std::vector<float>> dequantizeBlocks(std::string_view typeName, std::string_view bytes);

}  // namespace monochord
