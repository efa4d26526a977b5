#include "model/kv_cache.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/half.h"

namespace monochord {

namespace {

constexpr size_t kBlock = 32;  // values that share a scale

constexpr size_t padded(size_t count, size_t multiple) {
    return (count + multiple - 1) / multiple * multiple;
}

constexpr bool hasScales(CacheType type) {
    return type == CacheType::Q8_0 || type == CacheType::Q4_0;
}

constexpr size_t bitsOf(CacheType type) {
    return type == CacheType::F32 ? 32 : type == CacheType::F16 ? 16 : type == CacheType::Q8_0 ? 8 : 4;
}

/// f32 → binary16. False if a number is not finite then.
bool round(const Kernels& kernels, const float* x, size_t length, uint16_t* out) {
    kernels.toHalf(x, length, out);
    return std::none_of(out, out + length, [](uint16_t bits) { return (bits & 0x7c00u) == 0x7c00u; });
}

/// 32 values as whole numbers times a scale, which is rounded before the numbers are: Q8_0 by the largest magnitude,
/// Q4_0 so that the value of largest magnitude becomes −8. False if the scale is not finite.
bool round(CacheType type, const float* x, int8_t* numbers, uint16_t* scale) {
    const float* extreme = std::max_element(x, x + kBlock, [](float a, float b) { return std::abs(a) < std::abs(b); });
    const bool eight = type == CacheType::Q8_0;
    *scale = floatToHalf(eight ? std::abs(*extreme) / 127 : *extreme / -8);
    const float d = halfToFloat(*scale), inverse = d == 0 ? 0 : 1 / d, low = eight ? -127 : -8, high = eight ? 127 : 7;
    for (size_t i = 0; i < kBlock; i++)
        numbers[i] = static_cast<int8_t>(std::clamp(std::nearbyint(x[i] * inverse), low, high));
    return (*scale & 0x7c00u) != 0x7c00u;
}

std::byte twoNumbers(int8_t lower, int8_t upper) {
    return static_cast<std::byte>((lower + 8) | (upper + 8) << 4);
}

/// A key's values, one for each row of its segment.
template <class T>
void scatter(const T* x, size_t length, T* out) {
    for (size_t k = 0; k < length; k++) out[k * kSegment] = x[k];
}

bool writeKey(const Kernels& kernels, CacheType type, const float* x, size_t length, size_t position, std::byte* keys,
              uint16_t* scales) {
    const size_t segment = position / kSegment * kSegment * length, j = position % kSegment;
    if (type == CacheType::F32) {
        scatter(x, length, reinterpret_cast<float*>(keys) + segment + j);
        return true;
    }
    if (type == CacheType::F16) {
        uint16_t half[kLargestHead];
        if (!round(kernels, x, length, half)) return false;
        scatter(half, length, reinterpret_cast<uint16_t*>(keys) + segment + j);
        return true;
    }
    for (size_t k = 0; k < length; k += kBlock) {
        int8_t numbers[kBlock];
        if (!round(type, x + k, numbers, scales + segment / kBlock + k / kBlock * kSegment + j)) return false;
        if (type == CacheType::Q8_0)
            scatter(numbers, kBlock, reinterpret_cast<int8_t*>(keys) + segment + k * kSegment + j);
        else
            for (size_t i = 0; i < kBlock; i += 2)
                keys[segment / 2 + (k + i) / 2 * kSegment + j] = twoNumbers(numbers[i], numbers[i + 1]);
    }
    return true;
}

bool writeValue(const Kernels& kernels, CacheType type, const float* x, size_t length, size_t at, std::byte* values,
                uint16_t* scales) {
    if (type == CacheType::F32) {
        std::memcpy(values + at * sizeof(float), x, length * sizeof(float));
        return true;
    }
    if (type == CacheType::F16) return round(kernels, x, length, reinterpret_cast<uint16_t*>(values) + at);
    for (size_t d = 0; d < length; d += kBlock) {
        int8_t numbers[kBlock];
        if (!round(type, x + d, numbers, scales + (at + d) / kBlock)) return false;
        if (type == CacheType::Q8_0)
            std::memcpy(values + at + d, numbers, kBlock);
        else
            for (size_t i = 0; i < kBlock / 2; i++)
                values[(at + d) / 2 + i] = twoNumbers(numbers[i], numbers[i + kBlock / 2]);
    }
    return true;
}

}  // namespace

KvCache::Half KvCache::half(CacheType type, size_t length, size_t multiple, size_t rows) {
    Half half{hasScales(type) && length % kBlock != 0 ? CacheType::F16 : type, length, padded(length, multiple)};
    half.bytes = rows * half.stride * bitsOf(half.type) / 8;
    half.scaleBytes = hasScales(half.type) ? rows * half.stride / kBlock * sizeof(uint16_t) : 0;
    return half;
}

Result<KvCache> KvCache::create(const HyperParameters& p, CacheType keys, CacheType values, uint32_t capacity) {
    const size_t rows = padded(capacity, kSegment);
    KvCache cache;
    cache.m_capacity = capacity;
    cache.m_layers = p.blockCount;
    cache.m_heads = p.headCountKv;
    cache.m_keys = half(keys, p.keyLength, 1, rows);
    cache.m_values = half(values, p.valueLength, kLanes, rows);
    auto memory = AlignedBuffer<std::byte>::create(
        Checked(p.blockCount) * Checked(p.headCountKv) *
        Checked(cache.m_keys.bytes + cache.m_keys.scaleBytes + cache.m_values.bytes + cache.m_values.scaleBytes));
    if (!memory) return tl::unexpected(Error{memory.error().code, "the KV cache: " + memory.error().message});
    cache.m_memory = std::move(*memory);
    return cache;
}

std::byte* KvCache::headBegin(size_t layer, size_t head) const {
    return m_memory.data() +
           (layer * m_heads + head) * (m_keys.bytes + m_keys.scaleBytes + m_values.bytes + m_values.scaleBytes);
}

std::vector<std::span<std::byte>> KvCache::used(uint32_t length) const {
    std::vector<std::span<std::byte>> parts;
    const auto add = [&](const Half& half, std::byte* begin, size_t rows) {
        parts.push_back({begin, rows * half.stride * bitsOf(half.type) / 8});
        if (half.scaleBytes != 0) parts.push_back({begin + half.bytes, rows * half.stride / kBlock * sizeof(uint16_t)});
    };
    for (size_t layer = 0; layer < m_layers; layer++)
        for (size_t head = 0; head < m_heads; head++) {
            std::byte* begin = headBegin(layer, head);
            add(m_keys, begin, padded(length, kSegment));
            add(m_values, begin + m_keys.bytes + m_keys.scaleBytes, length);
        }
    return parts;
}

bool KvCache::write(const Kernels& kernels, size_t layer, size_t head, size_t position, const float* key,
                    const float* value) {
    if (!kernels.allFinite(key, m_keys.length) || !kernels.allFinite(value, m_values.length)) return false;
    std::byte *keys = headBegin(layer, head), *values = keys + m_keys.bytes + m_keys.scaleBytes;
    return writeKey(kernels, m_keys.type, key, m_keys.length, position, keys,
                    reinterpret_cast<uint16_t*>(keys + m_keys.bytes)) &&
           writeValue(kernels, m_values.type, value, m_values.length, position * m_values.stride, values,
                      reinterpret_cast<uint16_t*>(values + m_values.bytes));
}

void KvCache::describe(size_t layer, size_t head, AttentionTask& task) const {
    const std::byte *keys = headBegin(layer, head), *values = keys + m_keys.bytes + m_keys.scaleBytes;
    task.keyType = m_keys.type;
    task.valueType = m_values.type;
    task.keys = keys;
    task.values = values;
    task.keyScales = m_keys.scaleBytes != 0 ? reinterpret_cast<const uint16_t*>(keys + m_keys.bytes) : nullptr;
    task.valueScales = m_values.scaleBytes != 0 ? reinterpret_cast<const uint16_t*>(values + m_values.bytes) : nullptr;
    task.keyLength = m_keys.length;
    task.valueStride = m_values.stride;
}

}  // namespace monochord
