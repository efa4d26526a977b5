// Quantized products with many rows of activations, written once over the width of a vector. Included inside the
// anonymous namespace of a table, behind its readers, scale_windows.inl and what depends on the instruction set:
//   loadFloats, storeFloats (aligned), spread (one value to all lanes), fused (a · b + c, rounded once)
//   ProductsOf<Read>  kSub, kMinimum, kMostColumns (rows of activations that are computed together: 4 or kTogether),
//                     and dots(): the exact sums of products of a sub-block
//   expandTwo<Read>   the bytes of the blocks b and c of the rows of a group; c is b where a row ends
//
// A stretch of kGroup rows of weights is expanded once and multiplied with all rows of activations. What the offset of
// its bytes adds depends on the activations alone and is known before.

constexpr size_t kPanelBlocks = kStretch / 32;

/// A stretch of kGroup rows.
struct Panel {
    alignas(64) uint8_t bytes[kPanelBlocks * 8][kGroup][4];  // [value / 4, row, value mod 4], as expandTwo makes them
    alignas(64) float scale[kPanelBlocks * 2][kGroup];       // [sub-block, row]
    alignas(64) float minimum[kPanelBlocks * 2][kGroup];     // [sub-block, row]
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
            storeFloats(panel.scale[b * kParts + i], window.scale(i));
            if constexpr (Read::kMinimum) storeFloats(panel.minimum[b * kParts + i], window.minimum(i));
        }
    }
}

/// The blocks first … first + count − 1. What will be expanded next lies kGroup rows behind and is fetched meanwhile.
template <class Read>
[[gnu::noinline]] void expand(const RowGroup<typename Read::Block>& rows, size_t rowBytes, size_t first, size_t count,
                              Panel& panel) {
    using Block = typename Read::Block;
    const size_t bytes = count * 32 / Block::kValues * sizeof(Block);
    const char* next = reinterpret_cast<const char*>(rows.row[0] + first * 32 / Block::kValues) + kGroup * rowBytes;
    expandScales<Read>(rows, first, count, panel);
    for (size_t b = 0; b < count; b += 2) {
        for (size_t r = b / 2; r < kGroup; r += (count + 1) / 2)
            for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(next + r * rowBytes + line, 0, 2);
        expandTwo<Read>(rows, first + b, b + 1 == count ? first + b : first + b + 1, panel.bytes + b * 8);
    }
}

/// Where the first terms of C rows of activations lie, from the block `first` on: rows one after the other. Column c,
/// sub-block i, its values 4 j ….
template <size_t kSub, int C>
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
    const int8_t* four(int c, size_t i, size_t j) const { return quants[c] + i * kSub + j * 4; }
    int32_t start(int c, size_t i) const { return -128 * activationSum<kSub>(sums[c], i); }
    float scale(int c, size_t i) const { return scales[c][i * kSub / 32]; }
    float share(int c, size_t i) const {
        return static_cast<float>(activationSum<kSub>(sums[c], i)) * scales[c][i * kSub / 32];
    }
};

/// The same for the columns `from` … of a packed group that is kWidth wide.
template <size_t kSub, size_t kWidth, int C>
struct PackedColumns {
    static constexpr int kColumns = C;
    const int8_t* quants;
    const int32_t* starts;
    const float *scales, *shares;

    PackedColumns(const Activations& a, size_t token, size_t first, size_t from) {
        const size_t blocks = a.length / 32, at = token * blocks + first * kWidth;
        quants = a.packed->quants + at * 32 + from * 4;
        scales = a.packed->scales + at + from;
        starts = (kSub == 16 ? a.packed->halfStarts + at * 2 : a.packed->starts + at) + from;
        shares = (kSub == 16 ? a.packed->halfShares + at * 2 : a.packed->shares + at) + from;
    }
    const int8_t* four(int c, size_t i, size_t j) const {
        return quants + ((i * kSub / 4 + j) * kWidth + static_cast<size_t>(c)) * 4;
    }
    int32_t start(int c, size_t i) const { return starts[i * kWidth + static_cast<size_t>(c)]; }
    float scale(int c, size_t i) const { return scales[i * kSub / 32 * kWidth + static_cast<size_t>(c)]; }
    float share(int c, size_t i) const { return shares[i * kWidth + static_cast<size_t>(c)]; }
};

