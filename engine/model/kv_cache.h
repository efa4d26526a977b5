#pragma once

#include <cstddef>
#include <cstdint>

#include "base/aligned_buffer.h"
#include "kernels/kernels.h"
#include "model/hyper_parameters.h"
#include "monochord/error.h"

namespace monochord {

/// Keys and values of the positions computed so far, in f32 or binary16, up to a fixed number of positions, as
/// attention reads them: keys in segments of 64 positions side by side, values in rows padded with zeros to a multiple
/// of 16. Memory is touched as positions are written.
class KvCache {
public:
    /// Errors: OutOfMemory, with the number of bytes.
    static Result<KvCache> create(const HyperParameters& parameters, CacheType type, uint32_t capacity);

    CacheType type() const { return m_type; }
    uint32_t capacity() const { return m_capacity; }
    /// Positions 0 … length() − 1 hold keys and values.
    uint32_t length() const { return m_length; }
    size_t keyLength() const { return m_keyLength; }
    size_t valueStride() const { return m_valueStride; }
    uint64_t bytes() const { return m_memory.size(); }

    /// Rounds one position's key and value of a KV head to the cache's type and stores them. position < capacity();
    /// different positions may be written at the same time. False if a number is not finite after rounding.
    bool write(const Kernels& kernels, size_t layer, size_t head, size_t position, const float* key,
               const float* value);
    /// All positions of a KV head: [segment, keyLength(), kSegment] and [position, valueStride()].
    const void* keys(size_t layer, size_t head) const { return m_memory.data() + offset(layer, head); }
    const void* values(size_t layer, size_t head) const {
        return m_memory.data() + offset(layer, head) + m_rows * m_keyLength * m_element;
    }

    void append(uint32_t count) { m_length += count; }  ///< after their write(); fits capacity()
    void truncate(uint32_t length) { m_length = length < m_length ? length : m_length; }
    void clear() { m_length = 0; }

private:
    size_t offset(size_t layer, size_t head) const {
        return (layer * m_heads + head) * m_rows * (m_keyLength + m_valueStride) * m_element;
    }
    /// In the cache's type. False if a number is not finite then.
    bool round(const Kernels& kernels, const float* x, size_t length, std::byte* out) const;

    CacheType m_type = CacheType::F16;
    size_t m_element = 2;  // bytes
    uint32_t m_capacity = 0, m_length = 0;
    size_t m_rows = 0;  // capacity in whole segments
    size_t m_heads = 0, m_keyLength = 0, m_valueLength = 0, m_valueStride = 0;
    AlignedBuffer<std::byte> m_memory;  // [layer, head] of keys and values
};

}  // namespace monochord
