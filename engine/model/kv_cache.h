#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "kernels/kernels.h"
#include "model/hyper_parameters.h"
#include "monochord/error.h"

namespace monochord {

/// Keys and values of the positions computed so far, in f32 or binary16, up to a fixed number of positions. Rows are
/// padded with zeros to a multiple of 16 values. Memory is touched as positions are written.
class KvCache {
public:
    /// Errors: OutOfMemory, with the number of bytes.
    static Result<KvCache> create(const HyperParameters& parameters, CacheType type, uint32_t capacity);

    CacheType type() const { return m_type; }
    uint32_t capacity() const { return m_capacity; }
    /// Positions 0 … length() − 1 hold keys and values.
    uint32_t length() const { return m_length; }
    size_t keyStride() const { return m_keyStride; }
    size_t valueStride() const { return m_valueStride; }
    uint64_t bytes() const { return m_memory.size(); }

    /// Rounds one position's key and value of a KV head to the cache's type and stores them. position < capacity();
    /// different positions may be written at the same time. False if a number is not finite after rounding.
    bool write(const Kernels& kernels, size_t layer, size_t head, size_t position, const float* key,
               const float* value);
    /// All positions of a KV head: [capacity, keyStride()] and [capacity, valueStride()].
    const void* keys(size_t layer, size_t head) const { return m_memory.data() + offset(layer, head); }
    const void* values(size_t layer, size_t head) const {
        return m_memory.data() + offset(layer, head) + m_capacity * m_keyStride * m_element;
    }

    /// Changes with the way in which used() lies in memory.
    static constexpr uint32_t kLayout = 1;
    /// The memory that `length` positions make use of, in an order of its own that does not depend on the capacity.
    std::vector<std::span<std::byte>> used(uint32_t length) const;

    void append(uint32_t count) { m_length += count; }  ///< after their write(); fits capacity()
    void truncate(uint32_t length) { m_length = length < m_length ? length : m_length; }
    void clear() { m_length = 0; }

private:
    size_t offset(size_t layer, size_t head) const {
        return (layer * m_heads + head) * m_capacity * (m_keyStride + m_valueStride) * m_element;
    }
    bool store(const Kernels& kernels, const float* x, size_t length, std::byte* out) const;

    CacheType m_type = CacheType::F16;
    size_t m_element = 2;  // bytes
    uint32_t m_capacity = 0, m_length = 0;
    size_t m_layers = 0, m_heads = 0, m_keyLength = 0, m_valueLength = 0, m_keyStride = 0, m_valueStride = 0;
    AlignedBuffer<std::byte>
        m_memory;  // [layer, head] of keys [capacity, keyStride] and values [capacity, valueStride]
};

}  // namespace monochord
