// What panels.inl asks for. Included by avx2.inl after avx2_quantized.inl. The bytes of a panel are what the readers
// give, but 128 more than signed weights where kOneStep.

/// Eight rows' dwords → the rows' first dwords, second dwords …
inline void transposeDwords(const __m256i (&row)[8], uint8_t (*out)[kGroup][4]) {
    __m256i quads[2][4];  // [rows / 4]: the dwords i and i + 4 of four rows
    for (size_t h = 0; h < 2; h++) {
        const __m256i* r = row + 4 * h;
        const __m256i low[2] = {_mm256_unpacklo_epi32(r[0], r[1]), _mm256_unpacklo_epi32(r[2], r[3])},
                      high[2] = {_mm256_unpackhi_epi32(r[0], r[1]), _mm256_unpackhi_epi32(r[2], r[3])};
        quads[h][0] = _mm256_unpacklo_epi64(low[0], low[1]);
        quads[h][1] = _mm256_unpackhi_epi64(low[0], low[1]);
        quads[h][2] = _mm256_unpacklo_epi64(high[0], high[1]);
        quads[h][3] = _mm256_unpackhi_epi64(high[0], high[1]);
    }
    for (size_t i = 0; i < 4; i++) {
        const __m256i a = quads[0][i], b = quads[1][i];
        _mm256_store_si256(reinterpret_cast<__m256i*>(out[i]), _mm256_permute2x128_si256(a, b, 0x20));
        _mm256_store_si256(reinterpret_cast<__m256i*>(out[4 + i]), _mm256_permute2x128_si256(a, b, 0x31));
    }
}

template <class Read>
inline void expandBlock(const RowGroup<typename Read::Block>& rows, size_t b, uint8_t (*bytes)[kGroup][4]) {
    __m256i u[8];
    unpackRows<Read>(rows.row, b, u);
    if constexpr (kOneStep && Read::kSigned)
        for (auto& row : u) row = _mm256_xor_si256(row, _mm256_set1_epi8(-128));
    transposeDwords(u, bytes);
}

template <class Read>
inline void expandTwo(const RowGroup<typename Read::Block>& rows, size_t b, size_t c, uint8_t (*bytes)[kGroup][4]) {
    expandBlock<Read>(rows, b, bytes);
    if (c != b) expandBlock<Read>(rows, c, bytes + 8);
}

/// GCC 12 would add up in another order, for which there are not enough registers.
inline void inThisOrder(__m256i& x) {
    asm("" : "+x"(x));
}

/// How many products of four values, u <= largest, can be added up in 16 bits: a power of two, at most `most`.
constexpr size_t stepsThatFit(int largest, size_t most) {
    size_t steps = most;
    while (static_cast<int>(2 * steps) * 127 * largest > 32767) steps /= 2;
    return steps;
}

template <size_t kSubBlock, bool kHasMinimum, int kOffset, int kLargest, bool kSigned>
struct Products {
    static constexpr size_t kSub = kSubBlock, kMostColumns = 4, kSteps = stepsThatFit(kLargest, kSub / 4);
    static constexpr bool kMinimum = kHasMinimum;

    /// Of one sub-block: its bytes, times the sub-block i of some columns.
    template <class Columns>
    static inline void dots(const uint8_t (*bytes)[kGroup][4], const Columns& columns, size_t i, Ints* dot) {
        constexpr int C = Columns::kColumns;
        __m256i sum[C];
        if constexpr (kOneStep)
            addUp(bytes, columns, i, sum);
        else
            addUpInWords(bytes, columns, i, sum);
#pragma GCC unroll 4
        for (int c = 0; c < C; c++) {
            if constexpr (kOffset != 0) sum[c] = _mm256_add_epi32(sum[c], offsetTimes(columns.start(c, i)));
            dot[c] = reinterpret_cast<Ints>(sum[c]);
        }
    }

private:
    static __m256i four(const int8_t* q) {
        int32_t four;
        __builtin_memcpy(&four, q, 4);
        return _mm256_set1_epi32(four);
    }
    static __m256i load(const uint8_t (&bytes)[kGroup][4]) {
        return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
    }

    template <class Columns>
    static inline void addUp(const uint8_t (*bytes)[kGroup][4], const Columns& columns, size_t i, __m256i* sum) {
        constexpr int C = Columns::kColumns;
#pragma GCC unroll 4
        for (int c = 0; c < C; c++) sum[c] = _mm256_setzero_si256();
#pragma GCC unroll 8
        for (size_t j = 0; j < kSub / 4; j++) {
            const __m256i w = load(bytes[j]);
#pragma GCC unroll 4
            for (int c = 0; c < C; c++) sum[c] = addFours(sum[c], w, four(columns.four(c, i, j)));
        }
    }

    /// In 16 bits, as long as sums fit.
    template <class Columns>
    static inline void addUpInWords(const uint8_t (*bytes)[kGroup][4], const Columns& columns, size_t i, __m256i* sum) {
        constexpr int C = Columns::kColumns;
#pragma GCC unroll 8
        for (size_t part = 0; part < kSub / 4 / kSteps; part++) {
            __m256i pairs[C];
#pragma GCC unroll 8
            for (size_t step = 0; step < kSteps; step++) {
                const size_t j = part * kSteps + step;
                const __m256i w = load(bytes[j]), unsignedW = magnitude<kSigned>(w);
#pragma GCC unroll 4
                for (int c = 0; c < C; c++) {
                    const __m256i q = four(columns.four(c, i, j));
                    const __m256i products = _mm256_maddubs_epi16(unsignedW, signedLike<kSigned>(w, q));
                    pairs[c] = step == 0 ? products : _mm256_add_epi16(pairs[c], products);
                    inThisOrder(pairs[c]);
                }
            }
#pragma GCC unroll 4
            for (int c = 0; c < C; c++) {
                const __m256i more = _mm256_madd_epi16(pairs[c], _mm256_set1_epi16(1));
                sum[c] = part == 0 ? more : _mm256_add_epi32(sum[c], more);
                inThisOrder(sum[c]);
            }
        }
    }

    static_assert(kOffset == 0 || (kOffset & (kOffset - 1)) == 0);
    /// start: −128 · sum of the activations → −kOffset · it
    static __m256i offsetTimes(int32_t start) {
        constexpr int kShift = 7 - __builtin_ctz(static_cast<unsigned>(kOffset));
        return _mm256_srai_epi32(_mm256_set1_epi32(start), kShift);
    }
};
template <class Read>
using ProductsOf = Products<Read::Block::kSubBlock, Read::kMinimum, kOneStep && Read::kSigned ? 128 : Read::kOffset,
                            Read::kLargest, Read::kSigned>;
