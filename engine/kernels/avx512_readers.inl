// Tensor types as the AVX-512 products see them. Included by avx512.cpp inside its anonymous namespace.
//
// A reader presents a tensor type: kOffset, kMinimum (its sub-blocks have one), and pair(), two neighbouring blocks of
// 32 b, c of a row as 64 unsigned bytes u + kOffset: in their own order where kPlain, else in the order b[0:16] c[0:16]
// b[16:32] c[16:32]. b is even; c is b where a row ends in between. In types of 256 it always is b + 1.
// Where sixteen bytes hold a block, fourRows() gives one of four rows in less work; where 32 bytes hold two,
// twoOfFourRows() gives both.

inline __m256i joined(const uint8_t* first, const uint8_t* second) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(first))),
                                   _mm_loadu_si128(reinterpret_cast<const __m128i*>(second)), 1);
}

inline __m512i nibbles(const uint8_t* first, const uint8_t* second) {
    const __m256i q = joined(first, second);
    return _mm512_and_si512(_mm512_inserti64x4(_mm512_castsi256_si512(q), _mm256_srli_epi16(q, 4), 1),
                            _mm512_set1_epi8(15));
}

/// The nibbles of a block of the rows v, v + 4, v + 8, v + 12: sixteen values of each, the first ones and the others.
struct FourRows {
    __m512i low, high;
};
template <class Block>
inline FourRows nibblesOfFour(const Block* const* row, size_t b, size_t v) {
    const __m512i q = bytesOfFour(row, b, v, [](const Block& block) { return block.qs; });
    const __m512i mask = _mm512_set1_epi8(15);
    return {_mm512_and_si512(q, mask), _mm512_and_si512(_mm512_srli_epi16(q, 4), mask)};
}

template <class Block>
inline FourRows fiveBitsOfFour(const Block* const* row, size_t b, size_t v) {
    const FourRows q = nibblesOfFour(row, b, v);
    uint64_t low = 0, high = 0;
    for (size_t i = 0; i < 4; i++) {
        uint32_t bits;
        __builtin_memcpy(&bits, row[v + 4 * i][b].qh, 4);
        low |= static_cast<uint64_t>(bits & 0xffffu) << 16 * i;
        high |= static_cast<uint64_t>(bits >> 16) << 16 * i;
    }
    const __m512i bit = _mm512_set1_epi8(16);
    return {_mm512_mask_add_epi8(q.low, low, q.low, bit), _mm512_mask_add_epi8(q.high, high, q.high, bit)};
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
    static FourRows fourRows(const Block* const* row, size_t b, size_t v) { return nibblesOfFour(row, b, v); }
    static constexpr int kOffset = 8;
    static constexpr bool kMinimum = false, kPlain = false;
    static __m512i pair(const Block* row, size_t b, size_t c) { return nibbles(row[b].qs, row[c].qs); }
};

struct ReadQ4_1 {
    using Block = BlockQ4_1;
    static FourRows fourRows(const Block* const* row, size_t b, size_t v) { return nibblesOfFour(row, b, v); }
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true, kPlain = false;
    static __m512i pair(const Block* row, size_t b, size_t c) { return nibbles(row[b].qs, row[c].qs); }
};

struct ReadQ5_0 {
    using Block = BlockQ5_0;
    static FourRows fourRows(const Block* const* row, size_t b, size_t v) { return fiveBitsOfFour(row, b, v); }
    static constexpr int kOffset = 16;
    static constexpr bool kMinimum = false, kPlain = false;
    static __m512i pair(const Block* row, size_t b, size_t c) {
        return withFifthBits(nibbles(row[b].qs, row[c].qs), row[b].qh, row[c].qh);
    }
};

struct ReadQ5_1 {
    using Block = BlockQ5_1;
    static FourRows fourRows(const Block* const* row, size_t b, size_t v) { return fiveBitsOfFour(row, b, v); }
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true, kPlain = false;
    static __m512i pair(const Block* row, size_t b, size_t c) {
        return withFifthBits(nibbles(row[b].qs, row[c].qs), row[b].qh, row[c].qh);
    }
};

