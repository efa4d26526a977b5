#pragma once

#include "base/aligned_buffer.h"
#include "kernels/kernels.h"

namespace monochord {

/// Memory for quantized activations.
class ActivationBuffer {
public:
    ActivationBuffer() = default;
    /// Room for `values` in up to `rows` rows of up to `longest` values. Errors: OutOfMemory.
    static Result<ActivationBuffer> create(Checked values, Checked rows, Checked longest);

    /// Where row `index` of rows of this length is written.
    QuantizedRow row(size_t index, size_t length) const;
    /// How many groups `count` rows are packed in.
    static constexpr size_t groups(size_t count) { return (count + kTogether - 1) / kTogether; }
    /// Packs a group of `count` rows, which are written already.
    void pack(size_t group, size_t count, size_t length) const;
    /// All rows, beside the values that they were made of: [count, length] f32.
    /// packed: of as many rows, or null.
    Activations view(const float* values, size_t count, size_t length, const PackedRows* packed) const;
    PackedRows packed(size_t count) const;

private:
    AlignedBuffer<int8_t> m_quants;          // [values]
    AlignedBuffer<float> m_scales;           // [values / 32]
    AlignedBuffer<int32_t> m_sums;           // [values / 16]
    AlignedBuffer<uint32_t> m_secondPlaces;  // [rows * secondCount]
    AlignedBuffer<int8_t> m_secondQuants;    // [rows * secondCount, 32]
    AlignedBuffer<float> m_secondScales;     // [rows * secondCount]
    AlignedBuffer<int32_t> m_secondSums;     // [rows * secondCount, 2]
    // With room for three rows more, which may be missing in the last group.
    AlignedBuffer<int8_t> m_packedQuants;       // [values]
    AlignedBuffer<float> m_packedScales;        // [values / 32]
    AlignedBuffer<int32_t> m_packedStarts;      // [values / 32]
    AlignedBuffer<float> m_packedShares;        // [values / 32]
    AlignedBuffer<int32_t> m_packedHalfStarts;  // [values / 16]
    AlignedBuffer<float> m_packedHalfShares;    // [values / 16]
};

}  // namespace monochord
