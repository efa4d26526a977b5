#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "gguf/gguf_file.h"

namespace monochord {

/// The mixtures of types that people know, named as llama-quantize names them.
enum class MixtureKind {
    F32,
    F16,
    BF16,
    Q8_0,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q2_K,
    Q3_K_S,
    Q3_K_M,
    Q3_K_L,
    Q4_K_S,
    Q4_K_M,
    Q5_K_S,
    Q5_K_M,
    Q6_K,
    IQ4_NL,
    IQ4_XS
};
struct Mixture {
    MixtureKind kind;
    std::string_view name;
    uint32_t fileType;  // general.file_type
    TensorType type;    // of most tensors
};
/// The mixture of a name, in capitals or not; Q3_K, Q4_K and Q5_K stand for their M. nullptr: there is none.
const Mixture* mixtureNamed(std::string_view name);

/// A tensor and the type that it shall have.
struct TensorChoice {
    const TensorInfo* tensor = nullptr;
    TensorType type = TensorType::F32;
    bool otherType = false;  // its rows do not divide into the blocks that were meant for it
};

/// The choices for all tensors of a model, in the order in which llama-quantize writes them: those of no layer first,
/// then layer by layer, by name. They depend on names, shapes and a few hyper-parameters. Errors: Corrupt
/// (hyper-parameters). Source: llama.cpp, src/llama-quant.cpp, as of 2026.
Result<std::vector<TensorChoice>> chooseTypes(const GgufFile& model, const Mixture& mixture);

/// The same for a model that is no file yet.
struct MixtureFacts {
    std::string_view architecture;
    int64_t layers = 0, heads = 0, headsKv = 0, experts = 0;
};
std::vector<TensorChoice> chooseTypes(std::span<const TensorInfo> tensors, const MixtureFacts& facts,
                                      const Mixture& mixture);

}  // namespace monochord
