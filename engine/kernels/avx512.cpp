// AVX-512 with VNNI (F, BW, VL, VNNI; FMA and F16C come with them): the same bits as scalar.cpp, sixteen rows at a
// time.
#if defined(__x86_64__)

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/kernels.h"
#include "quant/super_blocks.h"

#if defined(__clang__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c,bmi2"))), apply_to = function)
#else
#pragma GCC diagnostic ignored "-Wuninitialized"  // in the intrinsics of GCC 12 (its bug 105593)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c,bmi2")
#endif
#include <immintrin.h>

namespace monochord {

namespace {

struct Avx512 {
    using F = __m512;
    static constexpr int kRows = 4, kColumns = 6;
    static constexpr int kQueries = 6, kVectors = 4, kMostRest = 8;
    static F set(float x) { return _mm512_set1_ps(x); }
    static F add(F a, F b) { return _mm512_add_ps(a, b); }
    static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
    static F div(F a, F b) { return _mm512_div_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    static F least(F a, F b) { return _mm512_min_ps(a, b); }
    static F greatest(F a, F b) { return _mm512_max_ps(a, b); }
    static F roundEven(F x) { return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static F powerOfTwo(F n) {
        const __m512i bits = _mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23);
        return _mm512_mask_mov_ps(_mm512_castsi512_ps(bits), _mm512_cmp_ps_mask(n, n, _CMP_UNORD_Q), n);
    }
    static F magnitude(F x) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), x); }
    static F withSign(F x, F from) {
        const F sign = _mm512_set1_ps(-0.0f);
        return _mm512_or_ps(_mm512_andnot_ps(sign, x), _mm512_and_ps(sign, from));
    }
    static F ifLess(F a, F b, F yes, F no) { return _mm512_mask_mov_ps(no, _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), yes); }
    static float squareRoot(float x) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))); }
    static __mmask16 lanes(size_t n) { return static_cast<__mmask16>((1u << n) - 1u); }
    static F load(const float* p) { return _mm512_loadu_ps(p); }
    static F loadPartial(const float* p, size_t n) { return _mm512_maskz_loadu_ps(lanes(n), p); }
    static F loadHalf(const uint16_t* p) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    static F loadBytes(const int8_t* p) {
        return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
    }
    static F loadNibbles(const uint8_t* p, bool upper) {
        const __m512i bytes = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
        const __m512i nibbles = upper ? _mm512_srli_epi32(bytes, 4) : _mm512_and_si512(bytes, _mm512_set1_epi32(15));
        return _mm512_cvtepi32_ps(_mm512_sub_epi32(nibbles, _mm512_set1_epi32(8)));
    }
    static F loadHalfPartial(const uint16_t* p, size_t n) {
        return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(lanes(n), p));
    }
    static F widen(__m256i bits) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16)); }
    static F loadBfloat(const uint16_t* p) { return widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
    static F loadBfloatPartial(const uint16_t* p, size_t n) { return widen(_mm256_maskz_loadu_epi16(lanes(n), p)); }
    static void store(float* p, F x) { _mm512_storeu_ps(p, x); }
    static void storePartial(float* p, size_t n, F x) { _mm512_mask_storeu_ps(p, lanes(n), x); }
    static void storeHalf(uint16_t* p, F x) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p),
                            _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
    static float first(F x) { return _mm512_cvtss_f32(x); }
    static float tree(F x) {
        const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
        __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        four = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
    }
    static float largest(F x) { return _mm512_reduce_max_ps(x); }
    static bool allFinite(F x) {
        return _mm512_fpclass_ps_mask(x, 0x01 | 0x80 | 0x08 | 0x10) == 0;
    }  // NaNs, infinities
};

#include "kernels/functions.inl"
#include "kernels/simd_elementwise.inl"
#include "kernels/simd_float.inl"

#include "kernels/simd_attention.inl"

inline uint32_t quantizeBlock(const float* x, int8_t* quants, float* scale, int32_t* sums) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    const __m512 low = _mm512_loadu_ps(x), high = _mm512_loadu_ps(x + 16);
    const uint32_t bits = _mm512_reduce_max_epu32(_mm512_max_epu32(
        _mm512_and_si512(_mm512_castps_si512(low), magnitude), _mm512_and_si512(_mm512_castps_si512(high), magnitude)));
    float d;
    __builtin_memcpy(&d, &bits, 4);
    d /= 127.0f;
    const bool zero = !(d >= 0x1p-126f) || bits >= 0x7f800000u;
    *scale = zero ? 0.0f : d;
    const __m512 inverse = _mm512_set1_ps(zero ? 0.0f : 1.0f / d);
    const __m512i first = zero ? _mm512_setzero_si512() : _mm512_cvtps_epi32(_mm512_mul_ps(low, inverse));
    const __m512i second = zero ? _mm512_setzero_si512() : _mm512_cvtps_epi32(_mm512_mul_ps(high, inverse));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(quants), _mm512_cvtepi32_epi8(first));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(quants + 16), _mm512_cvtepi32_epi8(second));
    sums[0] = _mm512_reduce_add_epi32(first);
    sums[1] = _mm512_reduce_add_epi32(second);
    return bits;
}

#include "kernels/quantize.inl"

constexpr size_t kGroup = 16;
using Floats = __m512;
using Ints = int32_t __attribute__((vector_size(64)));
inline Floats widenHalves(const uint16_t* bits) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bits)));
}
inline Ints widenWords(const uint16_t* words) {
    return reinterpret_cast<Ints>(_mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words))));
}

