#include "model/layer_finder.h"

#include <fmt/format.h>

namespace monochord {

LayerFinder::LayerFinder(const HyperParameters& p, size_t index, Bias normBias, WeightFinder& find)
    : m_p(p), m_index(index), m_normBias(normBias), m_find(find) {}

std::string LayerFinder::name(const char* tensor) const {
    return fmt::format("blk.{}.{}", m_index, tensor);
}

Norm LayerFinder::norm(const char* tensor) {
    return m_find.norm(name(tensor), m_p.embeddingLength, m_normBias);
}

void LayerFinder::attention(LayerWeights& w, Bias qkvBias, Bias outputBias) {
    const uint64_t n = m_p.embeddingLength, q = uint64_t{m_p.headCount} * m_p.keyLength,
                   k = uint64_t{m_p.headCountKv} * m_p.keyLength, v = uint64_t{m_p.headCountKv} * m_p.valueLength;
    if (has("attn_qkv.weight")) {
        const Linear all = m_find.linear(name("attn_qkv"), q + k + v, n, qkvBias);
        const auto part = [&](uint64_t first, uint64_t count) {
            return Linear{all.matrix.part(first, count), all.bias.empty() ? Vector() : all.bias.subspan(first, count)};
        };
        w.attnQ = part(0, q);
        w.attnK = part(q, k);
        w.attnV = part(q + k, v);
    } else {
        w.attnQ = m_find.linear(name("attn_q"), q, n, qkvBias);
        w.attnK = m_find.linear(name("attn_k"), k, n, qkvBias);
        w.attnV = m_find.linear(name("attn_v"), v, n, qkvBias);
    }
    w.attnOutput = m_find.linear(name("attn_output"), n, uint64_t{m_p.headCount} * m_p.valueLength, outputBias);
}

void LayerFinder::qkNorms(LayerWeights& w, uint64_t q, uint64_t k) {
    w.attnQNorm = m_find.norm(name("attn_q_norm"), q, Bias::None);
    w.attnKNorm = m_find.norm(name("attn_k_norm"), k, Bias::None);
}

LayerWeights LayerFinder::gatedLayer(Bias qkv) {
    LayerWeights w;
    w.attnNorm = norm("attn_norm");
    attention(w, qkv);
    w.ffnNorm = norm("ffn_norm");
    gatedFeedForward(w);
    return w;
}

void LayerFinder::feedForward(LayerWeights& w, Bias bias) {
    w.ffnUp = m_find.linear(name("ffn_up"), m_p.feedForwardLength, m_p.embeddingLength, bias);
    w.ffnDown = m_find.linear(name("ffn_down"), m_p.embeddingLength, m_p.feedForwardLength, bias);
}

void LayerFinder::gatedFeedForward(LayerWeights& w, Bias bias) {
    w.ffnGate = m_find.linear(name("ffn_gate"), m_p.feedForwardLength, m_p.embeddingLength, bias);
    feedForward(w, bias);
}

void LayerFinder::fusedFeedForward(LayerWeights& w) {
    const uint64_t n = m_p.embeddingLength, f = m_p.feedForwardLength;
    const Matrix both = m_find.matrix(name("ffn_up.weight"), 2 * f, n);
    w.ffnGate.matrix = both.part(0, f);
    w.ffnUp.matrix = both.part(f, f);
    w.ffnDown.matrix = m_find.matrix(name("ffn_down.weight"), n, f);
}

void LayerFinder::experts(LayerWeights& w) {
    const uint64_t n = m_p.embeddingLength, f = m_p.expertFeedForwardLength, shared = m_p.expertSharedFeedForwardLength,
                   count = m_p.expertCount;
    w.ffnGateInp = m_find.matrix(name("ffn_gate_inp.weight"), count, n);
    w.ffnGateExps = m_find.matrix(name("ffn_gate_exps.weight"), count * f, n);
    w.ffnUpExps = m_find.matrix(name("ffn_up_exps.weight"), count * f, n);
    w.ffnDownExps = m_find.matrix(name("ffn_down_exps.weight"), count * n, f);
    if (shared == 0) return;
    w.ffnGateInpShexp = m_find.matrix(name("ffn_gate_inp_shexp.weight"), 1, n);
    w.ffnGate.matrix = m_find.matrix(name("ffn_gate_shexp.weight"), shared, n);
    w.ffnUp.matrix = m_find.matrix(name("ffn_up_shexp.weight"), shared, n);
    w.ffnDown.matrix = m_find.matrix(name("ffn_down_shexp.weight"), n, shared);
}

}  // namespace monochord