/// One sub-block of a second term.
struct SecondTerm {
    static constexpr int kColumns = 1;
    const int8_t* quants;
    int32_t sum;

    const int8_t* four(int, size_t, size_t j) const { return quants + j * 4; }
    int32_t start(int, size_t) const { return -128 * sum; }
};

/// The first terms of `count` blocks of an expanded panel times some rows of activations, added to their sums.
template <class P, class Columns>
[[gnu::noinline]] void panelTimes(const Panel& panel, size_t count, const Columns columns, float (*sums)[kGroup]) {
    constexpr int C = Columns::kColumns;
    Floats acc[C];
#pragma GCC unroll 12
    for (int c = 0; c < C; c++) acc[c] = loadFloats(sums[c]);
    for (size_t i = 0; i < count * 32 / P::kSub; i++) {
        Ints dot[C];
        P::dots(panel.bytes + i * P::kSub / 4, columns, i, dot);
        const Floats scale = loadFloats(panel.scale[i]);
#pragma GCC unroll 12
        for (int c = 0; c < C; c++) acc[c] = fused(toFloats(dot[c]), scale * spread(columns.scale(c, i)), acc[c]);
        if constexpr (P::kMinimum) {
            const Floats minimum = loadFloats(panel.minimum[i]);
#pragma GCC unroll 12
            for (int c = 0; c < C; c++) acc[c] = fused(spread(columns.share(c, i)), minimum, acc[c]);
        }
    }
#pragma GCC unroll 12
    for (int c = 0; c < C; c++) storeFloats(sums[c], acc[c]);
}

/// The second terms of a stretch, of the rows token … end − 1: each has its own blocks.
template <class P>
[[gnu::noinline]] void panelTimesSecond(const Panel& panel, size_t first, size_t count, const Activations& a,
                                        size_t token, size_t end, float (*sums)[kGroup]) {
    constexpr size_t kParts = 32 / P::kSub;
    const size_t seconds = secondCount(count * 32);
    size_t at = token * secondCount(a.length) + secondCount(first * 32);
    for (; token < end; token++, sums++, at += secondCount(a.length) - seconds) {
        Floats rest = spread(0.0f);
        for (size_t s = 0; s < seconds; s++, at++)
            for (size_t part = 0; part < kParts; part++) {
                const size_t i = (a.secondPlaces[at] - first) * kParts + part;
                const int32_t sum = activationSum<P::kSub>(a.secondSums + 2 * at, part);
                Ints dot[1];
                P::dots(panel.bytes + i * P::kSub / 4, SecondTerm{a.secondQuants + at * 32 + part * P::kSub, sum}, 0,
                        dot);
                rest = fused(toFloats(dot[0]), loadFloats(panel.scale[i]) * spread(a.secondScales[at]), rest);
                if constexpr (P::kMinimum)
                    rest =
                        fused(spread(static_cast<float>(sum) * a.secondScales[at]), loadFloats(panel.minimum[i]), rest);
            }
        storeFloats(*sums, loadFloats(*sums) + rest);
    }
}

/// A packed group of kWidth rows of activations.
template <class P, size_t kWidth>
void panelTimesPacked(const Panel& panel, size_t first, size_t count, const Activations& a, size_t token,
                      float (*sums)[kGroup]) {
    constexpr size_t kColumns = kWidth < P::kMostColumns ? kWidth : P::kMostColumns;
    for (size_t c = 0; c < kWidth; c += kColumns)
        panelTimes<P>(panel, count, PackedColumns<P::kSub, kWidth, static_cast<int>(kColumns)>(a, token, first, c),
                      sums + c);
}

