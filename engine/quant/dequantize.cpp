#include "quant/dequantize.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "base/half.h"
#include "base/printable.h"
#include "monochord/dequantize.h"
#include "quant/super_blocks.h"

namespace monochord {

namespace {

using Values = float*;  // as many as the block holds

void decode(const float& block, Values y) {
    *y = block;
}

struct Half {
    uint16_t bits;
};
void decode(const Half& block, Values y) {
    *y = halfToFloat(block.bits);
}

struct Bfloat {
    uint16_t bits;
};
void decode(const Bfloat& block, Values y) {
    *y = bfloatToFloat(block.bits);
}

int lowNibble(uint8_t byte) {
    return byte & 15;
}

int highNibble(uint8_t byte) {
    return byte >> 4;
}

/// Bit i of the block's four bytes of fifth bits, in the place where the fifth bit goes.
int fifthBit(const uint8_t (&qh)[4], int i) {
    return (qh[i / 8] >> (i % 8) & 1) << 4;
}

void decode(const BlockQ4_0& block, Values y) {
    const float d = halfToFloat(block.d);
    for (int i = 0; i < 16; i++) {
        y[i] = d * static_cast<float>(lowNibble(block.qs[i]) - 8);
        y[i + 16] = d * static_cast<float>(highNibble(block.qs[i]) - 8);
    }
}

void decode(const BlockQ4_1& block, Values y) {
    const float d = halfToFloat(block.d), m = halfToFloat(block.m);
    for (int i = 0; i < 16; i++) {
        y[i] = d * static_cast<float>(lowNibble(block.qs[i])) + m;
        y[i + 16] = d * static_cast<float>(highNibble(block.qs[i])) + m;
    }
}

void decode(const BlockQ5_0& block, Values y) {
    const float d = halfToFloat(block.d);
    for (int i = 0; i < 16; i++) {
        y[i] = d * static_cast<float>((lowNibble(block.qs[i]) | fifthBit(block.qh, i)) - 16);
        y[i + 16] = d * static_cast<float>((highNibble(block.qs[i]) | fifthBit(block.qh, i + 16)) - 16);
    }
}

void decode(const BlockQ5_1& block, Values y) {
    const float d = halfToFloat(block.d), m = halfToFloat(block.m);
    for (int i = 0; i < 16; i++) {
        y[i] = d * static_cast<float>(lowNibble(block.qs[i]) | fifthBit(block.qh, i)) + m;
        y[i + 16] = d * static_cast<float>(highNibble(block.qs[i]) | fifthBit(block.qh, i + 16)) + m;
    }
}

void decode(const BlockQ8_0& block, Values y) {
    const float d = halfToFloat(block.d);
    for (int i = 0; i < 32; i++) y[i] = d * static_cast<float>(block.qs[i]);
}

void decode(const BlockIQ4_NL& block, Values y) {
    const float d = halfToFloat(block.d);
    for (int i = 0; i < 16; i++) {
        y[i] = d * static_cast<float>(kIq4Values[lowNibble(block.qs[i])]);
        y[i + 16] = d * static_cast<float>(kIq4Values[highNibble(block.qs[i])]);
    }
}

void decode(const BlockMXFP4& block, Values y) {
    const float d = powerOfTwoScale(block.e);
    for (int i = 0; i < 16; i++) {
        y[i] = d * static_cast<float>(kFp4Values[lowNibble(block.qs[i])]);
        y[i + 16] = d * static_cast<float>(kFp4Values[highNibble(block.qs[i])]);
    }
}

template <class Block>
requires(Block::kValues == 256) void decode(const Block& block, Values y) {
    const float d = halfToFloat(block.d);
    for (size_t j = 0; j < Block::kValues / Block::kSubBlock; j++) {
        const float scale = d * static_cast<float>(scaleOf(block, j));
        for (size_t i = j * Block::kSubBlock; i < (j + 1) * Block::kSubBlock; i++)
            y[i] = scale * static_cast<float>(quantOf(block, i));
        if constexpr (HasSuperMinimum<Block>) {
            const float minimum = halfToFloat(block.dmin) * static_cast<float>(minimumOf(block, j));
            for (size_t i = j * Block::kSubBlock; i < (j + 1) * Block::kSubBlock; i++) y[i] -= minimum;
        }
    }
}

/// Blocks lie anywhere in the bytes, so each is copied out before it is read.
template <class Block, size_t kBlockSize>
void decodeRow(std::span<const std::byte> bytes, std::span<float> values) {
    for (size_t i = 0; i < values.size() / kBlockSize; i++) {
        Block block;
        std::memcpy(&block, bytes.data() + i * sizeof(Block), sizeof(Block));
        decode(block, values.data() + i * kBlockSize);
    }
}

struct Decoder {
    TensorType type;
    void (*row)(std::span<const std::byte> bytes, std::span<float> values);
};

template <class Block>
constexpr auto decodeBlocks = decodeRow<Block, Block::kValues>;

constexpr Decoder kDecoders[] = {
    {TensorType::F32, decodeRow<float, 1>},          {TensorType::F16, decodeRow<Half, 1>},
    {TensorType::BF16, decodeRow<Bfloat, 1>},        {TensorType::Q4_0, decodeBlocks<BlockQ4_0>},
    {TensorType::Q4_1, decodeBlocks<BlockQ4_1>},     {TensorType::Q5_0, decodeBlocks<BlockQ5_0>},
    {TensorType::Q5_1, decodeBlocks<BlockQ5_1>},     {TensorType::Q8_0, decodeBlocks<BlockQ8_0>},
    {TensorType::IQ4_NL, decodeBlocks<BlockIQ4_NL>}, {TensorType::MXFP4, decodeBlocks<BlockMXFP4>},
    {TensorType::Q2_K, decodeBlocks<BlockQ2_K>},     {TensorType::Q3_K, decodeBlocks<BlockQ3_K>},
    {TensorType::Q4_K, decodeBlocks<BlockQ4_K>},     {TensorType::Q5_K, decodeBlocks<BlockQ5_K>},
    {TensorType::Q6_K, decodeBlocks<BlockQ6_K>},     {TensorType::IQ4_XS, decodeBlocks<BlockIQ4_XS>},
};

const Decoder* findDecoder(TensorType type) {
    for (const Decoder& decoder : kDecoders)
        if (decoder.type == type) return &decoder;
    return nullptr;
}

}  // namespace

bool canDequantize(TensorType type) {
    return findDecoder(type) != nullptr;
}

Result<void> dequantizeRow(TensorType type, std::span<const std::byte> bytes, std::span<float> values) {
    const TensorTypeInfo& info = tensorTypeInfo(type);
    const Decoder* decoder = findDecoder(type);
    if (!decoder)
        return fail(ErrorCode::Unsupported, fmt::format("tensors of type {} can't be computed with yet", info.name));
    if (values.size() % info.blockSize != 0 || bytes.size() % info.bytesPerBlock != 0 ||
        values.size() / info.blockSize != bytes.size() / info.bytesPerBlock)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} bytes are not {} values of type {} (blocks of {} values and {} bytes)",
                                bytes.size(), values.size(), info.name, info.blockSize, info.bytesPerBlock));
    decoder->row(bytes, values);
    return {};
}

Result<std::vector<float>> dequantizeBlocks(std::string_view typeName, std::string_view bytes) {
    const TensorTypeInfo* info = tensorTypeInfo(typeName);
    if (!info)
        return fail(ErrorCode::InvalidArgument, fmt::format("there is no tensor type \"{}\"", printable(typeName)));
    if (!canDequantize(info->type))
        return fail(ErrorCode::Unsupported, fmt::format("tensors of type {} can't be computed with yet", info->name));
    if (bytes.size() % info->bytesPerBlock != 0)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} bytes are no whole blocks of type {} ({} bytes each)",
                                                            bytes.size(), info->name, info->bytesPerBlock));
    std::vector<float> values(bytes.size() / info->bytesPerBlock * info->blockSize);
    const auto raw = std::as_bytes(std::span(bytes.data(), bytes.size()));
    if (auto done = dequantizeRow(info->type, raw, values); !done) return tl::unexpected(std::move(done.error()));
    return values;
}

}  // namespace monochord
