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

/// Keys and values of the positions computed so far, rounded to a type each, up to a fixed number of positions, as
/// attention reads them (see AttentionTask). Memory is touched as positions are written.
class KvCache {
public:
    /// A type with scales that 32 values share gives way to F16 where a head's size is no multiple of 32.
    /// Errors: OutOfMemory, with the number of bytes.
    static Result<KvCache> create(const HyperParameters& parameters, CacheType keys, CacheType values,
                                  uint32_t capacity);

    CacheType keyType() const { return m_keys.type; }
    CacheType valueType() const { return m_values.type; }
    uint32_t capacity() const { return m_capacity; }
    /// Positions 0 … length() − 1 hold keys and values.
    uint32_t length() const { return m_length; }
    size_t valueStride() const { return m_values.stride; }
    uint64_t bytes() const { return m_memory.size(); }

    /// Rounds one position's key and value of a KV head to the cache's types and stores them. position < capacity();
    /// different positions may be written at the same time. False if a number is not finite after rounding.
    bool write(const Kernels& kernels, size_t layer, size_t head, size_t position, const float* key,
               const float* value);
    /// Where attention finds a KV head's positions: the task's types, keys, values, scales, length and stride.
    void describe(size_t layer, size_t head, AttentionTask& task) const;

    /// Changes with the way in which used() lies in memory.
    static constexpr uint32_t kLayout = 1;
    /// The memory that `length` positions make use of, in an order of its own that does not depend on the capacity.
    std::vector<std::span<std::byte>> used(uint32_t length) const;

    void append(uint32_t count) { m_length += count; }  ///< after their write(); fits capacity()
    void truncate(uint32_t length) { m_length = length < m_length ? length : m_length; }
    void clear() { m_length = 0; }

private:
    /// Keys or values: all positions of a KV head one after the other, then their scales.
    struct Half {
        CacheType type = CacheType::F16;
        size_t length = 0, stride = 0;     // values a position, with and without padding
        size_t bytes = 0, scaleBytes = 0;  // of all positions of a head
    };
    static Half half(CacheType type, size_t length, size_t multiple, size_t rows);
    std::byte* headBegin(size_t layer, size_t head) const;

    uint32_t m_capacity = 0, m_length = 0;
    size_t m_layers = 0, m_heads = 0;
    Half m_keys, m_values;
    AlignedBuffer<std::byte> m_memory;  // [layer, head] of keys, their scales, values, their scales
};

}  // namespace monochord
