// Phi-1, Phi-1.5 and Phi-2: LayerNorm, one input for attention and feed-forward, GELU in its tanh form without a gate,
// biases everywhere, rotary pairs in halves over a part of each head.
// Source: Li et al. 2023 (Textbooks Are All You Need II); PhiConfig of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Required, Bias::Required);
    find.feedForward(w, Bias::Required);
    return w;
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    parallelBlocks(w, index, {.nonlinearity = Nonlinearity::GeluTanh}, pass);
}

}  // namespace

const Architecture kPhi2 = {.name = "phi2",
                            .layerNorm = true,
                            .normBias = Bias::Required,
                            .outputBias = Bias::Required,
                            .findLayer = findLayer,
                            .layer = layer};

}  // namespace monochord
