// Quantized products, four rows at a time. Included by neon.inl inside its anonymous namespace, after the readers of
// its tensor types and dot().

inline uint32_t quantizeBlock(const float* x, int8_t* quants, float* scale, int32_t* sums) {
    float32x4_t part[8];
    uint32x4_t most = vdupq_n_u32(0);
    for (size_t i = 0; i < 8; i++) {
        part[i] = vld1q_f32(x + 4 * i);
        most = vmaxq_u32(most, vreinterpretq_u32_f32(vabsq_f32(part[i])));
    }
    const uint32_t largest = vmaxvq_u32(most);
    float d;
    __builtin_memcpy(&d, &largest, 4);
    d /= 127.0f;
    const bool zero = !(d >= 0x1p-126f) || largest >= 0x7f800000u;
    *scale = zero ? 0.0f : d;
    const float inverse = zero ? 0.0f : 1.0f / d;
    for (size_t half = 0; half < 2; half++) {
        int32x4_t q[4];
        for (size_t i = 0; i < 4; i++)
            q[i] = zero ? vdupq_n_s32(0) : vcvtnq_s32_f32(vmulq_n_f32(part[4 * half + i], inverse));
        sums[half] = vaddvq_s32(vaddq_s32(vaddq_s32(q[0], q[1]), vaddq_s32(q[2], q[3])));
        const int16x8_t low = vcombine_s16(vmovn_s32(q[0]), vmovn_s32(q[1])),
                        high = vcombine_s16(vmovn_s32(q[2]), vmovn_s32(q[3]));
        vst1q_s8(quants + 16 * half, vcombine_s8(vmovn_s16(low), vmovn_s16(high)));
    }
    return largest;
}

#include "kernels/quantize.inl"

/// The sums of four rows, one a lane.
inline int32x4_t fourRows(const int32x4_t* parts) {
    return vpaddq_s32(vpaddq_s32(parts[0], parts[1]), vpaddq_s32(parts[2], parts[3]));
}

/// acc after one more block of four rows: `u` times the activations q · d. sums: of each 16 of q.
template <class Read>
inline float32x4_t accumulate(float32x4_t acc, const Bytes* u, const int8_t* quants, float scale, const int32_t* sums,
                              const ScaleWindow<Read>& window, size_t block) {
    constexpr size_t kParts = 32 / Read::Block::kSubBlock;
    const int8x16_t low = vld1q_s8(quants), high = vld1q_s8(quants + 16);
    int32x4_t parts[kParts][kGroup];
    for (size_t r = 0; r < kGroup; r++) {
        if constexpr (kParts == 2) {
            parts[0][r] = dot(vdupq_n_s32(0), u[r].low, low);
            parts[1][r] = dot(vdupq_n_s32(0), u[r].high, high);
        } else {
            parts[0][r] = dot(dot(vdupq_n_s32(0), u[r].low, low), u[r].high, high);
        }
    }
    for (size_t i = 0; i < kParts; i++) {
        const size_t at = block % 8 * kParts + i;
        const int32_t sum = kParts == 2 ? sums[i] : sums[0] + sums[1];
        const int32x4_t exact = vsubq_s32(fourRows(parts[i]), vdupq_n_s32(Read::kOffset * sum));
        acc = vfmaq_f32(acc, vcvtq_f32_s32(exact), vmulq_n_f32(window.scale(at), scale));
        if constexpr (Read::kMinimum)
            acc = vfmaq_f32(acc, vdupq_n_f32(static_cast<float>(sum) * scale), window.minimum(at));
    }
    return acc;
}

/// Four rows times N rows of activations (0: all of them, up to kTokens): a block is unpacked once and multiplied with
/// all of them. `next`: what will be read after these rows, fetched in order meanwhile.
constexpr size_t kTokens = 64;
template <class Read, size_t N>
void rowsTimes(const typename Read::Block* const* row, const char* next, size_t present, const Activations& a,
               float* out, size_t outStride) {
    using Block = typename Read::Block;
    constexpr size_t kParts = Block::kValues / 32, kBytes = kGroup * sizeof(Block) / kParts;
    constexpr size_t kMost = N == 0 ? kTokens : N;
    const size_t blocks = a.length / 32, n = N == 0 ? a.count : N, seconds = secondCount(a.length);
    ScaleWindow<Read> windows[2];
    windows[0].fill(row, 0, blocks);
    float32x4_t acc[kMost], rest[kMost];  // rest: second terms of this stretch
    size_t second[kMost];                 // the next of them
    for (size_t t = 0; t < n; t++) {
        acc[t] = rest[t] = vdupq_n_f32(0);
        second[t] = t * seconds;
    }
    for (size_t b = 0; b < blocks; b++) {
        ScaleWindow<Read>& window = windows[b / 8 & 1];
        if (b % 8 == 0) {
            if (b + 8 < blocks) windows[(b / 8 + 1) & 1].fill(row, b + 8, blocks);
            window.decode();
        }
        for (size_t line = 0; line < kBytes; line += 64) __builtin_prefetch(next + b * kBytes + line, 0, 2);
        Bytes u[kGroup];
        for (size_t r = 0; r < kGroup; r++) u[r] = Read::block(row[r][b / kParts], b % kParts);
        const bool ends = (b + 1) % (kStretch / 32) == 0 || b + 1 == blocks;
        for (size_t t = 0; t < n; t++) {
            const size_t at = t * blocks + b, more = second[t];
            acc[t] = accumulate<Read>(acc[t], u, a.quants + at * 32, a.scales[at], a.sums + at * 2, window, b);
            if (more < (t + 1) * seconds && a.secondPlaces[more] == b) {
                rest[t] = accumulate<Read>(rest[t], u, a.secondQuants + more * 32, a.secondScales[more],
                                           a.secondSums + more * 2, window, b);
                second[t]++;
            }
            if (ends) {
                acc[t] = vaddq_f32(acc[t], rest[t]);
                rest[t] = vdupq_n_f32(0);
            }
        }
    }
    for (size_t t = 0; t < n; t++) {
        float rows[kGroup];
        vst1q_f32(rows, acc[t]);
        __builtin_memcpy(out + t * outStride, rows, present * sizeof(float));
    }
}

template <class Read>
void multiplyQuantized(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    const std::byte* const ahead = w.ahead ? w.ahead : w.data + kGroup * w.rowBytes;
    for (size_t r = 0; r < w.count; r += kGroup) {
        const size_t present = w.count - r < kGroup ? w.count - r : kGroup;
        const char* next = reinterpret_cast<const char*>(ahead + r * w.rowBytes);
        const typename Read::Block* row[kGroup];
        for (size_t i = 0; i < kGroup; i++)
            row[i] = reinterpret_cast<const typename Read::Block*>(w.data +
                                                                   (r + (i < present ? i : present - 1)) * w.rowBytes);
        if (a.count == 1) {
            rowsTimes<Read, 1>(row, next, present, a, out + r, outStride);
            continue;
        }
        for (size_t t = 0; t < a.count; t += kTokens)
            rowsTimes<Read, 0>(row, next, present, a.part(t, a.count - t < kTokens ? a.count - t : kTokens),
                               out + t * outStride + r, outStride);
    }
}
