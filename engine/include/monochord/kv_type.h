#pragma once

#include <cstdint>
#include <string_view>

namespace monochord {

/// What the KV cache stores.
enum class KvType : uint8_t {
    F32,   ///< 4 bytes a value
    F16,   ///< 2 bytes a value
    Q8_0,  ///< 8 bits and a binary16 scale for each 32 values; F16 where a head's size is no multiple of 32
    Q4_0   ///< 4 bits and such a scale
};
std::string_view kvTypeName(KvType type);  ///< "f32", "f16", "q8_0", "q4_0"

}  // namespace monochord
