#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace monochord {

/// Bytes that the memory limits of control groups leave: the least over the groups that `membership` (the text of
/// /proc/self/cgroup) names and all groups above them, under `root` (/sys/fs/cgroup). File pages that can be dropped
/// count as left. Nothing where no group has a limit. Version 1 and 2 of the kernel's interface.
std::optional<uint64_t> leftInControlGroups(std::string_view membership, const std::filesystem::path& root);

}  // namespace monochord
