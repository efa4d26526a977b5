// What the scalar products see of a block of weights. Included by scalar.cpp inside its anonymous namespace.

/// A sub-block of weights as small integers u with scale w and minimum m: value = w · u − m.
struct Unpacked {
    int16_t u[32];  // the first kSubBlock of them
    float w = 0;
    float m = 0;
    bool hasMinimum = false;
};

uint32_t fifthBits(const uint8_t* qh) {
    return static_cast<uint32_t>(qh[0]) | static_cast<uint32_t>(qh[1]) << 8 | static_cast<uint32_t>(qh[2]) << 16 |
           static_cast<uint32_t>(qh[3]) << 24;
}

int32_t nibble(const uint8_t* qs, size_t i) {
    return i < 16 ? qs[i] & 15 : qs[i - 16] >> 4;
}

void unpack(const BlockQ4_0& block, size_t, Unpacked& out) {
    for (size_t i = 0; i < 32; i++) out.u[i] = static_cast<int16_t>(nibble(block.qs, i) - 8);
    out.w = halfToFloat(block.d);
}

void unpack(const BlockQ4_1& block, size_t, Unpacked& out) {
    for (size_t i = 0; i < 32; i++) out.u[i] = static_cast<int16_t>(nibble(block.qs, i));
    out.w = halfToFloat(block.d);
    out.m = -halfToFloat(block.m);
    out.hasMinimum = true;
}

void unpack(const BlockQ5_0& block, size_t, Unpacked& out) {
    for (size_t i = 0; i < 32; i++)
        out.u[i] =
            static_cast<int16_t>(nibble(block.qs, i) + static_cast<int32_t>((fifthBits(block.qh) >> i & 1u) << 4) - 16);
    out.w = halfToFloat(block.d);
}

void unpack(const BlockQ5_1& block, size_t, Unpacked& out) {
    for (size_t i = 0; i < 32; i++)
        out.u[i] =
            static_cast<int16_t>(nibble(block.qs, i) + static_cast<int32_t>((fifthBits(block.qh) >> i & 1u) << 4));
    out.w = halfToFloat(block.d);
    out.m = -halfToFloat(block.m);
    out.hasMinimum = true;
}

void unpack(const BlockQ8_0& block, size_t, Unpacked& out) {
    for (size_t i = 0; i < 32; i++) out.u[i] = static_cast<int16_t>(block.qs[i]);
    out.w = halfToFloat(block.d);
}

void unpack(const BlockIQ4_NL& block, size_t, Unpacked& out) {
    for (size_t i = 0; i < 32; i++) out.u[i] = kIq4Values[nibble(block.qs, i)];
    out.w = halfToFloat(block.d);
}

void unpack(const BlockMXFP4& block, size_t, Unpacked& out) {
    for (size_t i = 0; i < 32; i++) out.u[i] = kFp4Values[nibble(block.qs, i)];
    out.w = powerOfTwoScale(block.e);
}

/// Sub-block j of a block of 256.
template <class Block>
requires(Block::kValues == 256) void unpack(const Block& block, size_t j, Unpacked& out) {
    for (size_t i = 0; i < Block::kSubBlock; i++)
        out.u[i] = static_cast<int16_t>(quantOf(block, j * Block::kSubBlock + i));
    out.w = halfToFloat(block.d) * static_cast<float>(scaleOf(block, j));
    if constexpr (HasSuperMinimum<Block>) {
        out.m = halfToFloat(block.dmin) * static_cast<float>(minimumOf(block, j));
        out.hasMinimum = true;
    }
}
