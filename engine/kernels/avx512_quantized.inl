// Quantized products with vpdpbusd. Included by avx512.cpp inside its anonymous namespace.
//
// A reader presents a tensor type: two neighbouring blocks b, c of a row as 64 unsigned bytes in the order
// b[0:16] c[0:16] b[16:32] c[16:32] (u + kOffset), its scale and, where kMinimum, what is added per unit of activation.

inline __m256i joined(const uint8_t* first, const uint8_t* second) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(first))),
                                   _mm_loadu_si128(reinterpret_cast<const __m128i*>(second)), 1);
}

inline __m512i nibbles(const uint8_t* first, const uint8_t* second) {
    const __m256i q = joined(first, second);
    return _mm512_and_si512(_mm512_inserti64x4(_mm512_castsi256_si512(q), _mm256_srli_epi16(q, 4), 1),
                            _mm512_set1_epi8(15));
}

inline __m512i withFifthBits(__m512i low, const uint8_t* first, const uint8_t* second) {
    uint32_t b, c;
    __builtin_memcpy(&b, first, 4);
    __builtin_memcpy(&c, second, 4);
    const uint64_t mask = (b & 0xffffu) | (c & 0xffffu) << 16 | static_cast<uint64_t>(b >> 16) << 32 |
                          static_cast<uint64_t>(c >> 16) << 48;
    return _mm512_mask_add_epi8(low, mask, low, _mm512_set1_epi8(16));
}

struct ReadQ4_0 {
    using Block = BlockQ4_0;
    static constexpr int kOffset = 8;
    static constexpr bool kMinimum = false;
    static __m512i pair(const Block* b, const Block* c) { return nibbles(b->qs, c->qs); }
};

struct ReadQ4_1 {
    using Block = BlockQ4_1;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true;
    static __m512i pair(const Block* b, const Block* c) { return nibbles(b->qs, c->qs); }
};

struct ReadQ5_0 {
    using Block = BlockQ5_0;
    static constexpr int kOffset = 16;
    static constexpr bool kMinimum = false;
    static __m512i pair(const Block* b, const Block* c) { return withFifthBits(nibbles(b->qs, c->qs), b->qh, c->qh); }
};

struct ReadQ5_1 {
    using Block = BlockQ5_1;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true;
    static __m512i pair(const Block* b, const Block* c) { return withFifthBits(nibbles(b->qs, c->qs), b->qh, c->qh); }
};

struct ReadQ8_0 {
    using Block = BlockQ8_0;
    static constexpr int kOffset = 128;
    static constexpr bool kMinimum = false;
    static __m512i pair(const Block* b, const Block* c) {
        const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b->qs)),
                      second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(c->qs));
        const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
        return _mm512_xor_si512(_mm512_shuffle_i32x4(both, both, 0xD8), _mm512_set1_epi8(-128));
    }
};

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

/// Scales, and minimums where there are any, of eight blocks of sixteen rows, as binary16 side by side.
template <class Read>
struct ScaleWindow {
    alignas(32) uint16_t d[8][16];
    alignas(32) uint16_t m[Read::kMinimum ? 8 : 1][16];

    void fill(const RowGroup<typename Read::Block>& rows, size_t first, size_t blocks) {
        const size_t count = blocks - first < 8 ? blocks - first : 8;
        for (size_t r = 0; r < 16; r++)
            for (size_t i = 0; i < count; i++) {
                d[i][r] = rows.row[r][first + i].d;
                if constexpr (Read::kMinimum) m[i][r] = rows.row[r][first + i].m;
            }
    }
    __m512 scale(size_t i) const { return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(d[i]))); }
    __m512 minimum(size_t i) const {
        return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(m[i])));
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

/// The partial sums of sixteen rows (first block in lanes 0–3 and 8–11, second in the others) → sixteen sums a block.
inline void sumTree(const __m512i* part, __m512i& first, __m512i& second) {
    const __m512i rowsOfFirst = _mm512_setr_epi32(0, 16, 2, 18, 1, 17, 3, 19, 8, 24, 10, 26, 9, 25, 11, 27);
    const __m512i rowsOfSecond = _mm512_setr_epi32(4, 20, 6, 22, 5, 21, 7, 23, 12, 28, 14, 30, 13, 29, 15, 31);
    __m512i half[8], quarter[4], last[2];
    for (size_t r = 0; r < 8; r++)
        half[r] = _mm512_add_epi32(_mm512_shuffle_i32x4(part[r], part[r + 8], 0x44),
                                   _mm512_shuffle_i32x4(part[r], part[r + 8], 0xEE));
    for (size_t r = 0; r < 4; r++)
        quarter[r] =
            _mm512_add_epi32(_mm512_unpacklo_epi64(half[r], half[r + 4]), _mm512_unpackhi_epi64(half[r], half[r + 4]));
    for (size_t r = 0; r < 2; r++) {
        const __m512 p = _mm512_castsi512_ps(quarter[r]), q = _mm512_castsi512_ps(quarter[r + 2]);
        last[r] = _mm512_add_epi32(_mm512_castps_si512(_mm512_shuffle_ps(p, q, 0x88)),
                                   _mm512_castps_si512(_mm512_shuffle_ps(p, q, 0xDD)));
    }
    first = _mm512_permutex2var_epi32(last[0], rowsOfFirst, last[1]);
    second = _mm512_permutex2var_epi32(last[0], rowsOfSecond, last[1]);
}

