#include "base/control_group.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace monochord {

namespace {

namespace fs = std::filesystem;

/// The files of one version of the interface.
struct Interface {
    const char *limit, *usage;
    const char *activeFile, *inactiveFile;  // keys of memory.stat
};
constexpr Interface kVersion1 = {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_active_file",
                                 "total_inactive_file"};
constexpr Interface kVersion2 = {"memory.max", "memory.current", "active_file", "inactive_file"};

std::optional<uint64_t> numberIn(const fs::path& file) {
    std::ifstream stream(file);
    uint64_t number = 0;
    return stream >> number ? std::optional(number) : std::nullopt;  // "max" is no number
}

uint64_t droppable(const fs::path& stat, const Interface& names) {
    std::ifstream stream(stat);
    std::string key;
    uint64_t number = 0, sum = 0;
    while (stream >> key >> number)
        if (key == names.activeFile || key == names.inactiveFile) sum += number;
    return sum;
}

std::optional<uint64_t> leftIn(const fs::path& group, const Interface& names) {
    const auto limit = numberIn(group / names.limit), usage = numberIn(group / names.usage);
    if (!limit || !usage) return std::nullopt;
    const uint64_t used = *usage - std::min(*usage, droppable(group / "memory.stat", names));
    return *limit - std::min(*limit, used);
}

/// Inside a container the path may be one of the world outside; then the root is the group.
std::optional<uint64_t> leftInBranch(const fs::path& root, std::string_view path, const Interface& names) {
    std::optional<uint64_t> least = leftIn(root, names);
    fs::path group = root;
    for (const fs::path& part : fs::path(path).relative_path()) {
        if (part == "..") break;
        group /= part;
        if (const auto left = leftIn(group, names)) least = std::min(least.value_or(*left), *left);
    }
    return least;
}

bool lists(std::string_view controllers, std::string_view wanted) {
    while (!controllers.empty()) {
        const size_t comma = std::min(controllers.find(','), controllers.size());
        if (controllers.substr(0, comma) == wanted) return true;
        controllers.remove_prefix(std::min(comma + 1, controllers.size()));
    }
    return false;
}

}  // namespace

std::optional<uint64_t> leftInControlGroups(std::string_view membership, const std::filesystem::path& root) {
    std::optional<uint64_t> least;
    while (!membership.empty()) {  // a line: number:controllers:path
        const std::string_view line = membership.substr(0, membership.find('\n'));
        membership.remove_prefix(std::min(line.size() + 1, membership.size()));
        const size_t first = line.find(':'), second = line.find(':', first + 1);
        if (first == line.npos || second == line.npos) continue;
        const std::string_view controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
        std::optional<uint64_t> left;
        if (controllers.empty()) left = leftInBranch(root, path, kVersion2);
        if (lists(controllers, "memory")) left = leftInBranch(root / "memory", path, kVersion1);
        if (left) least = std::min(least.value_or(*left), *left);
    }
    return least;
}

}  // namespace monochord
