// GPT-2: learned positions, LayerNorm before both blocks, GELU in its tanh form without a gate, biases everywhere.
// Source: Radford et al. 2019; GPT2Config (gelu_new) of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Required, Bias::Required);
    w.ffnNorm = find.norm("ffn_norm");
    find.feedForward(w, Bias::Required);
    return w;
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    sequentialBlocks(w, index, {.attention = {.rotation = Rotation::None}, .nonlinearity = Nonlinearity::GeluTanh},
                     pass);
}

}  // namespace

const Architecture kGpt2 = {.name = "gpt2",
                            .rotary = Rotary::None,
                            .layerNorm = true,
                            .normBias = Bias::Required,
                            .findLayer = findLayer,
                            .layer = layer};

}  // namespace monochord
