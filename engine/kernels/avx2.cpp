// AVX2 with FMA and F16C.
#if defined(__x86_64__)

#include <cstddef>
#include <cstdint>

#include "kernels/kernels.h"
#include "quant/super_blocks.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c,bmi2")
#endif
#include <immintrin.h>

namespace monochord {

namespace {

constexpr bool kOneStep = false;
inline __m256i addFours(__m256i sum, __m256i u, __m256i q) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(u, q), _mm256_set1_epi16(1)));
}

#include "kernels/avx2.inl"

}  // namespace

const Kernels kAvx2Kernels = tableNamed<Avx2>("avx2", true);

}  // namespace monochord

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