/// Sixteen rows times one row of activations, straight from the file's layout. `next`: what will be read after these
/// rows, fetched in order while these are computed (sixteen row streams defeat the hardware prefetcher).
template <class Read>
void rowsTimesOne(const RowGroup<typename Read::Block>& rows, const char* next, size_t length, const int8_t* q,
                  const float* d, const int32_t* sums, float* out) {
    using Block = typename Read::Block;
    const size_t blocks = length / 32;
    ScaleWindow<Read> windows[2];
    windows[0].fill(rows, 0, blocks);
    __m512 acc = _mm512_setzero_ps();
    for (size_t b = 0; b < blocks; b += 2) {
        const size_t window = b / 8;
        if (b % 8 == 0 && (window + 1) * 8 < blocks) windows[(window + 1) & 1].fill(rows, (window + 1) * 8, blocks);
        for (size_t line = 0; line < 2 * 16 * sizeof(Block); line += 64)
            _mm_prefetch(next + b * 16 * sizeof(Block) + line, _MM_HINT_T1);
        const bool alone = b + 1 == blocks;
        const size_t c = alone ? b : b + 1;
        const __m256i qb = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q + b * 32)),
                      qc = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q + c * 32));
        const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(qb), qc, 1);
        const __m512i activations = _mm512_shuffle_i32x4(both, both, 0xD8);
        __m512i part[16], dot[2];
        for (size_t r = 0; r < 16; r++)
            part[r] =
                _mm512_dpbusd_epi32(_mm512_setzero_si512(), Read::pair(rows.row[r] + b, rows.row[r] + c), activations);
        sumTree(part, dot[0], dot[1]);
        for (size_t i = 0; i < (alone ? 1u : 2u); i++) {
            const int32_t sum = sums[2 * (b + i)] + sums[2 * (b + i) + 1];
            const ScaleWindow<Read>& w = windows[window & 1];
            const __m512i exact = _mm512_sub_epi32(dot[i], _mm512_set1_epi32(Read::kOffset * sum));
            acc = accumulate<Read>(acc, exact, w.scale(b % 8 + i), Read::kMinimum ? w.minimum(b % 8 + i) : acc,
                                   d[b + i], sum);
        }
    }
    _mm512_mask_storeu_ps(out, rows.present, acc);
}

/// Blocks of weights that many rows of activations are multiplied with, expanded once: sixteen rows, up to
/// kPanelBlocks.
constexpr size_t kPanelBlocks = 48;
struct Panel {
    alignas(64) uint8_t bytes[kPanelBlocks * 8][16][4];  // [value / 4, row, value mod 4]
    alignas(64) float scale[kPanelBlocks][16];
    alignas(64) float minimum[kPanelBlocks][16];
};

template <class Read>
void expand(const RowGroup<typename Read::Block>& rows, size_t first, size_t count, Panel& panel) {
    const __m512i column = _mm512_setr_epi32(0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240);
    ScaleWindow<Read> window;
    for (size_t b = 0; b < count; b++) {
        if (b % 8 == 0) window.fill(rows, first + b, first + count);
        _mm512_store_ps(panel.scale[b], window.scale(b % 8));
        if constexpr (Read::kMinimum) _mm512_store_ps(panel.minimum[b], window.minimum(b % 8));
    }
    for (size_t b = 0; b < count; b += 2) {
        const size_t c = b + 1 == count ? b : b + 1;
        alignas(64) uint8_t pairs[16][64];
        for (size_t r = 0; r < 16; r++)
            _mm512_store_si512(pairs[r], Read::pair(rows.row[r] + first + b, rows.row[r] + first + c));
        for (size_t k = 0; k < (c == b ? 8u : 16u); k++) {
            const size_t group =
                k % 8 < 4 ? k % 8 + k / 8 * 4 : k % 8 + 4 + k / 8 * 4;  // where pair() put value 4·k of the two blocks
            _mm512_store_si512(panel.bytes[b * 8 + k],
                               _mm512_i32gather_epi32(column, reinterpret_cast<const int*>(pairs) + group, 4));
        }
    }
}

/// Sixteen expanded rows times C rows of activations, going on from what `out` holds unless this is the first panel.
template <class Read, int C>
void panelTimes(const Panel& panel, size_t first, size_t count, const Activations& a, size_t token, float* out,
                size_t outStride, __mmask16 present) {
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
    for (size_t b = 0; b < count; b++) {
        __m512i dot[C];
        for (int c = 0; c < C; c++) dot[c] = _mm512_set1_epi32(-Read::kOffset * (sums[c][2 * b] + sums[c][2 * b + 1]));
        for (size_t k = 0; k < 8; k++) {
            const __m512i w = _mm512_load_si512(panel.bytes[b * 8 + k]);
            for (int c = 0; c < C; c++) {
                int32_t four;
                __builtin_memcpy(&four, q[c] + b * 32 + k * 4, 4);
                dot[c] = _mm512_dpbusd_epi32(dot[c], w, _mm512_set1_epi32(four));
            }
        }
        const __m512 scale = _mm512_load_ps(panel.scale[b]),
                     minimum = Read::kMinimum ? _mm512_load_ps(panel.minimum[b]) : scale;
        for (int c = 0; c < C; c++)
            acc[c] = accumulate<Read>(acc[c], dot[c], scale, minimum, d[c][b], sums[c][2 * b] + sums[c][2 * b + 1]);
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
