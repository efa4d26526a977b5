// AVX2 with AVX-VNNI: processors without AVX-512 that have its dot product instruction, Intel's from 2021 on.
#if defined(__x86_64__)

#include <cstddef>
#include <cstdint>

#include "kernels/kernels.h"
#include "quant/super_blocks.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,avxvnni,fma,f16c,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,avxvnni,fma,f16c,bmi2")
#endif
#include <immintrin.h>

namespace monochord {

namespace {

constexpr bool kOneStep = true;
inline __m256i addFours(__m256i sum, __m256i u, __m256i q) {
    return _mm256_dpbusd_avx_epi32(sum, u, q);
}

#include "kernels/avx2.inl"

}  // namespace

const Kernels kAvxVnniKernels = tableNamed<Avx2>("avx-vnni", true);

}  // namespace monochord

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
