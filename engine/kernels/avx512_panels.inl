// Quantized products with many rows of activations. Included by avx512.cpp inside its anonymous namespace, after
// avx512_quantized.inl.
//
// A stretch of sixteen rows of weights is expanded once, to unsigned bytes with the same offset for all types, and
// multiplied with all rows of activations. What the offset adds depends on the activations alone and is known before:
// it is where a sum starts, and costs nothing.

/// A stretch of sixteen rows.
struct Panel {
    alignas(64) uint8_t bytes[kPanelBlocks * 8][16][4];  // [value / 4, row, value mod 4] weight + 128
    alignas(64) float scale[kPanelBlocks * 2][16];       // [sub-block, row]
    alignas(64) float minimum[kPanelBlocks * 2][16];     // [sub-block, row]
};

/// The blocks first … first + count − 1.
template <class Read>
void expandScales(const RowGroup<typename Read::Block>& rows, size_t first, size_t count, Panel& panel) {
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

/// The bytes of one block whose sixteen bytes of four rows are read together.
template <class Read>
inline void expandBlock(const RowGroup<typename Read::Block>& rows, size_t block, uint8_t (*bytes)[16][4]) {
    const __m512i offset = _mm512_set1_epi8(static_cast<char>(128 - Read::kOffset));
    __m512i low[4], high[4], quads[4];
    for (size_t v = 0; v < 4; v++) {
        const auto u = Read::fourRows(rows.row, block, v);
        low[v] = _mm512_add_epi8(u.low, offset);
        high[v] = _mm512_add_epi8(u.high, offset);
    }
    transposeDwords(low, quads);
    for (size_t k = 0; k < 4; k++) _mm512_store_si512(bytes[k], quads[k]);
    transposeDwords(high, quads);
    for (size_t k = 0; k < 4; k++) _mm512_store_si512(bytes[4 + k], quads[k]);
}

/// The bytes of two blocks; c may be b where a row ends.
template <class Read>
inline void expandPair(const RowGroup<typename Read::Block>& rows, size_t b, size_t c, uint8_t (*bytes)[16][4]) {
    const __m512i offset = _mm512_set1_epi8(static_cast<char>(128 - Read::kOffset));
    const size_t present = c == b ? 8 : 16;
    __m512i quad[4][4];  // [rows / 4, value / 4 mod 4]: quarters in the order of pair()
    for (size_t i = 0; i < 4; i++) {
        __m512i w[4];
        for (size_t r = 0; r < 4; r++) w[r] = _mm512_add_epi8(Read::pair(rows.row[4 * i + r], b, c), offset);
        transposeDwords(w, quad[i]);
    }
    for (size_t i = 0; i < 4; i++) {
        const __m512i of[4] = {quad[0][i], quad[1][i], quad[2][i], quad[3][i]};
        __m512i groups[4];
        transposeQuarters(of, groups);
        for (size_t quarter = 0; quarter < 4; quarter++) {
            const size_t k = i + 4 * (Read::kPlain ? quarter : quarter / 2 + quarter % 2 * 2);
            if (k < present) _mm512_store_si512(bytes[k], groups[quarter]);
        }
    }
}

/// The blocks first … first + count − 1. What will be expanded next lies sixteen rows behind and is fetched meanwhile.
template <class Read>
[[gnu::noinline]] void expand(const RowGroup<typename Read::Block>& rows, size_t rowBytes, size_t first, size_t count,
                              Panel& panel) {
    using Block = typename Read::Block;
    const size_t bytes = count * 32 / Block::kValues * sizeof(Block);
    const char* next = reinterpret_cast<const char*>(rows.row[0] + first * 32 / Block::kValues) + 16 * rowBytes;
    expandScales<Read>(rows, first, count, panel);
    for (size_t b = 0; b < count; b += 2) {
        for (size_t r = b / 2; r < 16; r += (count + 1) / 2)
            for (size_t line = 0; line < bytes; line += 64) _mm_prefetch(next + r * rowBytes + line, _MM_HINT_T1);
        const size_t c = b + 1 == count ? b : b + 1;
        if constexpr (requires { Read::fourRows(rows.row, b, 0); }) {
            expandBlock<Read>(rows, first + b, panel.bytes + b * 8);
            if (c != b) expandBlock<Read>(rows, first + c, panel.bytes + c * 8);
        } else {
            expandPair<Read>(rows, first + b, first + c, panel.bytes + b * 8);
        }
    }
}

/// sum + the products of sixteen times four bytes and the same four values. GCC 12 does not make the broadcast part of
/// the instruction by itself, and beside it costs 6 % of the whole product.
inline __m512i addProducts(__m512i sum, __m512i bytes, const int8_t* four) {
    struct [[gnu::may_alias]] Word {
        int32_t bits;
    };
    asm("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(bytes), "m"(*reinterpret_cast<const Word*>(four)));
    return sum;
}

/// Where the first terms of C rows of activations lie, from the block `first` on: rows one after the other.
template <int C, size_t kSub>
struct Rows {
    static constexpr int kColumns = C;
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
    const int8_t* four(int c, size_t k) const { return quants[c] + k * 4; }
    __m512i start(int c, size_t i) const { return _mm512_set1_epi32(-128 * activationSum<kSub>(sums[c], i)); }
    __m512 scale(int c, size_t i) const { return _mm512_set1_ps(scales[c][i * kSub / 32]); }
    __m512 share(int c, size_t i) const {
        return _mm512_set1_ps(static_cast<float>(activationSum<kSub>(sums[c], i)) * scales[c][i * kSub / 32]);
    }
};

/// The same for a packed group that is C wide.
template <int C, size_t kSub>
struct PackedGroup {
    static constexpr int kColumns = C;
    const int8_t* quants;
    const int32_t* starts;
    const float *scales, *shares;

    PackedGroup(const Activations& a, size_t token, size_t first) {
        const size_t blocks = a.length / 32, at = token * blocks + first * C;
        quants = a.packed->quants + at * 32;
        scales = a.packed->scales + at;
        starts = kSub == 16 ? a.packed->halfStarts + at * 2 : a.packed->starts + at;
        shares = kSub == 16 ? a.packed->halfShares + at * 2 : a.packed->shares + at;
    }
    const int8_t* four(int c, size_t k) const { return quants + (k * C + static_cast<size_t>(c)) * 4; }
    __m512i start(int c, size_t i) const { return _mm512_set1_epi32(starts[i * C + static_cast<size_t>(c)]); }
    __m512 scale(int c, size_t i) const { return _mm512_set1_ps(scales[i * kSub / 32 * C + static_cast<size_t>(c)]); }
    __m512 share(int c, size_t i) const { return _mm512_set1_ps(shares[i * C + static_cast<size_t>(c)]); }
};

/// The first terms of sixteen expanded rows times some rows of activations, added to their sums. first: the panel's
/// first block.
template <class Columns, size_t kSub, bool kMinimum>
[[gnu::noinline]] void panelTimes(const Panel& panel, size_t first, size_t count, const Activations& a, size_t token,
                                  float (*sums)[16]) {
    constexpr int C = Columns::kColumns;
    const Columns columns(a, token, first);
    __m512 acc[C];
#pragma GCC unroll 12
    for (int c = 0; c < C; c++) acc[c] = _mm512_load_ps(sums[c]);
    for (size_t i = 0; i < count * 32 / kSub; i++) {
        __m512i dot[C];
#pragma GCC unroll 12
        for (int c = 0; c < C; c++) dot[c] = columns.start(c, i);
        const size_t k = i * kSub / 4;
#pragma GCC unroll 8
        for (size_t j = 0; j < kSub / 4; j++) {
            const __m512i w = _mm512_load_si512(panel.bytes[k + j]);
#pragma GCC unroll 12
            for (int c = 0; c < C; c++) dot[c] = addProducts(dot[c], w, columns.four(c, k + j));
        }
        const __m512 scale = _mm512_load_ps(panel.scale[i]);
#pragma GCC unroll 12
        for (int c = 0; c < C; c++)
            acc[c] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot[c]), _mm512_mul_ps(scale, columns.scale(c, i)), acc[c]);
        if constexpr (kMinimum) {
            const __m512 minimum = _mm512_load_ps(panel.minimum[i]);
#pragma GCC unroll 12
            for (int c = 0; c < C; c++) acc[c] = _mm512_fmadd_ps(columns.share(c, i), minimum, acc[c]);
        }
    }
#pragma GCC unroll 12
    for (int c = 0; c < C; c++) _mm512_store_ps(sums[c], acc[c]);
}

