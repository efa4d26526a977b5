// The smallest mean squared error of types whose scales a search finds. Included once for each instruction set, into an
// anonymous namespace; plain IEEE operations, each value and each sub-block in the same order, so that all give the
// same bits.
//
// Eight sub-blocks lie side by side, one a lane: what is computed of one is computed of all, and a sum over the values
// of a sub-block needs no sum across lanes. A search has three steps:
//
// 1. for each sub-block alone, candidates: numbers q for a range of scales around the one that just covers the values,
//    then for each the scale (and minimum) of the least squares, whose error follows from the sums over q, q² and q·x;
//    the best is improved by turns of numbers and scale (Lloyd 1982);
// 2. the scales of the sub-blocks as small integers of a common one, where the neighbours of the nearest integers are
// tried
//    too, with the error as it will be;
// 3. the common scale (and minimum) of the least squares for all that was found, then step 2 with it.
//
// The idea of candidates around the covering scale is that of ggml's quantizers; they weigh errors by the values'
// magnitudes, and round the small integers to the nearest.

constexpr size_t kLanes = 8;
constexpr float kInfinity = __builtin_huge_valf();
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

inline Lanes all(float value) {
    return Lanes{} + value;
}
inline Lanes smaller(const Lanes& a, const Lanes& b) {
    return a < b ? a : b;
}
inline Lanes larger(const Lanes& a, const Lanes& b) {
    return a > b ? a : b;
}
/// To even; NaN becomes the upper border.
inline Lanes roundedWithin(const Lanes& x, float low, float high) {
    const Lanes clamped = larger(smaller(x, all(high)), all(low));
    return (clamped + 0x1.8p23f) - 0x1.8p23f;  // the sum has no room for a fraction
}
/// 0 for 0, and for what has no finite inverse.
inline Lanes inverse(const Lanes& x) {
    const Lanes magnitude = x < 0 ? -x : x;
    return magnitude > 0x1p-100f ? 1 / x : Lanes{};
}
inline float sumOf(const Lanes& x) {
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}
inline float nearestHalf(float value) {
    return halfToFloat(floatToHalf(value));
}

/// Eight sub-blocks of kCount values.
template <size_t kCount>
struct Group {
    Lanes x[kCount];

    void read(const float* values) {
        for (size_t i = 0; i < kCount; i++)
            for (size_t lane = 0; lane < kLanes; lane++) x[i][lane] = values[lane * kCount + i];
    }
};

// Numbers without a minimum.

/// −kHalf … kHalf − 1.
template <int kHalf>
struct EvenCodes {
    static constexpr float kLowest = -kHalf, kHighest = kHalf - 1, kStep = 0.1f;
    static constexpr int kSteps = 9;  // candidates on each side of the covering scale
    static Lanes nearest(const Lanes& x) { return roundedWithin(x, kLowest, kHighest); }
    static uint8_t bitsOf(float code) { return static_cast<uint8_t>(static_cast<int>(code) + kHalf); }
};

/// What the nibbles of IQ4 stand for.
struct Iq4Codes {
    static constexpr float kLowest = kIq4Values[0], kHighest = kIq4Values[15], kStep = 1;
    static constexpr int kSteps = 7;
    static Lanes nearest(const Lanes& x) {
        Lanes code = all(kLowest);
        for (size_t i = 1; i < 16; i++) {
            const float below = kIq4Values[i - 1], above = kIq4Values[i];
            code += x > (below + above) / 2 ? all(above - below) : Lanes{};
        }
        return code;
    }
    static uint8_t bitsOf(float code) {
        uint8_t bits = 0;
        while (kIq4Values[bits] < static_cast<int>(code)) bits++;
        return bits;
    }
};

/// The best scales so far, and how much of Σx² each explains.
struct Scales {
    Lanes scale{}, gain{};
};

