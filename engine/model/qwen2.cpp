// Qwen2: the llama block with biases on q, k and v, and rotary pairs in halves.
// Source: Yang et al. 2024 (Qwen2 technical report); Qwen2Config of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Required);
    w.ffnNorm = find.norm("ffn_norm");
    find.gatedFeedForward(w);
    return w;
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    sequentialBlocks(w, index, {}, pass);
}

}  // namespace

const Architecture kQwen2 = {.name = "qwen2", .findLayer = findLayer, .layer = layer};

}  // namespace monochord
