#include "model/architecture.h"

namespace monochord {

namespace {

constexpr const Architecture* kArchitectures[] = {
#define MONOCHORD_ARCHITECTURE(name) &name,
#include "model/architectures.inl"
#undef MONOCHORD_ARCHITECTURE
};

}  // namespace

const Architecture* findArchitecture(std::string_view name) {
    for (const Architecture* architecture : kArchitectures)
        if (architecture->name == name) return architecture;
    return nullptr;
}

std::span<const Architecture* const> architectures() {
    return kArchitectures;
}

Weights findWeights(const Architecture& architecture, const HyperParameters& p, uint64_t vocabulary,
                    WeightFinder& find) {
    Weights w;
    w.tokenEmbd = find.table("token_embd.weight", vocabulary, p.embeddingLength);
    if (architecture.rotary == Rotary::None)
        w.positionEmbd = find.table("position_embd.weight", p.contextLength, p.embeddingLength);
    w.outputNorm = find.norm("output_norm", p.embeddingLength, architecture.normBias);
    w.output.matrix = find.optionalMatrix("output.weight", vocabulary, p.embeddingLength);
    if (!w.output.matrix) w.output.matrix = find.matrix("token_embd.weight", vocabulary, p.embeddingLength);
    w.output.bias = find.bias("output.bias", vocabulary, architecture.outputBias);
    const uint64_t pairs = p.ropeDimensionCount / 2;
    if (pairs != 0) {
        w.ropeFreqs = find.optionalVector("rope_freqs.weight", pairs);
        if (find.has("rope_factors_short.weight") || find.has("rope_factors_long.weight")) {
            w.ropeFactorsShort = find.vector("rope_factors_short.weight", pairs);
            w.ropeFactorsLong = find.vector("rope_factors_long.weight", pairs);
        }
    }
    for (size_t i = 0; i < p.blockCount && !find.givenUp(); i++) {
        LayerFinder layer(p, i, architecture.normBias, find);
        w.layers.push_back(architecture.findLayer(p, layer));
    }
    return w;
}

}  // namespace monochord