template <class Codes, size_t kCount>
void tryInverse(const Group<kCount>& group, const Lanes& inverseScale, Scales& best) {
    Lanes squares{}, products{};
    for (size_t i = 0; i < kCount; i++) {
        const Lanes q = Codes::nearest(group.x[i] * inverseScale);
        squares += q * q;
        products += q * group.x[i];
    }
    const Lanes scale = products * inverse(squares), gain = scale * products;
    const auto better = gain > best.gain;
    best.scale = better ? scale : best.scale;
    best.gain = better ? gain : best.gain;
}

template <class Codes, size_t kCount>
Lanes bestScales(const Group<kCount>& group) {
    Lanes largest{};
    for (const Lanes& x : group.x) largest = x * x > largest * largest ? x : largest;
    const Lanes toOne = inverse(largest);
    Scales best;
    for (int step = -Codes::kSteps; step <= Codes::kSteps; step++) {
        tryInverse<Codes>(group, toOne * (Codes::kLowest + static_cast<float>(step) * Codes::kStep), best);
        if (Codes::kHighest < 20 || Codes::kHighest > 100)  // with many even codes the two ends are about the same
            tryInverse<Codes>(group, toOne * (Codes::kHighest + static_cast<float>(step) * Codes::kStep), best);
    }
    for (int turn = 0; turn < 2; turn++) tryInverse<Codes>(group, inverse(best.scale), best);
    return best.scale;
}

/// A block of 256 whose sub-blocks have scales d · (kLowestScale … kHighestScale).
template <class Codes, size_t kSubBlock, int kLowestScale, int kHighestScale>
class PlainSearch {
public:
    explicit PlainSearch(const float* values) {
        float largest = 0;
        for (size_t g = 0; g < kGroups; g++) {
            m_groups[g].read(values + g * kLanes * kSubBlock);
            m_scales[g] = bestScales<Codes>(m_groups[g]);
            for (size_t lane = 0; lane < kLanes; lane++)
                if (const float scale = m_scales[g][lane]; scale * scale > largest * largest) largest = scale;
        }
        settle(nearestHalf(largest / kLowestScale));
        for (int turn = 0; turn < 2; turn++) settle(nearestHalf(leastSquares()));
    }

    void give(FoundBlock& found) const {
        found.d = floatToHalf(m_d);
        for (size_t g = 0; g < kGroups; g++) {
            const Lanes inverseScale = inverse(m_d * m_integers[g]);
            for (size_t lane = 0; lane < kLanes; lane++)
                found.scales[g * kLanes + lane] =
                    static_cast<uint8_t>(static_cast<int>(m_integers[g][lane]) - kLowestScale);
            for (size_t i = 0; i < kSubBlock; i++) {
                const Lanes q = Codes::nearest(m_groups[g].x[i] * inverseScale);
                for (size_t lane = 0; lane < kLanes; lane++)
                    found.q[(g * kLanes + lane) * kSubBlock + i] = Codes::bitsOf(q[lane]);
            }
        }
    }

private:
    static constexpr size_t kGroups = 256 / kSubBlock / kLanes;

    /// Integers for the scales, where d is the common one; taken over if the block gets better by it.
    void settle(float d) {
        const Lanes toInteger = inverse(all(d));
        Lanes integers[kGroups]{};
        Lanes total{};
        for (size_t g = 0; g < kGroups; g++) {
            const Lanes nearest = roundedWithin(m_scales[g] * toInteger, kLowestScale, kHighestScale);
            Lanes least = all(kInfinity);
            for (const float aside : {0.0f, -1.0f, 1.0f}) {
                const Lanes integer = roundedWithin(nearest + aside, kLowestScale, kHighestScale);
                const Lanes error = errorOf(m_groups[g], d * integer);
                integers[g] = error < least ? integer : integers[g];
                least = smaller(error, least);
            }
            total += least;
        }
        const float error = sumOf(total);
        if (!(error < m_error)) return;
        m_error = error;
        m_d = d;
        for (size_t g = 0; g < kGroups; g++) m_integers[g] = integers[g];
    }

