#include "tokenizer/added_tokens.h"

#include <algorithm>
#include <iterator>

namespace monochord {

void AddedTokens::add(std::string_view text, TokenId id) {
    if (!text.empty() && text.size() <= kLongest) m_entries.push_back({std::string(text), id});
}

void AddedTokens::finish() {
    std::ranges::stable_sort(m_entries, {}, &Entry::text);
    const auto sameText = [](const Entry& a, const Entry& b) { return a.text == b.text; };
    const auto kept = std::unique(m_entries.rbegin(), m_entries.rend(), sameText).base();
    m_entries.erase(m_entries.begin(), kept);
    for (uint32_t i = 0; i < m_entries.size(); i++) {
        Range& range = m_byFirst[static_cast<uint8_t>(m_entries[i].text[0])];
        if (range.end == 0) range.begin = i;
        range.end = i + 1;
    }
}

AddedTokens::Match AddedTokens::longest(std::string_view text) const {
    Match best;
    auto [begin, end] = m_byFirst[static_cast<uint8_t>(text[0])];
    const auto at = [&](uint32_t i) { return m_entries.begin() + i; };
    for (size_t depth = 1; begin < end; depth++) {
        if (m_entries[begin].text.size() == depth) best = {m_entries[begin++].id, depth};  // the shortest comes first
        if (depth == text.size()) break;
        const auto byte = [depth](const Entry& entry) { return static_cast<uint8_t>(entry.text[depth]); };
        const uint8_t wanted = static_cast<uint8_t>(text[depth]);
        // Not equal_range: Clang before 16 can't compile what it returns with the library of GCC 12.
        const auto from = std::ranges::lower_bound(at(begin), at(end), wanted, {}, byte);
        const auto to = std::ranges::upper_bound(from, at(end), wanted, {}, byte);
        begin = static_cast<uint32_t>(from - m_entries.begin());
        end = static_cast<uint32_t>(to - m_entries.begin());
    }
    return best;
}

}  // namespace monochord
