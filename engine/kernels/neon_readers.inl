// Tensor types as the NEON products see them. Included by neon.inl inside its anonymous namespace.
//
// A reader presents a tensor type: kMinimum (its sub-blocks have one), and block(), the j-th 32 values of a block in
// the order of the activations, as signed bytes u + kOffset.

/// Two times sixteen values.
struct Bytes {
    int8x16_t low, high;
};

inline Bytes toSigned(uint8x16_t low, uint8x16_t high) {
    return {vreinterpretq_s8_u8(low), vreinterpretq_s8_u8(high)};
}

inline uint8x16_t lowNibbles(const uint8_t* qs) {
    return vandq_u8(vld1q_u8(qs), vdupq_n_u8(15));
}
inline uint8x16_t highNibbles(const uint8_t* qs) {
    return vshrq_n_u8(vld1q_u8(qs), 4);
}
inline Bytes nibbles(const uint8_t* qs) {
    return toSigned(lowNibbles(qs), highNibbles(qs));
}

/// 16 where bit i of the two bytes is set, for i = 0 … 15.
inline uint8x16_t fifthBits(const uint8_t* qh) {
    const uint8x8_t bitOf = vcreate_u8(0x8040201008040201u);
    const uint8x16_t spread = vcombine_u8(vdup_n_u8(qh[0]), vdup_n_u8(qh[1]));
    return vandq_u8(vtstq_u8(spread, vcombine_u8(bitOf, bitOf)), vdupq_n_u8(16));
}
inline Bytes fiveBits(const uint8_t* qs, const uint8_t* qh) {
    return toSigned(vorrq_u8(lowNibbles(qs), fifthBits(qh)), vorrq_u8(highNibbles(qs), fifthBits(qh + 2)));
}

inline Bytes lookUp(const int8_t (&table)[16], const uint8_t* qs) {
    const int8x16_t values = vld1q_s8(table);
    return {vqtbl1q_s8(values, lowNibbles(qs)), vqtbl1q_s8(values, highNibbles(qs))};
}

struct ReadQ4_0 {
    using Block = BlockQ4_0;
    static constexpr int kOffset = 8;
    static constexpr bool kMinimum = false;
    static Bytes block(const Block& b, size_t) { return nibbles(b.qs); }
};

struct ReadQ4_1 {
    using Block = BlockQ4_1;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true;
    static Bytes block(const Block& b, size_t) { return nibbles(b.qs); }
};

struct ReadQ5_0 {
    using Block = BlockQ5_0;
    static constexpr int kOffset = 16;
    static constexpr bool kMinimum = false;
    static Bytes block(const Block& b, size_t) { return fiveBits(b.qs, b.qh); }
};

struct ReadQ5_1 {
    using Block = BlockQ5_1;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true;
    static Bytes block(const Block& b, size_t) { return fiveBits(b.qs, b.qh); }
};

struct ReadQ8_0 {
    using Block = BlockQ8_0;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = false;
    static Bytes block(const Block& b, size_t) { return {vld1q_s8(b.qs), vld1q_s8(b.qs + 16)}; }
};

struct ReadIQ4_NL {
    using Block = BlockIQ4_NL;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = false;
    static Bytes block(const Block& b, size_t) { return lookUp(kIq4Values, b.qs); }
};

struct ReadMXFP4 {
    using Block = BlockMXFP4;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = false;
    static Bytes block(const Block& b, size_t) { return lookUp(kFp4Values, b.qs); }
};

/// `count` bits of 16 bytes, from bit `from` on, moved to bit `to`.
inline uint8x16_t bits(const uint8_t* bytes, size_t from, size_t count, size_t to) {
    const uint8x16_t lowest = vshlq_u8(vld1q_u8(bytes), vdupq_n_s8(static_cast<int8_t>(-static_cast<int>(from))));
    return vshlq_u8(vandq_u8(lowest, vdupq_n_u8(static_cast<uint8_t>((1u << count) - 1))),
                    vdupq_n_s8(static_cast<int8_t>(to)));
}
inline Bytes bits(const uint8_t* bytes, size_t from, size_t count) {
    return toSigned(bits(bytes, from, count, 0), bits(bytes + 16, from, count, 0));
}

/// The lower bits of 32 values and, above them, one or two more.
inline Bytes joined(const uint8_t* lower, size_t from, size_t count, const uint8_t* upper, size_t upperFrom,
                    size_t upperCount) {
    return toSigned(vorrq_u8(bits(lower, from, count, 0), bits(upper, upperFrom, upperCount, count)),
                    vorrq_u8(bits(lower + 16, from, count, 0), bits(upper + 16, upperFrom, upperCount, count)));
}

struct ReadQ2_K {
    using Block = BlockQ2_K;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true;
    static Bytes block(const Block& b, size_t j) { return bits(b.qs + j / 4 * 32, j % 4 * 2, 2); }
};

struct ReadQ3_K {
    using Block = BlockQ3_K;
    static constexpr int kOffset = 4;
    static constexpr bool kMinimum = false;
    static Bytes block(const Block& b, size_t j) { return joined(b.qs + j / 4 * 32, j % 4 * 2, 2, b.hmask, j, 1); }
};

struct ReadQ4_K {
    using Block = BlockQ4_K;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true;
    static Bytes block(const Block& b, size_t j) { return bits(b.qs + j / 2 * 32, j % 2 * 4, 4); }
};

struct ReadQ5_K {
    using Block = BlockQ5_K;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = true;
    static Bytes block(const Block& b, size_t j) { return joined(b.qs + j / 2 * 32, j % 2 * 4, 4, b.qh, j, 1); }
};

struct ReadQ6_K {
    using Block = BlockQ6_K;
    static constexpr int kOffset = 32;
    static constexpr bool kMinimum = false;
    static Bytes block(const Block& b, size_t j) {
        return joined(b.ql + j / 4 * 64 + j % 2 * 32, j % 4 / 2 * 4, 4, b.qh + j / 4 * 32, j % 4 * 2, 2);
    }
};

struct ReadIQ4_XS {
    using Block = BlockIQ4_XS;
    static constexpr int kOffset = 0;
    static constexpr bool kMinimum = false;
    static Bytes block(const Block& b, size_t j) { return lookUp(kIq4Values, b.qs + j * 16); }
};
