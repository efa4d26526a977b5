// Quantized products with vpdpbusd. Included by avx512.cpp inside its anonymous namespace, after the readers of its
// tensor types.

/// Sixteen rows that need not exist: a missing one is read as the last one and never stored.
template <class Block>
struct RowGroup {
    const Block* row[16];
    __mmask16 present;

    RowGroup(const WeightRows& w, size_t first) {
        const size_t count = w.count - first < 16 ? w.count - first : 16;
        for (size_t r = 0; r < 16; r++)
            row[r] = reinterpret_cast<const Block*>(w.data + (first + (r < count ? r : count - 1)) * w.rowBytes);
        present = static_cast<__mmask16>((1u << count) - 1u);
    }
};

/// acc = fma(dot, w · d, acc), then the minimum's share: the one accumulator of each row, blocks in ascending order.
template <class Read>
inline __m512 accumulate(__m512 acc, __m512i dot, __m512 scale, __m512 minimum, float d, int32_t sum) {
    acc = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), _mm512_mul_ps(scale, _mm512_set1_ps(d)), acc);
    if constexpr (Read::kMinimum)
        acc = _mm512_fmadd_ps(_mm512_set1_ps(static_cast<float>(sum)), _mm512_mul_ps(minimum, _mm512_set1_ps(d)), acc);
    return acc;
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

/// The partial sums of sixteen rows, four neighbouring ones of a quarter of the values → sixteen sums a quarter.
inline void sumTree(const __m512i* part, __m512i (&sum)[4]) {
    __m512i four[4];  // [quarter, row mod 4] of rows 4·i …
    for (size_t i = 0; i < 4; i++, part += 4) {
        const __m512i first =
            _mm512_add_epi32(_mm512_unpacklo_epi64(part[0], part[1]), _mm512_unpackhi_epi64(part[0], part[1]));
        const __m512i second =
            _mm512_add_epi32(_mm512_unpacklo_epi64(part[2], part[3]), _mm512_unpackhi_epi64(part[2], part[3]));
        const __m512 p = _mm512_castsi512_ps(first), q = _mm512_castsi512_ps(second);
        four[i] = _mm512_add_epi32(_mm512_castps_si512(_mm512_shuffle_ps(p, q, 0x88)),
                                   _mm512_castps_si512(_mm512_shuffle_ps(p, q, 0xDD)));
    }
    transposeQuarters(four, sum);
}

/// The sums of the sub-blocks of two blocks, in ascending order.
template <class Read>
inline void subBlockSums(const __m512i* part, __m512i (&sum)[4]) {
    sumTree(part, sum);
    if constexpr (Read::Block::kSubBlock == 16) return;
    const __m512i first = _mm512_add_epi32(sum[0], Read::kPlain ? sum[1] : sum[2]);
    sum[1] = _mm512_add_epi32(Read::kPlain ? sum[2] : sum[1], sum[3]);
    sum[0] = first;
}

/// Sums of the activations of the sub-blocks i of a row; sums: of each 16.
template <class Read>
inline int32_t activationSum(const int32_t* sums, size_t i) {
    return Read::Block::kSubBlock == 16 ? sums[i] : sums[2 * i] + sums[2 * i + 1];
}

/// Two blocks of activations in the order of the reader's pair().
template <class Read>
inline __m512i activationPair(const int8_t* q, size_t b, size_t c) {
    const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q + b * 32)),
                  second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q + c * 32));
    const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
    return Read::kPlain ? both : _mm512_shuffle_i32x4(both, both, 0xD8);
}

