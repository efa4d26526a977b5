#pragma once

#include <filesystem>
#include <string_view>

namespace monochord::test {

/// A file of the given bytes in the system's temporary folder, removed at the end of the scope.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view bytes = {});
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

}  // namespace monochord::test
