// Tensor types as the AVX2 products see them. Included by avx2.inl.
//
// A reader presents a tensor type: kMinimum (its sub-blocks have one), and block(), the j-th 32 values of a block as 32
// bytes in the order of the activations: u + kOffset (0 or a power of two), unsigned and at most kLargest, or the
// signed values themselves where kSigned. Where j decides a shift to the left or to the right, it is a parameter of the
// template.

inline __m256i nibbles(const uint8_t* qs) {
    const __m128i q = _mm_loadu_si128(reinterpret_cast<const __m128i*>(qs));
    return _mm256_and_si256(_mm256_inserti128_si256(_mm256_castsi128_si256(q), _mm_srli_epi16(q, 4), 1),
                            _mm256_set1_epi8(15));
}

/// 16 where bit i of qh is set, for i = 0 … 31.
inline __m256i fifthBits(const uint8_t* qh) {
    int32_t bits;
    __builtin_memcpy(&bits, qh, 4);
    const __m256i byteOf = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bitOf = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201u));
    const __m256i spread = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(bits), byteOf), bitOf);
    return _mm256_and_si256(_mm256_cmpeq_epi8(spread, bitOf), _mm256_set1_epi8(16));
}

struct ReadQ4_0 {
    using Block = BlockQ4_0;
    static constexpr int kOffset = 8, kLargest = 15;
    static constexpr bool kMinimum = false, kSigned = false;
    static __m256i block(const Block& b, size_t) { return nibbles(b.qs); }
};

struct ReadQ4_1 {
    using Block = BlockQ4_1;
    static constexpr int kOffset = 0, kLargest = 15;
    static constexpr bool kMinimum = true, kSigned = false;
    static __m256i block(const Block& b, size_t) { return nibbles(b.qs); }
};

struct ReadQ5_0 {
    using Block = BlockQ5_0;
    static constexpr int kOffset = 16, kLargest = 31;
    static constexpr bool kMinimum = false, kSigned = false;
    static __m256i block(const Block& b, size_t) { return _mm256_or_si256(nibbles(b.qs), fifthBits(b.qh)); }
};

struct ReadQ5_1 {
    using Block = BlockQ5_1;
    static constexpr int kOffset = 0, kLargest = 31;
    static constexpr bool kMinimum = true, kSigned = false;
    static __m256i block(const Block& b, size_t) { return _mm256_or_si256(nibbles(b.qs), fifthBits(b.qh)); }
};

struct ReadQ8_0 {
    using Block = BlockQ8_0;
    static constexpr int kOffset = 0, kLargest = 128;
    static constexpr bool kMinimum = false, kSigned = true;
    static __m256i block(const Block& b, size_t) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b.qs)); }
};

inline __m256i lookUp(const int8_t (&table)[16], __m256i indices) {
    const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(values), indices);
}

struct ReadIQ4_NL {
    using Block = BlockIQ4_NL;
    static constexpr int kOffset = 0, kLargest = 127;
    static constexpr bool kMinimum = false, kSigned = true;
    static __m256i block(const Block& b, size_t) { return lookUp(kIq4Values, nibbles(b.qs)); }
};

struct ReadMXFP4 {
    using Block = BlockMXFP4;
    static constexpr int kOffset = 16, kLargest = 28;
    static constexpr bool kMinimum = false, kSigned = false;
    static __m256i block(const Block& b, size_t) {
        return _mm256_add_epi8(lookUp(kFp4Values, nibbles(b.qs)), _mm256_set1_epi8(kOffset));
    }
};

inline __m256i load(const uint8_t* bytes) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}

/// The bits under the mask after a shift to the right.
inline __m256i shifted(__m256i bytes, size_t count, int mask) {
    return _mm256_and_si256(_mm256_srl_epi16(bytes, _mm_cvtsi64_si128(static_cast<long long>(count))),
                            _mm256_set1_epi8(static_cast<char>(mask)));
}

/// Of every byte, the bits under the mask after bit kFrom went to bit kTo.
template <int kFrom, int kTo>
inline __m256i bitsTo(__m256i bytes, int mask) {
    const __m256i moved = kFrom >= kTo ? _mm256_srli_epi16(bytes, kFrom - kTo) : _mm256_slli_epi16(bytes, kTo - kFrom);
    return _mm256_and_si256(moved, _mm256_set1_epi8(static_cast<char>(mask)));
}

struct ReadQ2_K {
    using Block = BlockQ2_K;
    static constexpr int kOffset = 0, kLargest = 3;
    static constexpr bool kMinimum = true, kSigned = false;
    static __m256i block(const Block& b, size_t j) { return shifted(load(b.qs + j / 4 * 32), j % 4 * 2, 3); }
};

struct ReadQ3_K {
    using Block = BlockQ3_K;
    static constexpr int kOffset = 4, kLargest = 7;
    static constexpr bool kMinimum = false, kSigned = false;
    template <size_t J>
    static __m256i block(const Block& b) {
        return _mm256_or_si256(bitsTo<J % 4 * 2, 0>(load(b.qs + J / 4 * 32), 3), bitsTo<J, 2>(load(b.hmask), 4));
    }
};

struct ReadQ4_K {
    using Block = BlockQ4_K;
    static constexpr int kOffset = 0, kLargest = 15;
    static constexpr bool kMinimum = true, kSigned = false;
    static __m256i block(const Block& b, size_t j) { return shifted(load(b.qs + j / 2 * 32), j % 2 * 4, 15); }
};

struct ReadQ5_K {
    using Block = BlockQ5_K;
    static constexpr int kOffset = 0, kLargest = 31;
    static constexpr bool kMinimum = true, kSigned = false;
    template <size_t J>
    static __m256i block(const Block& b) {
        return _mm256_or_si256(bitsTo<J % 2 * 4, 0>(load(b.qs + J / 2 * 32), 15), bitsTo<J, 4>(load(b.qh), 16));
    }
};

struct ReadQ6_K {
    using Block = BlockQ6_K;
    static constexpr int kOffset = 32, kLargest = 63;
    static constexpr bool kMinimum = false, kSigned = false;
    template <size_t J>
    static __m256i block(const Block& b) {
        return _mm256_or_si256(bitsTo<J % 4 / 2 * 4, 0>(load(b.ql + J / 4 * 64 + J % 2 * 32), 15),
                               bitsTo<J % 4 * 2, 4>(load(b.qh + J / 4 * 32), 48));
    }
};

struct ReadIQ4_XS {
    using Block = BlockIQ4_XS;
    static constexpr int kOffset = 0, kLargest = 127;
    static constexpr bool kMinimum = false, kSigned = true;
    static __m256i block(const Block& b, size_t j) { return lookUp(kIq4Values, nibbles(b.qs + j * 16)); }
};