/// The second terms of a stretch, of the rows token … end − 1: each has its own blocks.
template <size_t kSub, bool kMinimum>
[[gnu::noinline]] void panelTimesSecond(const Panel& panel, size_t first, size_t count, const Activations& a,
                                        size_t token, size_t end, float (*sums)[16]) {
    constexpr size_t kParts = 32 / kSub;
    const size_t seconds = secondCount(count * 32);
    size_t at = token * secondCount(a.length) + secondCount(first * 32);
    for (; token < end; token++, sums++, at += secondCount(a.length) - seconds) {
        __m512 rest = _mm512_setzero_ps();
        for (size_t s = 0; s < seconds; s++, at++)
            for (size_t part = 0; part < kParts; part++) {
                const size_t i = (a.secondPlaces[at] - first) * kParts + part, k = i * kSub / 4;
                const int8_t* quants = a.secondQuants + at * 32 + part * kSub;
                const int32_t sum = activationSum<kSub>(a.secondSums + 2 * at, part);
                __m512i dots[2] = {_mm512_set1_epi32(-128 * sum), _mm512_setzero_si512()};
#pragma GCC unroll 8
                for (size_t j = 0; j < kSub / 4; j++)
                    dots[j % 2] = addProducts(dots[j % 2], _mm512_load_si512(panel.bytes[k + j]), quants + j * 4);
                const __m512i dot = _mm512_add_epi32(dots[0], dots[1]);
                const __m512 d = _mm512_set1_ps(a.secondScales[at]);
                rest = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), _mm512_mul_ps(_mm512_load_ps(panel.scale[i]), d), rest);
                if constexpr (kMinimum)
                    rest = _mm512_fmadd_ps(_mm512_set1_ps(static_cast<float>(sum) * a.secondScales[at]),
                                           _mm512_load_ps(panel.minimum[i]), rest);
            }
        _mm512_store_ps(*sums, _mm512_add_ps(_mm512_load_ps(*sums), rest));
    }
}

