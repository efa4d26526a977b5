#pragma once

#include <memory>

#include "gguf/gguf_file.h"
#include "model/architecture.h"
#include "model/hyper_parameters.h"
#include "model/read_ahead.h"
#include "model/rope.h"
#include "model/weights.h"
#include "monochord/model.h"
#include "quant/tensor_loader.h"

namespace monochord {

/// What a Model owns; later members view into earlier ones.
struct Model::Parts {
    std::unique_ptr<GgufFile> file;
    std::unique_ptr<TensorLoader> loader;
    const Architecture* architecture = nullptr;
    HyperParameters parameters;
    Weights weights;
    std::unique_ptr<Ropes> ropes;
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<ChatTemplate> chatTemplate;
    ModelInfo info;
    std::unique_ptr<ReadAhead> reading;
};

}  // namespace monochord
