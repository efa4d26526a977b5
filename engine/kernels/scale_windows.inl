// The scales of eight blocks of 32 activations' worth of weights, for all rows that are computed together: kGroup of
// them, one a lane. Included inside the anonymous namespace of every table but the scalar one, which defines kGroup,
// Floats, Ints, widenHalves and widenWords (binary16 → f32, u16 → i32), and perhaps wordsOfRows()
// and wordsOfEight().

inline Ints loadInts(const void* p) {
    Ints ints;
    __builtin_memcpy(&ints, p, sizeof ints);
    return ints;
}

inline Floats toFloats(Ints ints) {
    return __builtin_convertvector(ints, Floats);
}

/// What lies in the place of a scale, in sixteen bits.
template <class Block>
inline uint16_t scaleBits(const Block& block) {
    return block.d;
}
inline uint16_t scaleBits(const BlockMXFP4& block) {
    return block.e;
}

template <class Block>
inline Floats scalesFromBits(const uint16_t* bits) {
    return widenHalves(bits);
}
template <>
inline Floats scalesFromBits<BlockMXFP4>(const uint16_t* bits) {
    const Ints e = widenWords(bits), tiny = (e < 2) & (0x00200000 << (e & 1)), usual = (e >= 2) & (e - 1) << 23;
    const Ints scales = tiny | usual;
    Floats floats;
    __builtin_memcpy(&floats, &scales, sizeof floats);
    return floats;
}

/// Scales, and minimums where there are any, of eight blocks of the rows. fill() copies them from the file side by
/// side; it is called one window ahead of decode(), since a wide load right behind narrow stores would wait for them.
/// After decode(), scale(i) and minimum(i) belong to sub-block i; a minimum is what is added, so most have their sign
/// turned.
template <class Read, bool kSuper = Read::Block::kValues == 256>
class ScaleWindow {
public:
    using Block = typename Read::Block;

    /// The blocks from `first` on, a multiple of 8, of rows of `blocks`.
    void fill(const Block* const* row, size_t first, size_t blocks) {
        const size_t count = blocks - first < 8 ? blocks - first : 8;
        if constexpr (requires { wordsOfEight<0>(row, first, m_d); }) {
            if (count == 8) {
                wordsOfEight<0>(row, first, m_d);
                if constexpr (Read::kMinimum) wordsOfEight<2>(row, first, m_m);
                return;
            }
        }
#if defined(__x86_64__)  // by whole registers: narrow stores hold up what follows
        for (size_t i = 0; i < count; i++) {
            for (size_t r = 0; r < kGroup; r += 8) {
                const auto words = [&](auto bits) {
                    return _mm_set_epi16(bits(7), bits(6), bits(5), bits(4), bits(3), bits(2), bits(1), bits(0));
                };
                const auto d = [&](size_t k) { return static_cast<short>(scaleBits(row[r + k][first + i])); };
                _mm_store_si128(reinterpret_cast<__m128i*>(m_d[i] + r), words(d));
                if constexpr (Read::kMinimum) {
                    const auto m = [&](size_t k) { return static_cast<short>(row[r + k][first + i].m); };
                    _mm_store_si128(reinterpret_cast<__m128i*>(m_m[i] + r), words(m));
                }
            }
        }
#else
        for (size_t i = 0; i < count; i++) {
            for (size_t r = 0; r < kGroup; r++) {
                m_d[i][r] = scaleBits(row[r][first + i]);
                if constexpr (Read::kMinimum) m_m[i][r] = row[r][first + i].m;
            }
        }
#endif
    }
    void decode() {}
    Floats scale(size_t i) const {
        return scalesFromBits<Block>(m_d[i]);
    }
    Floats minimum(size_t i) const {
        return widenHalves(m_m[i]);
    }

private:
    alignas(64) uint16_t m_d[8][kGroup];
    alignas(64) uint16_t m_m[Read::kMinimum ? 8 : 1][kGroup];
};

/// The words that hold the scales of a block of 256, and what they mean in each lane: scale j and, where there are
/// minimums, minimum j (see super_blocks.h). kBehindD: they are the three words behind d and dmin.
template <class Block>
struct SuperScales;

/// Byte j of the words.
inline Ints byteOf(const Ints* words, size_t j) {
    return words[j / 4] >> static_cast<int>(j % 4 * 8) & 255;
}

template <>
struct SuperScales<BlockQ2_K> {
    static constexpr size_t kWords = 4;
    static constexpr bool kBehindD = false;
    static const void* words(const BlockQ2_K& b) { return b.scales; }
    static void decode(const Ints* words, Ints* scale, Ints* minimum) {
        for (size_t j = 0; j < 16; j++) {
            const Ints both = byteOf(words, j);
            scale[j] = both & 15;
            minimum[j] = both >> 4;
        }
    }
};

template <>
struct SuperScales<BlockQ3_K> {
    static constexpr size_t kWords = 3;
    static constexpr bool kBehindD = false;
    static const void* words(const BlockQ3_K& b) { return b.scales; }
    static void decode(const Ints* words, Ints* scale, Ints*) {
        Ints bytes[4];
        for (size_t w = 0; w < 4; w++) {
            const int upper = static_cast<int>(w) * 2;
            bytes[w] = (words[w % 2] >> (w < 2 ? 0 : 4) & 0x0f0f0f0f) | (words[2] >> upper & 0x03030303) << 4;
        }
        for (size_t j = 0; j < 16; j++) scale[j] = byteOf(bytes, j) - 32;
    }
};

