// Phi-3 and Phi-4: the llama block with q, k and v in one matrix and gate and up in another, rotary pairs in halves
// over a part of each head, LongRoPE (factors of the frequencies for sequences within the original context and for
// longer ones), and a window over every layer where the file names one. Source: Abdin et al. 2024 (Phi-3); Ding et al.
// 2024 (LongRoPE); Phi3Config of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

void readParameters(ParameterReader& read, HyperParameters& p) {
    read.number("attention.sliding_window", p.slidingWindow, 0, 1u << 30, 0);
}

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w);
    w.ffnNorm = find.norm("ffn_norm");
    find.fusedFeedForward(w);
    return w;
}

void layer(const HyperParameters& p, const LayerWeights& w, size_t index, Pass& pass) {
    sequentialBlocks(w, index, {.attention = {.window = p.slidingWindow}}, pass);
}

}  // namespace

const Architecture kPhi3 = {.name = "phi3", .readParameters = readParameters, .findLayer = findLayer, .layer = layer};

}  // namespace monochord
