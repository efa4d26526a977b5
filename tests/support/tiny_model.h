#pragma once

#include <filesystem>
#include <string>

#include "gguf/tensor_type.h"
#include "support/gguf_builder.h"

namespace monochord::test {

/// A llama with random weights that computes in no time: 2 layers of 64 values, 4 heads over 2 KV heads, a feed-forward
/// of 96 (256 values and 512 for types with blocks of 256), a context of 256, and a vocabulary of <unk>, <s>, </s>, the
/// 256 bytes and 41 words.
struct TinyModel {
    TensorType type = TensorType::F32;  // of the matrices
    uint32_t headCount = 4;
    uint32_t headCountKv = 2;
    bool tied = true;
    std::string missingTensor = {};    // left out
    std::string notFiniteTensor = {};  // its first value is NaN (F32 only)
    std::string extraTensor = {};      // added, of one value
    bool chatTemplate = false;

    static constexpr uint32_t kVocabulary = 300;
    GgufBuilder build() const;
};

/// The vocabulary of TinyModel: <unk>, <s>, </s>, the 256 bytes and 41 words.
void addTinyVocabulary(GgufBuilder& file);

}  // namespace monochord::test
