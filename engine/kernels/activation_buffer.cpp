#include "kernels/activation_buffer.h"

namespace monochord {

Result<ActivationBuffer> ActivationBuffer::create(Checked values, Checked rows) {
    ActivationBuffer buffer;
    Result<void> result;
    const auto take = [&result](auto& memory, Checked count) {
        auto taken = std::remove_reference_t<decltype(memory)>::create(count);
        if (taken)
            memory = std::move(*taken);
        else
            result = tl::unexpected(taken.error());
    };
    const Checked second = values / Checked(16 * kActivationBlock) + rows;
    take(buffer.m_quants, values);
    take(buffer.m_scales, values / Checked(kActivationBlock));
    take(buffer.m_sums, values / Checked(16u));
    take(buffer.m_secondPlaces, second);
    take(buffer.m_secondQuants, second * Checked(kActivationBlock));
    take(buffer.m_secondScales, second);
    take(buffer.m_secondSums, second * Checked(2u));
    if (!result) return tl::unexpected(result.error());
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

Activations ActivationBuffer::view(const float* values, size_t count, size_t length) const {
    return {count,
            length,
            values,
            m_quants.data(),
            m_scales.data(),
            m_sums.data(),
            m_secondPlaces.data(),
            m_secondQuants.data(),
            m_secondScales.data(),
            m_secondSums.data()};
}

}  // namespace monochord
