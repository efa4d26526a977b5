#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "monochord/error.h"

namespace monochord {

/// Reads a regular file from its beginning.
class FileReader {
public:
    /// Errors: NotFound; NotReadable (a folder, a pipe, a device, no permission; never blocks on a pipe).
    static Result<FileReader> open(const std::filesystem::path& path);
    FileReader(FileReader&& other) noexcept;
    ~FileReader();

    uint64_t size() const { return m_size; }  ///< bytes, when it was opened
    /// Fills `bytes` with what comes next. Errors: NotReadable; Truncated (the file ends before).
    Result<void> read(std::span<std::byte> bytes);

private:
    FileReader(int file, uint64_t size) : m_file(file), m_size(size) {}
    int m_file = -1;
    uint64_t m_size = 0;
};

/// A file that other programs see whole or not at all: written under another name beside it, which it gives up in the
/// end. Without commit() nothing is left of it.
class FileReplacement {
public:
    enum class Purpose {
        /// What can be computed again: readable by its owner alone, and the disk is not waited for (a state of 160 MB
        /// would hold up the end of the application), so after a power cut parts may be missing, and who reads must
        /// notice.
        Cache,
        /// What a person asked for: readable by whom the user's settings say; on the disk when commit() returns.
        Keep,
    };
    /// Errors: NotReadable (with the system's reason).
    static Result<FileReplacement> create(const std::filesystem::path& path, Purpose purpose = Purpose::Cache);
    FileReplacement(FileReplacement&& other) noexcept;
    ~FileReplacement();

    /// Errors: NotReadable (no room on the disk, or another reason of the system's).
    Result<void> write(std::span<const std::byte> bytes);
    /// Takes so many bytes on the disk at once, as zeros, so that it can't be full in the middle (where the file system
    /// can't do that, the file only gets its size). Errors likewise.
    Result<void> reserve(uint64_t bytes);
    /// What commit() waits for, without the new name: of several files, all can be on the disk before one appears.
    /// Nothing may be written afterwards. Errors likewise.
    Result<void> finish();
    Result<void> commit();  ///< Errors likewise; the old file, if there was one, is still there then
    const std::filesystem::path& temporaryPath() const { return m_temporary; }  ///< until commit()

private:
    FileReplacement(int file, Purpose purpose, std::filesystem::path path, std::filesystem::path temporary)
        : m_file(file), m_purpose(purpose), m_path(std::move(path)), m_temporary(std::move(temporary)) {}
    int m_file = -1;
    Purpose m_purpose = Purpose::Cache;
    std::filesystem::path m_path, m_temporary;
};

}  // namespace monochord
