#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "monochord/error.h"

namespace monochord::cli {

/// All bytes of a file. Errors, without the path: NotFound, NotReadable (a folder, a pipe, a device, more than
/// `maximumBytes`).
Result<std::string> readTextFile(const std::filesystem::path& path, uintmax_t maximumBytes);

}  // namespace monochord::cli
