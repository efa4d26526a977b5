// Quantized products with vpdpbusd. Included by avx512.cpp inside its anonymous namespace, after the readers of its
// tensor types.

/// acc = fma(dot, w · d, acc), then the minimum's share: the one accumulator of each row, blocks in ascending order.
template <class Read>
inline __m512 accumulate(__m512 acc, __m512i dot, __m512 scale, __m512 minimum, float d, float share) {
    acc = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), _mm512_mul_ps(scale, _mm512_set1_ps(d)), acc);
    return Read::kMinimum ? _mm512_fmadd_ps(_mm512_set1_ps(share), minimum, acc) : acc;
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

/// A block of activations, to be multiplied with one of four rows of activations.
struct BlockOfActivations {
    __m512i low, high;
    explicit BlockOfActivations(__m256i q)
        : low(_mm512_broadcast_i32x4(_mm256_castsi256_si128(q))),
          high(_mm512_broadcast_i32x4(_mm256_extracti128_si256(q, 1))) {}
    __m512i times(const FourRows& u) const {
        return _mm512_dpbusd_epi32(_mm512_dpbusd_epi32(_mm512_setzero_si512(), u.low, low), u.high, high);
    }
};

/// Four partial sums of each of sixteen rows, row v + 4·i in quarter i of part[v], are added up.
inline __m512i sumOfFours(const __m512i (&part)[4]) {
    const __m512i first =
        _mm512_add_epi32(_mm512_unpacklo_epi32(part[0], part[1]), _mm512_unpackhi_epi32(part[0], part[1]));
    const __m512i second =
        _mm512_add_epi32(_mm512_unpacklo_epi32(part[2], part[3]), _mm512_unpackhi_epi32(part[2], part[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(first, second), _mm512_unpackhi_epi64(first, second));
}

/// The same of one block, whose sixteen bytes of four rows are read together: then only four partial sums of each row
/// are left to add up.
template <class Read>
inline __m512i blockSums(const typename Read::Block* const* row, size_t b, __m256i q) {
    const BlockOfActivations activations(q);
    __m512i part[4];
    for (size_t v = 0; v < 4; v++) part[v] = activations.times(Read::fourRows(row, b, v));
    return sumOfFours(part);
}

/// The sums of the blocks b, c times two blocks of activations, one after the other.
template <class Read>
inline void bothSums(const typename Read::Block* const* row, size_t b, size_t c, const int8_t* first,
                     const int8_t* second, __m512i (&sum)[4]) {
    if constexpr (requires { Read::twoOfFourRows(row, b, 0); }) {
        const BlockOfActivations activations[2] = {BlockOfActivations(activationBlock(first)),
                                                   BlockOfActivations(activationBlock(second))};
        __m512i part[2][4];
        for (size_t v = 0; v < 4; v++) {
            const auto u = Read::twoOfFourRows(row, b, v);
            part[0][v] = activations[0].times(u.first);
            part[1][v] = activations[1].times(u.second);
        }
        for (size_t i = 0; i < 2; i++) sum[i] = sumOfFours(part[i]);
    } else if constexpr (requires { Read::fourRows(row, b, 0); }) {
        sum[0] = blockSums<Read>(row, b, activationBlock(first));
        sum[1] = blockSums<Read>(row, c, activationBlock(second));
    } else {
        pairSums<Read>(row, b, c, activationBlock(first), activationBlock(second), sum);
    }
}

/// The sums of b, or of c if `later`, at the same places.
template <class Read>
inline void oneSums(const typename Read::Block* const* row, size_t b, size_t c, bool later, const int8_t* quants,
                    __m512i (&sum)[4]) {
    const __m256i q = activationBlock(quants), none = _mm256_setzero_si256();
    if constexpr (requires { Read::fourRows(row, b, 0); })
        sum[later ? 1 : 0] = blockSums<Read>(row, later ? c : b, q);
    else
        pairSums<Read>(row, b, c, later ? none : q, later ? q : none, sum);
}

/// acc after one more block, whose sub-blocks have these sums; block 0 … 7 of the window.
template <class Read>
inline __m512 accumulateBlock(__m512 acc, const __m512i* dot, const ScaleWindow<Read>& window, size_t block, float d,
                              const int32_t* sums) {
    constexpr size_t kParts = 32 / Read::Block::kSubBlock;
    for (size_t i = 0; i < kParts; i++) {
        const int32_t sum = activationSum<Read::Block::kSubBlock>(sums, i);
        const __m512i exact = _mm512_sub_epi32(dot[i], _mm512_set1_epi32(Read::kOffset * sum));
        const size_t at = block * kParts + i;
        acc = accumulate<Read>(acc, exact, window.scale(at), Read::kMinimum ? window.minimum(at) : acc, d,
                               static_cast<float>(sum) * d);
    }
    return acc;
}

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
        bothSums<Read>(rows.row, b, c, a.quants + b * 32, a.quants + c * 32, dot);
        acc = accumulateBlock<Read>(acc, dot, window, b % 8, a.scales[b], a.sums + 2 * b);
        if (!alone) acc = accumulateBlock<Read>(acc, dot + kParts, window, c % 8, a.scales[c], a.sums + 2 * c);
        for (; second < secondCount(a.length) && a.secondPlaces[second] <= c; second++) {
            const bool later = a.secondPlaces[second] != b;
            oneSums<Read>(rows.row, b, c, later, a.secondQuants + second * 32, dot);
            rest = accumulateBlock<Read>(rest, dot + (later ? kParts : 0), window, a.secondPlaces[second] % 8,
                                         a.secondScales[second], a.secondSums + 2 * second);
        }
        if ((c + 1) % (kStretch / 32) == 0 || c + 1 == blocks) {
            acc = _mm512_add_ps(acc, rest);
            rest = _mm512_setzero_ps();
        }
    }
    storeSome(out, rows.count, acc);
}
