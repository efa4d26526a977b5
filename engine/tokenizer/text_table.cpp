#include "tokenizer/text_table.h"

#include <bit>
#include <cstring>

namespace monochord {

namespace {

uint64_t load(const char* from, size_t bytes) {
    uint64_t value = 0;
    std::memcpy(&value, from, bytes);
    return value;
}

}  // namespace

uint64_t hashBytes(std::string_view bytes) {
    uint64_t hash = 0x9E3779B97F4A7C15u + bytes.size();
    const char* at = bytes.data();
    size_t left = bytes.size();
    for (; left > sizeof(uint64_t); at += sizeof(uint64_t), left -= sizeof(uint64_t))
        hash = mixBits(hash ^ load(at, sizeof(uint64_t)));
    if (left > 0) hash = mixBits(hash ^ load(at, left));
    return hash;
}

TextTable::TextTable(std::span<const std::string_view> texts)
    : m_texts(texts), m_slots(std::bit_ceil(texts.size() * 2 + 1)) {}

TokenId TextTable::find(std::string_view text) const {
    if (m_slots.empty()) return kNoToken;
    const uint64_t hash = hashBytes(text);
    const uint32_t tag = static_cast<uint32_t>(hash >> 32);
    const size_t mask = m_slots.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {  // ends: half of the slots are empty
        const Slot& slot = m_slots[i];
        if (slot.id == kNoToken) return kNoToken;
        if (slot.tag == tag && m_texts[static_cast<size_t>(slot.id)] == text) return slot.id;
    }
}

TextTable::Slot* TextTable::slotOf(std::string_view text) {
    const uint64_t hash = hashBytes(text);
    const uint32_t tag = static_cast<uint32_t>(hash >> 32);
    const size_t mask = m_slots.size() - 1;
    size_t i = hash & mask;
    for (uint32_t probe = 0; probe < kLongestProbe; probe++, i = (i + 1) & mask) {
        Slot& slot = m_slots[i];
        if (slot.id == kNoToken) slot.tag = tag;
        if (slot.id == kNoToken || (slot.tag == tag && m_texts[static_cast<size_t>(slot.id)] == text)) return &slot;
    }
    return nullptr;
}

}  // namespace monochord
