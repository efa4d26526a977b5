// Quantized products. Included by avx2.inl after the readers of its tensor types.

inline int32_t horizontalSum(__m256i x) {
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    four = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 1)));
}

inline uint32_t horizontalLargest(__m256i x) {
    __m128i four = _mm_max_epu32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
    four = _mm_max_epu32(four, _mm_unpackhi_epi64(four, four));
    return static_cast<uint32_t>(_mm_cvtsi128_si32(_mm_max_epu32(four, _mm_shuffle_epi32(four, 1))));
}

inline uint32_t quantizeBlock(const float* x, int8_t* quants, float* scale, int32_t* sums) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    __m256 part[4];
    __m256i largest = _mm256_setzero_si256();
    for (size_t i = 0; i < 4; i++) {
        part[i] = _mm256_loadu_ps(x + 8 * i);
        largest = _mm256_max_epu32(largest, _mm256_and_si256(_mm256_castps_si256(part[i]), magnitude));
    }
    const uint32_t bits = horizontalLargest(largest);
    float d;
    __builtin_memcpy(&d, &bits, 4);
    d /= 127.0f;
    const bool zero = !(d >= 0x1p-126f) || bits >= 0x7f800000u;
    *scale = zero ? 0.0f : d;
    const __m256 inverse = _mm256_set1_ps(zero ? 0.0f : 1.0f / d);
    __m256i q[4];
    for (size_t i = 0; i < 4; i++)
        q[i] = zero ? _mm256_setzero_si256() : _mm256_cvtps_epi32(_mm256_mul_ps(part[i], inverse));
    sums[0] = horizontalSum(_mm256_add_epi32(q[0], q[1]));
    sums[1] = horizontalSum(_mm256_add_epi32(q[2], q[3]));
    const __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(quants), _mm256_permutevar8x32_epi32(packed, order));
    return bits;
}

#include "kernels/quantize.inl"

/// u and q with signs that make u unsigned; |−128| is 128 as an unsigned byte.
template <bool kSigned>
inline __m256i magnitude(__m256i u) {
    return kSigned ? _mm256_abs_epi8(u) : u;
}
template <bool kSigned>
inline __m256i signedLike(__m256i u, __m256i q) {
    return kSigned ? _mm256_sign_epi8(q, u) : q;
}

/// The sums of four rows of products, in each half of the block. Sums stay in 16 bits as long as they fit.
template <class Read>
inline __m256i fourRows(const __m256i* u, __m256i q) {
    const auto pairs = [&](size_t r) {
        static_assert(2 * 127 * Read::kLargest <= 32767);
        return _mm256_maddubs_epi16(magnitude<Read::kSigned>(u[r]), signedLike<Read::kSigned>(u[r], q));
    };
    const auto fours = [&](size_t r) {
        return addFours(_mm256_setzero_si256(), magnitude<Read::kSigned>(u[r]), signedLike<Read::kSigned>(u[r], q));
    };
    const __m256i ones = _mm256_set1_epi16(1);
    if constexpr (!kOneStep && 8 * 127 * Read::kLargest <= 32767) {
        const __m256i two = _mm256_hadd_epi16(pairs(0), pairs(1)), more = _mm256_hadd_epi16(pairs(2), pairs(3));
        return _mm256_madd_epi16(_mm256_hadd_epi16(two, more), ones);
    } else if constexpr (!kOneStep && 4 * 127 * Read::kLargest <= 32767) {
        return _mm256_hadd_epi32(_mm256_madd_epi16(_mm256_hadd_epi16(pairs(0), pairs(1)), ones),
                                 _mm256_madd_epi16(_mm256_hadd_epi16(pairs(2), pairs(3)), ones));
    } else {
        return _mm256_hadd_epi32(_mm256_hadd_epi32(fours(0), fours(1)), _mm256_hadd_epi32(fours(2), fours(3)));
    }
}

/// The sums of a block of eight rows: of each sub-block, in ascending order.
template <class Read>
inline void subBlockSums(const __m256i* u, __m256i q, __m256i* sum) {
    const __m256i a = fourRows<Read>(u, q), b = fourRows<Read>(u + 4, q);
    const __m256i first = _mm256_permute2x128_si256(a, b, 0x20), second = _mm256_permute2x128_si256(a, b, 0x31);
    if constexpr (Read::Block::kSubBlock == 16) {
        sum[0] = first;
        sum[1] = second;
    } else {
        sum[0] = _mm256_add_epi32(first, second);
    }
}

