#include "quant/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/cpu_features.h"
#include "base/half.h"
#include "quant/blocks.h"
#include "quant/super_blocks.h"

namespace monochord {

namespace {

using Values = const float*;  // as many as the block holds

void encode(Values x, float& block) {
    block = *x;
}

struct Half {
    uint16_t d;
};
void encode(Values x, Half& block) {
    block.d = floatToHalf(*x);
}

struct Bfloat {
    uint16_t bits;
};
void encode(Values x, Bfloat& block) {
    block.bits = floatToBfloat(*x);
}

float inverse(float d) {
    return d != 0 ? 1 / d : 0.0f;
}

/// The whole part of a number in 0 … top + 1. The inverse of a subnormal scale may be infinite; its block is zero
/// anyway.
template <int kTop>
uint8_t truncated(float value) {
    if (!std::isfinite(value)) return 0;
    return static_cast<uint8_t>(std::clamp(static_cast<int>(value), 0, kTop));
}

/// The nibbles of q, and the fifth bits where the block has room for them.
template <class Block>
void pack(const uint8_t (&q)[32], Block& block) {
    for (size_t i = 0; i < 16; i++) block.qs[i] = static_cast<uint8_t>((q[i] & 15) | q[i + 16] << 4);
    if constexpr (requires { block.qh; }) {
        std::memset(block.qh, 0, sizeof(block.qh));
        for (size_t i = 0; i < 32; i++) block.qh[i / 8] |= static_cast<uint8_t>((q[i] >> 4) << i % 8);
    }
}

/// The value of largest magnitude, the first of several, becomes −kHalf.
template <int kHalf, class Block>
void encodeEven(Values x, Block& block) {
    float largest = 0;
    for (size_t i = 0; i < 32; i++)
        if (std::abs(x[i]) > std::abs(largest)) largest = x[i];
    const float d = largest / -kHalf, id = inverse(d);
    block.d = floatToHalf(d);
    uint8_t q[32];
    for (size_t i = 0; i < 32; i++) q[i] = truncated<2 * kHalf - 1>(x[i] * id + (static_cast<float>(kHalf) + 0.5f));
    pack(q, block);
}

/// The smallest value becomes 0, the largest kTop.
template <int kTop, class Block>
void encodeFromMinimum(Values x, Block& block) {
    float low = x[0], high = x[0];
    for (size_t i = 1; i < 32; i++) {
        low = std::min(low, x[i]);
        high = std::max(high, x[i]);
    }
    const float d = (high - low) / static_cast<float>(kTop), id = inverse(d);
    block.d = floatToHalf(d);
    block.m = floatToHalf(low);
    uint8_t q[32];
    for (size_t i = 0; i < 32; i++) q[i] = truncated<kTop>((x[i] - low) * id + 0.5f);
    pack(q, block);
}

void encode(Values x, BlockQ4_0& block) {
    encodeEven<8>(x, block);
}
void encode(Values x, BlockQ5_0& block) {
    encodeEven<16>(x, block);
}
void encode(Values x, BlockQ4_1& block) {
    encodeFromMinimum<15>(x, block);
}
void encode(Values x, BlockQ5_1& block) {
    encodeFromMinimum<31>(x, block);
}

/// Halves are rounded away from zero.
void encode(Values x, BlockQ8_0& block) {
    float largest = 0;
    for (size_t i = 0; i < 32; i++) largest = std::max(largest, std::abs(x[i]));
    const float d = largest / 127, id = inverse(d);
    block.d = floatToHalf(d);
    constexpr float kMagic = 0x1.8p23f;  // the sum has no room for a fraction
    for (size_t i = 0; i < 32; i++) {
        const float scaled = std::isfinite(id) ? x[i] * id : 0.0f, even = (scaled + kMagic) - kMagic,
                    rest = scaled - even;
        const float up = scaled > 0 && rest == 0.5f ? 1.0f : 0.0f, down = scaled < 0 && rest == -0.5f ? 1.0f : 0.0f;
        block.qs[i] = static_cast<int8_t>(static_cast<int>(even + up - down));
    }
}

/// Blocks lie anywhere in the bytes, so each is made elsewhere.
template <class Block, size_t kBlockSize>
void encodeRow(Values values, size_t count, std::byte* bytes) {
    for (size_t i = 0; i < count / kBlockSize; i++) {
        Block block;
        encode(values + i * kBlockSize, block);
        std::memcpy(bytes + i * sizeof(Block), &block, sizeof(Block));
    }
}

const BlockSearches& searches() {
#if defined(__x86_64__)
    static const bool avx2 = cpuFeatures().avx2;
    if (avx2) return kAvx2Searches;
#endif
    return kPlainSearches;
}

template <BlockSearch BlockSearches::*kSearch>
void searchRow(Values values, size_t count, std::byte* bytes) {
    (searches().*kSearch)(values, count, bytes);
}

constexpr bool isFinite(uint16_t half) {
    return (half & 0x7c00u) != 0x7c00u;
}

/// False where a scale is too large for binary16.
template <class Block>
bool scalesAreFinite(std::span<const std::byte> bytes) {
    for (size_t at = 0; at < bytes.size(); at += sizeof(Block)) {
        Block block;
        std::memcpy(&block, bytes.data() + at, sizeof(Block));
        bool finite = isFinite(block.d);
        if constexpr (requires { block.m; }) finite = finite && isFinite(block.m);
        if constexpr (requires { block.dmin; }) finite = finite && isFinite(block.dmin);
        if (!finite) return false;
    }
    return true;
}

template <>
bool scalesAreFinite<float>(std::span<const std::byte>) {
    return true;
}
template <>
bool scalesAreFinite<Bfloat>(std::span<const std::byte> bytes) {
    for (size_t at = 0; at < bytes.size(); at += sizeof(Bfloat)) {
        Bfloat value;
        std::memcpy(&value, bytes.data() + at, sizeof(Bfloat));
        if ((value.bits & 0x7f80u) == 0x7f80u) return false;
    }
    return true;
}

struct Encoder {
    TensorType type;
    void (*encode)(Values, size_t count, std::byte* bytes);
    bool (*scalesAreFinite)(std::span<const std::byte>);
    float largest = std::numeric_limits<float>::max();  // above it no scale fits, and sums of squares might not
};

constexpr float kLargestSearched = 1e9f;

constexpr Encoder kEncoders[] = {
    {TensorType::F32, encodeRow<float, 1>, scalesAreFinite<float>},
    {TensorType::F16, encodeRow<Half, 1>, scalesAreFinite<Half>},
    {TensorType::BF16, encodeRow<Bfloat, 1>, scalesAreFinite<Bfloat>},
    {TensorType::Q4_0, encodeRow<BlockQ4_0, 32>, scalesAreFinite<BlockQ4_0>},
    {TensorType::Q4_1, encodeRow<BlockQ4_1, 32>, scalesAreFinite<BlockQ4_1>},
    {TensorType::Q5_0, encodeRow<BlockQ5_0, 32>, scalesAreFinite<BlockQ5_0>},
    {TensorType::Q5_1, encodeRow<BlockQ5_1, 32>, scalesAreFinite<BlockQ5_1>},
    {TensorType::Q8_0, encodeRow<BlockQ8_0, 32>, scalesAreFinite<BlockQ8_0>},
    {TensorType::Q2_K, searchRow<&BlockSearches::q2K>, scalesAreFinite<BlockQ2_K>, kLargestSearched},
    {TensorType::Q3_K, searchRow<&BlockSearches::q3K>, scalesAreFinite<BlockQ3_K>, kLargestSearched},
    {TensorType::Q4_K, searchRow<&BlockSearches::q4K>, scalesAreFinite<BlockQ4_K>, kLargestSearched},
    {TensorType::Q5_K, searchRow<&BlockSearches::q5K>, scalesAreFinite<BlockQ5_K>, kLargestSearched},
    {TensorType::Q6_K, searchRow<&BlockSearches::q6K>, scalesAreFinite<BlockQ6_K>, kLargestSearched},
    {TensorType::IQ4_NL, searchRow<&BlockSearches::iq4Nl>, scalesAreFinite<BlockIQ4_NL>, kLargestSearched},
    {TensorType::IQ4_XS, searchRow<&BlockSearches::iq4Xs>, scalesAreFinite<BlockIQ4_XS>, kLargestSearched},
};

const Encoder* encoderOf(TensorType type) {
    const auto* found = std::ranges::find(kEncoders, type, &Encoder::type);
    return found != std::end(kEncoders) ? found : nullptr;
}

/// The first value that is above `largest`, or NaN; the number of values where there is none.
size_t firstAbove(std::span<const float> values, float largest) {
    constexpr size_t kTogether = 32;
    for (size_t at = 0; at < values.size(); at += kTogether) {
        const auto some = values.subspan(at, std::min(kTogether, values.size() - at));
        unsigned bad = 0;
        for (const float value : some) bad |= !(std::abs(value) <= largest);
        if (bad)
            for (size_t i = 0; i < some.size(); i++)
                if (!(std::abs(some[i]) <= largest)) return at + i;
    }
    return values.size();
}

}  // namespace

bool canQuantize(TensorType type) {
    return encoderOf(type) != nullptr;
}

Result<void> quantizeRow(TensorType type, std::span<const float> values, std::span<std::byte> bytes) {
    const TensorTypeInfo& info = tensorTypeInfo(type);
    const Encoder* encoder = encoderOf(type);
    if (!encoder) return fail(ErrorCode::Unsupported, fmt::format("nothing can be quantized to {}", info.name));
    if (values.size() % info.blockSize != 0 || bytes.size() != values.size() / info.blockSize * info.bytesPerBlock)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} values are no whole blocks of {} in {} bytes",
                                                            values.size(), info.name, bytes.size()));
    const auto tooLarge = [&] {
        return fail(ErrorCode::NotFinite, fmt::format("it holds a value too large for {}", info.name));
    };
    const size_t bad = firstAbove(values, encoder->largest);
    if (bad < values.size() && std::isfinite(values[bad])) return tooLarge();
    if (bad < values.size())
        return fail(ErrorCode::NotFinite, std::isnan(values[bad]) ? "it holds NaN" : "it holds infinity");
    encoder->encode(values.data(), values.size(), bytes.data());
    if (!encoder->scalesAreFinite(bytes)) return tooLarge();
    return {};
}

}  // namespace monochord
