// Qwen2: the llama block with biases on q, k and v, and rotary pairs in halves.
// Source: Yang et al. 2024 (Qwen2 technical report); Qwen2Config of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    return find.gatedLayer(Bias::Required);
}

}  // namespace

const Architecture kQwen2 = {.name = "qwen2", .findLayer = findLayer};

}  // namespace monochord
