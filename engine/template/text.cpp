#include "template/text.h"

#include <algorithm>

namespace monochord::jinja {

bool Text::trustedAt(size_t at) const {
    if (m_borders.empty()) return m_firstTrusted;
    const auto flips = std::upper_bound(m_borders.begin(), m_borders.end(), at) - m_borders.begin();
    return m_firstTrusted != (flips % 2 == 1);
}

void Text::append(std::string_view bytes, bool trusted) {
    if (bytes.empty()) return;
    if (m_bytes.empty())
        m_firstTrusted = trusted;
    else if (lastTrusted() != trusted)
        m_borders.push_back(static_cast<uint32_t>(m_bytes.size()));
    m_bytes.append(bytes);
}

void Text::append(const Text& other) {
    append(other, 0, other.size());
}

void Text::append(const Text& other, size_t from, size_t end) {
    if (other.m_borders.empty()) return append(other.view().substr(from, end - from), other.m_firstTrusted);
    auto border = std::upper_bound(other.m_borders.begin(), other.m_borders.end(), from);
    bool trusted = other.m_firstTrusted != ((border - other.m_borders.begin()) % 2 == 1);
    while (from < end) {
        const size_t stop = border == other.m_borders.end() ? end : std::min<size_t>(*border++, end);
        append(other.view().substr(from, stop - from), trusted);
        from = stop;
        trusted = !trusted;
    }
}

Text Text::slice(size_t from, size_t end) const {
    Text result;
    result.append(*this, from, end);
    return result;
}

std::vector<TextSpan> Text::spans() const {
    std::vector<TextSpan> result;
    if (m_bytes.empty()) return result;
    result.reserve(m_borders.size() + 1);
    size_t from = 0;
    bool trusted = m_firstTrusted;
    for (size_t i = 0; i <= m_borders.size(); i++) {
        const size_t end = i < m_borders.size() ? m_borders[i] : m_bytes.size();
        result.push_back({m_bytes.substr(from, end - from), trusted});
        from = end;
        trusted = !trusted;
    }
    return result;
}

}  // namespace monochord::jinja
