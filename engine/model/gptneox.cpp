// GPT-NeoX and Pythia: LayerNorm with bias, exact GELU without a gate, biases everywhere, rotary pairs in halves over a
// part of each head. Attention and feed-forward read the same stream through norms of their own
// (use_parallel_residual), or one after the other. The converter lays the rows of q, k and v one after the other.
// Source: Black et al. 2022; GPTNeoXConfig of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

void readParameters(ParameterReader& read, HyperParameters& p) {
    p.parallelResidual = true;
    read.flag("use_parallel_residual", p.parallelResidual);
}

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Required, Bias::Required);
    w.ffnNorm = find.norm("ffn_norm");
    find.feedForward(w, Bias::Required);
    return w;
}

void layer(const HyperParameters& p, const LayerWeights& w, size_t index, Pass& pass) {
    const Block block{.nonlinearity = Nonlinearity::GeluErf};
    p.parallelResidual ? parallelBlocks(w, index, block, pass) : sequentialBlocks(w, index, block, pass);
}

}  // namespace

const Architecture kGptNeoX = {.name = "gptneox",
                               .layerNorm = true,
                               .normBias = Bias::Required,
                               .readParameters = readParameters,
                               .findLayer = findLayer,
                               .layer = layer};

}  // namespace monochord
