#include "tokenizer/text_table.h"

#include <bit>
#include <cstring>

namespace monochord {

namespace {

template <class T>
uint64_t load(const char* from) {
    T value = 0;
    std::memcpy(&value, from, sizeof(value));
    return value;
}

/// Up to eight bytes as a number; together with the size it tells texts apart. Two loads that overlap are quicker than
/// a copy of unknown length.
uint64_t packed(std::string_view text) {
    const char* at = text.data();
    const size_t size = text.size();
    if (size >= 4) return load<uint32_t>(at) | load<uint32_t>(at + size - 4) << 32;
    if (size >= 2) return load<uint16_t>(at) | load<uint16_t>(at + size - 2) << 16;
    return size == 1 ? load<uint8_t>(at) : 0;
}

uint64_t hashLong(std::string_view text) {
    uint64_t hash = text.size();
    const char* last = text.data() + text.size() - sizeof(uint64_t);
    for (const char* at = text.data(); at < last; at += sizeof(uint64_t)) hash = mixBits(hash ^ load<uint64_t>(at));
    return mixBits(hash ^ load<uint64_t>(last));
}

}  // namespace

TextTable::TextTable(std::span<const std::string_view> texts)
    : m_texts(texts), m_slots(std::bit_ceil(texts.size() + texts.size() / 2 + 1)) {}

TextTable::Key TextTable::keyOf(std::string_view text) {
    if (text.size() > sizeof(uint64_t)) {
        const uint64_t hash = hashLong(text);
        return {hash, hash};
    }
    const uint64_t bits = packed(text);
    return {bits, mixBits(bits ^ text.size() << 56)};
}

TokenId TextTable::find(std::string_view text) const {
    if (m_slots.empty()) return kNoToken;
    const Key key = keyOf(text);
    const size_t mask = m_slots.size() - 1;
    for (size_t i = key.hash & mask;; i = (i + 1) & mask) {  // ends: a third of the slots is empty
        const Slot& slot = m_slots[i];
        if (slot.id == kNoToken || holds(slot, key, text)) return slot.id;
    }
}

TextTable::Slot* TextTable::slotOf(std::string_view text) {
    const Key key = keyOf(text);
    const size_t mask = m_slots.size() - 1;
    size_t i = key.hash & mask;
    for (uint32_t probe = 0; probe < kLongestProbe; probe++, i = (i + 1) & mask) {
        Slot& slot = m_slots[i];
        if (slot.id == kNoToken) slot = {key.bits, static_cast<uint32_t>(text.size()), kNoToken};
        if (slot.id == kNoToken || holds(slot, key, text)) return &slot;
    }
    return nullptr;
}

}  // namespace monochord
