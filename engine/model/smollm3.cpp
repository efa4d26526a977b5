// SmolLM3: the llama block; every fourth layer leaves its heads unturned (NoPE).
// Source: Yang et al. 2025 (RNoPE); no_rope_layer_interval of SmolLM3Config of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

constexpr size_t kInterval = 4;  // the format stores none

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    return find.gatedLayer();
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    const bool turned = (index + 1) % kInterval != 0;
    sequentialBlocks(w, index, {.attention = {.rotation = turned ? Rotation::Usual : Rotation::None}}, pass);
}

}  // namespace

const Architecture kSmolLm3 = {.name = "smollm3", .rotary = Rotary::Neighbours, .findLayer = findLayer, .layer = layer};

}  // namespace monochord
