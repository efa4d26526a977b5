#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "monochord/tokenizer.h"

namespace monochord {

inline constexpr TokenId kNoToken = -1;

/// A quick non-cryptographic hash; not the same across machines of different byte order.
uint64_t hashBytes(std::string_view bytes);

/// Spreads the bits of a number over all 64.
inline uint64_t mixBits(uint64_t x) {
    x = (x ^ x >> 32) * 0xD6E8FEB86659FD93u;
    return (x ^ x >> 32) * 0xD6E8FEB86659FD93u ^ x >> 29;
}

/// The longest way a hash table goes from the place where a key should be: no honest file comes near it, and a file
/// made to collide is refused instead of taking quadratic time.
inline constexpr uint32_t kLongestProbe = 2000;

/// Token ids by text: open addressing over texts that stay where they are (a file's bytes).
class TextTable {
public:
    TextTable() = default;
    /// `texts` is indexed by token id and must outlive the table.
    explicit TextTable(std::span<const std::string_view> texts);

    /// Enters a token; where its text is there already, `replaces(other)` says whether it takes the place.
    /// False: the texts were made to collide.
    template <class Replaces>
    bool insert(TokenId id, Replaces replaces) {
        Slot* slot = slotOf(m_texts[static_cast<size_t>(id)]);
        if (slot && (slot->id == kNoToken || replaces(slot->id))) slot->id = id;
        return slot != nullptr;
    }

    TokenId find(std::string_view text) const;

private:
    struct Slot {
        uint32_t tag = 0;  // upper half of the hash
        TokenId id = kNoToken;
    };
    Slot* slotOf(std::string_view text);

    std::span<const std::string_view> m_texts;
    std::vector<Slot> m_slots;
};

}  // namespace monochord
