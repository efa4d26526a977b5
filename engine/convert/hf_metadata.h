#pragma once

#include <string>
#include <vector>

#include "convert/hf_architecture.h"

namespace monochord {

/// A tensor that the file has and the checkpoint has not: [count] f32.
struct ComputedTensor {
    std::string name;
    std::vector<float> values;
};

/// The hyper-parameters of a checkpoint as GGUF keys, and what else follows from config.json.
struct HfModel {
    const HfArchitecture* architecture = nullptr;
    HfShape shape;
    bool tied = false;                     ///< the head is the embedding, whatever else the checkpoint holds
    std::vector<ComputedTensor> computed;  ///< factors of the rotary frequencies
};

/// Writes `general.architecture` and the keys of the architecture to `out`.
/// Errors: Unsupported (the architecture, or what the format or the engine has no place for), Corrupt (config.json).
Result<HfModel> describeModel(HfConfig& config, GgufMetadata& out);

}  // namespace monochord
