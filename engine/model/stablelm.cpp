// StableLM 2: LayerNorm, rotary pairs in halves over a quarter of each head, SwiGLU. The 12B has a norm without bias
// for each head of q and k and no ffn_norm: there both blocks read the same input. Source: Bellagente et al. 2024
// (Stable LM 2); StableLmConfig of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters& p, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Optional);
    if (find.has("attn_q_norm.weight"))
        find.qkNorms(w, uint64_t{p.headCount} * p.keyLength, uint64_t{p.headCountKv} * p.keyLength);
    if (!p.parallelResidual || find.has("ffn_norm.weight")) w.ffnNorm = find.norm("ffn_norm");
    find.gatedFeedForward(w);
    return w;
}

/// Files of the 3B may say "parallel" and have both norms, since their configuration left it out.
void readParameters(ParameterReader& read, HyperParameters& p) {
    p.parallelResidual = false;
    read.flag("use_parallel_residual", p.parallelResidual);
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    w.ffnNorm ? sequentialBlocks(w, index, {}, pass) : parallelBlocks(w, index, {}, pass);
}

}  // namespace

const Architecture kStableLm = {.name = "stablelm",
                                .layerNorm = true,
                                .normBias = Bias::Required,
                                .readParameters = readParameters,
                                .findLayer = findLayer,
                                .layer = layer};

}  // namespace monochord