/// Sixteen rows times one row of activations, straight from the file's layout. `next`: what will be read after these
/// rows, fetched in order while these are computed (sixteen row streams defeat the hardware prefetcher).
template <class Read>
void rowsTimesOne(const RowGroup<typename Read::Block>& rows, const char* next, size_t length, const int8_t* q,
                  const float* d, const int32_t* sums, float* out) {
    using Block = typename Read::Block;
    constexpr size_t kParts = 32 / Block::kSubBlock, kPairBytes = 2 * 16 * sizeof(Block) * 32 / Block::kValues;
    const size_t blocks = length / 32;
    ScaleWindow<Read> windows[2];
    windows[0].fill(rows.row, 0, blocks);
    __m512 acc = _mm512_setzero_ps();
    for (size_t b = 0; b < blocks; b += 2) {
        ScaleWindow<Read>& window = windows[b / 8 & 1];
        if (b % 8 == 0) {
            if (b + 8 < blocks) windows[(b / 8 + 1) & 1].fill(rows.row, b + 8, blocks);
            window.decode();
        }
        for (size_t line = 0; line < kPairBytes; line += 64)
            _mm_prefetch(next + b / 2 * kPairBytes + line, _MM_HINT_T1);
        const bool alone = b + 1 == blocks;
        const size_t c = alone ? b : b + 1;
        const __m512i activations = activationPair<Read>(q, b, c);
        __m512i part[16], dot[4];
        for (size_t r = 0; r < 16; r++)
            part[r] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), Read::pair(rows.row[r], b, c), activations);
        subBlockSums<Read>(part, dot);
        for (size_t i = 0; i < (alone ? 1 : 2) * kParts; i++) {
            const int32_t sum = activationSum<Read>(sums, b * kParts + i);
            const __m512i exact = _mm512_sub_epi32(dot[i], _mm512_set1_epi32(Read::kOffset * sum));
            const size_t at = b % 8 * kParts + i;
            acc = accumulate<Read>(acc, exact, window.scale(at), Read::kMinimum ? window.minimum(at) : acc,
                                   d[b + i / kParts], sum);
        }
    }
    _mm512_mask_storeu_ps(out, rows.present, acc);
}

/// Blocks of weights that many rows of activations are multiplied with, expanded once: sixteen rows, up to
/// kPanelBlocks.
constexpr size_t kPanelBlocks = 48;
struct Panel {
    alignas(64) uint8_t bytes[kPanelBlocks * 8][16][4];  // [value / 4, row, value mod 4]
    alignas(64) float scale[kPanelBlocks * 2][16];       // [sub-block, row]
    alignas(64) float minimum[kPanelBlocks * 2][16];     // [sub-block, row]
};

template <class Read>
void expand(const RowGroup<typename Read::Block>& rows, size_t first, size_t count, Panel& panel) {
    constexpr size_t kParts = 32 / Read::Block::kSubBlock;
    ScaleWindow<Read> windows[2];
    windows[0].fill(rows.row, first, first + count);
    for (size_t b = 0; b < count; b += 8) {
        if (b + 8 < count) windows[(b / 8 + 1) & 1].fill(rows.row, first + b + 8, first + count);
        ScaleWindow<Read>& window = windows[b / 8 & 1];
        window.decode();
        for (size_t i = 0; i < (count - b < 8 ? count - b : 8) * kParts; i++) {
            _mm512_store_ps(panel.scale[b * kParts + i], window.scale(i));
            if constexpr (Read::kMinimum) _mm512_store_ps(panel.minimum[b * kParts + i], window.minimum(i));
        }
    }
    for (size_t b = 0; b < count; b += 2) {
        const size_t c = b + 1 == count ? b : b + 1;
        const size_t present = c == b ? 8 : 16;
        __m512i quad[4][4];  // [value / 4 mod 4, rows / 4]: quarters in the order of pair()
        for (size_t i = 0; i < 4; i++) {
            __m512i w[4];
            for (size_t r = 0; r < 4; r++) w[r] = Read::pair(rows.row[4 * i + r], first + b, first + c);
            const __m512i low[2] = {_mm512_unpacklo_epi32(w[0], w[1]), _mm512_unpacklo_epi32(w[2], w[3])},
                          high[2] = {_mm512_unpackhi_epi32(w[0], w[1]), _mm512_unpackhi_epi32(w[2], w[3])};
            quad[0][i] = _mm512_unpacklo_epi64(low[0], low[1]);
            quad[1][i] = _mm512_unpackhi_epi64(low[0], low[1]);
            quad[2][i] = _mm512_unpacklo_epi64(high[0], high[1]);
            quad[3][i] = _mm512_unpackhi_epi64(high[0], high[1]);
        }
        for (size_t i = 0; i < 4; i++) {
            __m512i groups[4];
            transposeQuarters(quad[i], groups);
            for (size_t quarter = 0; quarter < 4; quarter++) {
                const size_t k = i + 4 * (Read::kPlain ? quarter : quarter / 2 + quarter % 2 * 2);
                if (k < present) _mm512_store_si512(panel.bytes[b * 8 + k], groups[quarter]);
            }
        }
    }
}

