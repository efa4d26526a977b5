// The steps of a mixture of experts: every token is computed by a few of many feed-forward networks.
// Source: Shazeer et al. 2017; Jiang et al. 2024 (Mixtral); the shared expert: Qwen2MoE of Hugging Face's transformers.
#include <algorithm>
#include <cstring>

#include "model/pass.h"

namespace monochord {

Result<void> Pass::takeExpertBuffers(size_t batch) {
    const HyperParameters& p = *m_parameters;
    const Checked n(batch), slots = n * Checked(p.expertUsedCount);
    Result<void> result;
    takeInto(m_router, n * Checked(p.expertCount), result);
    takeInto(m_sharedGate, n, result);
    takeInto(m_chosen, slots, result);
    takeInto(m_expertRow, slots, result);
    takeInto(m_sorted, slots * Checked(p.embeddingLength), result);
    takeInto(m_expertOut, slots * Checked(p.embeddingLength), result);
    m_expertBegin.resize(p.expertCount + 1);
    m_products.reserve(2 * size_t{p.expertCount});
    return result;
}

void Pass::feedForward(const LayerWeights& w, Nonlinearity f) {
    if (!w.ffnGateInp) return feedForwardOf(w, f);
    route(w);
    sortByExpert();
    computeExperts(w, f);
    const bool shared = static_cast<bool>(w.ffnUp.matrix);
    if (shared) feedForwardOf(w, f);
    addExperts(shared);
}

void Pass::route(const LayerWeights& w) {
    const HyperParameters& p = *m_parameters;
    const Product products[] = {{w.ffnGateInp, m_router.data()}, {w.ffnGateInpShexp, m_sharedGate.data()}};
    multiply(hidden(), m_count, p.embeddingLength, std::span(products).first(w.ffnGateInpShexp ? 2 : 1));
    forRows(m_count, [&](size_t t) {
        const float* logits = m_router.data() + t * p.expertCount;
        check(m_kernels->allFinite(logits, p.expertCount));
        chooseExperts(logits, p.expertCount, p.expertUsedCount, p.expertWeightsNorm,
                      m_chosen.data() + t * p.expertUsedCount);
    });
}

/// A row of input for each token and expert, those of an expert one after the other.
void Pass::sortByExpert() {
    const size_t used = m_parameters->expertUsedCount, slots = m_count * used, n = m_parameters->embeddingLength;
    std::ranges::fill(m_expertBegin, 0u);
    for (size_t s = 0; s < slots; s++) m_expertBegin[m_chosen[s].expert + 1]++;
    for (size_t e = 1; e < m_expertBegin.size(); e++) m_expertBegin[e] += m_expertBegin[e - 1];
    for (size_t s = 0; s < slots; s++) m_expertRow[s] = m_expertBegin[m_chosen[s].expert]++;
    for (size_t e = m_expertBegin.size() - 1; e > 0; e--) m_expertBegin[e] = m_expertBegin[e - 1];
    m_expertBegin[0] = 0;
    forRows(slots, [&](size_t s) {
        std::memcpy(m_sorted.data() + m_expertRow[s] * n, hidden() + s / used * n, n * sizeof(float));
    });
}

void Pass::computeExperts(const LayerWeights& w, Nonlinearity f) {
    const HyperParameters& p = *m_parameters;
    const size_t n = p.embeddingLength, width = p.expertFeedForwardLength, slots = m_count * p.expertUsedCount;
    const auto each = [&](auto&& add) {
        m_products.clear();
        for (size_t e = 0; e < p.expertCount; e++)
            if (const size_t first = m_expertBegin[e], count = m_expertBegin[e + 1] - first; count != 0)
                add(e, first, count);
    };
    each([&](size_t e, size_t first, size_t count) {
        m_products.push_back({w.ffnGateExps.part(e * width, width), m_gate.data() + first * width, {}, first, count});
        m_products.push_back({w.ffnUpExps.part(e * width, width), m_up.data() + first * width, {}, first, count});
    });
    multiply(m_sorted.data(), slots, n, m_products);
    forRows(slots, [&](size_t s) {
        m_kernels->activate(f, m_gate.data() + s * width, m_up.data() + s * width, width, m_up.data() + s * width);
    });
    each([&](size_t e, size_t first, size_t count) {
        m_products.push_back({w.ffnDownExps.part(e * n, n), m_expertOut.data() + first * n, {}, first, count});
    });
    multiply(m_up.data(), slots, width, m_products);
}

/// hidden = the experts' outputs times their weights, added in ascending order; the shared one, which hidden holds,
/// comes last.
void Pass::addExperts(bool shared) {
    const size_t n = m_parameters->embeddingLength, used = m_parameters->expertUsedCount;
    forRows(m_count, [&](size_t t) {
        float* out = hidden() + t * n;
        float* sum = m_expertOut.data() + m_expertRow[t * used] * n;
        for (size_t i = 0; i < used; i++) {
            const float* y = m_expertOut.data() + m_expertRow[t * used + i] * n;
            const float weight = m_chosen[t * used + i].weight;
            for (size_t d = 0; d < n; d++) sum[d] = i == 0 ? weight * y[d] : sum[d] + weight * y[d];
        }
        const float weight = shared ? logistic(m_sharedGate[t]) : 0;
        for (size_t d = 0; d < n; d++) out[d] = shared ? sum[d] + weight * out[d] : sum[d];
    });
}

}  // namespace monochord
