#include "support/temporary_file.h"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <string>

namespace monochord::test {

TemporaryFile::TemporaryFile(std::string_view bytes) {
    static std::atomic<int> counter = 0;
    m_path = std::filesystem::temp_directory_path() /
             ("monochord-test-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
    std::ofstream(m_path, std::ios::binary) << bytes;
}

TemporaryFile::~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
}

}  // namespace monochord::test
