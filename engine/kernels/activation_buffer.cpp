#include "kernels/activation_buffer.h"

#include <algorithm>
#include <cstring>

namespace monochord {

namespace {

/// Sixteen numbers from k on of four rows: four of each row, row after row, then the next four; `stride` bytes apart.
void transpose(const QuantizedRow* rows, size_t k, int8_t* out, size_t stride) {
    using Fours = uint32_t __attribute__((vector_size(16)));
    Fours in[4];
    for (size_t r = 0; r < 4; r++) std::memcpy(&in[r], rows[r].quants + k, sizeof in[r]);
    const Fours even = __builtin_shufflevector(in[0], in[1], 0, 4, 2, 6),
                odd = __builtin_shufflevector(in[0], in[1], 1, 5, 3, 7),
                laterEven = __builtin_shufflevector(in[2], in[3], 0, 4, 2, 6),
                laterOdd = __builtin_shufflevector(in[2], in[3], 1, 5, 3, 7);
    const Fours columns[4] = {
        __builtin_shufflevector(even, laterEven, 0, 1, 4, 5), __builtin_shufflevector(odd, laterOdd, 0, 1, 4, 5),
        __builtin_shufflevector(even, laterEven, 2, 3, 6, 7), __builtin_shufflevector(odd, laterOdd, 2, 3, 6, 7)};
    for (size_t i = 0; i < 4; i++) std::memcpy(out + i * stride, &columns[i], sizeof columns[i]);
}

}  // namespace

Result<ActivationBuffer> ActivationBuffer::create(Checked values, Checked rows, Checked longest) {
    ActivationBuffer buffer;
    Result<void> result;
    const auto take = [&result](auto& memory, Checked count) { takeInto(memory, count, result); };
    const Checked second = values / Checked(16 * kActivationBlock) + rows;
    take(buffer.m_quants, values);
    take(buffer.m_scales, values / Checked(kActivationBlock));
    take(buffer.m_sums, values / Checked(16u));
    const Checked padded = values + Checked(3u) * longest;
    take(buffer.m_packedQuants, padded);
    take(buffer.m_packedScales, padded / Checked(kActivationBlock));
    take(buffer.m_packedStarts, padded / Checked(kActivationBlock));
    take(buffer.m_packedShares, padded / Checked(kActivationBlock));
    take(buffer.m_packedHalfStarts, padded / Checked(16u));
    take(buffer.m_packedHalfShares, padded / Checked(16u));
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

void ActivationBuffer::pack(size_t group, size_t count, size_t length) const {
    const size_t first = group * kTogether, width = PackedRows::width(group, count), blocks = length / kActivationBlock;
    QuantizedRow from[kTogether];
    for (size_t r = 0; r < width; r++) from[r] = row(std::min(first + r, count - 1), length);
    int8_t* quants = m_packedQuants.data() + first * length;
    for (size_t k = 0; k < length; k += 16)
        for (size_t r = 0; r < width; r += 4) transpose(from + r, k, quants + k * width + r * 4, width * 4);
    for (size_t b = 0, at = first * blocks; b < blocks; b++)
        for (size_t r = 0; r < width; r++, at++) {
            const float scale = from[r].scales[b];
            const int32_t sum = from[r].sums[2 * b] + from[r].sums[2 * b + 1];
            m_packedScales[at] = scale;
            m_packedStarts[at] = -128 * sum;
            m_packedShares[at] = static_cast<float>(sum) * scale;
        }
    for (size_t h = 0, at = first * 2 * blocks; h < 2 * blocks; h++)
        for (size_t r = 0; r < width; r++, at++) {
            m_packedHalfStarts[at] = -128 * from[r].sums[h];
            m_packedHalfShares[at] = static_cast<float>(from[r].sums[h]) * from[r].scales[h / 2];
        }
}

PackedRows ActivationBuffer::packed(size_t count) const {
    return {count,
            m_packedQuants.data(),
            m_packedScales.data(),
            m_packedStarts.data(),
            m_packedShares.data(),
            m_packedHalfStarts.data(),
            m_packedHalfShares.data()};
}

Activations ActivationBuffer::view(const float* values, size_t count, size_t length, const PackedRows* packed) const {
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
            packed};
}

}  // namespace monochord