struct ReadQ8_0 {
    using Block = BlockQ8_0;
    static constexpr int kOffset = 128;
    static constexpr bool kMinimum = false, kPlain = false;
    static __m512i pair(const Block* row, size_t b, size_t c) {
        const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row[b].qs)),
                      second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row[c].qs));
        const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
        return _mm512_xor_si512(_mm512_shuffle_i32x4(both, both, 0xD8), _mm512_set1_epi8(-128));
    }
};

/// The IQ4 values and those of MXFP4, as bytes that are not negative.
inline __m512i lookUp(const int8_t (&table)[16], int offset, __m512i indices) {
    const __m512i values = _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
    return _mm512_shuffle_epi8(_mm512_add_epi8(values, _mm512_set1_epi8(static_cast<char>(offset))), indices);
}

struct ReadIQ4_NL {
    using Block = BlockIQ4_NL;
    static FourRows fourRows(const Block* const* row, size_t b, size_t v) {
        const FourRows q = nibblesOfFour(row, b, v);
        return {lookUp(kIq4Values, kOffset, q.low), lookUp(kIq4Values, kOffset, q.high)};
    }
    static constexpr int kOffset = 128;
    static constexpr bool kMinimum = false, kPlain = false;
    static __m512i pair(const Block* row, size_t b, size_t c) {
        return lookUp(kIq4Values, kOffset, nibbles(row[b].qs, row[c].qs));
    }
};

struct ReadMXFP4 {
    using Block = BlockMXFP4;
    static FourRows fourRows(const Block* const* row, size_t b, size_t v) {
        const FourRows q = nibblesOfFour(row, b, v);
        return {lookUp(kFp4Values, kOffset, q.low), lookUp(kFp4Values, kOffset, q.high)};
    }
    static constexpr int kOffset = 12;
    static constexpr bool kMinimum = false, kPlain = false;
    static __m512i pair(const Block* row, size_t b, size_t c) {
        return lookUp(kFp4Values, kOffset, nibbles(row[b].qs, row[c].qs));
    }
};

/// 32 bytes, twice.
inline __m512i twice(const uint8_t* bytes) {
    return _mm512_broadcast_i64x4(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes)));
}

/// Bit `low` of every byte of the first half, and bit `low + step` of every byte of the second half, go to bit `to`.
/// The bits beside it, some of them of other bytes, are for the caller to mask.
inline __m512i bitsTo(int to, __m512i bytes, int low, int step) {
    const __m256i first = _mm256_set1_epi32(low - to), second = _mm256_set1_epi32(low + step - to);
    return _mm512_rorv_epi32(bytes, _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1));
}

inline __m512i masked(__m512i bytes, int mask) {
    return _mm512_and_si512(bytes, _mm512_set1_epi8(static_cast<char>(mask)));
}

/// The bits of `low` under the mask, the others from `high`.
inline __m512i blend(__m512i low, __m512i high, int mask) {
    return _mm512_ternarylogic_epi32(low, high, _mm512_set1_epi8(static_cast<char>(mask)), 0xE4);
}

struct ReadQ2_K {
    using Block = BlockQ2_K;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true, kPlain = true;
    static __m512i pair(const Block* row, size_t b, size_t) {
        return masked(bitsTo(0, twice(row[b / 8].qs + b % 8 / 4 * 32), static_cast<int>(b % 4) * 2, 2), 3);
    }
};

struct ReadQ3_K {
    using Block = BlockQ3_K;
    static constexpr int kOffset = 4;
    static constexpr bool kMinimum = false, kPlain = true;
    static __m512i pair(const Block* row, size_t b, size_t) {
        const Block& block = row[b / 8];
        const __m512i low = bitsTo(0, twice(block.qs + b % 8 / 4 * 32), static_cast<int>(b % 4) * 2, 2),
                      high = bitsTo(2, twice(block.hmask), static_cast<int>(b % 8), 1);
        return masked(blend(low, high, 3), 7);
    }
};

/// The nibbles of the blocks b and b + 1 of Q4_K and Q5_K: of each, sixteen values and the others.
struct TwoOfFourRows {
    FourRows first, second;
};
template <class Block>
inline TwoOfFourRows nibblesOfTwo(const Block* const* row, size_t b, size_t v) {
    const auto half = [&](size_t at) {
        return bytesOfFour(row, b / 8, v, [&](const Block& block) { return block.qs + b % 8 / 2 * 32 + at; });
    };
    const __m512i low = half(0), high = half(16), mask = _mm512_set1_epi8(15);
    return {{_mm512_and_si512(low, mask), _mm512_and_si512(high, mask)},
            {_mm512_and_si512(_mm512_srli_epi16(low, 4), mask), _mm512_and_si512(_mm512_srli_epi16(high, 4), mask)}};
}

