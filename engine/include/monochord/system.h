#pragma once

#include <cstdint>
#include <optional>

namespace monochord {

/// The most memory that this process has had resident so far, in bytes, mapped model files included; 0 where the
/// system does not tell.
uint64_t peakResidentMemory();

/// The memory that this process has resident now, likewise.
uint64_t currentResidentMemory();

/// Bytes that can be taken without pushing anything else out of memory: the least of what the system calls available
/// and what the limits of the process's control groups leave; file pages that can be dropped count as free. Nothing
/// where the system does not tell.
std::optional<uint64_t> availableMemory();

}  // namespace monochord
