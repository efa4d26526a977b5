#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gguf/tensor_type.h"
#include "support/gguf_builder.h"

namespace monochord::test {

/// A model of any architecture of the table, with the tensors that the architecture itself asks for. Values are a hash
/// of name and index, the same on every machine, so that a reference elsewhere can compute them once and for all.
struct TinyArchitecture {
    std::string name;                       // general.architecture
    TensorType type = TensorType::F32;      // of the matrices
    uint32_t blockCount = 6;                // six: where a pattern of layers comes to its end
    bool experts = false;                   // 8, of which 3 compute
    bool optionalTensors = false;           // own head, optional biases and rotary factors
    std::vector<std::string> present = {};  // endings of tensors that only some models have
    std::function<void(GgufBuilder&, const std::string& prefix)> keys = {};  // more keys
    std::string missingTensor = {};                                          // left out
    std::string notFiniteTensor = {};                                        // its values are NaN (F32 only)
    std::string oddKey = {};  // has `oddValue` instead, the bits of a number of its type
    uint32_t oddValue = 0;

    static constexpr uint32_t kVocabulary = 300;
    GgufBuilder build() const;
    std::vector<std::string> tensorNames() const;
};

/// A tiny model and what it is called in tests/data/architectures.json.
struct TinyCase {
    std::string title;
    TinyArchitecture model;
};
/// Every architecture of the table as it usually is, with optional tensors, and with experts where it has them, and
/// then what else architectures can be.
std::vector<TinyCase> tinyCases();

}  // namespace monochord::test
