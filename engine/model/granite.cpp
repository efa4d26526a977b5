// Granite: the llama block with four multipliers: of the embedding, of q · k, of what a block adds, and a divisor of
// the logits. Source: Granite team 2024 (Granite 3.0); embedding_multiplier, attention_multiplier, residual_multiplier
// and logits_scaling of GraniteConfig of Hugging Face's transformers.
#include "model/architecture.h"

namespace monochord {

namespace {

void readParameters(ParameterReader& read, HyperParameters& p) {
    float divisor = 1;
    read.real("embedding_scale", p.embeddingScale, 0x1p-20f, 0x1p20f);
    read.real("attention.scale", p.attentionScale, 0x1p-20f, 0x1p20f);
    read.real("residual_scale", p.residualScale, 0x1p-20f, 0x1p20f);
    read.real("logit_scale", divisor, 0x1p-20f, 0x1p20f);
    p.logitScale = 1 / divisor;
}

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w;
    w.attnNorm = find.norm("attn_norm");
    find.attention(w, Bias::Optional, Bias::Optional);
    w.ffnNorm = find.norm("ffn_norm");
    find.gatedFeedForward(w, Bias::Optional);
    return w;
}

}  // namespace

const Architecture kGranite = {
    .name = "granite", .rotary = Rotary::Neighbours, .readParameters = readParameters, .findLayer = findLayer};

}  // namespace monochord
