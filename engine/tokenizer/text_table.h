#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "monochord/tokenizer.h"

namespace monochord {

inline constexpr TokenId kNoToken = -1;

/// Spreads the bits of a number over all 64.
inline uint64_t mixBits(uint64_t x) {
    x = (x ^ x >> 32) * 0xD6E8FEB86659FD93u;
    return (x ^ x >> 32) * 0xD6E8FEB86659FD93u ^ x >> 29;
}

/// The longest way a hash table goes from the place where a key should be: no honest file comes near it, and a file
/// made to collide is refused instead of taking quadratic time.
inline constexpr uint32_t kLongestProbe = 2000;

/// Token ids by text: open addressing over texts that stay where they are (a file's bytes). Texts of up to eight bytes,
/// which are most, are compared inside the table.
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

    /// Fetches where a text that will be entered soon belongs: tables of large vocabularies are larger than the caches,
    /// and their places lie everywhere.
    void fetch(TokenId id) const {
        const Key key = keyOf(m_texts[static_cast<size_t>(id)]);
        __builtin_prefetch(&m_slots[key.hash & (m_slots.size() - 1)], 1);
    }

    TokenId find(std::string_view text) const;

private:
    struct Slot {
        uint64_t bits = 0;  // the text itself, or the hash of a longer one
        uint32_t size = 0;
        TokenId id = kNoToken;
    };
    struct Key {
        uint64_t bits = 0;
        uint64_t hash = 0;
    };
    static Key keyOf(std::string_view text);
    bool holds(const Slot& slot, const Key& key, std::string_view text) const {
        return slot.bits == key.bits && slot.size == static_cast<uint32_t>(text.size()) &&
               (text.size() <= sizeof(key.bits) || m_texts[static_cast<size_t>(slot.id)] == text);
    }
    Slot* slotOf(std::string_view text);

    std::span<const std::string_view> m_texts;
    std::vector<Slot> m_slots;
};

}  // namespace monochord
