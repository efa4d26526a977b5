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
inline __m512 accumulate(__m512 acc, __m512i dot, __m512 scale, __m512 minimum, float d, float share) {
    acc = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), _mm512_mul_ps(scale, _mm512_set1_ps(d)), acc);
    return Read::kMinimum ? _mm512_fmadd_ps(_mm512_set1_ps(share), minimum, acc) : acc;
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

inline __m256i activationBlock(const int8_t* q) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q));
}

/// The sums of products of the blocks b, c of sixteen rows: of their sub-blocks, in ascending order.
template <class Read>
inline void pairSums(const typename Read::Block* const* row, size_t b, size_t c, __m256i first, __m256i second,
                     __m512i (&sum)[4]) {
    __m512i q = _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
    if constexpr (!Read::kPlain) q = _mm512_shuffle_i32x4(q, q, 0xD8);
    __m512i part[16];
    for (size_t r = 0; r < 16; r++) part[r] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), Read::pair(row[r], b, c), q);
    subBlockSums<Read>(part, sum);
}

/// acc after one more block, whose sub-blocks have these sums; block 0 … 7 of the window.
template <class Read>
inline __m512 accumulateBlock(__m512 acc, const __m512i* dot, const ScaleWindow<Read>& window, size_t block, float d,
                              const int32_t* sums) {
    constexpr size_t kParts = 32 / Read::Block::kSubBlock;
    for (size_t i = 0; i < kParts; i++) {
        const int32_t sum = activationSum<Read>(sums, i);
        const __m512i exact = _mm512_sub_epi32(dot[i], _mm512_set1_epi32(Read::kOffset * sum));
        const size_t at = block * kParts + i;
        acc = accumulate<Read>(acc, exact, window.scale(at), Read::kMinimum ? window.minimum(at) : acc, d,
                               static_cast<float>(sum) * d);
    }
    return acc;
}

constexpr size_t kPanelBlocks = kStretch / 32;

/// Sixteen rows times one row of activations, straight from the file's layout. `next`: what will be read after these
/// rows, fetched in order while these are computed (sixteen row streams defeat the hardware prefetcher).
template <class Read>
void rowsTimesOne(const RowGroup<typename Read::Block>& rows, const char* next, const Activations& a, float* out) {
    using Block = typename Read::Block;
    constexpr size_t kParts = 32 / Block::kSubBlock, kPairBytes = 2 * 16 * sizeof(Block) * 32 / Block::kValues;
    const size_t blocks = a.length / 32;
    ScaleWindow<Read> windows[2];
    windows[0].fill(rows.row, 0, blocks);
    __m512 acc = _mm512_setzero_ps(), rest = acc;  // rest: second terms of this stretch
    size_t second = 0;
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
        __m512i dot[4];
        pairSums<Read>(rows.row, b, c, activationBlock(a.quants + b * 32), activationBlock(a.quants + c * 32), dot);
        acc = accumulateBlock<Read>(acc, dot, window, b % 8, a.scales[b], a.sums + 2 * b);
        if (!alone) acc = accumulateBlock<Read>(acc, dot + kParts, window, c % 8, a.scales[c], a.sums + 2 * c);
        for (; second < secondCount(a.length) && a.secondPlaces[second] <= c; second++) {
            const bool later = a.secondPlaces[second] != b;
            const __m256i q = activationBlock(a.secondQuants + second * 32), none = _mm256_setzero_si256();
            pairSums<Read>(rows.row, b, c, later ? none : q, later ? q : none, dot);
            rest = accumulateBlock<Read>(rest, dot + (later ? kParts : 0), window, a.secondPlaces[second] % 8,
                                         a.secondScales[second], a.secondSums + 2 * second);
        }
        if ((c + 1) % kPanelBlocks == 0 || c + 1 == blocks) {
            acc = _mm512_add_ps(acc, rest);
            rest = _mm512_setzero_ps();
        }
    }
    _mm512_mask_storeu_ps(out, rows.present, acc);
}

