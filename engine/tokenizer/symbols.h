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
    void clear() { m_cells.clear(); }
    void reserve(size_t bytes) { m_cells.reserve(bytes); }
    size_t bytes() const { return m_cells.size(); }
    void append(TokenId id, uint32_t size) {
        m_cells.push_back({id, size});
        m_cells.resize(m_cells.size() + size - 1, {kInside, size});
    }

    TokenId id(size_t at) const { return m_cells[at].id; }
    uint32_t size(size_t at) const { return m_cells[at].size; }
    size_t next(size_t at) const { return at + m_cells[at].size; }          ///< bytes() past the last symbol
    size_t previous(size_t at) const { return at - m_cells[at - 1].size; }  ///< precondition: at > 0

    /// True if a symbol begins here that has `size` together with the one after it.
    bool isPair(size_t at, uint32_t size) const {
        if (m_cells[at].id == kInside) return false;
        const size_t right = next(at);
        return right < bytes() && m_cells[at].size + m_cells[right].size == size;
    }
    void merge(size_t at, uint32_t size, TokenId id) {
        m_cells[next(at)].id = kInside;
        m_cells[at].id = id;
        m_cells[at].size = m_cells[at + size - 1].size = size;
    }
    /// Asks for the memory of a place that will be looked at soon.
    void fetch(size_t at) const { __builtin_prefetch(m_cells.data() + at, 1); }

private:
    static constexpr TokenId kInside = -2;
    struct Cell {
        TokenId id = kInside;
        uint32_t size = 0;
    };
    std::vector<Cell> m_cells;  // [bytes]; size holds at the first and the last byte of a symbol
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
        symbols.fetch(queue.soon());
        const size_t at = entry->position;
        if (!symbols.isPair(at, entry->size)) continue;
        symbols.merge(at, entry->size, idOf(*entry));
        if (at > 0) consider(symbols.previous(at), at);
        if (symbols.next(at) < symbols.bytes()) consider(at, symbols.next(at));
    }
}

}  // namespace monochord
