#pragma once

#include <cstdint>

namespace monochord {

/// Blocks of 32 values as they lie in the file. `d` and `m` are binary16 bits. In the 4- and 5-bit types the low
/// nibbles of qs are values 0–15, the high nibbles values 16–31; bit i of qh is the fifth bit of value i. Source:
/// ggml's tensor types.

struct BlockQ4_0 {  // value = d · (nibble − 8)
    uint16_t d;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ4_0) == 18);

struct BlockQ4_1 {  // value = d · nibble + m
    uint16_t d, m;
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ4_1) == 20);

struct BlockQ5_0 {  // value = d · (five bits − 16)
    uint16_t d;
    uint8_t qh[4];
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ5_0) == 22);

struct BlockQ5_1 {  // value = d · five bits + m
    uint16_t d, m;
    uint8_t qh[4];
    uint8_t qs[16];
};
static_assert(sizeof(BlockQ5_1) == 24);

struct BlockQ8_0 {  // value = d · qs
    uint16_t d;
    int8_t qs[32];
};
static_assert(sizeof(BlockQ8_0) == 34);

}  // namespace monochord
