// OLMo 2: no norms before the blocks but behind them, and an RMSNorm over all heads of q and of k together.
// Source: Team OLMo 2024 (2 OLMo 2 Furious); Olmo2Config of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters& p, LayerFinder& find) {
    LayerWeights w;
    find.attention(w);
    find.qkNorms(w, uint64_t{p.headCount} * p.keyLength, uint64_t{p.headCountKv} * p.keyLength);
    w.postAttentionNorm = find.norm("post_attention_norm");
    find.gatedFeedForward(w);
    w.postFfwNorm = find.norm("post_ffw_norm");
    return w;
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    sequentialBlocks(w, index, {.attention = {.jointQkNorm = true}}, pass);
}

}  // namespace

const Architecture kOlmo2 = {.name = "olmo2", .findLayer = findLayer, .layer = layer};

}  // namespace monochord
