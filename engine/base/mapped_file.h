#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "monochord/error.h"

namespace monochord {

/// A regular file mapped read-only into memory for as long as the object lives.
///
/// The bytes stay readable whatever happens to the file: where it was truncated or a page cannot be read, the process's
/// SIGBUS handler (the engine's only global state, installed with the first mapping; faults elsewhere are passed on to
/// the handler that was there before) puts zero pages in the hole, and damaged() turns true.
/// Whoever computed with the bytes asks damaged() afterwards and discards the result.
/// Thread-safe once open.
class MappedFile {
public:
    /// Errors: NotFound; NotReadable (a folder, a pipe, a device, no permission; never blocks on a pipe); Truncated
    /// (empty).
    static Result<std::unique_ptr<MappedFile>> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return m_bytes; }
    /// Has the system read `length` bytes from `offset` on, on a thread of its own; returns at once.
    void announce(size_t offset, size_t length) const;
    /// True if the system holds all of it in memory, so that reading waits for nothing; also where it does not tell (of
    /// a file that this process may not write).
    bool isInMemory(size_t offset, size_t length) const;
    /// Reads a byte of each page from `offset` to `offset + length`, so that they are in memory for a while.
    void touch(size_t offset, size_t length) const;
    /// For who reads a file once: takes the pages wholly inside out of this process's memory; reading them again works.
    /// Precondition of these four: the range lies within bytes().
    void release(size_t offset, size_t length) const;
    /// True once a page of the mapping could not be read.
    bool damaged() const;

private:
    MappedFile(std::span<const std::byte> bytes, int slot) : m_bytes(bytes), m_slot(slot) {}
    std::span<const std::byte> m_bytes;
    int m_slot = -1;  // in the handler's table
};

}  // namespace monochord
