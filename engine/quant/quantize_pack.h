#pragma once

#include <cstring>

#include "quant/super_blocks.h"

namespace monochord {

/// What a search has found for a block of 256, before it is packed: numbers from 0 on, as their bits lie in the file.
struct FoundBlock {
    uint8_t q[256];
    uint8_t scales[16];
    uint8_t minimums[16];
    uint16_t d, dmin;  // binary16
};

// The other direction of super_blocks.h. Each block is zero when it is given; every bit is written once.

namespace super {

constexpr void packTwoBits(const uint8_t (&q)[256], uint8_t* bytes) {
    for (size_t half = 0; half < 2; half++)
        for (size_t i = 0; i < 32; i++) {
            const uint8_t* v = q + half * 128 + i;
            bytes[half * 32 + i] = static_cast<uint8_t>((v[0] & 3) | (v[32] & 3) << 2 | (v[64] & 3) << 4 | v[96] << 6);
        }
}
constexpr void packNibbles(const uint8_t (&q)[256], uint8_t* bytes) {
    for (size_t quarter = 0; quarter < 4; quarter++)
        for (size_t i = 0; i < 32; i++) {
            const uint8_t* v = q + quarter * 64 + i;
            bytes[quarter * 32 + i] = static_cast<uint8_t>((v[0] & 15) | v[32] << 4);
        }
}
/// Bit `bit` of every value.
constexpr void packOneBit(const uint8_t (&q)[256], int bit, uint8_t* bytes) {
    for (size_t i = 0; i < 256; i++) bytes[i % 32] |= static_cast<uint8_t>((q[i] >> bit & 1) << i / 32);
}
constexpr void packSixBits(const FoundBlock& found, uint8_t* bytes) {
    for (size_t j = 0; j < 4; j++) {
        const int s = found.scales[j + 4], m = found.minimums[j + 4];
        bytes[j] = static_cast<uint8_t>(found.scales[j] | s >> 4 << 6);
        bytes[j + 4] = static_cast<uint8_t>(found.minimums[j] | m >> 4 << 6);
        bytes[j + 8] = static_cast<uint8_t>((s & 15) | (m & 15) << 4);
    }
}

}  // namespace super

constexpr void pack(const FoundBlock& found, BlockQ2_K& block) {
    for (size_t j = 0; j < 16; j++) block.scales[j] = static_cast<uint8_t>(found.scales[j] | found.minimums[j] << 4);
    super::packTwoBits(found.q, block.qs);
    block.d = found.d;
    block.dmin = found.dmin;
}

constexpr void pack(const FoundBlock& found, BlockQ3_K& block) {
    super::packOneBit(found.q, 2, block.hmask);
    super::packTwoBits(found.q, block.qs);
    for (size_t j = 0; j < 16; j++) {
        block.scales[j % 8] |= static_cast<uint8_t>((found.scales[j] & 15) << j / 8 * 4);
        block.scales[8 + j % 4] |= static_cast<uint8_t>(found.scales[j] >> 4 << j / 4 * 2);
    }
    block.d = found.d;
}

constexpr void pack(const FoundBlock& found, BlockQ4_K& block) {
    super::packSixBits(found, block.scales);
    super::packNibbles(found.q, block.qs);
    block.d = found.d;
    block.dmin = found.dmin;
}

constexpr void pack(const FoundBlock& found, BlockQ5_K& block) {
    super::packSixBits(found, block.scales);
    super::packNibbles(found.q, block.qs);
    super::packOneBit(found.q, 4, block.qh);
    block.d = found.d;
    block.dmin = found.dmin;
}

constexpr void pack(const FoundBlock& found, BlockQ6_K& block) {
    uint8_t high[256] = {};
    for (size_t i = 0; i < 256; i++) {
        high[i] = static_cast<uint8_t>(found.q[i] >> 4);
        block.ql[i / 128 * 64 + i % 64] |= static_cast<uint8_t>((found.q[i] & 15) << i % 128 / 64 * 4);
    }
    super::packTwoBits(high, block.qh);
    for (size_t j = 0; j < 16; j++) block.scales[j] = static_cast<int8_t>(found.scales[j] - 128);
    block.d = found.d;
}

constexpr void pack(const FoundBlock& found, BlockIQ4_XS& block) {
    for (size_t i = 0; i < 256; i++)
        block.qs[i / 32 * 16 + i % 16] |= static_cast<uint8_t>(found.q[i] << i % 32 / 16 * 4);
    for (size_t j = 0; j < 8; j++) {
        block.scalesLow[j / 2] |= static_cast<uint8_t>((found.scales[j] & 15) << j % 2 * 4);
        block.scalesHigh[j / 4] |= static_cast<uint8_t>(found.scales[j] >> 4 << j % 4 * 2);
    }
    block.d = found.d;
}

}  // namespace monochord
