#pragma once

#include "monochord/error.h"

namespace monochord {

/// What bounds a model's speed on this machine: a reply by how fast weights are read, a prompt by how fast they are
/// multiplied.
struct MachineSpeed {
    double readBytesPerSecond = 0;       ///< plain reading of memory that no cache holds
    double int8OperationsPerSecond = 0;  ///< products and sums of the best dot product instruction, on registers
                                         ///< alone; 0 where the processor has none that is known
};

/// Measures it with this many threads (0: as many as this process may run on), each figure the best of a few tries.
/// Takes about a fifth of a second, and for that time four times the last cache's size in memory, at least 256 MiB.
/// Errors: OutOfMemory.
[[nodiscard]] Result<MachineSpeed> measureMachineSpeed(int threads);

}  // namespace monochord
