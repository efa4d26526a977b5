// The llama family: pre-norm blocks of grouped-query attention and SwiGLU, RMSNorm, rotary positions, head tied or not.
// Mistral is the same (its converter drops the sliding window, and so it attends to everything), and so is Mixtral,
// with experts in place of the feed-forward. Source: Touvron et al. 2023; Jiang et al. 2023, 2024; tensor names of
// GGUF.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters& p, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Optional, Bias::Optional);
    w.ffnNorm = find.norm("ffn_norm");
    p.expertCount != 0 ? find.experts(w) : find.gatedFeedForward(w, Bias::Optional);
    return w;
}

}  // namespace

const Architecture kLlama = {
    .name = "llama", .rotary = Rotary::Neighbours, .experts = Experts::Sometimes, .findLayer = findLayer};

}  // namespace monochord
