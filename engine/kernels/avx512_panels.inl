// What panels.inl asks for. Included by avx512.cpp inside its anonymous namespace, after avx512_quantized.inl. The
// bytes of a panel are the weights + 128, for all types.

/// The bytes of one block whose sixteen bytes of four rows are read together.
template <class Read>
inline void expandBlock(const RowGroup<typename Read::Block>& rows, size_t block, uint8_t (*bytes)[kGroup][4]) {
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
inline void expandPair(const RowGroup<typename Read::Block>& rows, size_t b, size_t c, uint8_t (*bytes)[kGroup][4]) {
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

template <class Read>
inline void expandTwo(const RowGroup<typename Read::Block>& rows, size_t b, size_t c, uint8_t (*bytes)[kGroup][4]) {
    if constexpr (requires { Read::fourRows(rows.row, b, 0); }) {
        expandBlock<Read>(rows, b, bytes);
        if (c != b) expandBlock<Read>(rows, c, bytes + 8);
    } else {
        expandPair<Read>(rows, b, c, bytes);
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

template <size_t kSubBlock, bool kHasMinimum>
struct Products {
    static constexpr size_t kSub = kSubBlock, kMostColumns = kTogether;
    static constexpr bool kMinimum = kHasMinimum;

    /// Of one sub-block: its bytes, times the sub-block i of some columns.
    template <class Columns>
    static inline void dots(const uint8_t (*bytes)[kGroup][4], const Columns& columns, size_t i, Ints* dot) {
        constexpr int C = Columns::kColumns;
        __m512i sum[C];
#pragma GCC unroll 12
        for (int c = 0; c < C; c++) sum[c] = _mm512_set1_epi32(columns.start(c, i));
#pragma GCC unroll 8
        for (size_t j = 0; j < kSub / 4; j++) {
            const __m512i w = _mm512_load_si512(bytes[j]);
#pragma GCC unroll 12
            for (int c = 0; c < C; c++) sum[c] = addProducts(sum[c], w, columns.four(c, i, j));
        }
#pragma GCC unroll 12
        for (int c = 0; c < C; c++) dot[c] = reinterpret_cast<Ints>(sum[c]);
    }
};
template <class Read>
using ProductsOf = Products<Read::Block::kSubBlock, Read::kMinimum>;