inline Floats loadFloats(const float* p) {
    return _mm512_load_ps(p);
}
inline void storeFloats(float* p, Floats x) {
    _mm512_store_ps(p, x);
}
/// The first `count` of them, or all if there are fewer.
inline void storeSome(float* p, size_t count, Floats x) {
    if (count >= kGroup) return _mm512_storeu_ps(p, x);
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1u), x);
}
inline Floats spread(float x) {
    return _mm512_set1_ps(x);
}
inline Floats fused(Floats a, Floats b, Floats c) {
    return _mm512_fmadd_ps(a, b, c);
}

/// Sixteen bytes of each of the rows v, v + 4, v + 8, v + 12; `bytes` gives where those of a block begin.
template <class Block, class Bytes>
inline __m512i bytesOfFour(const Block* const* row, size_t b, size_t v, Bytes&& bytes) {
    const auto of = [&](size_t r) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes(row[v + r][b]))); };
    __m512i q = _mm512_castsi128_si512(of(0));
    q = _mm512_inserti32x4(q, of(4), 1);
    q = _mm512_inserti32x4(q, of(8), 2);
    return _mm512_inserti32x4(q, of(12), 3);
}

/// Four rows' dwords of a quarter each → the rows' first dwords, second dwords …
inline void transposeDwords(const __m512i (&in)[4], __m512i (&out)[4]) {
    const __m512i low[2] = {_mm512_unpacklo_epi32(in[0], in[1]), _mm512_unpacklo_epi32(in[2], in[3])},
                  high[2] = {_mm512_unpackhi_epi32(in[0], in[1]), _mm512_unpackhi_epi32(in[2], in[3])};
    out[0] = _mm512_unpacklo_epi64(low[0], low[1]);
    out[1] = _mm512_unpackhi_epi64(low[0], low[1]);
    out[2] = _mm512_unpacklo_epi64(high[0], high[1]);
    out[3] = _mm512_unpackhi_epi64(high[0], high[1]);
}

/// The four words of sixteen bytes of each row, word by word.
template <class Block, class Bytes>
inline void wordsOfRows(const Block* const* row, size_t b, Bytes&& bytes, Ints (&words)[4]) {
    __m512i in[4], out[4];
    for (size_t v = 0; v < 4; v++) in[v] = bytesOfFour(row, b, v, bytes);
    transposeDwords(in, out);
    for (size_t w = 0; w < 4; w++) words[w] = reinterpret_cast<Ints>(out[w]);
}

/// Quarters of four registers → their first quarters, second quarters …
inline void transposeQuarters(const __m512i (&in)[4], __m512i (&out)[4]) {
    const __m512i even[2] = {_mm512_shuffle_i32x4(in[0], in[1], 0x88), _mm512_shuffle_i32x4(in[2], in[3], 0x88)},
                  odd[2] = {_mm512_shuffle_i32x4(in[0], in[1], 0xDD), _mm512_shuffle_i32x4(in[2], in[3], 0xDD)};
    out[0] = _mm512_shuffle_i32x4(even[0], even[1], 0x88);
    out[1] = _mm512_shuffle_i32x4(odd[0], odd[1], 0x88);
    out[2] = _mm512_shuffle_i32x4(even[0], even[1], 0xDD);
    out[3] = _mm512_shuffle_i32x4(odd[0], odd[1], 0xDD);
}

/// The 16-bit words at byte `kAt` of eight neighbouring blocks of each row. Four blocks of a row lie in a register, and
/// one permutation takes the words of two; narrower loads would cost a quarter of the whole product.
template <size_t kAt, class Block>
    requires(sizeof(Block) % 2 == 0 && sizeof(Block) >= 16 && 3 * sizeof(Block) + kAt + 2 <= 64)
inline void wordsOfEight(const Block* const* row, size_t first, uint16_t (*words)[16]) {
    alignas(64) static constexpr auto kPlaces = [] {  // word j of row r mod 4 goes to place 4 · j + r
        std::array<std::array<uint16_t, 32>, 4> places{};
        for (size_t r = 0; r < 4; r++)
            for (size_t j = 0; j < 8; j++)
                places[r][4 * j + r] = static_cast<uint16_t>((j % 4 * sizeof(Block) + kAt) / 2 + j / 4 * 32);
        return places;
    }();
    __m512i four[4];  // qword j: of block j and the rows 4 · i …
    for (size_t i = 0; i < 4; i++) {
        __m512i of[4];
        for (size_t r = 0; r < 4; r++) {
            const Block* block = row[4 * i + r] + first;
            of[r] = _mm512_maskz_permutex2var_epi16(0x11111111u << r, _mm512_loadu_si512(block),
                                                    _mm512_load_si512(kPlaces[r].data()),
                                                    _mm512_loadu_si512(block + 4));
        }
        four[i] = _mm512_or_si512(_mm512_or_si512(of[0], of[1]), _mm512_or_si512(of[2], of[3]));
    }
    const __m512i pairs[4] = {_mm512_unpacklo_epi64(four[0], four[1]), _mm512_unpacklo_epi64(four[2], four[3]),
                              _mm512_unpackhi_epi64(four[0], four[1]), _mm512_unpackhi_epi64(four[2], four[3])};
    __m512i twoBlocks[4];
    transposeQuarters(pairs, twoBlocks);
    for (size_t i = 0; i < 4; i++) _mm512_store_si512(words[2 * i], twoBlocks[i]);
}

#include "kernels/scale_windows.inl"

#include "kernels/avx512_readers.inl"

#include "kernels/avx512_quantized.inl"

#include "kernels/avx512_panels.inl"
#include "kernels/panels.inl"

#include "kernels/simd_table.inl"

}  // namespace

const Kernels kAvx512Kernels = tableNamed<Avx512>("avx512", true);

}  // namespace monochord

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
