#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace monochord {

/// A number that stands for bytes and for what came before them (`before`: the digest of that): at the speed of memory,
/// the same on every little-endian machine. Each changed word changes it; other damage goes unseen once in 2^64. It
/// does not withstand someone who looks for two inputs of one digest.
uint64_t digest(std::span<const std::byte> bytes, uint64_t before = 0);

}  // namespace monochord