/// Blocks of weights that many rows of activations are multiplied with, expanded once: a stretch of sixteen rows.
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

/// The second terms of a stretch, `count` for each of C rows of activations, the first of them number `second`.
template <class Read, int C>
void panelTimesSecond(const Panel& panel, size_t first, const Activations& a, size_t second, size_t count,
                      __m512 (&acc)[C]) {
    constexpr size_t kSub = Read::Block::kSubBlock, kParts = 32 / kSub;
    __m512 rest[C];
    for (int c = 0; c < C; c++) rest[c] = _mm512_setzero_ps();
    for (size_t j = 0; j < count; j++)
        for (size_t i = 0; i < kParts; i++) {
            __m512i dot[C];
            size_t at[C], block[C];
            for (int c = 0; c < C; c++) {
                at[c] = static_cast<size_t>(c) * secondCount(a.length) + second + j;
                block[c] = a.secondPlaces[at[c]] - first;
                dot[c] = _mm512_set1_epi32(-Read::kOffset * activationSum<Read>(a.secondSums + 2 * at[c], i));
            }
            for (size_t k = i * kSub / 4; k < (i + 1) * kSub / 4; k++)
                for (int c = 0; c < C; c++) {
                    int32_t four;
                    __builtin_memcpy(&four, a.secondQuants + at[c] * 32 + k * 4, 4);
                    dot[c] = _mm512_dpbusd_epi32(dot[c], _mm512_load_si512(panel.bytes[block[c] * 8 + k]),
                                                 _mm512_set1_epi32(four));
                }
            for (int c = 0; c < C; c++) {
                const __m512 scale = _mm512_load_ps(panel.scale[block[c] * kParts + i]),
                             minimum = Read::kMinimum ? _mm512_load_ps(panel.minimum[block[c] * kParts + i]) : scale;
                rest[c] = accumulate<Read>(
                    rest[c], dot[c], scale, minimum, a.secondScales[at[c]],
                    static_cast<float>(activationSum<Read>(a.secondSums + 2 * at[c], i)) * a.secondScales[at[c]]);
            }
        }
    for (int c = 0; c < C; c++) acc[c] = _mm512_add_ps(acc[c], rest[c]);
}

/// Where the first terms of C rows of activations lie, from the block `first` on: rows one after the other.
template <int C>
struct Rows {
    const int8_t* quants[C];
    const float* scales[C];
    const int32_t* sums[C];

    Rows(const Activations& a, size_t token, size_t first) {
        for (int c = 0; c < C; c++) {
            const Activations row = a.part(token + static_cast<size_t>(c), 1);
            quants[c] = row.quants + first * 32;
            scales[c] = row.scales + first;
            sums[c] = row.sums + first * 2;
        }
    }
    __m512i quad(int c, size_t k) const {
        int32_t four;
        __builtin_memcpy(&four, quants[c] + k * 4, 4);
        return _mm512_set1_epi32(four);
    }
    float scale(int c, size_t block) const { return scales[c][block]; }
    float share(int c, size_t block) const {
        return static_cast<float>(sums[c][2 * block] + sums[c][2 * block + 1]) * scales[c][block];
    }
    /// −kOffset times the sums of the sub-block i.
    template <class Read>
    void corrections(size_t i, int32_t* out) const {
        for (int c = 0; c < C; c++) out[c] = -Read::kOffset * activationSum<Read>(sums[c], i);
    }
    int32_t sum(int c, size_t half) const { return sums[c][half]; }
};

/// The same for a packed group.
struct PackedGroup {
    const int8_t* quants;
    const float *scales, *shares;
    const int32_t* sums;

