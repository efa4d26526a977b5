// Sixteen lanes of f32 in four NEON registers, as simd_float.inl asks for them. Included by neon.inl inside its
// anonymous namespace.

struct Neon {
    struct F {
        float32x4_t a, b, c, d;
    };
    static constexpr int kRows = 2, kColumns = 2;
    static constexpr int kQueries = 2, kVectors = 2, kMostRest = 3;
    static F set(float x) { return {vdupq_n_f32(x), vdupq_n_f32(x), vdupq_n_f32(x), vdupq_n_f32(x)}; }
    static F add(F x, F y) {
        return {vaddq_f32(x.a, y.a), vaddq_f32(x.b, y.b), vaddq_f32(x.c, y.c), vaddq_f32(x.d, y.d)};
    }
    static F sub(F x, F y) {
        return {vsubq_f32(x.a, y.a), vsubq_f32(x.b, y.b), vsubq_f32(x.c, y.c), vsubq_f32(x.d, y.d)};
    }
    static F mul(F x, F y) {
        return {vmulq_f32(x.a, y.a), vmulq_f32(x.b, y.b), vmulq_f32(x.c, y.c), vmulq_f32(x.d, y.d)};
    }
    static F div(F x, F y) {
        return {vdivq_f32(x.a, y.a), vdivq_f32(x.b, y.b), vdivq_f32(x.c, y.c), vdivq_f32(x.d, y.d)};
    }
    static F fma(F x, F y, F z) {
        return {vfmaq_f32(z.a, x.a, y.a), vfmaq_f32(z.b, x.b, y.b), vfmaq_f32(z.c, x.c, y.c), vfmaq_f32(z.d, x.d, y.d)};
    }
    static float32x4_t ifLess(float32x4_t x, float32x4_t y, float32x4_t yes, float32x4_t no) {
        return vbslq_f32(vcltq_f32(x, y), yes, no);
    }
    static F ifLess(F x, F y, F yes, F no) {
        return {ifLess(x.a, y.a, yes.a, no.a), ifLess(x.b, y.b, yes.b, no.b), ifLess(x.c, y.c, yes.c, no.c),
                ifLess(x.d, y.d, yes.d, no.d)};
    }
    // Not vminq and vmaxq, which give NaN where either is.
    static F least(F x, F y) { return ifLess(x, y, x, y); }
    static F greatest(F x, F y) { return ifLess(y, x, x, y); }
    static F roundEven(F x) { return {vrndnq_f32(x.a), vrndnq_f32(x.b), vrndnq_f32(x.c), vrndnq_f32(x.d)}; }
    static float32x4_t powerOfTwo(float32x4_t n) {
        const int32x4_t bits = vshlq_n_s32(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)), 23);
        return vbslq_f32(vceqq_f32(n, n), vreinterpretq_f32_s32(bits), n);
    }
    static F powerOfTwo(F n) { return {powerOfTwo(n.a), powerOfTwo(n.b), powerOfTwo(n.c), powerOfTwo(n.d)}; }
    static F magnitude(F x) { return {vabsq_f32(x.a), vabsq_f32(x.b), vabsq_f32(x.c), vabsq_f32(x.d)}; }
    static float32x4_t withSign(float32x4_t x, float32x4_t from) {
        return vbslq_f32(vdupq_n_u32(0x80000000u), from, x);
    }
    static F withSign(F x, F from) {
        return {withSign(x.a, from.a), withSign(x.b, from.b), withSign(x.c, from.c), withSign(x.d, from.d)};
    }
    static float squareRoot(float x) { return vget_lane_f32(vsqrt_f32(vdup_n_f32(x)), 0); }
    static F load(const float* p) { return {vld1q_f32(p), vld1q_f32(p + 4), vld1q_f32(p + 8), vld1q_f32(p + 12)}; }
    static F loadPartial(const float* p, size_t n) {
        if (n >= 16) return load(p);
        float padded[16] = {};
        for (size_t i = 0; i < n; i++) padded[i] = p[i];
        return load(padded);
    }
    static F loadHalf(const uint16_t* p) {
        const float16x8_t low = vreinterpretq_f16_u16(vld1q_u16(p)), high = vreinterpretq_f16_u16(vld1q_u16(p + 8));
        return {vcvt_f32_f16(vget_low_f16(low)), vcvt_high_f32_f16(low), vcvt_f32_f16(vget_low_f16(high)),
                vcvt_high_f32_f16(high)};
    }
    static F loadBfloat(const uint16_t* p) {
        const uint16x8_t low = vld1q_u16(p), high = vld1q_u16(p + 8);
        return {vreinterpretq_f32_u32(vshll_n_u16(vget_low_u16(low), 16)),
                vreinterpretq_f32_u32(vshll_high_n_u16(low, 16)),
                vreinterpretq_f32_u32(vshll_n_u16(vget_low_u16(high), 16)),
                vreinterpretq_f32_u32(vshll_high_n_u16(high, 16))};
    }
    static F widen(int8x16_t bytes) {
        const int16x8_t low = vmovl_s8(vget_low_s8(bytes)), high = vmovl_high_s8(bytes);
        return {vcvtq_f32_s32(vmovl_s16(vget_low_s16(low))), vcvtq_f32_s32(vmovl_high_s16(low)),
                vcvtq_f32_s32(vmovl_s16(vget_low_s16(high))), vcvtq_f32_s32(vmovl_high_s16(high))};
    }
    static F loadBytes(const int8_t* p) { return widen(vld1q_s8(p)); }
    static F loadNibbles(const uint8_t* p, bool upper) {
        const uint8x16_t bytes = vld1q_u8(p), four = upper ? vshrq_n_u8(bytes, 4) : vandq_u8(bytes, vdupq_n_u8(15));
        return widen(vsubq_s8(vreinterpretq_s8_u8(four), vdupq_n_s8(8)));
    }
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
        vst1q_f32(p, x.a);
        vst1q_f32(p + 4, x.b);
        vst1q_f32(p + 8, x.c);
        vst1q_f32(p + 12, x.d);
    }
    static void storePartial(float* p, size_t n, F x) {
        if (n >= 16) return store(p, x);
        float padded[16];
        store(padded, x);
        for (size_t i = 0; i < n; i++) p[i] = padded[i];
    }
    static void storeHalf(uint16_t* p, F x) {
        vst1q_u16(p, vreinterpretq_u16_f16(vcvt_high_f16_f32(vcvt_f16_f32(x.a), x.b)));
        vst1q_u16(p + 8, vreinterpretq_u16_f16(vcvt_high_f16_f32(vcvt_f16_f32(x.c), x.d)));
    }
    static float first(F x) { return vgetq_lane_f32(x.a, 0); }
    static float tree(F x) {
        const float32x4_t four = vaddq_f32(vaddq_f32(x.a, x.c), vaddq_f32(x.b, x.d));
        return vpadds_f32(vadd_f32(vget_low_f32(four), vget_high_f32(four)));
    }
    static float largest(F x) { return vmaxvq_f32(vmaxq_f32(vmaxq_f32(x.a, x.c), vmaxq_f32(x.b, x.d))); }
    static uint32x4_t notFinite(float32x4_t x) {
        return vcgeq_u32(vreinterpretq_u32_f32(vabsq_f32(x)), vdupq_n_u32(0x7f800000u));
    }
    static bool allFinite(F x) {
        return vmaxvq_u32(vorrq_u32(vorrq_u32(notFinite(x.a), notFinite(x.b)),
                                    vorrq_u32(notFinite(x.c), notFinite(x.d)))) == 0;
    }
};
