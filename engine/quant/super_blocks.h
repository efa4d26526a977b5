#pragma once

#include <cstddef>
#include <cstdint>

#include "quant/blocks.h"

namespace monochord {

/// Blocks of 256 values as they lie in the file, divided into sub-blocks with small integer scales of their own. `d`
/// and `dmin` are binary16 bits. What a bit means is said by the functions behind each type:
///
///     value i = (d · scaleOf(j)) · quantOf(i) − dmin · minimumOf(j),  j = i / kSubBlock
///
/// Source: ggml's K-quants and IQ4_XS.

namespace super {

/// Two bits of value i: each 32 bytes hold 128 values, 32 of them side by side in bits 0–1, the next 32 in bits 2–3 …
constexpr int twoBits(const uint8_t* bytes, size_t i) {
    return bytes[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2) & 3;
}
/// A nibble of value i: each 32 bytes hold 64 values, the first 32 in the low nibbles.
constexpr int nibble(const uint8_t* bytes, size_t i) {
    return bytes[i / 64 * 32 + i % 32] >> (i % 64 / 32 * 4) & 15;
}
/// One bit of value i: 32 bytes hold all 256, 32 of them side by side in bit 0, the next 32 in bit 1 …
constexpr int oneBit(const uint8_t* bytes, size_t i) {
    return bytes[i % 32] >> (i / 32) & 1;
}

/// Eight scales and eight minimums of six bits in twelve bytes: the first four of each lie in the low six bits of bytes
/// 0–3 and 4–7; of the others, the low nibbles lie in bytes 8–11 and the rest in the upper bits of bytes 0–7.
constexpr int sixBitScale(const uint8_t* bytes, size_t j) {
    return j < 4 ? bytes[j] & 63 : (bytes[j + 4] & 15) | bytes[j - 4] >> 6 << 4;
}
constexpr int sixBitMinimum(const uint8_t* bytes, size_t j) {
    return j < 4 ? bytes[j + 4] & 63 : bytes[j + 4] >> 4 | bytes[j] >> 6 << 4;
}

}  // namespace super

struct BlockQ2_K {
    static constexpr size_t kValues = 256, kSubBlock = 16;
    uint8_t scales[16];  // scale in the low nibble, minimum in the high one
    uint8_t qs[64];
    uint16_t d, dmin;
};
static_assert(sizeof(BlockQ2_K) == 84);
constexpr int quantOf(const BlockQ2_K& b, size_t i) {
    return super::twoBits(b.qs, i);
}
constexpr int scaleOf(const BlockQ2_K& b, size_t j) {
    return b.scales[j] & 15;
}
constexpr int minimumOf(const BlockQ2_K& b, size_t j) {
    return b.scales[j] >> 4;
}

struct BlockQ3_K {
    static constexpr size_t kValues = 256, kSubBlock = 16;
    uint8_t hmask[32];  // the third bit
    uint8_t qs[64];
    uint8_t scales[12];  // low nibbles in bytes 0–7 (scales 8–15 above 0–7), two more bits in bytes 8–11
    uint16_t d;
};
static_assert(sizeof(BlockQ3_K) == 110);
constexpr int quantOf(const BlockQ3_K& b, size_t i) {
    return (super::twoBits(b.qs, i) | super::oneBit(b.hmask, i) << 2) - 4;
}
constexpr int scaleOf(const BlockQ3_K& b, size_t j) {
    return ((b.scales[j % 8] >> (j / 8 * 4) & 15) | (b.scales[8 + j % 4] >> (j / 4 * 2) & 3) << 4) - 32;
}

struct BlockQ4_K {
    static constexpr size_t kValues = 256, kSubBlock = 32;
    uint16_t d, dmin;
    uint8_t scales[12];
    uint8_t qs[128];
};
static_assert(sizeof(BlockQ4_K) == 144);
constexpr int quantOf(const BlockQ4_K& b, size_t i) {
    return super::nibble(b.qs, i);
}
constexpr int scaleOf(const BlockQ4_K& b, size_t j) {
    return super::sixBitScale(b.scales, j);
}
constexpr int minimumOf(const BlockQ4_K& b, size_t j) {
    return super::sixBitMinimum(b.scales, j);
}

struct BlockQ5_K {
    static constexpr size_t kValues = 256, kSubBlock = 32;
    uint16_t d, dmin;
    uint8_t scales[12];
    uint8_t qh[32];
    uint8_t qs[128];
};
static_assert(sizeof(BlockQ5_K) == 176);
constexpr int quantOf(const BlockQ5_K& b, size_t i) {
    return super::nibble(b.qs, i) | super::oneBit(b.qh, i) << 4;
}
constexpr int scaleOf(const BlockQ5_K& b, size_t j) {
    return super::sixBitScale(b.scales, j);
}
constexpr int minimumOf(const BlockQ5_K& b, size_t j) {
    return super::sixBitMinimum(b.scales, j);
}

struct BlockQ6_K {
    static constexpr size_t kValues = 256, kSubBlock = 16;
    uint8_t ql[128];  // each 64 bytes hold 128 values: the first 64 in the low nibbles
    uint8_t qh[64];
    int8_t scales[16];
    uint16_t d;
};
static_assert(sizeof(BlockQ6_K) == 210);
constexpr int quantOf(const BlockQ6_K& b, size_t i) {
    const int low = b.ql[i / 128 * 64 + i % 64] >> (i % 128 / 64 * 4) & 15;
    return (low | super::twoBits(b.qh, i) << 4) - 32;
}
constexpr int scaleOf(const BlockQ6_K& b, size_t j) {
    return b.scales[j];
}

struct BlockIQ4_XS {
    static constexpr size_t kValues = 256, kSubBlock = 32;
    uint16_t d;
    uint8_t scalesHigh[2];  // two bits a scale, in ascending order
    uint8_t scalesLow[4];   // a nibble a scale
    uint8_t qs[128];        // each 16 bytes as in IQ4_NL
};
static_assert(sizeof(BlockIQ4_XS) == 136);
constexpr int quantOf(const BlockIQ4_XS& b, size_t i) {
    return kIq4Values[b.qs[i / 32 * 16 + i % 16] >> (i % 32 / 16 * 4) & 15];
}
constexpr int scaleOf(const BlockIQ4_XS& b, size_t j) {
    return ((b.scalesLow[j / 2] >> (j % 2 * 4) & 15) | (b.scalesHigh[j / 4] >> (j % 4 * 2) & 3) << 4) - 32;
}

/// True for types with minimums.
template <class Block>
concept HasSuperMinimum = requires(const Block& b) {
    minimumOf(b, 0);
};

}  // namespace monochord
