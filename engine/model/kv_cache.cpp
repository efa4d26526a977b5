#include "model/kv_cache.h"

#include <algorithm>
#include <cstring>

namespace monochord {

namespace {

constexpr size_t padded(size_t length) {
    return (length + kLanes - 1) / kLanes * kLanes;
}

}  // namespace

Result<KvCache> KvCache::create(const HyperParameters& p, CacheType type, uint32_t capacity) {
    KvCache cache;
    cache.m_type = type;
    cache.m_element = type == CacheType::F32 ? 4 : 2;
    cache.m_capacity = capacity;
    cache.m_layers = p.blockCount;
    cache.m_heads = p.headCountKv;
    cache.m_keyLength = p.keyLength;
    cache.m_valueLength = p.valueLength;
    cache.m_keyStride = padded(p.keyLength);
    cache.m_valueStride = padded(p.valueLength);
    const Checked positions = Checked(p.blockCount) * Checked(p.headCountKv) * Checked(capacity);
    auto memory = AlignedBuffer<std::byte>::create(positions * Checked(cache.m_keyStride + cache.m_valueStride) *
                                                   Checked(cache.m_element));
    if (!memory) return tl::unexpected(Error{memory.error().code, "the KV cache: " + memory.error().message});
    cache.m_memory = std::move(*memory);
    return cache;
}

bool KvCache::store(const Kernels& kernels, const float* x, size_t length, std::byte* out) const {
    if (!kernels.allFinite(x, length)) return false;
    if (m_type == CacheType::F32) {
        std::memcpy(out, x, length * sizeof(float));
        return true;
    }
    auto* half = reinterpret_cast<uint16_t*>(out);
    kernels.toHalf(x, length, half);
    return std::none_of(half, half + length, [](uint16_t bits) { return (bits & 0x7c00u) == 0x7c00u; });
}

std::vector<std::span<std::byte>> KvCache::used(uint32_t length) const {
    std::vector<std::span<std::byte>> parts;
    for (size_t layer = 0; layer < m_layers; layer++)
        for (size_t head = 0; head < m_heads; head++) {
            std::byte* keys = m_memory.data() + offset(layer, head);
            parts.push_back({keys, length * m_keyStride * m_element});
            parts.push_back({keys + m_capacity * m_keyStride * m_element, length * m_valueStride * m_element});
        }
    return parts;
}

bool KvCache::write(const Kernels& kernels, size_t layer, size_t head, size_t position, const float* key,
                    const float* value) {
    std::byte* keys = m_memory.data() + offset(layer, head);
    std::byte* values = keys + m_capacity * m_keyStride * m_element;
    return store(kernels, key, m_keyLength, keys + position * m_keyStride * m_element) &&
           store(kernels, value, m_valueLength, values + position * m_valueStride * m_element);
}

}  // namespace monochord
