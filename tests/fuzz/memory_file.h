#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

/// A file in memory: a disk would be most of the time.
class MemoryFile {
public:
    MemoryFile() : m_descriptor(memfd_create("input", MFD_CLOEXEC)) {}
    bool write(const uint8_t* data, size_t size) const {
        return ftruncate(m_descriptor, 0) == 0 && pwrite(m_descriptor, data, size, 0) == static_cast<ssize_t>(size);
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(m_descriptor); }

private:
    int m_descriptor;
};