/// Some rows of activations from `token` on, before `end`, and how many. Up to three sums behind them are written too.
template <class P>
size_t panelTimesSome(const Panel& panel, size_t first, size_t count, const Activations& a, size_t token, size_t end,
                      float (*sums)[kGroup]) {
    const size_t width = a.packed ? PackedRows::width(token / kTogether, a.packed->count) : 0;
    const size_t there = a.packed && token + width > a.packed->count ? a.packed->count : token + width;
    if (width != 0 && there <= end) {
        const auto times = width == 4   ? panelTimesPacked<P, 4>
                           : width == 8 ? panelTimesPacked<P, 8>
                                        : panelTimesPacked<P, 12>;
        times(panel, first, count, a, token, sums);
        return there - token;
    }
    if (token + 4 <= end) {
        panelTimes<P>(panel, count, Rows<P::kSub, 4>(a, token, first), sums);
        return 4;
    }
    panelTimes<P>(panel, count, Rows<P::kSub, 1>(a, token, first), sums);
    return 1;
}

/// What is computed with one stretch of the activations, which the second-level cache holds meanwhile: rows of
/// activations, groups of rows of weights. Their sums are kept apart from `out`, where they may lie a power of two
/// apart and no cache can hold them.
constexpr size_t kMostRows = 43 * kTogether, kMostGroups = 64 / kGroup;

/// Some groups of rows of weights times some rows of activations.
template <class Read>
void multiplyTile(const WeightRows& w, const Activations& a, size_t begin, size_t end, float* out, size_t outStride) {
    using P = ProductsOf<Read>;
    Panel panel;
    alignas(64) float sums[kMostGroups][kMostRows + 3][kGroup];
    for (auto& group : sums) __builtin_memset(group, 0, (end - begin + 3) * sizeof *group);
    for (size_t first = 0; first < w.length / 32; first += kPanelBlocks) {
        const size_t rest = w.length / 32 - first, count = rest < kPanelBlocks ? rest : kPanelBlocks;
        for (size_t r = 0; r < w.count; r += kGroup) {
            auto& group = sums[r / kGroup];
            expand<Read>(RowGroup<typename Read::Block>(w, r), w.rowBytes, first, count, panel);
            for (size_t t = begin; t < end;)
                t += panelTimesSome<P>(panel, first, count, a, t, end, group + (t - begin));
            panelTimesSecond<P>(panel, first, count, a, begin, end, group);
        }
    }
    for (size_t t = begin; t < end; t++)
        for (size_t r = 0; r < w.count; r += kGroup)
            storeSome(out + t * outStride + r, w.count - r, loadFloats(sums[r / kGroup][t - begin]));
}

template <class Read>
void multiplyMany(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    for (size_t r = 0; r < w.count; r += kMostGroups * kGroup) {
        const size_t rest = w.count - r, count = rest < kMostGroups * kGroup ? rest : kMostGroups * kGroup;
        for (size_t begin = 0; begin < a.count; begin += kMostRows)
            multiplyTile<Read>({w.data + r * w.rowBytes, w.rowBytes, count, w.length}, a, begin,
                               a.count - begin < kMostRows ? a.count : begin + kMostRows, out + r, outStride);
    }
}

template <class Read>
void multiplyQuantized(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    const size_t fewest = a.packed ? 3 : 4;  // rows of activations for which expanding pays
    if (a.count >= fewest) return multiplyMany<Read>(w, a, out, outStride);
    const std::byte* const ahead = w.ahead ? w.ahead : w.data + kGroup * w.rowBytes;
    for (size_t r = 0; r < w.count; r += kGroup) {
        const RowGroup<typename Read::Block> rows(w, r);
        const char* next = reinterpret_cast<const char*>(ahead + r * w.rowBytes);
        for (size_t t = 0; t < a.count; t++) rowsTimesOne<Read>(rows, next, a.part(t, 1), out + t * outStride + r);
    }
}
