#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tokenizer/merge_queue.h"
#include "tokenizer/text_table.h"

namespace monochord {

/// A word as a row of symbols that grow together. A symbol lives at the position of its first byte; its size stands at
/// its first and its last byte, so that both neighbours are found without links.
class Symbols {
public:
    void clear() {
        m_ids.clear();
        m_sizes.clear();
    }
    size_t bytes() const { return m_ids.size(); }
    void append(TokenId id, uint32_t size) {
        m_ids.push_back(id);
        m_ids.resize(m_ids.size() + size - 1, kInside);
        m_sizes.resize(m_sizes.size() + size, size);
    }

    TokenId id(size_t at) const { return m_ids[at]; }
    uint32_t size(size_t at) const { return m_sizes[at]; }
    size_t next(size_t at) const { return at + m_sizes[at]; }          ///< bytes() past the last symbol
    size_t previous(size_t at) const { return at - m_sizes[at - 1]; }  ///< precondition: at > 0

    /// True if a symbol begins here that has `size` together with the one after it.
    bool isPair(size_t at, uint32_t size) const {
        if (m_ids[at] == kInside) return false;
        const size_t right = next(at);
        return right < bytes() && m_sizes[at] + m_sizes[right] == size;
    }
    void merge(size_t at, uint32_t size, TokenId id) {
        m_ids[next(at)] = kInside;
        m_ids[at] = id;
        m_sizes[at] = m_sizes[at + size - 1] = size;
    }

private:
    static constexpr TokenId kInside = -2;
    std::vector<TokenId> m_ids;     // [bytes]; kInside where no symbol begins
    std::vector<uint32_t> m_sizes;  // [bytes]
};

/// Merges neighbours until none may be merged. `rankOf(left, right)` gives the rank of a pair of positions or nothing,
/// `idOf(entry)` the id of what a pair becomes.
template <class RankOf, class IdOf>
void mergeSymbols(Symbols& symbols, MergeQueue& queue, RankOf rankOf, IdOf idOf) {
    const auto consider = [&](size_t left, size_t right) {
        if (const std::optional<uint32_t> rank = rankOf(left, right))
            queue.push({*rank, static_cast<uint32_t>(left), symbols.size(left) + symbols.size(right)});
    };
    if (symbols.bytes() == 0) return;
    for (size_t left = 0, right = symbols.next(0); right < symbols.bytes(); left = right, right = symbols.next(right))
        consider(left, right);
    while (const auto entry = queue.pop()) {
        const size_t at = entry->position;
        if (!symbols.isPair(at, entry->size)) continue;
        symbols.merge(at, entry->size, idOf(*entry));
        if (at > 0) consider(symbols.previous(at), at);
        if (symbols.next(at) < symbols.bytes()) consider(at, symbols.next(at));
    }
}

}  // namespace monochord