/// Q4_K and Q5_K.
struct SixBitScales {
    static constexpr size_t kWords = 3;
    static constexpr bool kBehindD = true;
    static void decode(const Ints* words, Ints* scale, Ints* minimum) {
        const Ints low = words[2] & 0x0f0f0f0f, high = words[2] >> 4 & 0x0f0f0f0f;
        const Ints scales[2] = {words[0] & 0x3f3f3f3f, low | (words[0] >> 2 & 0x30303030)},
                   minimums[2] = {words[1] & 0x3f3f3f3f, high | (words[1] >> 2 & 0x30303030)};
        for (size_t j = 0; j < 8; j++) {
            scale[j] = byteOf(scales, j);
            minimum[j] = byteOf(minimums, j);
        }
    }
};
template <>
struct SuperScales<BlockQ4_K> : SixBitScales {
    static const void* words(const BlockQ4_K& b) { return b.scales; }
};
template <>
struct SuperScales<BlockQ5_K> : SixBitScales {
    static const void* words(const BlockQ5_K& b) { return b.scales; }
};

template <>
struct SuperScales<BlockQ6_K> {
    static constexpr size_t kWords = 4;
    static constexpr bool kBehindD = false;
    static const void* words(const BlockQ6_K& b) { return b.scales; }
    static void decode(const Ints* words, Ints* scale, Ints*) {
        for (size_t j = 0; j < 16; j++) scale[j] = (byteOf(words, j) ^ 128) - 128;  // the byte's sign
    }
};

template <>
struct SuperScales<BlockIQ4_XS> {
    static constexpr size_t kWords = 2;
    static constexpr bool kBehindD = false;
    static const void* words(const BlockIQ4_XS& b) { return &b; }  // d and two bits each, then the nibbles
    static void decode(const Ints* words, Ints* scale, Ints*) {
        for (int j = 0; j < 8; j++) scale[j] = ((words[1] >> 4 * j & 15) | (words[0] >> (16 + 2 * j) & 3) << 4) - 32;
    }
};

template <class Read>
class ScaleWindow<Read, true> {
public:
    using Block = typename Read::Block;

    void fill(const Block* const* row, size_t first, size_t) {
        constexpr bool kTogether = requires(Ints(&words)[4]) {
            wordsOfRows(row, first, bytesOf, words);
        };
        if constexpr (kTogether && (Scales::kBehindD || Scales::kWords == 4)) {
            Ints words[4];
            wordsOfRows(row, first / 8, bytesOf, words);
            __builtin_memcpy(m_words, words + (Scales::kBehindD ? 1 : 0), sizeof m_words);
            if constexpr (Scales::kBehindD) {
                const auto d = __builtin_convertvector(words[0], Halves),
                           m = __builtin_convertvector(words[0] >> 16, Halves);
                __builtin_memcpy(m_d, &d, sizeof d);
                __builtin_memcpy(m_m, &m, sizeof m);
            } else {
                fillHalves(row, first / 8);
            }
        } else {
            for (size_t r = 0; r < kGroup; r++) {
                uint32_t words[Scales::kWords];
                __builtin_memcpy(words, Scales::words(row[r][first / 8]), sizeof words);
                for (size_t w = 0; w < Scales::kWords; w++) m_words[w][r] = words[w];
            }
            fillHalves(row, first / 8);
        }
    }
    void decode() {
        Ints words[Scales::kWords], scale[kCount], minimum[kCount];
        for (size_t w = 0; w < Scales::kWords; w++) words[w] = loadInts(m_words[w]);
        Scales::decode(words, scale, minimum);
        const Floats d = widenHalves(m_d);
        for (size_t j = 0; j < kCount; j++) m_scale[j] = d * toFloats(scale[j]);
        if constexpr (Read::kMinimum) {
            const Floats m = -widenHalves(m_m);
            for (size_t j = 0; j < kCount; j++) m_minimum[j] = m * toFloats(minimum[j]);
        }
    }
    Floats scale(size_t i) const { return m_scale[i]; }
    Floats minimum(size_t i) const { return m_minimum[i]; }

private:
    using Scales = SuperScales<Block>;
    using Halves = uint16_t __attribute__((vector_size(2 * kGroup)));
    static const void* bytesOf(const Block& block) {
        if constexpr (Scales::kBehindD) return &block;
        return Scales::words(block);
    }
    void fillHalves(const Block* const* row, size_t b) {
        for (size_t r = 0; r < kGroup; r++) {
            m_d[r] = row[r][b].d;
            if constexpr (Read::kMinimum) m_m[r] = row[r][b].dmin;
        }
    }
    static constexpr size_t kCount = Block::kValues / Block::kSubBlock;

    alignas(64) uint32_t m_words[Scales::kWords][kGroup];
    alignas(32) uint16_t m_d[kGroup], m_m[kGroup];
    Floats m_scale[kCount], m_minimum[Read::kMinimum ? kCount : 1];
};

/// Some rows of a matrix that are computed together. Missing ones are read as the last one and never stored.
template <class Block>
struct RowGroup {
    const Block* row[kGroup];
    size_t count;

    RowGroup(const WeightRows& w, size_t first) : count(w.count - first < kGroup ? w.count - first : kGroup) {
        for (size_t r = 0; r < kGroup; r++)
            row[r] = reinterpret_cast<const Block*>(w.data + (first + (r < count ? r : count - 1)) * w.rowBytes);
    }
};

/// Sums of the activations of the sub-blocks i of a row; sums: of each 16.
template <size_t kSub>
inline int32_t activationSum(const int32_t* sums, size_t i) {
    return kSub == 16 ? sums[i] : sums[2 * i] + sums[2 * i + 1];
}