    PackedGroup(const Activations& a, size_t token, size_t first) {
        const size_t blocks = a.length / 32, at = token * blocks + first * kTogether;
        quants = a.packed->quants + at * 32;
        scales = a.packed->scales + at;
        shares = a.packed->shares + at;
        sums = a.packed->sums + at * 2;
    }
    __m512i quad(int c, size_t k) const {
        int32_t four;
        __builtin_memcpy(&four, quants + (k * kTogether + static_cast<size_t>(c)) * 4, 4);
        return _mm512_set1_epi32(four);
    }
    float scale(int c, size_t block) const { return scales[block * kTogether + static_cast<size_t>(c)]; }
    float share(int c, size_t block) const { return shares[block * kTogether + static_cast<size_t>(c)]; }
    template <class Read>
    void corrections(size_t i, int32_t* out) const {
        constexpr __mmask16 kAll = (1u << kTogether) - 1u;
        constexpr size_t kHalves = Read::Block::kSubBlock / 16;
        __m512i sum = _mm512_maskz_loadu_epi32(kAll, sums + i * kHalves * kTogether);
        if constexpr (kHalves == 2)
            sum = _mm512_add_epi32(sum, _mm512_maskz_loadu_epi32(kAll, sums + (2 * i + 1) * kTogether));
        _mm512_store_si512(out, _mm512_mullo_epi32(sum, _mm512_set1_epi32(-Read::kOffset)));
    }
    int32_t sum(int c, size_t half) const { return sums[half * kTogether + static_cast<size_t>(c)]; }
};

/// Sixteen expanded rows times C rows of activations, going on from what `out` holds unless this is the first panel.
template <class Read, int C, class Columns>
void panelTimes(const Panel& panel, size_t first, size_t count, const Activations& a, size_t token, float* out,
                size_t outStride, __mmask16 present) {
    constexpr size_t kSub = Read::Block::kSubBlock;
    const Columns columns(a, token, first);
    __m512 acc[C];
    for (int c = 0; c < C; c++)
        acc[c] = first == 0 ? _mm512_setzero_ps()
                            : _mm512_maskz_loadu_ps(present, out + (token + static_cast<size_t>(c)) * outStride);
    alignas(64) int32_t corrections[16];
    for (size_t i = 0; i < count * 32 / kSub; i++) {
        __m512i dot[C];
        if constexpr (Read::kOffset != 0) columns.template corrections<Read>(i, corrections);
        for (int c = 0; c < C; c++)
            dot[c] = Read::kOffset != 0 ? _mm512_set1_epi32(corrections[c]) : _mm512_setzero_si512();
        for (size_t k = i * kSub / 4; k < (i + 1) * kSub / 4; k++) {
            const __m512i w = _mm512_load_si512(panel.bytes[k]);
            for (int c = 0; c < C; c++) dot[c] = _mm512_dpbusd_epi32(dot[c], w, columns.quad(c, k));
        }
        const __m512 scale = _mm512_load_ps(panel.scale[i]),
                     minimum = Read::kMinimum ? _mm512_load_ps(panel.minimum[i]) : scale;
        for (int c = 0; c < C; c++) {
            const size_t block = i * kSub / 32;
            const float d = columns.scale(c, block);
            acc[c] = accumulate<Read>(acc[c], dot[c], scale, minimum, d,
                                      kSub == 32 ? columns.share(c, block) : static_cast<float>(columns.sum(c, i)) * d);
        }
    }
    panelTimesSecond<Read, C>(panel, first, a.part(token, C), secondCount(first * 32), secondCount(count * 32), acc);
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
            for (; a.packed && t + kTogether <= a.count; t += kTogether)
                panelTimes<Read, kTogether, PackedGroup>(panel, first, count, a, t, out + r, outStride, rows.present);
            for (; t + 4 <= a.count; t += 4)
                panelTimes<Read, 4, Rows<4>>(panel, first, count, a, t, out + r, outStride, rows.present);
            for (; t < a.count; t++)
                panelTimes<Read, 1, Rows<1>>(panel, first, count, a, t, out + r, outStride, rows.present);
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
        for (size_t t = 0; t < a.count; t++) rowsTimesOne<Read>(rows, next, a.part(t, 1), out + t * outStride + r);
    }
}
