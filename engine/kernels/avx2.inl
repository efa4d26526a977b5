// The kernels of 256 bits, the same bits as scalar.cpp, eight rows at a time. Included inside the anonymous namespaces
// of avx2.cpp and avx_vnni.cpp after kOneStep, whether products of bytes are added to 32 bits in one instruction, and
// addFours(sum, u, q): that instruction or, where the sums of two products fit in 16 bits, its equal.

struct Avx2 {
    struct F {
        __m256 low, high;
    };
    static constexpr int kRows = 2, kColumns = 2;
    static constexpr int kQueries = 3, kVectors = 2, kMostRest = 4;
    static F set(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
    static F add(F a, F b) { return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)}; }
    static F sub(F a, F b) { return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)}; }
    static F mul(F a, F b) { return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)}; }
    static F div(F a, F b) { return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)}; }
    static F fma(F a, F b, F c) {
        return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
    }
    static F least(F a, F b) { return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)}; }
    static F greatest(F a, F b) { return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)}; }
    static __m256 roundEven(__m256 x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
    static F roundEven(F x) { return {roundEven(x.low), roundEven(x.high)}; }
    static __m256 powerOfTwo(__m256 n) {
        const __m256i bits = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
        return _mm256_blendv_ps(_mm256_castsi256_ps(bits), n, _mm256_cmp_ps(n, n, _CMP_UNORD_Q));
    }
    static F powerOfTwo(F n) { return {powerOfTwo(n.low), powerOfTwo(n.high)}; }
    static F magnitude(F x) {
        const __m256 sign = _mm256_set1_ps(-0.0f);
        return {_mm256_andnot_ps(sign, x.low), _mm256_andnot_ps(sign, x.high)};
    }
    static __m256 withSign(__m256 x, __m256 from) {
        const __m256 sign = _mm256_set1_ps(-0.0f);
        return _mm256_or_ps(_mm256_andnot_ps(sign, x), _mm256_and_ps(sign, from));
    }
    static F withSign(F x, F from) { return {withSign(x.low, from.low), withSign(x.high, from.high)}; }
    static F ifLess(F a, F b, F yes, F no) {
        return {_mm256_blendv_ps(no.low, yes.low, _mm256_cmp_ps(a.low, b.low, _CMP_LT_OQ)),
                _mm256_blendv_ps(no.high, yes.high, _mm256_cmp_ps(a.high, b.high, _CMP_LT_OQ))};
    }
    static float squareRoot(float x) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x))); }
    static F load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
    static F loadPartial(const float* p, size_t n) {
        if (n >= 16) return load(p);
        float padded[16] = {};
        for (size_t i = 0; i < n; i++) padded[i] = p[i];
        return load(padded);
    }
    static F loadHalf(const uint16_t* p) {
        const __m128i* q = reinterpret_cast<const __m128i*>(p);
        return {_mm256_cvtph_ps(_mm_loadu_si128(q)), _mm256_cvtph_ps(_mm_loadu_si128(q + 1))};
    }
    static __m256 widen(const uint16_t* p) {
        return _mm256_castsi256_ps(
            _mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))), 16));
    }
    static F loadBfloat(const uint16_t* p) { return {widen(p), widen(p + 8)}; }
    static __m256 widenBytes(const void* p) {
        return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(static_cast<const __m128i*>(p))));
    }
    static F loadBytes(const int8_t* p) { return {widenBytes(p), widenBytes(p + 8)}; }
    static __m256 nibbles(const void* p, bool upper) {
        const __m256i bytes = _mm256_cvtepu8_epi32(_mm_loadl_epi64(static_cast<const __m128i*>(p)));
        const __m256i four = upper ? _mm256_srli_epi32(bytes, 4) : _mm256_and_si256(bytes, _mm256_set1_epi32(15));
        return _mm256_cvtepi32_ps(_mm256_sub_epi32(four, _mm256_set1_epi32(8)));
    }
    static F loadNibbles(const uint8_t* p, bool upper) { return {nibbles(p, upper), nibbles(p + 8, upper)}; }
    static F loadHalfPartial(const uint16_t* p, size_t n) {
        uint16_t padded[16] = {};
        for (size_t i = 0; i < n; i++) padded[i] = p[i];
        return loadHalf(padded);
    }
    static F loadBfloatPartial(const uint16_t* p, size_t n) {
        uint16_t padded[16] = {};
        for (size_t i = 0; i < n; i++) padded[i] = p[i];
        return loadBfloat(padded);
    }
    static void store(float* p, F x) {
        _mm256_storeu_ps(p, x.low);
        _mm256_storeu_ps(p + 8, x.high);
    }
    static void storePartial(float* p, size_t n, F x) {
        if (n >= 16) return store(p, x);
        float padded[16];
        store(padded, x);
        for (size_t i = 0; i < n; i++) p[i] = padded[i];
    }
    static void storeHalf(uint16_t* p, F x) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p),
                         _mm256_cvtps_ph(x.low, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 8),
                         _mm256_cvtps_ph(x.high, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }
    static float first(F x) { return _mm256_cvtss_f32(x.low); }
    static float tree(F x) {
        const __m256 eight = _mm256_add_ps(x.low, x.high);
        __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        four = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
    }
    static float largest(F x) {
        const __m256 eight = _mm256_max_ps(x.low, x.high);
        __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        four = _mm_max_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
    }
    static bool allFinite(F x) {
        const __m256i sign = _mm256_set1_epi32(0x7fffffff), limit = _mm256_set1_epi32(0x7f7fffff);
        const __m256i low = _mm256_cmpgt_epi32(_mm256_and_si256(_mm256_castps_si256(x.low), sign), limit);
        const __m256i high = _mm256_cmpgt_epi32(_mm256_and_si256(_mm256_castps_si256(x.high), sign), limit);
        return _mm256_testz_si256(_mm256_or_si256(low, high), _mm256_or_si256(low, high)) != 0;
    }
};

constexpr size_t kGroup = 8;
using Floats = __m256;
using Ints = int32_t __attribute__((vector_size(32)));
inline Floats widenHalves(const uint16_t* bits) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bits)));
}
inline Ints widenWords(const uint16_t* words) {
    return reinterpret_cast<Ints>(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(words))));
}

inline Floats loadFloats(const float* p) {
    return _mm256_load_ps(p);
}
inline void storeFloats(float* p, Floats x) {
    _mm256_store_ps(p, x);
}
/// The first `count` of them, or all if there are fewer.
inline void storeSome(float* p, size_t count, Floats x) {
    if (count >= kGroup) return _mm256_storeu_ps(p, x);
    alignas(32) float all[kGroup];
    _mm256_store_ps(all, x);
    __builtin_memcpy(p, all, count * sizeof(float));
}
inline Floats spread(float x) {
    return _mm256_set1_ps(x);
}
inline Floats fused(Floats a, Floats b, Floats c) {
    return _mm256_fmadd_ps(a, b, c);
}

#include "kernels/scale_windows.inl"

#include "kernels/avx2_readers.inl"

#include "kernels/avx2_quantized.inl"

#include "kernels/avx2_panels.inl"
#include "kernels/panels.inl"

#include "kernels/functions.inl"
#include "kernels/simd_elementwise.inl"
#include "kernels/simd_float.inl"

#include "kernels/simd_attention.inl"
#include "kernels/simd_table.inl"
