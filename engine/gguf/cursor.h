#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

#include "base/checked.h"

namespace monochord {

static_assert(std::endian::native == std::endian::little, "numbers are read as they lie in the file");

/// Reads a file's header from front to back and never past its end: a step that does not fit returns false, leaves the
/// position where it was and remembers how much it wanted.
class Cursor {
public:
    explicit Cursor(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    bool skip(Checked size) {
        m_wanted = size.value().value_or(std::numeric_limits<uint64_t>::max());
        if (!size.atMost(left())) return false;
        m_position += m_wanted;
        return true;
    }
    template <class T>
    bool read(T& number) {
        if (!skip(sizeof(T))) return false;
        std::memcpy(&number, m_bytes.data() + m_position - sizeof(T), sizeof(T));
        return true;
    }
    /// u64 length and bytes; the view points into the file.
    bool readString(std::string_view& text) {
        uint64_t length = 0;
        if (!read(length)) return false;
        if (!skip(length)) {
            m_position -= sizeof(length);
            return false;
        }
        text = {reinterpret_cast<const char*>(m_bytes.data() + m_position - length), length};
        return true;
    }

    uint64_t position() const { return m_position; }
    uint64_t left() const { return m_bytes.size() - m_position; }
    uint64_t wanted() const { return m_wanted; }  ///< bytes that the last step needed
    std::span<const std::byte> since(uint64_t start) const { return m_bytes.subspan(start, m_position - start); }

private:
    std::span<const std::byte> m_bytes;
    uint64_t m_position = 0;
    uint64_t m_wanted = 0;
};

}  // namespace monochord