/// Those of one of them.
template <class Block>
inline FourRows nibblesOfOne(const Block* const* row, size_t b, size_t v) {
    const auto half = [&](size_t at) {
        const __m512i q =
            bytesOfFour(row, b / 8, v, [&](const Block& block) { return block.qs + b % 8 / 2 * 32 + at; });
        return _mm512_and_si512(_mm512_srl_epi16(q, _mm_cvtsi32_si128(static_cast<int>(b % 2) * 4)),
                                _mm512_set1_epi8(15));
    };
    return {half(0), half(16)};
}

struct ReadQ4_K {
    using Block = BlockQ4_K;
    static FourRows fourRows(const Block* const* row, size_t b, size_t v) { return nibblesOfOne(row, b, v); }
    static TwoOfFourRows twoOfFourRows(const Block* const* row, size_t b, size_t v) { return nibblesOfTwo(row, b, v); }
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true, kPlain = true;
    static __m512i pair(const Block* row, size_t b, size_t) {
        return masked(bitsTo(0, twice(row[b / 8].qs + b % 8 / 2 * 32), 0, 4), 15);
    }
};

struct ReadQ5_K {
    using Block = BlockQ5_K;
    static __m512i withFifth(__m512i nibbles, __m512i bits, size_t bit) {
        const __mmask64 set = _mm512_test_epi8_mask(bits, _mm512_set1_epi8(static_cast<char>(1 << bit)));
        return _mm512_mask_add_epi8(nibbles, set, nibbles, _mm512_set1_epi8(16));
    }
    static __m512i fifths(const Block* const* row, size_t b, size_t v, size_t at) {
        return bytesOfFour(row, b / 8, v, [&](const Block& block) { return block.qh + at; });
    }
    static FourRows fourRows(const Block* const* row, size_t b, size_t v) {
        const FourRows q = nibblesOfOne(row, b, v);
        return {withFifth(q.low, fifths(row, b, v, 0), b % 8), withFifth(q.high, fifths(row, b, v, 16), b % 8)};
    }
    static TwoOfFourRows twoOfFourRows(const Block* const* row, size_t b, size_t v) {
        const TwoOfFourRows q = nibblesOfTwo(row, b, v);
        const __m512i low = fifths(row, b, v, 0), high = fifths(row, b, v, 16);
        return {{withFifth(q.first.low, low, b % 8), withFifth(q.first.high, high, b % 8)},
                {withFifth(q.second.low, low, b % 8 + 1), withFifth(q.second.high, high, b % 8 + 1)}};
    }
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true, kPlain = true;
    static __m512i pair(const Block* row, size_t b, size_t) {
        const Block& block = row[b / 8];
        const __m512i low = bitsTo(0, twice(block.qs + b % 8 / 2 * 32), 0, 4),
                      high = bitsTo(4, twice(block.qh), static_cast<int>(b % 8), 1);
        return masked(blend(low, high, 15), 31);
    }
};

struct ReadQ6_K {
    using Block = BlockQ6_K;
    static constexpr int kOffset = 32;
    static constexpr bool kMinimum = false, kPlain = true;
    static __m512i pair(const Block* row, size_t b, size_t) {
        const Block& block = row[b / 8];
        const __m512i ql = _mm512_loadu_si512(block.ql + b % 8 / 4 * 64);
        const __m512i low = _mm512_srl_epi16(ql, _mm_cvtsi32_si128(static_cast<int>(b % 4) * 2)),
                      high = bitsTo(4, twice(block.qh + b % 8 / 4 * 32), static_cast<int>(b % 4) * 2, 2);
        return masked(blend(low, high, 15), 63);
    }
};

struct ReadIQ4_XS {
    using Block = BlockIQ4_XS;
    static constexpr int kOffset = 128;
    static constexpr bool kMinimum = false, kPlain = false;
    static __m512i pair(const Block* row, size_t b, size_t) {
        const uint8_t* qs = row[b / 8].qs + b % 8 * 16;
        return lookUp(kIq4Values, kOffset, nibbles(qs, qs + 16));
    }
};
