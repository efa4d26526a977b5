#include "monochord/system.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "base/control_group.h"

namespace monochord {

uint64_t peakResidentMemory() {
    rusage usage{};
    return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<uint64_t>(usage.ru_maxrss) * 1024
                                               : 0;  // Linux counts in KiB
}

uint64_t currentResidentMemory() {
    std::ifstream file("/proc/self/statm");
    uint64_t mapped = 0, resident = 0;  // pages
    return file >> mapped >> resident ? resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

std::optional<uint64_t> availableMemory() {
    std::ifstream file("/proc/meminfo");
    std::optional<uint64_t> available;
    uint64_t kilobytes = 0;
    for (std::string key; file >> key;) {
        if (key == "MemAvailable:" && file >> kilobytes) available = kilobytes * 1024;
        file.ignore(1 << 10, '\n');
    }
    std::ifstream groups("/proc/self/cgroup");
    const std::string membership{std::istreambuf_iterator<char>(groups), {}};
    const auto left = leftInControlGroups(membership, "/sys/fs/cgroup");
    if (left) available = std::min(available.value_or(*left), *left);
    return available;
}

}  // namespace monochord
