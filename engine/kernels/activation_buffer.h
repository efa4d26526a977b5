#pragma once

#include "base/aligned_buffer.h"
#include "kernels/kernels.h"

namespace monochord {

/// Memory for quantized activations.
class ActivationBuffer {
public:
    ActivationBuffer() = default;
    /// Room for `values` in up to `rows` rows of whatever length. Errors: OutOfMemory.
    static Result<ActivationBuffer> create(Checked values, Checked rows);

    /// Where row `index` of rows of this length is written.
    QuantizedRow row(size_t index, size_t length) const;
    /// Packs the rows index · kTogether …, which are written already.
    void pack(size_t index, size_t length) const;
    /// All rows, beside the values that they were made of: [count, length] f32.
    Activations view(const float* values, size_t count, size_t length, bool packed) const;

private:
    AlignedBuffer<int8_t> m_quants;          // [values]
    AlignedBuffer<float> m_scales;           // [values / 32]
    AlignedBuffer<int32_t> m_sums;           // [values / 16]
    AlignedBuffer<uint32_t> m_secondPlaces;  // [rows * secondCount]
    AlignedBuffer<int8_t> m_secondQuants;    // [rows * secondCount, 32]
    AlignedBuffer<float> m_secondScales;     // [rows * secondCount]
    AlignedBuffer<int32_t> m_secondSums;     // [rows * secondCount, 2]
    AlignedBuffer<int8_t> m_packedQuants;    // [values]
    AlignedBuffer<float> m_packedScales;     // [values / 32]
    AlignedBuffer<float> m_packedShares;     // [values / 32]
    AlignedBuffer<int32_t> m_packedSums;     // [values / 16]
    PackedRows m_packed;
};

}  // namespace monochord
