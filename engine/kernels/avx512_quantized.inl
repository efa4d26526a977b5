// Quantized products with vpdpbusd. Included by avx512.cpp inside its anonymous namespace, after the readers of its
// tensor types.

/// acc = fma(dot, w · d, acc), then the minimum's share: the one accumulator of each row, blocks in ascending order.
template <class Read>
inline __m512 accumulate(__m512 acc, __m512i dot, __m512 scale, __m512 minimum, float d, float share) {
    acc = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), _mm512_mul_ps(scale, _mm512_set1_ps(d)), acc);
    return Read::kMinimum ? _mm512_fmadd_ps(_mm512_set1_ps(share), minimum, acc) : acc;
}

/// The partial sums of four rows, four neighbouring ones of a quarter of the values → [quarter, row].
inline __m512i sumsOfFour(const __m512i (&part)[4]) {
    const __m512i first =
        _mm512_add_epi32(_mm512_unpacklo_epi64(part[0], part[1]), _mm512_unpackhi_epi64(part[0], part[1]));
    const __m512i second =
        _mm512_add_epi32(_mm512_unpacklo_epi64(part[2], part[3]), _mm512_unpackhi_epi64(part[2], part[3]));
    const __m512 p = _mm512_castsi512_ps(first), q = _mm512_castsi512_ps(second);
    return _mm512_add_epi32(_mm512_castps_si512(_mm512_shuffle_ps(p, q, 0x88)),
                            _mm512_castps_si512(_mm512_shuffle_ps(p, q, 0xDD)));
}

/// Of four times four rows → the sums of the sub-blocks of two blocks, in ascending order.
template <class Read>
inline void subBlockSums(const __m512i (&four)[4], __m512i (&sum)[4]) {
    transposeQuarters(four, sum);
    if constexpr (Read::Block::kSubBlock == 16) return;
    const __m512i first = _mm512_add_epi32(sum[0], Read::kPlain ? sum[1] : sum[2]);
    sum[1] = _mm512_add_epi32(Read::kPlain ? sum[2] : sum[1], sum[3]);
    sum[0] = first;
}

/// Two blocks of activations.
struct TwoBlocks {
    __m256i first = _mm256_setzero_si256(), second = first;
};
inline __m256i activationBlock(const int8_t* q) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(q));
}

/// A block of activations, to be multiplied with one of four rows of weights.
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

/// The sums of one block times kTerms blocks of activations.
template <class Read, size_t kTerms>
inline void blockSums(const typename Read::Block* const* row, size_t b, const __m256i (&q)[kTerms],
                      __m512i (&sum)[kTerms]) {
    __m512i part[kTerms][4];
    for (size_t v = 0; v < 4; v++) {
        const FourRows u = Read::fourRows(row, b, v);
        for (size_t n = 0; n < kTerms; n++) part[n][v] = BlockOfActivations(q[n]).times(u);
    }
    for (size_t n = 0; n < kTerms; n++) sum[n] = sumOfFours(part[n]);
}

/// The sums of products of the blocks b, c of sixteen rows with kTerms times two blocks of activations: of their
/// sub-blocks, in ascending order. The weights are read and unpacked once.
template <class Read, size_t kTerms>
inline void pairSums(const typename Read::Block* const* row, size_t b, size_t c, const TwoBlocks* q,
                     __m512i (*sum)[4]) {
    if constexpr (requires { Read::twoOfFourRows(row, b, 0); }) {
        __m512i part[kTerms][2][4];
        for (size_t v = 0; v < 4; v++) {
            const auto u = Read::twoOfFourRows(row, b, v);
            for (size_t n = 0; n < kTerms; n++) {
                part[n][0][v] = BlockOfActivations(q[n].first).times(u.first);
                part[n][1][v] = BlockOfActivations(q[n].second).times(u.second);
            }
        }
        for (size_t n = 0; n < kTerms; n++)
            for (size_t i = 0; i < 2; i++) sum[n][i] = sumOfFours(part[n][i]);
    } else if constexpr (requires { Read::fourRows(row, b, 0); }) {
        __m256i first[kTerms], second[kTerms];
        __m512i ofFirst[kTerms], ofSecond[kTerms];
        for (size_t n = 0; n < kTerms; n++) first[n] = q[n].first, second[n] = q[n].second;
        blockSums<Read>(row, b, first, ofFirst);
        blockSums<Read>(row, c, second, ofSecond);
        for (size_t n = 0; n < kTerms; n++) sum[n][0] = ofFirst[n], sum[n][1] = ofSecond[n];
    } else {
        __m512i both[kTerms], four[kTerms][4];
        for (size_t n = 0; n < kTerms; n++) {
            both[n] = _mm512_inserti64x4(_mm512_castsi256_si512(q[n].first), q[n].second, 1);
            if constexpr (!Read::kPlain) both[n] = _mm512_shuffle_i32x4(both[n], both[n], 0xD8);
        }
        for (size_t i = 0; i < 4; i++) {
            __m512i part[kTerms][4];
            for (size_t r = 0; r < 4; r++) {
                const __m512i u = Read::pair(row[4 * i + r], b, c);
                for (size_t n = 0; n < kTerms; n++)
                    part[n][r] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), u, both[n]);
            }
            for (size_t n = 0; n < kTerms; n++) four[n][i] = sumsOfFour(part[n]);
        }
        for (size_t n = 0; n < kTerms; n++) subBlockSums<Read>(four[n], sum[n]);
    }
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
        TwoBlocks q[2] = {{activationBlock(a.quants + b * 32), activationBlock(a.quants + c * 32)}, {}};
        __m512i dot[2][4];
        size_t last = second;
        for (; last < secondCount(a.length) && a.secondPlaces[last] <= c; last++)
            (a.secondPlaces[last] == b ? q[1].first : q[1].second) = activationBlock(a.secondQuants + last * 32);
        if (last == second)
            pairSums<Read, 1>(rows.row, b, c, q, dot);
        else
            pairSums<Read, 2>(rows.row, b, c, q, dot);
        acc = accumulateBlock<Read>(acc, dot[0], window, b % 8, a.scales[b], a.sums + 2 * b);
        if (!alone) acc = accumulateBlock<Read>(acc, dot[0] + kParts, window, c % 8, a.scales[c], a.sums + 2 * c);
        for (; second < last; second++)
            rest = accumulateBlock<Read>(rest, dot[1] + (a.secondPlaces[second] == b ? 0 : kParts), window,
                                         a.secondPlaces[second] % 8, a.secondScales[second], a.secondSums + 2 * second);
        if ((c + 1) % (kStretch / 32) == 0 || c + 1 == blocks) {
            acc = _mm512_add_ps(acc, rest);
            rest = _mm512_setzero_ps();
        }
    }
    storeSome(out, rows.count, acc);
}
