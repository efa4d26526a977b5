#include "kernels/int8_peak.h"

#include "base/cpu_features.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace monochord {

namespace {

constexpr int kSums =
    12;  // independent of each other: more than an instruction takes cycles, times two of them a cycle

#if defined(__x86_64__)

__attribute__((target("avx512f,avx512vnni"))) void runAvx512(size_t rounds) {
    __m512i sums[kSums], a = _mm512_set1_epi8(1), b = a;
    for (auto& sum : sums) sum = _mm512_setzero_si512();
    for (size_t i = 0; i < rounds; i++) {
        asm volatile("" : "+v"(a), "+v"(b));  // what they hold is not known, so nothing can be left out
#pragma GCC unroll 12
        for (int j = 0; j < kSums; j++) sums[j] = _mm512_dpbusd_epi32(sums[j], a, b);
    }
#pragma GCC unroll 12
    for (int j = 0; j < kSums; j++) asm volatile("" ::"v"(sums[j]));
}

__attribute__((target("avx2"))) void runAvx2(size_t rounds) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i sums[kSums], a = _mm256_set1_epi8(1), b = a;
    for (auto& sum : sums) sum = _mm256_setzero_si256();
    for (size_t i = 0; i < rounds; i++) {
#pragma GCC unroll 12
        for (int j = 0; j < kSums; j++) {
            asm volatile("" : "+x"(a), "+x"(b));
            sums[j] = _mm256_add_epi32(sums[j], _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), ones));
        }
    }
#pragma GCC unroll 12
    for (int j = 0; j < kSums; j++) asm volatile("" ::"x"(sums[j]));
}

__attribute__((target("avx2,avxvnni"))) void runAvxVnni(size_t rounds) {
    __m256i sums[kSums], a = _mm256_set1_epi8(1), b = a;
    for (auto& sum : sums) sum = _mm256_setzero_si256();
    for (size_t i = 0; i < rounds; i++) {
        asm volatile("" : "+x"(a), "+x"(b));
#pragma GCC unroll 12
        for (int j = 0; j < kSums; j++) sums[j] = _mm256_dpbusd_avx_epi32(sums[j], a, b);
    }
#pragma GCC unroll 12
    for (int j = 0; j < kSums; j++) asm volatile("" ::"x"(sums[j]));
}

#elif defined(__aarch64__)

#if !defined(__clang__)
__attribute__((target("arch=armv8.2-a+dotprod")))
#else
__attribute__((target("dotprod")))
#endif
void runDotProduct(size_t rounds) {
    int32x4_t sums[kSums];
    int8x16_t a = vdupq_n_s8(1), b = a;
    for (auto& sum : sums) sum = vdupq_n_s32(0);
    for (size_t i = 0; i < rounds; i++) {
#pragma GCC unroll 12
        for (int j = 0; j < kSums; j++) asm volatile("sdot %0.4s, %1.16b, %2.16b" : "+w"(sums[j]) : "w"(a), "w"(b));
    }
}

#endif

}  // namespace

Int8Peak int8Peak() {
    [[maybe_unused]] const CpuFeatures cpu = cpuFeatures();
#if defined(__x86_64__)
    if (cpu.avx512) return {runAvx512, 2.0 * 64 * kSums};
    if (cpu.avxVnni) return {runAvxVnni, 2.0 * 32 * kSums};
    if (cpu.avx2) return {runAvx2, 2.0 * 32 * kSums};
#elif defined(__aarch64__)
    if (cpu.dotProduct) return {runDotProduct, 2.0 * 16 * kSums};
#endif
    return {};
}

}  // namespace monochord
