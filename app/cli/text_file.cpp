#include "text_file.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace monochord::cli {

Result<std::string> readTextFile(const std::filesystem::path& path, uintmax_t maximumBytes) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return fail(ErrorCode::NotFound, "there is no such file");
    if (!std::filesystem::is_regular_file(path, error)) return fail(ErrorCode::NotReadable, "it is not a file");
    if (std::filesystem::file_size(path, error) > maximumBytes || error)
        return fail(ErrorCode::NotReadable,
                    fmt::format("it is too large: up to {} bytes of text are read", maximumBytes));
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file.is_open() || file.bad()) return fail(ErrorCode::NotReadable, "it can't be read");
    return text;
}

}  // namespace monochord::cli
