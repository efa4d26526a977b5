#include "base/safe_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace monochord {

namespace {

constexpr size_t kAtOnce = 16 << 20;  // bytes a call

tl::unexpected<Error> failure(const char* what, int error) {
    return fail(error == ENOENT ? ErrorCode::NotFound : ErrorCode::NotReadable,
                fmt::format("{}: {}", what, std::generic_category().message(error)));
}

int openPrivate(const std::filesystem::path& path, std::string& name) {
    name = path.string() + ".XXXXXX";
    return mkostemp(name.data(), O_CLOEXEC);
}

/// mkostemp leaves out what the user's umask allows others.
int openShared(const std::filesystem::path& path, std::string& name) {
    int file = -1;
    for (int i = 0; file < 0 && i < 100; i++) {
        name = fmt::format("{}.{}-{}.part", path.string(), getpid(), i);
        file = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file < 0 && errno != EEXIST) break;
    }
    return file;
}

/// So that the new name, too, outlives a power cut. Where the system can't, the file is still whole under one of them.
void syncFolder(const std::filesystem::path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return;
    fsync(file);
    close(file);
}

}  // namespace

Result<FileReader> FileReader::open(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return failure("the file can't be opened", errno);
    FileReader reader(file, 0);
    struct stat status {};
    if (fstat(file, &status) != 0) return failure("the file can't be opened", errno);
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::NotReadable, "this is not a regular file");
    reader.m_size = static_cast<uint64_t>(status.st_size);
    return reader;
}

FileReader::FileReader(FileReader&& other) noexcept : m_file(std::exchange(other.m_file, -1)), m_size(other.m_size) {}

FileReader::~FileReader() {
    if (m_file >= 0) close(m_file);
}

Result<void> FileReader::read(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::read(m_file, bytes.data(), std::min(bytes.size(), kAtOnce));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure("the file can't be read", errno);
        if (count == 0)
            return fail(ErrorCode::Truncated, fmt::format("the file ends {} bytes too early", bytes.size()));
        bytes = bytes.subspan(static_cast<size_t>(count));
    }
    return {};
}

Result<FileReplacement> FileReplacement::create(const std::filesystem::path& path, Purpose purpose) {
    std::string name;
    const int file = purpose == Purpose::Cache ? openPrivate(path, name) : openShared(path, name);
    if (file < 0) return fail(ErrorCode::NotReadable, failure("the file can't be written", errno).value().message);
    return FileReplacement(file, purpose, path, name);
}

FileReplacement::FileReplacement(FileReplacement&& other) noexcept
    : m_file(std::exchange(other.m_file, -1)),
      m_purpose(other.m_purpose),
      m_path(std::move(other.m_path)),
      m_temporary(std::exchange(other.m_temporary, {})) {}

FileReplacement::~FileReplacement() {
    if (m_file >= 0) close(m_file);
    if (!m_temporary.empty()) unlink(m_temporary.c_str());
}

Result<void> FileReplacement::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(m_file, bytes.data(), std::min(bytes.size(), kAtOnce));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure("the file can't be written", errno);
        bytes = bytes.subspan(static_cast<size_t>(count));
    }
    return {};
}

Result<void> FileReplacement::reserve(uint64_t bytes) {
    const off_t size = static_cast<off_t>(bytes);
    int done = 0;
    do done = fallocate(m_file, 0, 0, size);
    while (done != 0 && errno == EINTR);
    if (done != 0 && (errno == EOPNOTSUPP || errno == ENOSYS)) done = ftruncate(m_file, size);
    if (done != 0) return failure("the file can't be written", errno);
    return {};
}

Result<void> FileReplacement::finish() {
    if (m_file < 0) return {};
    if (m_purpose == Purpose::Keep && fsync(m_file) != 0) return failure("the file can't be written", errno);
    if (close(std::exchange(m_file, -1)) != 0) return failure("the file can't be written", errno);
    return {};
}

Result<void> FileReplacement::commit() {
    if (auto done = finish(); !done) return done;
    if (rename(m_temporary.c_str(), m_path.c_str()) != 0) return failure("the file can't be written", errno);
    m_temporary.clear();
    if (m_purpose == Purpose::Keep) syncFolder(m_path);
    return {};
}

}  // namespace monochord
