#include "kernels/activation_buffer.h"

#include <cstring>

namespace monochord {

Result<ActivationBuffer> ActivationBuffer::create(Checked values, Checked rows) {
    ActivationBuffer buffer;
    Result<void> result;
    const auto take = [&result](auto& memory, Checked count) { takeInto(memory, count, result); };
    const Checked second = values / Checked(16 * kActivationBlock) + rows;
    take(buffer.m_quants, values);
    take(buffer.m_scales, values / Checked(kActivationBlock));
    take(buffer.m_sums, values / Checked(16u));
    take(buffer.m_packedQuants, values);
    take(buffer.m_packedScales, values / Checked(kActivationBlock));
    take(buffer.m_packedShares, values / Checked(kActivationBlock));
    take(buffer.m_packedSums, values / Checked(16u));
    take(buffer.m_secondPlaces, second);
    take(buffer.m_secondQuants, second * Checked(kActivationBlock));
    take(buffer.m_secondScales, second);
    take(buffer.m_secondSums, second * Checked(2u));
    if (!result) return tl::unexpected(result.error());
    buffer.m_packed = {buffer.m_packedQuants.data(), buffer.m_packedScales.data(), buffer.m_packedShares.data(),
                       buffer.m_packedSums.data()};
    return buffer;
}

QuantizedRow ActivationBuffer::row(size_t index, size_t length) const {
    const size_t second = index * secondCount(length);
    return {m_quants.data() + index * length,
            m_scales.data() + index * (length / kActivationBlock),
            m_sums.data() + index * (length / 16),
            m_secondPlaces.data() + second,
            m_secondQuants.data() + second * kActivationBlock,
            m_secondScales.data() + second,
            m_secondSums.data() + second * 2};
}

void ActivationBuffer::pack(size_t index, size_t length) const {
    const size_t first = index * kTogether;
    for (size_t r = 0; r < kTogether; r++) {
        const QuantizedRow from = row(first + r, length);
        int8_t* quants = m_packedQuants.data() + first * length + r * 4;
        for (size_t k = 0; k < length; k += 4) std::memcpy(quants + k * kTogether, from.quants + k, 4);
        const size_t blocks = length / kActivationBlock, at = first * blocks + r;
        for (size_t b = 0; b < blocks; b++) {
            m_packedScales[at + b * kTogether] = from.scales[b];
            m_packedShares[at + b * kTogether] =
                static_cast<float>(from.sums[2 * b] + from.sums[2 * b + 1]) * from.scales[b];
            for (size_t half = 0; half < 2; half++)
                m_packedSums[first * blocks * 2 + (2 * b + half) * kTogether + r] = from.sums[2 * b + half];
        }
    }
}

Activations ActivationBuffer::view(const float* values, size_t count, size_t length, bool packed) const {
    return {count,
            length,
            values,
            m_quants.data(),
            m_scales.data(),
            m_sums.data(),
            m_secondPlaces.data(),
            m_secondQuants.data(),
            m_secondScales.data(),
            m_secondSums.data(),
            packed ? &m_packed : nullptr};
}

}  // namespace monochord
