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
    auto logits =
        AlignedBuffer<float>::create(Checked(std::min(batch, kHeadRows)) * Checked(parts.weights.output.rows.count));
    if (!logits) return tl::unexpected(logits.error());
    transformer.m_logits = std::move(*logits);
    return transformer;
}

Result<void> Transformer::checkStep(const char* where, size_t number, size_t first, size_t count) const {
    if (m_pass.stopped()) return fail(ErrorCode::Cancelled, "stopped");
    if (m_parts->file->file().damaged())
        return fail(ErrorCode::FileChanged, "the model file shrank or could not be read while it was in use");
    if (!m_pass.notFinite()) return {};
    return fail(ErrorCode::NotFinite, fmt::format("NaN or infinity appeared in {} {} at positions {} to {}", where,
                                                  number, first, first + count - 1));
}

Result<void> Transformer::embed(std::span<const TokenId> tokens) {
    const size_t n = m_parts->parameters.embeddingLength;
    for (size_t t = 0; t < tokens.size(); t++) {
        auto loaded = m_parts->loader->loadRows(*m_parts->weights.tokenEmbd, static_cast<uint64_t>(tokens[t]),
                                                {m_pass.residual() + t * n, n});
        if (!loaded) return loaded;
    }
    return {};
}

Result<void> Transformer::head(std::span<const size_t> wanted, size_t first, const LogitsSink& sink) {
    const size_t n = m_parts->parameters.embeddingLength, vocabulary = m_parts->weights.output.rows.count;
    while (!wanted.empty()) {
        const auto some = wanted.first(std::min({wanted.size(), kHeadRows, m_logits.size() / vocabulary}));
        wanted = wanted.subspan(some.size());
        for (size_t i = 0; i < some.size(); i++)
            m_kernels->rmsNorm(m_pass.residual() + some[i] * n, m_parts->weights.outputNorm.data(),
                               m_parts->parameters.layerNormRmsEpsilon, n, m_pass.hidden() + i * n);
        m_pass.project(m_parts->weights.output, some.size(), m_logits.data());
        const bool finite = m_kernels->allFinite(m_logits.data(), some.size() * vocabulary);
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
    const size_t first = cache.length();
    m_pass.begin(*m_kernels, team, cache, *m_parts->rope, first, tokens.size(), stop);
    if (auto embedded = embed(tokens); !embedded) return embedded;
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
