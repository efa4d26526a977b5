// Command R: LayerNorm without bias, one input for attention and feed-forward, SwiGLU, a multiplier of the logits; the
// head is tied. Command R+ has a norm for each head of q and k.
// Source: CohereConfig (logit_scale, use_qk_norm) and modeling_cohere of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

void readParameters(ParameterReader& read, HyperParameters& p) {
    read.real("logit_scale", p.logitScale, 0x1p-20f, 0x1p20f);
}

LayerWeights findLayer(const HyperParameters& p, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w);
    if (find.has("attn_q_norm.weight"))
        find.qkNorms(w, uint64_t{p.headCount} * p.keyLength, uint64_t{p.headCountKv} * p.keyLength);
    find.gatedFeedForward(w);
    return w;
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    parallelBlocks(w, index, {}, pass);
}

}  // namespace

const Architecture kCommandR = {.name = "command-r",
                                .rotary = Rotary::Neighbours,
                                .layerNorm = true,
                                .readParameters = readParameters,
                                .findLayer = findLayer,
                                .layer = layer};

}  // namespace monochord