    static Lanes errorOf(const Group<kSubBlock>& group, const Lanes& scale) {
        const Lanes inverseScale = inverse(scale);
        Lanes error{};
        for (const Lanes& x : group.x) {
            const Lanes rest = x - scale * Codes::nearest(x * inverseScale);
            error += rest * rest;
        }
        return error;
    }

    float leastSquares() const {
        Lanes squares{}, products{};
        for (size_t g = 0; g < kGroups; g++) {
            const Lanes inverseScale = inverse(m_d * m_integers[g]);
            for (const Lanes& x : m_groups[g].x) {
                const Lanes a = m_integers[g] * Codes::nearest(x * inverseScale);
                squares += a * a;
                products += a * x;
            }
        }
        const float sum = sumOf(squares);
        return sum > 0 ? sumOf(products) / sum : 0.0f;
    }

    Group<kSubBlock> m_groups[kGroups];
    Lanes m_scales[kGroups];      // of each sub-block alone
    Lanes m_integers[kGroups]{};  // whole numbers
    float m_d = 0;
    float m_error = kInfinity;
};

// Numbers from 0 on with a minimum: value = scale · q − minimum, neither of the two below 0.

struct ScalesAndMinimums {
    Lanes scale{}, minimum{}, gain{};
};

/// Sums over the values of each sub-block.
template <size_t kCount>
struct Outline {
    Lanes low{}, high, sum{};

    explicit Outline(const Group<kCount>& group) : high(group.x[0]) {
        for (const Lanes& x : group.x) {
            low = smaller(low, x);
            high = larger(high, x);
            sum += x;
        }
    }
};

/// The numbers nearest to (x + minimum) · inverseScale, and what fits them best.
template <int kTop, size_t kCount>
void tryNumbers(const Group<kCount>& group, const Lanes& sum, const Lanes& minimum, const Lanes& inverseScale,
                ScalesAndMinimums& best) {
    Lanes sumQ{}, squares{}, products{};
    for (const Lanes& x : group.x) {
        const Lanes q = roundedWithin((x + minimum) * inverseScale, 0, kTop);
        sumQ += q;
        squares += q * q;
        products += q * x;
    }
    constexpr float kN = kCount;
    const Lanes toOne = inverse(kN * squares - sumQ * sumQ);
    Lanes scale = (kN * products - sumQ * sum) * toOne, offset = (squares * sum - sumQ * products) * toOne;
    const auto above = (offset > 0) | (toOne == 0);  // a minimum below 0, or equal numbers: the scale alone
    scale = above ? products * inverse(squares) : scale;
    offset = above ? Lanes{} : offset;
    const Lanes gain = scale > 0 ? scale * products + offset * sum : Lanes{};
    const auto better = gain > best.gain;
    best.scale = better ? scale : best.scale;
    best.minimum = better ? -offset : best.minimum;
    best.gain = better ? gain : best.gain;
}

template <int kTop, size_t kCount>
ScalesAndMinimums bestScalesAndMinimums(const Group<kCount>& group) {
    const Outline<kCount> outline(group);
    ScalesAndMinimums best;
    best.minimum = larger(outline.sum / -static_cast<float>(kCount), Lanes{});  // no scale at all
    best.gain = -best.minimum * outline.sum;
    const Lanes toOne = inverse(outline.high - outline.low);
    constexpr int kSteps = 20;
    for (int step = -kSteps / 2; step <= kSteps / 2; step++)
        tryNumbers<kTop>(group, outline.sum, -outline.low, toOne * (kTop + 0.1f * static_cast<float>(step)), best);
    for (int turn = 0; turn < 2; turn++) tryNumbers<kTop>(group, outline.sum, best.minimum, inverse(best.scale), best);
    return best;
}

