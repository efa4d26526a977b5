// The NEON kernels, the same bits as scalar.cpp. Included inside the anonymous namespaces of neon.cpp and neon_dot.cpp
// after dot(acc, a, b), which adds the products of 16 signed bytes to four sums.

#include "kernels/neon_vector.inl"

constexpr size_t kGroup = 4;
using Floats = float32x4_t;
using Ints = int32_t __attribute__((vector_size(16)));
inline Floats widenHalves(const uint16_t* bits) {
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(bits)));
}
inline Ints widenWords(const uint16_t* words) {
    return reinterpret_cast<Ints>(vmovl_u16(vld1_u16(words)));
}

#include "kernels/scale_windows.inl"

#include "kernels/neon_readers.inl"

#include "kernels/neon_quantized.inl"

#include "kernels/functions.inl"

#include "kernels/simd_elementwise.inl"

#include "kernels/simd_float.inl"

#include "kernels/simd_attention.inl"

#include "kernels/simd_table.inl"
