// The llama family: pre-norm blocks of grouped-query attention and SwiGLU, RMSNorm, rotary positions, head tied or not.
// Source: Touvron et al. 2023; tensor names of GGUF.
#include <fmt/format.h>

#include "model/architecture.h"

namespace monochord {

namespace {

LayerWeights findLayer(const HyperParameters& p, size_t index, WeightFinder& find) {
    const auto name = [&](const char* tensor) { return fmt::format("blk.{}.{}", index, tensor); };
    const uint64_t q = uint64_t{p.headCount} * p.keyLength, k = uint64_t{p.headCountKv} * p.keyLength,
                   v = uint64_t{p.headCountKv} * p.valueLength;
    LayerWeights w;
    w.attnNorm = find.vector(name("attn_norm.weight"), p.embeddingLength);
    w.attnQ = find.matrix(name("attn_q.weight"), q, p.embeddingLength);
    w.attnK = find.matrix(name("attn_k.weight"), k, p.embeddingLength);
    w.attnV = find.matrix(name("attn_v.weight"), v, p.embeddingLength);
    w.attnOutput = find.matrix(name("attn_output.weight"), p.embeddingLength, uint64_t{p.headCount} * p.valueLength);
    w.attnQBias = find.optionalVector(name("attn_q.bias"), q);
    w.attnKBias = find.optionalVector(name("attn_k.bias"), k);
    w.attnVBias = find.optionalVector(name("attn_v.bias"), v);
    w.attnOutputBias = find.optionalVector(name("attn_output.bias"), p.embeddingLength);
    w.ffnNorm = find.vector(name("ffn_norm.weight"), p.embeddingLength);
    w.ffnGate = find.matrix(name("ffn_gate.weight"), p.feedForwardLength, p.embeddingLength);
    w.ffnUp = find.matrix(name("ffn_up.weight"), p.feedForwardLength, p.embeddingLength);
    w.ffnDown = find.matrix(name("ffn_down.weight"), p.embeddingLength, p.feedForwardLength);
    return w;
}

Weights findWeights(const HyperParameters& p, uint64_t vocabulary, WeightFinder& find) {
    Weights w;
    w.tokenEmbd = find.table("token_embd.weight", vocabulary, p.embeddingLength);
    w.outputNorm = find.vector("output_norm.weight", p.embeddingLength);
    w.output = find.optionalMatrix("output.weight", vocabulary, p.embeddingLength);
    if (!w.output) w.output = find.matrix("token_embd.weight", vocabulary, p.embeddingLength);
    w.ropeFreqs = find.optionalVector("rope_freqs.weight", p.ropeDimensionCount / 2);
    for (size_t i = 0; i < p.blockCount; i++) {
        w.layers.push_back(findLayer(p, i, find));
        if (find.failed()) break;  // a file that claims more layers than it has is refused at the first missing one
    }
    return w;
}

void layer(const HyperParameters& p, const LayerWeights& w, size_t index, Pass& pass) {
    pass.normalize(w.attnNorm, p.layerNormRmsEpsilon);
    pass.projectQkv(w);
    pass.rotateAndRemember(index);
    pass.attend(index);
    pass.projectAttended(w.attnOutput, w.attnOutputBias);
    pass.addHidden();

    pass.normalize(w.ffnNorm, p.layerNormRmsEpsilon);
    pass.feedForward(w);
    pass.addHidden();
}

}  // namespace

const Architecture kLlama = {"llama", RopePairing::Neighbours, findWeights, layer};

}  // namespace monochord
