// Qwen3 and its mixture of experts: the llama block with an RMSNorm over each head of q and k before they are turned,
// and rotary pairs in halves. The weights of the chosen experts add up to 1 (norm_topk_prob).
// Source: Yang et al. 2025 (Qwen3 technical report); Qwen3Config, Qwen3MoeConfig of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters& p, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w);
    find.qkNorms(w, p.keyLength, p.keyLength);
    w.ffnNorm = find.norm("ffn_norm");
    p.expertCount != 0 ? find.experts(w) : find.gatedFeedForward(w);
    return w;
}

}  // namespace

const Architecture kQwen3 = {.name = "qwen3", .findLayer = findLayer};
const Architecture kQwen3Moe = {.name = "qwen3moe", .experts = Experts::Always, .findLayer = findLayer};

}  // namespace monochord
