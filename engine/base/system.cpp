#include "monochord/system.h"

#include <sys/resource.h>

namespace monochord {

uint64_t peakResidentMemory() {
    rusage usage{};
    return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<uint64_t>(usage.ru_maxrss) * 1024
                                               : 0;  // Linux counts in KiB
}

}  // namespace monochord
