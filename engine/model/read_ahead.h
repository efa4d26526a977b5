#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "gguf/gguf_file.h"

namespace monochord {

/// Reads a model file, or all of a split model, into memory on a thread of its own, from its beginning to its end,
/// which is the order in which most files hold what is computed first: a first token need not wait for the last layer.
/// Reads nothing where memory does not hold the file, since its end would push its beginning out.
class ReadAhead {
public:
    /// file: outlives this.
    explicit ReadAhead(const GgufFile& file);
    /// Ends the reading after at most a megabyte.
    ~ReadAhead() = default;
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    uint64_t total() const { return m_total; }  ///< bytes of the file
    uint64_t done() const { return m_done; }    ///< of these, bytes that are read or need not be; thread-safe
    /// Returns when done() is another number than `seen`, or after a hundredth of a second.
    void waitBeyond(uint64_t seen) const;

private:
    void read(const std::stop_token& stop);
    void readPart(const MappedFile& file, const std::stop_token& stop);

    const GgufFile* m_file;
    uint64_t m_total;
    std::atomic<uint64_t> m_done = 0;
    std::jthread m_thread;  // last: ends before the others do
};

}  // namespace monochord