/// A block of 256 whose sub-blocks have scales d · (0 … kMost) and minimums dmin · (0 … kMost).
template <int kTop, size_t kSubBlock, int kMost>
class MinimumSearch {
public:
    explicit MinimumSearch(const float* values) {
        float scale = 0, minimum = 0;
        for (size_t g = 0; g < kGroups; g++) {
            m_groups[g].read(values + g * kLanes * kSubBlock);
            m_best[g] = bestScalesAndMinimums<kTop>(m_groups[g]);
            for (size_t lane = 0; lane < kLanes; lane++) {
                if (m_best[g].scale[lane] > scale) scale = m_best[g].scale[lane];
                if (m_best[g].minimum[lane] > minimum) minimum = m_best[g].minimum[lane];
            }
        }
        settle(scale / kMost, minimum / kMost);
        for (int turn = 0; turn < 2; turn++) settleAtLeastSquares();
    }

    void give(FoundBlock& found) const {
        found.d = floatToHalf(m_d);
        found.dmin = floatToHalf(m_dmin);
        for (size_t g = 0; g < kGroups; g++) {
            const Lanes inverseScale = inverse(m_d * m_scales[g]), minimum = m_dmin * m_minimums[g];
            for (size_t lane = 0; lane < kLanes; lane++) {
                found.scales[g * kLanes + lane] = static_cast<uint8_t>(m_scales[g][lane]);
                found.minimums[g * kLanes + lane] = static_cast<uint8_t>(m_minimums[g][lane]);
            }
            for (size_t i = 0; i < kSubBlock; i++) {
                const Lanes q = roundedWithin((m_groups[g].x[i] + minimum) * inverseScale, 0, kTop);
                for (size_t lane = 0; lane < kLanes; lane++)
                    found.q[(g * kLanes + lane) * kSubBlock + i] = static_cast<uint8_t>(q[lane]);
            }
        }
    }

private:
    static constexpr size_t kGroups = 256 / kSubBlock / kLanes;

    struct Integers {
        Lanes scale, minimum;
    };

    /// The integers around the nearest ones that give the least error, which is added to `total`.
    Integers settled(size_t g, float d, float dmin, Lanes& total) const {
        const Lanes scale = roundedWithin(m_best[g].scale * inverse(all(d)), 0, kMost);
        const Lanes minimum = roundedWithin(m_best[g].minimum * inverse(all(dmin)), 0, kMost);
        Lanes least = all(kInfinity);
        Integers found = {scale, minimum};
        for (const float aside : {0.0f, -1.0f, 1.0f})
            for (const float below : {0.0f, -1.0f, 1.0f}) {
                const Lanes s = roundedWithin(scale + aside, 0, kMost), m = roundedWithin(minimum + below, 0, kMost);
                const Lanes error = errorOf(m_groups[g], d * s, dmin * m);
                const auto better = error < least;
                found.scale = better ? s : found.scale;
                found.minimum = better ? m : found.minimum;
                least = smaller(error, least);
            }
        total += least;
        return found;
    }

    /// Integers, where d and dmin are the common ones; taken over if the block gets better by it.
    void settle(float d, float dmin) {
        d = nearestHalf(d);
        dmin = nearestHalf(dmin);
        Integers integers[kGroups];
        Lanes total{};
        for (size_t g = 0; g < kGroups; g++) integers[g] = settled(g, d, dmin, total);
        const float error = sumOf(total);
        if (!(error < m_error)) return;
        m_error = error;
        m_d = d;
        m_dmin = dmin;
        for (size_t g = 0; g < kGroups; g++) {
            m_scales[g] = integers[g].scale;
            m_minimums[g] = integers[g].minimum;
        }
    }

    static Lanes errorOf(const Group<kSubBlock>& group, const Lanes& scale, const Lanes& minimum) {
        const Lanes inverseScale = inverse(scale);
        Lanes error{};
        for (const Lanes& x : group.x) {
            const Lanes up = x + minimum, rest = up - scale * roundedWithin(up * inverseScale, 0, kTop);
            error += rest * rest;
        }
        return error;
    }

