// Gemma 2: scaled embeddings, norms before and behind the blocks, GELU in its tanh form with a gate, soft caps on
// scores and logits; layers 0, 2, 4 … see a window. The format stores no scale of q · k, which only the 27B computes
// from another head size. Norm weights have their 1 added by the converter. Source: Gemma Team 2024 (Gemma 2);
// attn_logit_softcapping, final_logit_softcapping, query_pre_attn_scalar of Gemma2Config of Hugging Face's
// transformers, whose defaults stand here.
#include <cmath>

#include "model/architecture.h"

namespace monochord {

namespace {

constexpr uint32_t kLayers27B = 46, kUsualWindow = 4096;

void readParameters(ParameterReader& read, HyperParameters& p) {
    p.embeddingScale = std::sqrt(static_cast<float>(p.embeddingLength));
    if (p.blockCount == kLayers27B)
        p.attentionScale = 1 / std::sqrt(static_cast<float>(p.embeddingLength) / static_cast<float>(p.headCount));
    p.attnLogitSoftcap = 50;
    p.finalLogitSoftcap = 30;
    read.real("attn_logit_softcapping", p.attnLogitSoftcap, 0x1p-10f, 0x1p20f);
    read.real("final_logit_softcapping", p.finalLogitSoftcap, 0x1p-10f, 0x1p20f);
    read.number("attention.sliding_window", p.slidingWindow, 1, 1u << 30, kUsualWindow);
}

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    LayerWeights w = find.gatedLayer();
    w.postAttentionNorm = find.norm("post_attention_norm");
    w.postFfwNorm = find.norm("post_ffw_norm");
    return w;
}

void layer(const HyperParameters& p, const LayerWeights& w, size_t index, Pass& pass) {
    sequentialBlocks(
        w, index,
        {.attention = {.window = index % 2 == 0 ? p.slidingWindow : 0}, .nonlinearity = Nonlinearity::GeluTanh}, pass);
}

}  // namespace

const Architecture kGemma2 = {
    .name = "gemma2", .readParameters = readParameters, .findLayer = findLayer, .layer = layer};

}  // namespace monochord
