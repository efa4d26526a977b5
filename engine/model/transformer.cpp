#include "model/transformer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "quant/tensor_loader.h"

namespace monochord {

Result<Transformer> Transformer::create(const Model::Parts& parts, const Kernels& kernels, const KvCache& cache,
                                        size_t batch) {
    auto pass = Pass::create(parts.parameters, cache, batch);
    if (!pass) return tl::unexpected(pass.error());
    Transformer transformer(parts, kernels, std::move(*pass));
    auto logits = AlignedBuffer<float>::create(Checked(std::min(batch, kHeadRows)) *
                                               Checked(parts.weights.output.matrix.rows.count));
    if (!logits) return tl::unexpected(logits.error());
    transformer.m_logits = std::move(*logits);
    return transformer;
}

Result<void> Transformer::checkStep(const char* where, size_t number, size_t first, size_t count) const {
    if (m_pass.stopped()) return fail(ErrorCode::Cancelled, "stopped");
    if (m_parts->file->damaged())
        return fail(ErrorCode::FileChanged, "the model file shrank or could not be read while it was in use");
    if (!m_pass.notFinite()) return {};
    return fail(ErrorCode::NotFinite, fmt::format("NaN or infinity appeared in {} {} at positions {} to {}", where,
                                                  number, first, first + count - 1));
}

/// residual = embedding · embeddingScale, and the position's row where positions are learned. hidden is scratch.
Result<void> Transformer::embed(std::span<const TokenId> tokens, size_t first) {
    const size_t n = m_parts->parameters.embeddingLength;
    const float scale = m_parts->parameters.embeddingScale;
    const Weights& w = m_parts->weights;
    for (size_t t = 0; t < tokens.size(); t++) {
        const std::span<float> row{m_pass.residual() + t * n, n}, position{m_pass.hidden() + t * n, n};
        auto loaded = m_parts->loader->loadRows(*w.tokenEmbd, static_cast<uint64_t>(tokens[t]), row);
        if (!loaded) return loaded;
        if (scale != 1)
            for (float& x : row) x *= scale;
        if (!w.positionEmbd) continue;
        loaded = m_parts->loader->loadRows(*w.positionEmbd, first + t, position);
        if (!loaded) return loaded;
        m_kernels->add(row.data(), position.data(), n);
    }
    return {};
}

bool Transformer::finishLogits(std::span<float> logits) const {
    const HyperParameters& p = m_parts->parameters;
    if (p.logitScale != 1)
        for (float& x : logits) x *= p.logitScale;
    if (!m_kernels->allFinite(logits.data(), logits.size())) return false;  // a soft cap would hide infinity
    if (p.finalLogitSoftcap != 0) m_kernels->softCap(logits.data(), p.finalLogitSoftcap, logits.size());
    return true;
}

Result<void> Transformer::head(std::span<const size_t> wanted, size_t first, const LogitsSink& sink) {
    const size_t vocabulary = m_parts->weights.output.matrix.rows.count;
    while (!wanted.empty()) {
        const auto some = wanted.first(std::min({wanted.size(), kHeadRows, m_logits.size() / vocabulary}));
        wanted = wanted.subspan(some.size());
        m_pass.normalizeRows(m_parts->weights.outputNorm, some);
        m_pass.project(m_parts->weights.output, some.size(), m_logits.data());
        const bool finite = finishLogits({m_logits.data(), some.size() * vocabulary});
        if (auto ok = checkStep("layer", m_parts->parameters.blockCount, first + some.front(),
                                some.back() - some.front() + 1);
            !ok)
            return ok;
        if (!finite)
            return fail(
                ErrorCode::NotFinite,
                fmt::format("NaN or infinity appeared in the logits at position {} or after it", first + some.front()));
        for (size_t i = 0; i < some.size(); i++) sink(some[i], {m_logits.data() + i * vocabulary, vocabulary});
    }
    return {};
}

Result<void> Transformer::forward(std::span<const TokenId> tokens, std::span<const size_t> wanted, KvCache& cache,
                                  ThreadTeam& team, const std::stop_token& stop, const LogitsSink& sink,
                                  const LayerSink& layerDone) {
    Result<void> done;
    team.together([&] { done = pass(tokens, wanted, cache, team, stop, sink, layerDone); });
    return done;
}

Result<void> Transformer::pass(std::span<const TokenId> tokens, std::span<const size_t> wanted, KvCache& cache,
                               ThreadTeam& team, const std::stop_token& stop, const LogitsSink& sink,
                               const LayerSink& layerDone) {
    const size_t first = cache.length();
    const Ropes& ropes = *m_parts->ropes;
    m_pass.begin(*m_kernels, team, cache, m_extended && ropes.extended ? *ropes.extended : ropes.usual,
                 ropes.windowed ? &*ropes.windowed : nullptr, first, tokens.size(), stop);
    if (auto embedded = embed(tokens, first); !embedded) return embedded;
    for (size_t i = 0; i < m_parts->weights.layers.size(); i++) {
        m_parts->architecture->layer(m_parts->parameters, m_parts->weights.layers[i], i, m_pass);
        if (auto ok = checkStep("layer", i, first, tokens.size()); !ok) return ok;
        if (layerDone) layerDone(i + 1, m_parts->weights.layers.size());
    }
    if (auto computed = head(wanted, first, sink); !computed) return computed;
    cache.append(static_cast<uint32_t>(tokens.size()));
    return {};
}

}  // namespace monochord