/// Some rows of activations from `token` on, before `end`, and how many.
template <size_t kSub, bool kMinimum>
size_t panelTimesSome(const Panel& panel, size_t first, size_t count, const Activations& a, size_t token, size_t end,
                      float (*sums)[16]) {
    const size_t width = a.packed ? PackedRows::width(token / kTogether, a.packed->count) : 0;
    const size_t there = a.packed && token + width > a.packed->count ? a.packed->count : token + width;
    if (width != 0 && there <= end) {
        const auto times = width == 4   ? panelTimes<PackedGroup<4, kSub>, kSub, kMinimum>
                           : width == 8 ? panelTimes<PackedGroup<8, kSub>, kSub, kMinimum>
                                        : panelTimes<PackedGroup<12, kSub>, kSub, kMinimum>;
        times(panel, first, count, a, token, sums);
        return there - token;
    }
    const bool four = token + 4 <= end;
    (four ? panelTimes<Rows<4, kSub>, kSub, kMinimum> : panelTimes<Rows<1, kSub>, kSub, kMinimum>)(panel, first, count,
                                                                                                   a, token, sums);
    return four ? 4 : 1;
}

/// What is computed with one stretch of the activations, which the second-level cache holds meanwhile: rows of
/// activations, groups of sixteen rows of weights. Their sums are kept apart from `out`, where they may lie a power of
/// two apart and no cache can hold them.
constexpr size_t kMostRows = 43 * kTogether, kMostGroups = 4;

/// Some groups of rows of weights times some rows of activations.
template <class Read>
void multiplyTile(const WeightRows& w, const Activations& a, size_t begin, size_t end, float* out, size_t outStride) {
    constexpr size_t kSub = Read::Block::kSubBlock;
    Panel panel;
    alignas(64) float sums[kMostGroups][kMostRows + 3][16];
    for (auto& group : sums) __builtin_memset(group, 0, (end - begin + 3) * sizeof *group);
    for (size_t first = 0; first < w.length / 32; first += kPanelBlocks) {
        const size_t rest = w.length / 32 - first, count = rest < kPanelBlocks ? rest : kPanelBlocks;
        for (size_t r = 0; r < w.count; r += 16) {
            auto& group = sums[r / 16];
            expand<Read>(RowGroup<typename Read::Block>(w, r), w.rowBytes, first, count, panel);
            for (size_t t = begin; t < end;)
                t += panelTimesSome<kSub, Read::kMinimum>(panel, first, count, a, t, end, group + (t - begin));
            panelTimesSecond<kSub, Read::kMinimum>(panel, first, count, a, begin, end, group);
        }
    }
    for (size_t t = begin; t < end; t++)
        for (size_t r = 0; r < w.count; r += 16) {
            const __m512 sum = _mm512_load_ps(sums[r / 16][t - begin]);
            float* to = out + t * outStride + r;
            if (w.count - r >= 16)
                _mm512_storeu_ps(to, sum);
            else
                _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << (w.count - r)) - 1u), sum);
        }
}

template <class Read>
void multiplyMany(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    for (size_t r = 0; r < w.count; r += kMostGroups * 16) {
        const size_t rest = w.count - r, count = rest < kMostGroups * 16 ? rest : kMostGroups * 16;
        for (size_t begin = 0; begin < a.count; begin += kMostRows)
            multiplyTile<Read>({w.data + r * w.rowBytes, w.rowBytes, count, w.length}, a, begin,
                               a.count - begin < kMostRows ? a.count : begin + kMostRows, out + r, outStride);
    }
}

template <class Read>
void multiplyQuantized(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    const size_t fewest = a.packed ? 3 : 4;  // rows of activations for which expanding pays
    if (a.count >= fewest) return multiplyMany<Read>(w, a, out, outStride);
    for (size_t r = 0; r < w.count; r += 16) {
        const RowGroup<typename Read::Block> rows(w, r);
        const char* next = reinterpret_cast<const char*>(w.data + (r + 16) * w.rowBytes);
        for (size_t t = 0; t < a.count; t++) rowsTimesOne<Read>(rows, next, a.part(t, 1), out + t * outStride + r);
    }
}
