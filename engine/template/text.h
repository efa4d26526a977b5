#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/tokenizer.h"

namespace monochord::jinja {

/// Bytes that know where they came from: each byte is trusted (the template wrote it) or not (it came from a message, a
/// tool, a document). Every operation on texts is made of append() and slice(), which carry that along.
///
/// Kept as the borders where the provenance flips, so that a text of one origin costs nothing extra. (A mask of one
/// byte each was rejected: it doubles every copy.)
class Text {
public:
    Text() = default;
    Text(std::string bytes, bool trusted) : m_bytes(std::move(bytes)), m_firstTrusted(trusted) {}

    const std::string& bytes() const { return m_bytes; }
    std::string_view view() const { return m_bytes; }
    size_t size() const { return m_bytes.size(); }
    bool empty() const { return m_bytes.empty(); }
    bool trustedAt(size_t at) const;  ///< precondition: at < size()
    bool allTrusted() const { return m_firstTrusted && m_borders.empty(); }
    size_t memory() const { return m_bytes.capacity() + m_borders.capacity() * sizeof(uint32_t); }

    void append(std::string_view bytes, bool trusted);
    void append(const Text& other);
    void append(const Text& other, size_t from, size_t end);  ///< precondition: from <= end <= other.size()
    Text slice(size_t from, size_t end) const;

    /// The runs of one provenance, in order.
    std::vector<TextSpan> spans() const;

private:
    bool lastTrusted() const { return m_firstTrusted != (m_borders.size() % 2 == 1); }

    std::string m_bytes;
    bool m_firstTrusted = true;
    std::vector<uint32_t> m_borders;  // ascending, inside the text; the provenance flips at each
};

}  // namespace monochord::jinja