    /// Σ(x − d·a + dmin·b)² with a = scale · q and b = minimum, as integers.
    void settleAtLeastSquares() {
        Lanes aa{}, ab{}, bb{}, ax{}, bx{};
        for (size_t g = 0; g < kGroups; g++) {
            const Lanes inverseScale = inverse(m_d * m_scales[g]), minimum = m_dmin * m_minimums[g];
            const Lanes& b = m_minimums[g];
            for (const Lanes& x : m_groups[g].x) {
                const Lanes a = m_scales[g] * roundedWithin((x + minimum) * inverseScale, 0, kTop);
                aa += a * a;
                ab += a * b;
                bb += b * b;
                ax += a * x;
                bx += b * x;
            }
        }
        const double sumAa = sumOf(aa), sumAb = sumOf(ab), sumBb = sumOf(bb), sumAx = sumOf(ax), sumBx = sumOf(bx);
        const double determinant = sumAa * sumBb - sumAb * sumAb;
        if (sumBb == 0 && sumAa > 0) return settle(static_cast<float>(sumAx / sumAa), 0);
        if (!(determinant > 0)) return;
        const double d = (sumAx * sumBb - sumAb * sumBx) / determinant;
        const double dmin = (sumAb * sumAx - sumAa * sumBx) / determinant;
        if (d >= 0 && dmin >= 0) settle(static_cast<float>(d), static_cast<float>(dmin));
    }

    Group<kSubBlock> m_groups[kGroups];
    ScalesAndMinimums m_best[kGroups];                 // of each sub-block alone
    Lanes m_scales[kGroups]{}, m_minimums[kGroups]{};  // whole numbers
    float m_d = 0, m_dmin = 0;
    float m_error = kInfinity;
};

template <class Block, class Search>
void searchBlocks(const float* values, size_t count, std::byte* bytes) {
    for (size_t i = 0; i < count / 256; i++) {
        FoundBlock found;
        Search(values + i * 256).give(found);
        Block block = {};
        pack(found, block);
        std::memcpy(bytes + i * sizeof(Block), &block, sizeof(Block));
    }
}

/// Eight blocks at a time; zeros behind the last.
void searchIq4Nl(const float* values, size_t count, std::byte* bytes) {
    for (size_t at = 0; at < count; at += kLanes * 32) {
        const size_t blocks = at + kLanes * 32 <= count ? kLanes : (count - at) / 32;
        float padded[kLanes * 32] = {};
        std::memcpy(padded, values + at, blocks * 32 * sizeof(float));
        Group<32> group;
        group.read(padded);
        const Lanes scales = bestScales<Iq4Codes>(group);
        for (size_t lane = 0; lane < blocks; lane++) {
            BlockIQ4_NL block;
            block.d = floatToHalf(scales[lane]);
            const Lanes inverseScale = inverse(all(halfToFloat(block.d)));
            for (size_t i = 0; i < 16; i++) {
                const Lanes two = {padded[lane * 32 + i], padded[lane * 32 + i + 16]};
                const Lanes q = Iq4Codes::nearest(two * inverseScale);
                block.qs[i] = static_cast<uint8_t>(Iq4Codes::bitsOf(q[0]) | Iq4Codes::bitsOf(q[1]) << 4);
            }
            std::memcpy(bytes + (at / 32 + lane) * sizeof(block), &block, sizeof(block));
        }
    }
}

constexpr BlockSearches searchesNamed(std::string_view name) {
    return {name,
            searchBlocks<BlockQ2_K, MinimumSearch<3, 16, 15>>,
            searchBlocks<BlockQ3_K, PlainSearch<EvenCodes<4>, 16, -32, 31>>,
            searchBlocks<BlockQ4_K, MinimumSearch<15, 32, 63>>,
            searchBlocks<BlockQ5_K, MinimumSearch<31, 32, 63>>,
            searchBlocks<BlockQ6_K, PlainSearch<EvenCodes<32>, 16, -128, 127>>,
            searchIq4Nl,
            searchBlocks<BlockIQ4_XS, PlainSearch<Iq4Codes, 32, -32, 31>>};
}
