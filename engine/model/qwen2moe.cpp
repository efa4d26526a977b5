// Qwen1.5-MoE and Qwen2-MoE: Qwen2's attention; experts whose weights are the softmax over all of them (they do not add
// up to 1), and a shared expert that counts as much as the logistic function of its own gate.
// Source: Yang et al. 2024 (Qwen2 technical report); norm_topk_prob, shared_expert_intermediate_size of Qwen2MoeConfig
// of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

void readParameters(ParameterReader& read, HyperParameters& p) {
    p.expertWeightsNorm = false;
    read.flag("expert_weights_norm", p.expertWeightsNorm);
    read.number("expert_shared_feed_forward_length", p.expertSharedFeedForwardLength, 1, 1u << 24, p.feedForwardLength);
}

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Required);
    w.ffnNorm = find.norm("ffn_norm");
    find.experts(w);
    return w;
}

}  // namespace

const Architecture kQwen2Moe = {
    .name = "qwen2moe", .experts = Experts::Always, .readParameters = readParameters, .findLayer = findLayer};

}  // namespace monochord
