// Gemma: the llama block with scaled embeddings, GELU in its tanh form with a gate, and rotary pairs in halves; tied.
// Norm weights have their 1 added by the converter.
// Source: Gemma Team 2024; GemmaConfig of Hugging Face's transformers.
#include <cmath>

#include "model/architecture.h"

namespace monochord {

namespace {

void readParameters(ParameterReader&, HyperParameters& p) {
    p.embeddingScale = std::sqrt(static_cast<float>(p.embeddingLength));
}

LayerWeights findLayer(const HyperParameters&, LayerFinder& find) {
    return find.gatedLayer();
}

void layer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    sequentialBlocks(w, index, {.nonlinearity = Nonlinearity::GeluTanh}, pass);
}

}  // namespace

const Architecture kGemma = {.name = "gemma", .readParameters = readParameters, .findLayer = findLayer, .layer = layer};

}  // namespace monochord
