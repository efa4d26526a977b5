// StarCoder2: LayerNorm with bias before both blocks, GELU in its tanh form without a gate, biases everywhere, rotary
// pairs in halves. Its converter drops the sliding window, and so every layer attends to everything.
// Source: Lozhkov et al. 2024; Starcoder2Config (gelu_pytorch_tanh, use_bias) of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Optional, Bias::Optional);
    w.ffnNorm = find.norm("ffn_norm");
    find.feedForward(w, Bias::Optional);
    return w;
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    sequentialBlocks(w, index, {.nonlinearity = Nonlinearity::GeluTanh}, pass);
}

}  // namespace

const Architecture kStarCoder2 = {
    .name = "starcoder2", .layerNorm = true, .normBias = Bias::Required, .findLayer = findLayer, .layer = layer};

}  // namespace monochord