template <class Read, size_t J>
inline void unpackAt(const typename Read::Block* const* row, size_t block, __m256i* u) {
    for (size_t r = 0; r < 8; r++) u[r] = Read::template block<J>(row[r][block]);
}

/// Block b of 32 of eight rows.
template <class Read>
inline void unpackRows(const typename Read::Block* const* row, size_t b, __m256i* u) {
    constexpr size_t kParts = Read::Block::kValues / 32;
    if constexpr (requires(const typename Read::Block& block) { Read::block(block, b); }) {
        for (size_t r = 0; r < 8; r++) u[r] = Read::block(row[r][b / kParts], b % kParts);
    } else {
        static_assert(kParts == 8);
        switch (b % 8) {
            case 0:
                return unpackAt<Read, 0>(row, b / 8, u);
            case 1:
                return unpackAt<Read, 1>(row, b / 8, u);
            case 2:
                return unpackAt<Read, 2>(row, b / 8, u);
            case 3:
                return unpackAt<Read, 3>(row, b / 8, u);
            case 4:
                return unpackAt<Read, 4>(row, b / 8, u);
            case 5:
                return unpackAt<Read, 5>(row, b / 8, u);
            case 6:
                return unpackAt<Read, 6>(row, b / 8, u);
            default:
                return unpackAt<Read, 7>(row, b / 8, u);
        }
    }
}

/// acc after one more block of eight rows: `u` times the activations q · d. sums: of each 16 of q.
template <class Read>
inline __m256 accumulate(__m256 acc, const __m256i* u, const int8_t* quants, float scale, const int32_t* sums,
                         const ScaleWindow<Read>& window, size_t block) {
    constexpr size_t kParts = 32 / Read::Block::kSubBlock;
    const __m256 d = _mm256_set1_ps(scale);
    __m256i dot[kParts];
    subBlockSums<Read>(u, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(quants)), dot);
    for (size_t i = 0; i < kParts; i++) {
        const size_t at = block % 8 * kParts + i;
        const int32_t sum = kParts == 2 ? sums[i] : sums[0] + sums[1];
        const __m256i exact = _mm256_sub_epi32(dot[i], _mm256_set1_epi32(Read::kOffset * sum));
        acc = _mm256_fmadd_ps(_mm256_cvtepi32_ps(exact), _mm256_mul_ps(window.scale(at), d), acc);
        if constexpr (Read::kMinimum)
            acc = _mm256_fmadd_ps(_mm256_set1_ps(static_cast<float>(sum) * scale), window.minimum(at), acc);
    }
    return acc;
}

/// Eight rows times one row of activations. `next`: what will be read after these rows, fetched in order meanwhile.
template <class Read>
void rowsTimesOne(const RowGroup<typename Read::Block>& rows, const char* next, const Activations& a, float* out) {
    using Block = typename Read::Block;
    constexpr size_t kBytes = 8 * 32 * sizeof(Block) / Block::kValues;
    const size_t blocks = a.length / 32;
    ScaleWindow<Read> windows[2];
    windows[0].fill(rows.row, 0, blocks);
    __m256 acc = _mm256_setzero_ps(), rest = acc;  // rest: second terms of this stretch
    size_t second = 0;
    for (size_t b = 0; b < blocks; b++) {
        ScaleWindow<Read>& window = windows[b / 8 & 1];
        if (b % 8 == 0) {
            if (b + 8 < blocks) windows[(b / 8 + 1) & 1].fill(rows.row, b + 8, blocks);
            window.decode();
        }
        for (size_t line = 0; line < kBytes; line += 64) _mm_prefetch(next + b * kBytes + line, _MM_HINT_T1);
        __m256i u[8];
        unpackRows<Read>(rows.row, b, u);
        acc = accumulate<Read>(acc, u, a.quants + b * 32, a.scales[b], a.sums + b * 2, window, b);
        if (second < secondCount(a.length) && a.secondPlaces[second] == b) {
            rest = accumulate<Read>(rest, u, a.secondQuants + second * 32, a.secondScales[second],
                                    a.secondSums + second * 2, window, b);
            second++;
        }
        if ((b + 1) % (kStretch / 32) == 0 || b + 1 == blocks) {
            acc = _mm256_add_ps(acc, rest);
            rest = _mm256_setzero_ps();
        }
    }
    storeSome(out, rows.count, acc);
}
