#include "model/kv_cache.h"

#include <algorithm>
#include <cstring>

namespace monochord {

namespace {

constexpr size_t padded(size_t count, size_t multiple) {
    return (count + multiple - 1) / multiple * multiple;
}

/// A key's values, one for each row of its segment.
template <class T>
void scatter(const std::byte* from, size_t length, size_t position, std::byte* keys) {
    const T* x = reinterpret_cast<const T*>(from);
    T* out = reinterpret_cast<T*>(keys) + position / kSegment * kSegment * length + position % kSegment;
    for (size_t k = 0; k < length; k++) out[k * kSegment] = x[k];
}

}  // namespace

Result<KvCache> KvCache::create(const HyperParameters& p, CacheType type, uint32_t capacity) {
    KvCache cache;
    cache.m_type = type;
    cache.m_element = type == CacheType::F32 ? 4 : 2;
    cache.m_capacity = capacity;
    cache.m_rows = padded(capacity, kSegment);
    cache.m_heads = p.headCountKv;
    cache.m_keyLength = p.keyLength;
    cache.m_valueLength = p.valueLength;
    cache.m_valueStride = padded(p.valueLength, kLanes);
    const Checked rows = Checked(p.blockCount) * Checked(p.headCountKv) * Checked(cache.m_rows);
    auto memory = AlignedBuffer<std::byte>::create(rows * Checked(cache.m_keyLength + cache.m_valueStride) *
                                                   Checked(cache.m_element));
    if (!memory) return tl::unexpected(Error{memory.error().code, "the KV cache: " + memory.error().message});
    cache.m_memory = std::move(*memory);
    return cache;
}

bool KvCache::round(const Kernels& kernels, const float* x, size_t length, std::byte* out) const {
    if (!kernels.allFinite(x, length)) return false;
    if (m_type == CacheType::F32) {
        std::memcpy(out, x, length * sizeof(float));
        return true;
    }
    auto* half = reinterpret_cast<uint16_t*>(out);
    kernels.toHalf(x, length, half);
    return std::none_of(half, half + length, [](uint16_t bits) { return (bits & 0x7c00u) == 0x7c00u; });
}

bool KvCache::write(const Kernels& kernels, size_t layer, size_t head, size_t position, const float* key,
                    const float* value) {
    std::byte* keys = m_memory.data() + offset(layer, head);
    std::byte* values = keys + m_rows * m_keyLength * m_element;
    alignas(64) std::byte rounded[kLargestHead * sizeof(float)];
    if (!round(kernels, key, m_keyLength, rounded)) return false;
    m_type == CacheType::F32 ? scatter<float>(rounded, m_keyLength, position, keys)
                             : scatter<uint16_t>(rounded, m_keyLength, position, keys);
    return round(kernels, value, m_valueLength, values + position * m_valueStride * m_element);
}

}  // namespace monochord
