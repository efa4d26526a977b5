#include "support/random_tensor.h"

#include <bit>
#include <cstddef>
#include <cstring>

#include "base/half.h"
#include "quant/super_blocks.h"

namespace monochord::test {

namespace {

/// Where a type has binary16 numbers: its scale and, if it has one, its minimum. And how much larger its integers are
/// than one (with the scales that are integers), to come to values of the same size.
struct Scales {
    TensorType type;
    size_t d;
    size_t m;  // 0: none
    float integers;
    float minimums;
};

constexpr Scales kScales[] = {
    {TensorType::Q4_0, offsetof(BlockQ4_0, d), 0, 4, 0},
    {TensorType::Q4_1, offsetof(BlockQ4_1, d), offsetof(BlockQ4_1, m), 4, 1},
    {TensorType::Q5_0, offsetof(BlockQ5_0, d), 0, 9, 0},
    {TensorType::Q5_1, offsetof(BlockQ5_1, d), offsetof(BlockQ5_1, m), 9, 1},
    {TensorType::Q8_0, offsetof(BlockQ8_0, d), 0, 74, 0},
    {TensorType::Q2_K, offsetof(BlockQ2_K, d), offsetof(BlockQ2_K, dmin), 10, 10},
    {TensorType::Q3_K, offsetof(BlockQ3_K, d), 0, 50, 0},
    {TensorType::Q4_K, offsetof(BlockQ4_K, d), offsetof(BlockQ4_K, dmin), 150, 30},
    {TensorType::Q5_K, offsetof(BlockQ5_K, d), offsetof(BlockQ5_K, dmin), 300, 30},
    {TensorType::Q6_K, offsetof(BlockQ6_K, d), 0, 1300, 0},
    {TensorType::IQ4_NL, offsetof(BlockIQ4_NL, d), 0, 60, 0},
    {TensorType::IQ4_XS, offsetof(BlockIQ4_XS, d), 0, 1100, 0},
};

/// Puts random scales into the block.
void setScales(const TensorTypeInfo& info, float deviation, std::mt19937& random, std::string& block) {
    std::normal_distribution<float> normal(0, deviation);
    const float x = normal(random);
    const auto put = [&](size_t at, auto value) { std::memcpy(&block[at], &value, sizeof value); };
    if (info.type == TensorType::F32) put(0, x);
    if (info.type == TensorType::F16) put(0, floatToHalf(x));
    if (info.type == TensorType::BF16) put(0, static_cast<uint16_t>(std::bit_cast<uint32_t>(x) >> 16));
    if (info.type == TensorType::MXFP4) put(0, static_cast<uint8_t>(123 + random() % 4));
    for (const Scales& s : kScales)
        if (s.type == info.type) {
            put(s.d, floatToHalf(x / s.integers));
            if (s.m != 0) put(s.m, floatToHalf(normal(random) / s.minimums));
        }
}

}  // namespace

std::string randomTensor(TensorType type, uint64_t rows, uint64_t columns, float deviation, std::mt19937& random) {
    const TensorTypeInfo& info = tensorTypeInfo(type);
    std::string bytes, block(info.bytesPerBlock, '\0');
    for (uint64_t i = 0; i < rows * columns / info.blockSize; i++) {
        for (char& byte : block) byte = static_cast<char>(random());
        setScales(info, deviation, random, block);
        bytes += block;
    }
    return bytes;
}

std::string uniformTensor(TensorType type, uint64_t rows, uint64_t columns, uint8_t byte) {
    const TensorTypeInfo& info = tensorTypeInfo(type);
    std::mt19937 random(1);
    std::string bytes, block(info.bytesPerBlock, static_cast<char>(byte));
    for (uint64_t i = 0; i < rows * columns / info.blockSize; i++) {
        setScales(info, 1, random, block);
        bytes += block;
    }
    return bytes;
}

}  // namespace monochord::test
