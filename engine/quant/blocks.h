#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace monochord {

/// Blocks of 32 values as they lie in the file. `d` and `m` are binary16 bits. In the 4- and 5-bit types the low
/// nibbles of qs are values 0–15, the high nibbles values 16–31; bit i of qh is the fifth bit of value i. Source:
/// ggml's tensor types; MXFP4: the OCP Microscaling Formats specification 1.0.
///
/// kValues: values in a block; kSubBlock: values that share a scale.

struct BlockQ4_0 {  // value = d · (nibble − 8)
    static constexpr size_t kValues = 32, kSubBlock = 32;
    uint16_t d;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ4_0) == 18);

struct BlockQ4_1 {  // value = d · nibble + m
    static constexpr size_t kValues = 32, kSubBlock = 32;
    uint16_t d, m;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ4_1) == 20);

struct BlockQ5_0 {  // value = d · (five bits − 16)
    static constexpr size_t kValues = 32, kSubBlock = 32;
    uint16_t d;
    uint8_t qh[4];
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ5_0) == 22);

struct BlockQ5_1 {  // value = d · five bits + m
    static constexpr size_t kValues = 32, kSubBlock = 32;
    uint16_t d, m;
    uint8_t qh[4];
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ5_1) == 24);

struct BlockQ8_0 {  // value = d · qs
    static constexpr size_t kValues = 32, kSubBlock = 32;
    uint16_t d;
    int8_t qs[32];
};
static_assert(sizeof(BlockQ8_0) == 34);

/// What the nibbles of the IQ4 types stand for: steps that are finer near zero, where most weights are.
inline constexpr int8_t kIq4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

struct BlockIQ4_NL {  // value = d · kIq4Values[nibble]
    static constexpr size_t kValues = 32, kSubBlock = 32;
    uint16_t d;
    uint8_t qs[16];
};
static_assert(sizeof(BlockIQ4_NL) == 18);

/// The four-bit floats of MXFP4 (sign, two bits of exponent, one of mantissa), doubled so that they are integers.
inline constexpr int8_t kFp4Values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

struct BlockMXFP4 {  // value = 2^(e − 128) · kFp4Values[nibble]
    static constexpr size_t kValues = 32, kSubBlock = 32;
    uint8_t e;
    uint8_t qs[16];
};
static_assert(sizeof(BlockMXFP4) == 17);

/// 2^(e − 128); subnormal for 0 and 1.
constexpr float powerOfTwoScale(uint8_t e) {
    return std::bit_cast<float>(e < 2 ? 0x00200000u << e : (e - 1u) << 23);
}

}  // namespace monochord
