#pragma once

#include <cstdint>

namespace monochord {

/// The most memory that this process has had resident so far, in bytes, mapped model files included; 0 where the
/// system does not tell.
uint64_t peakResidentMemory();

}  // namespace monochord
