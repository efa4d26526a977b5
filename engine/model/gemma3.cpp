// Gemma 3: scaled embeddings, norms before and behind the blocks, an RMSNorm over each head of q and k, GELU in its
// tanh form with a gate. Of six layers five see a window and turn by a base of their own, and one sees everything; the
// format stores neither the pattern nor the scale of q · k, which only the 27B computes from another head size. Norm
// weights have their 1 added by the converter.
// Source: Gemma Team 2025 (Gemma 3); sliding_window_pattern, rope_local_base_freq, query_pre_attn_scalar of
// Gemma3TextConfig of Hugging Face's transformers.
#include <cmath>

#include "model/architecture.h"

namespace monochord {

namespace {

constexpr size_t kPattern = 6;
constexpr uint32_t kLayers27B = 62;

void readParameters(ParameterReader& read, HyperParameters& p) {
    p.embeddingScale = std::sqrt(static_cast<float>(p.embeddingLength));
    if (p.blockCount == kLayers27B)
        p.attentionScale = 1 / std::sqrt(static_cast<float>(p.embeddingLength) / static_cast<float>(p.headCount));
    p.ropeFreqBaseSwa = 10000;
    read.real("rope.freq_base_swa", p.ropeFreqBaseSwa, 1, 1e12f);
    read.number("attention.sliding_window", p.slidingWindow, 1, 1u << 30);
    read.real("attn_logit_softcapping", p.attnLogitSoftcap, 0x1p-10f, 0x1p20f);
    read.real("final_logit_softcapping", p.finalLogitSoftcap, 0x1p-10f, 0x1p20f);
}

LayerWeights findLayer(const HyperParameters& p, LayerFinder& find) {
    LayerWeights w = find.gatedLayer();
    find.qkNorms(w, p.keyLength, p.keyLength);
    w.postAttentionNorm = find.norm("post_attention_norm");
    w.postFfwNorm = find.norm("post_ffw_norm");
    return w;
}

void layer(const HyperParameters& p, const LayerWeights& w, size_t index, Pass& pass) {
    const bool windowed = (index + 1) % kPattern != 0;
    const AttentionStyle style =
        windowed ? AttentionStyle{.rotation = Rotation::Windowed, .window = p.slidingWindow} : AttentionStyle{};
    sequentialBlocks(w, index, {.attention = style, .nonlinearity = Nonlinearity::GeluTanh}, pass);
}

}  // namespace

const Architecture kGemma3 = {
    .name = "gemma3", .readParameters = readParameters, .findLayer = findLayer, .layer = layer};

}  // namespace monochord