/// Sixteen expanded rows times C rows of activations, going on from what `out` holds unless this is the first panel.
template <class Read, int C>
void panelTimes(const Panel& panel, size_t first, size_t count, const Activations& a, size_t token, float* out,
                size_t outStride, __mmask16 present) {
    constexpr size_t kSub = Read::Block::kSubBlock;
    const int8_t* q[C];
    const float* d[C];
    const int32_t* sums[C];
    __m512 acc[C];
    for (int c = 0; c < C; c++) {
        const size_t t = token + static_cast<size_t>(c);
        q[c] = a.quants + t * a.length + first * 32;
        d[c] = a.scales + t * (a.length / 32) + first;
        sums[c] = a.sums + t * (a.length / 16) + first * 2;
        acc[c] = first == 0 ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(present, out + t * outStride);
    }
    for (size_t i = 0; i < count * 32 / kSub; i++) {
        __m512i dot[C];
        for (int c = 0; c < C; c++) dot[c] = _mm512_set1_epi32(-Read::kOffset * activationSum<Read>(sums[c], i));
        for (size_t k = i * kSub / 4; k < (i + 1) * kSub / 4; k++) {
            const __m512i w = _mm512_load_si512(panel.bytes[k]);
            for (int c = 0; c < C; c++) {
                int32_t four;
                __builtin_memcpy(&four, q[c] + k * 4, 4);
                dot[c] = _mm512_dpbusd_epi32(dot[c], w, _mm512_set1_epi32(four));
            }
        }
        const __m512 scale = _mm512_load_ps(panel.scale[i]),
                     minimum = Read::kMinimum ? _mm512_load_ps(panel.minimum[i]) : scale;
        for (int c = 0; c < C; c++)
            acc[c] =
                accumulate<Read>(acc[c], dot[c], scale, minimum, d[c][i * kSub / 32], activationSum<Read>(sums[c], i));
    }
    for (int c = 0; c < C; c++)
        _mm512_mask_storeu_ps(out + (token + static_cast<size_t>(c)) * outStride, present, acc[c]);
}

template <class Read>
void multiplyMany(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    Panel panel;
    for (size_t r = 0; r < w.count; r += 16) {
        const RowGroup<typename Read::Block> rows(w, r);
        for (size_t first = 0; first < w.length / 32; first += kPanelBlocks) {
            const size_t rest = w.length / 32 - first, count = rest < kPanelBlocks ? rest : kPanelBlocks;
            expand<Read>(rows, first, count, panel);
            size_t t = 0;
            for (; t + 12 <= a.count; t += 12)
                panelTimes<Read, 12>(panel, first, count, a, t, out + r, outStride, rows.present);
            for (; t + 4 <= a.count; t += 4)
                panelTimes<Read, 4>(panel, first, count, a, t, out + r, outStride, rows.present);
            for (; t < a.count; t++) panelTimes<Read, 1>(panel, first, count, a, t, out + r, outStride, rows.present);
        }
    }
}

template <class Read>
void multiplyQuantized(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    constexpr size_t kFewest = 4;  // rows of activations for which expanding pays
    if (a.count >= kFewest) return multiplyMany<Read>(w, a, out, outStride);
    for (size_t r = 0; r < w.count; r += 16) {
        const RowGroup<typename Read::Block> rows(w, r);
        const char* next = reinterpret_cast<const char*>(w.data + (r + 16) * w.rowBytes);
        for (size_t t = 0; t < a.count; t++)
            rowsTimesOne<Read>(rows, next, w.length, a.quants + t * a.length, a.scales + t * (a.length / 32),
                               a.sums + t * (a.length / 16), out + t * outStride + r);
    }
}
