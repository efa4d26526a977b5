// The specification: engine/README.md's "One definition of the arithmetic" in plain C++. Written to be read, not to be
// fast; every other table is tested for equality with this one.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/half.h"
#include "kernels/kernels.h"
#include "quant/super_blocks.h"

namespace monochord {

namespace {

struct Scalar {
    using F = float;
    static F set(float x) { return x; }
    static F add(F a, F b) { return a + b; }
    static F sub(F a, F b) { return a - b; }
    static F mul(F a, F b) { return a * b; }
    static F div(F a, F b) { return a / b; }
    static F fma(F a, F b, F c) { return std::fma(a, b, c); }
    static F least(F a, F b) { return a < b ? a : b; }
    static F greatest(F a, F b) { return a > b ? a : b; }
    static F roundEven(F x) { return x != x ? x : std::nearbyint(x); }
    static F powerOfTwo(F n) {
        return n != n ? n : std::bit_cast<float>(static_cast<uint32_t>(static_cast<int32_t>(n) + 127) << 23);
    }
    static F magnitude(F x) { return std::fabs(x); }
    static F withSign(F x, F sign) { return std::copysign(x, sign); }
    static F ifLess(F a, F b, F yes, F no) { return a < b ? yes : no; }
};

#include "kernels/functions.inl"

uint32_t quantizeBlock(const float* x, int8_t* quants, float* scale, int32_t* sums) {
    uint32_t largest = 0;  // over the bits without sign: the order of magnitudes, NaN and infinity on top
    for (size_t i = 0; i < kActivationBlock; i++)
        largest = std::max(largest, std::bit_cast<uint32_t>(x[i]) & 0x7fffffffu);
    const float d = std::bit_cast<float>(largest) / 127.0f;
    const bool zero = !(d >= 0x1p-126f) || largest >= 0x7f800000u;  // subnormal scale; NaN and infinity are reported
    const float inverse = zero ? 0.0f : 1.0f / d;
    *scale = zero ? 0.0f : d;
    sums[0] = sums[1] = 0;
    for (size_t i = 0; i < kActivationBlock; i++) {
        quants[i] = zero ? int8_t{0} : static_cast<int8_t>(std::nearbyint(x[i] * inverse));
        sums[i / 16] += quants[i];
    }
    return largest;
}

#include "kernels/quantize.inl"

#include "kernels/unpack.inl"

/// acc of one output element after one more sub-block of n weights; q: their activations, d: the scale of these.
float accumulate(float acc, const Unpacked& weights, size_t n, const int8_t* q, float d) {
    int32_t dot = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        dot += weights.u[i] * q[i];
        sum += q[i];
    }
    acc = std::fma(static_cast<float>(dot), weights.w * d, acc);
    return weights.hasMinimum ? std::fma(static_cast<float>(sum) * d, -weights.m, acc) : acc;
}

/// The sub-blocks of a row of weights, one after the other.
template <class Block>
std::vector<Unpacked> unpackRow(const std::byte* row, size_t length) {
    std::vector<Unpacked> weights(length / Block::kSubBlock);
    for (size_t i = 0; i < weights.size(); i++) {
        const size_t k = i * Block::kSubBlock;
        Block block;
        std::memcpy(&block, row + k / Block::kValues * sizeof(Block), sizeof(Block));
        unpack(block, k % Block::kValues / Block::kSubBlock, weights[i]);
    }
    return weights;
}

/// One output element: one accumulator over sub-blocks in ascending order; at the end of each stretch the sum of its
/// second terms, taken in the same way, is added.
template <class Block>
float quantizedProduct(const std::vector<Unpacked>& weights, const Activations& a) {
    constexpr size_t kSub = Block::kSubBlock, kParts = kActivationBlock / kSub;
    const size_t blocks = a.length / kActivationBlock;
    const auto addBlock = [&](float acc, size_t block, const int8_t* q, float scale) {
        for (size_t i = 0; i < kParts; i++)
            acc = accumulate(acc, weights[block * kParts + i], kSub, q + i * kSub, scale);
        return acc;
    };
    float acc = 0;
    for (size_t b = 0, second = 0; b < blocks;) {
        const size_t end = std::min(b + kStretch / kActivationBlock, blocks);
        for (; b < end; b++) acc = addBlock(acc, b, a.quants + b * kActivationBlock, a.scales[b]);
        float rest = 0;
        for (; second < secondCount(a.length) && a.secondPlaces[second] < end; second++)
            rest = addBlock(rest, a.secondPlaces[second], a.secondQuants + second * kActivationBlock,
                            a.secondScales[second]);
        acc += rest;
    }
    return acc;
}

template <class Block>
void multiplyQuantized(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    for (size_t r = 0; r < w.count; r++) {
        const auto weights = unpackRow<Block>(w.data + r * w.rowBytes, a.length);
        for (size_t token = 0; token < a.count; token++)
            out[token * outStride + r] = quantizedProduct<Block>(weights, a.part(token, 1));
    }
}

/// Sixteen accumulators, lane = k mod 16, then the tree. `left(k)` gives the k-th value of one side.
template <class Left>
float floatProduct(Left left, const float* right, size_t length) {
    float lanes[kLanes] = {};
    for (size_t k = 0; k < (length + kLanes - 1) / kLanes * kLanes; k++) {
        const bool missing = k >= length;
        lanes[k % kLanes] = std::fma(missing ? 0.0f : left(k), missing ? 0.0f : right[k], lanes[k % kLanes]);
    }
    for (size_t width = kLanes / 2; width > 0; width /= 2)
        for (size_t i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

float plainSum(const float* x, size_t length) {
    return floatProduct([](size_t) { return 1.0f; }, x, length);
}

float loadF32(const std::byte* row, size_t k) {
    float value;
    std::memcpy(&value, row + 4 * k, 4);
    return value;
}

uint16_t load16(const std::byte* row, size_t k) {
    uint16_t bits;
    std::memcpy(&bits, row + 2 * k, 2);
    return bits;
}

float loadF16(const std::byte* row, size_t k) {
    return halfToFloat(load16(row, k));
}
float loadBf16(const std::byte* row, size_t k) {
    return bfloatToFloat(load16(row, k));
}

template <float (*load)(const std::byte*, size_t)>
void multiplyFloat(const WeightRows& w, const Activations& a, float* out, size_t outStride) {
    for (size_t token = 0; token < a.count; token++)
        for (size_t r = 0; r < w.count; r++) {
            const std::byte* row = w.data + r * w.rowBytes;
            out[token * outStride + r] =
                floatProduct([row](size_t k) { return load(row, k); }, a.values + token * a.length, a.length);
        }
}

MultiplyFunction multiply(TensorType type) {
    switch (type) {
        case TensorType::F32:
            return multiplyFloat<loadF32>;
        case TensorType::F16:
            return multiplyFloat<loadF16>;
        case TensorType::BF16:
            return multiplyFloat<loadBf16>;
        case TensorType::Q4_0:
            return multiplyQuantized<BlockQ4_0>;
        case TensorType::Q4_1:
            return multiplyQuantized<BlockQ4_1>;
        case TensorType::Q5_0:
            return multiplyQuantized<BlockQ5_0>;
        case TensorType::Q5_1:
            return multiplyQuantized<BlockQ5_1>;
        case TensorType::Q8_0:
            return multiplyQuantized<BlockQ8_0>;
        case TensorType::IQ4_NL:
            return multiplyQuantized<BlockIQ4_NL>;
        case TensorType::MXFP4:
            return multiplyQuantized<BlockMXFP4>;
        case TensorType::Q2_K:
            return multiplyQuantized<BlockQ2_K>;
        case TensorType::Q3_K:
            return multiplyQuantized<BlockQ3_K>;
        case TensorType::Q4_K:
            return multiplyQuantized<BlockQ4_K>;
        case TensorType::Q5_K:
            return multiplyQuantized<BlockQ5_K>;
        case TensorType::Q6_K:
            return multiplyQuantized<BlockQ6_K>;
        case TensorType::IQ4_XS:
            return multiplyQuantized<BlockIQ4_XS>;
        default:
            return nullptr;
    }
}

void rmsNorm(const float* x, const float* weight, float epsilon, size_t length, float* out) {
    const float mean = floatProduct([x](size_t k) { return x[k]; }, x, length) / static_cast<float>(length);
    const float scale = 1.0f / std::sqrt(mean + epsilon);
    for (size_t i = 0; i < length; i++) out[i] = (x[i] * scale) * weight[i];
}

void layerNorm(const float* x, const float* weight, const float* bias, float epsilon, size_t length, float* out) {
    const auto n = static_cast<float>(length);
    const float mean = plainSum(x, length) / n;
    for (size_t i = 0; i < length; i++) out[i] = x[i] - mean;
    const float scale = 1.0f / std::sqrt(floatProduct([out](size_t k) { return out[k]; }, out, length) / n + epsilon);
    for (size_t i = 0; i < length; i++) {
        out[i] = (out[i] * scale) * weight[i];
        if (bias) out[i] += bias[i];
    }
}

float apply(Nonlinearity f, float x) {
    if (f == Nonlinearity::Silu) return silu<Scalar>(x);
    return f == Nonlinearity::GeluTanh ? geluTanh<Scalar>(x) : geluErf<Scalar>(x);
}

void activate(Nonlinearity f, const float* gate, const float* up, size_t length, float* out) {
    for (size_t i = 0; i < length; i++) out[i] = up ? apply(f, gate[i]) * up[i] : apply(f, gate[i]);
}

void rotate(const float* angles, size_t pairs, size_t step, size_t distance, float* head) {
    for (size_t i = 0; i < pairs; i++, head += step) {
        const float a = head[0], b = head[distance], cosine = angles[2 * i], sine = angles[2 * i + 1];
        head[0] = std::fma(a, cosine, -(b * sine));
        head[distance] = std::fma(a, sine, b * cosine);
    }
}

void softCap(float* x, float cap, size_t length) {
    for (size_t i = 0; i < length; i++) x[i] = softCapped<Scalar>(x[i], cap);
}

void add(float* x, const float* y, size_t length) {
    for (size_t i = 0; i < length; i++) x[i] += y[i];
}

bool allFinite(const float* x, size_t length) {
    return std::all_of(x, x + length,
                       [](float value) { return (std::bit_cast<uint32_t>(value) & 0x7fffffffu) < 0x7f800000u; });
}

void toHalf(const float* x, size_t length, uint16_t* out) {
    for (size_t i = 0; i < length; i++) out[i] = floatToHalf(x[i]);
}

/// A number of the cache as it is stored, without its scale.
float stored(CacheType type, const void* cache, size_t index, size_t byte, bool upper) {
    switch (type) {
        case CacheType::F32:
            return static_cast<const float*>(cache)[index];
        case CacheType::F16:
            return halfToFloat(static_cast<const uint16_t*>(cache)[index]);
        case CacheType::Q8_0:
            return static_cast<const int8_t*>(cache)[index];
        case CacheType::Q4_0:
            break;
    }
    const uint8_t two = static_cast<const uint8_t*>(cache)[byte];
    return static_cast<float>((upper ? two >> 4 : two & 15) - 8);
}

float storedKey(const AttentionTask& t, size_t position, size_t k) {
    const size_t first = position / kSegment * kSegment * t.keyLength, j = position % kSegment;
    return stored(t.keyType, t.keys, first + k * kSegment + j, first / 2 + k / 2 * kSegment + j, k % 2 != 0);
}

float cachedValue(const AttentionTask& t, size_t position, size_t d) {
    const size_t row = position * t.valueStride;
    const float x = stored(t.valueType, t.values, row + d, row / 2 + d / 32 * 16 + d % 16, d % 32 >= 16);
    return t.valueScales ? x * halfToFloat(t.valueScales[(row + d) / 32]) : x;
}

/// One accumulator; where values share scales, one of each 32 and one of them times their scale.
float score(const AttentionTask& t, const float* query, size_t position) {
    const size_t block = t.keyScales ? 32 : t.keyLength, blocks = t.keyLength / block;
    float acc = 0;
    for (size_t b = 0; b < blocks; b++) {
        float sum = 0;
        for (size_t k = b * block; k < (b + 1) * block; k++) sum = std::fma(query[k], storedKey(t, position, k), sum);
        if (!t.keyScales) return sum;
        const size_t scale = (position / kSegment * blocks + b) * kSegment + position % kSegment;
        acc = std::fma(sum, halfToFloat(t.keyScales[scale]), acc);
    }
    return acc;
}

void divide(const float* x, float divisor, size_t length, float* out) {
    for (size_t i = 0; i < length; i++) out[i] = x[i] / divisor;
}

/// Later positions follow what has been seen, which may be nothing.
void merge(const Attended* later, const float* laterValues, size_t queries, size_t valueStride, Attended* attended,
           float* values) {
    for (size_t i = 0; i < queries; i++, laterValues += valueStride, values += valueStride) {
        if (later[i].sum == 0) continue;
        if (attended[i].sum == 0) {
            attended[i] = later[i];
            std::copy_n(laterValues, valueStride, values);
            continue;
        }
        const float largest = Scalar::greatest(attended[i].largest, later[i].largest);
        const float a = exponential<Scalar>(attended[i].largest - largest),
                    b = exponential<Scalar>(later[i].largest - largest);
        attended[i] = {largest, std::fma(later[i].sum, b, attended[i].sum * a)};
        for (size_t d = 0; d < valueStride; d++) values[d] = std::fma(laterValues[d], b, values[d] * a);
    }
}

/// One query and the positions begin … end − 1, all of one segment.
Attended attendSegment(const AttentionTask& t, const float* query, size_t begin, size_t end, float* values) {
    float weights[kSegment] = {};
    Attended seen;
    for (size_t j = begin; j < end; j++) {
        float x = score(t, query, j) * t.scale;
        if (t.softCap != 0) x = softCapped<Scalar>(x, t.softCap);
        weights[j % kSegment] = x;
        seen.largest = j == begin ? x : Scalar::greatest(seen.largest, x);
    }
    for (size_t j = begin; j < end; j++)
        weights[j % kSegment] = exponential<Scalar>(weights[j % kSegment] - seen.largest);
    seen.sum = plainSum(weights, kSegment);
    for (size_t d = 0; d < t.valueStride; d++) {
        values[d] = 0;
        for (size_t j = begin; j < end; j++)
            values[d] = std::fma(weights[j % kSegment], cachedValue(t, j, d), values[d]);
    }
    return seen;
}

void attend(const AttentionTask& t, size_t span, Attended* attended, float* values) {
    float part[kLargestHead];
    for (size_t i = 0; i < t.tokens * t.heads; i++, attended++, values += t.valueStride) {
        *attended = {};
        const size_t end = t.position + i / t.heads + 1, begin = t.firstSeen(i / t.heads);
        const float* query = t.queries + i / t.heads * t.queryStride + i % t.heads * t.keyLength;
        for (size_t first = span * kSpan; first < (span + 1) * kSpan; first += kSegment) {
            const size_t from = std::max(first, begin), to = std::min(first + kSegment, end);
            if (from >= to) continue;
            const Attended seen = attendSegment(t, query, from, to, part);
            merge(&seen, part, 1, t.valueStride, attended, values);
        }
    }
}

}  // namespace

const Kernels kScalarKernels = {"scalar", quantize, multiply,  rmsNorm, layerNorm, activate, softCap,
                                rotate,   add,      allFinite, toHalf,  attend,    merge,    divide};

}  // namespace monochord
