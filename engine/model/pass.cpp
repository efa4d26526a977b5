#include "model/pass.h"

#include <algorithm>
#include <cstring>

namespace monochord {

namespace {

constexpr size_t kChunkProducts = size_t{1} << 30;  // multiplications a chunk at most: some 10 ms until a stop is seen

}  // namespace

Pass::Pass(Pass&& other) noexcept
    : m_parameters(other.m_parameters),
      m_valueStride(other.m_valueStride),
      m_residual(std::move(other.m_residual)),
      m_hidden(std::move(other.m_hidden)),
      m_q(std::move(other.m_q)),
      m_k(std::move(other.m_k)),
      m_v(std::move(other.m_v)),
      m_parts(std::move(other.m_parts)),
      m_partValues(std::move(other.m_partValues)),
      m_attended(std::move(other.m_attended)),
      m_gate(std::move(other.m_gate)),
      m_up(std::move(other.m_up)),
      m_angles{std::move(other.m_angles[0]), std::move(other.m_angles[1])},
      m_quantized(std::move(other.m_quantized)),
      m_router(std::move(other.m_router)),
      m_sharedGate(std::move(other.m_sharedGate)),
      m_chosen(std::move(other.m_chosen)),
      m_expertRow(std::move(other.m_expertRow)),
      m_sorted(std::move(other.m_sorted)),
      m_expertOut(std::move(other.m_expertOut)),
      m_expertBegin(std::move(other.m_expertBegin)),
      m_products(std::move(other.m_products)),
      m_stream(std::move(other.m_stream)) {}

Result<Pass> Pass::create(const HyperParameters& p, const KvCache& cache, size_t batch) {
    Pass pass;
    pass.m_parameters = &p;
    pass.m_valueStride = cache.valueStride();
    auto taken = pass.takeBuffers(cache, batch);
    if (taken && p.expertCount != 0) taken = pass.takeExpertBuffers(batch);
    if (!taken) return tl::unexpected(taken.error());
    return pass;
}

Result<void> Pass::takeBuffers(const KvCache& cache, size_t batch) {
    const HyperParameters& p = *m_parameters;
    const Checked n(batch), heads(p.headCount), headsKv(p.headCountKv);
    const size_t forward = std::max({p.feedForwardLength, p.expertSharedFeedForwardLength}),
                 experts = size_t{p.expertUsedCount} * p.expertFeedForwardLength,
                 longest = std::max({size_t{p.embeddingLength} * std::max(p.expertUsedCount, 1u),
                                     size_t{p.headCount} * p.valueLength, forward, experts});
    Result<void> result;
    const auto take = [&](auto& buffer, Checked count) { takeInto(buffer, count, result); };
    take(m_residual, n * Checked(p.embeddingLength));
    take(m_hidden, n * Checked(p.embeddingLength));
    take(m_q, n * heads * Checked(p.keyLength));
    take(m_k, n * headsKv * Checked(p.keyLength));
    take(m_v, n * headsKv * Checked(p.valueLength));
    const Checked parts = Checked((cache.capacity() + kSpan - 1) / kSpan) *
                          Checked(tiling(std::min(batch, kFewTokens)).count()) * Checked(kMostQueries);
    take(m_parts, parts);
    take(m_partValues, parts * Checked(cache.valueStride()));
    take(m_attended, n * heads * Checked(p.valueLength));
    take(m_gate, n * Checked(std::max(forward, experts)));
    take(m_up, n * Checked(std::max(forward, experts)));
    take(m_angles[0], n * Checked(p.ropeDimensionCount));
    take(m_angles[1], n * Checked(p.ropeFreqBaseSwa != 0 ? p.ropeDimensionCount : 0));
    auto quantized =
        ActivationBuffer::create(n * Checked(longest), n * Checked(std::max(p.expertUsedCount, 1u)), Checked(longest));
    if (!quantized) return tl::unexpected(quantized.error());
    m_quantized = std::move(*quantized);
    return result;
}

void Pass::begin(const Kernels& kernels, ThreadTeam& team, KvCache& cache, const Rope& usual, const Rope* windowed,
                 size_t first, size_t count, std::stop_token stop) {
    m_kernels = &kernels;
    m_team = &team;
    m_cache = &cache;
    m_ropes[0] = &usual;
    m_ropes[1] = windowed;
    m_first = first;
    m_count = count;
    m_stop = std::move(stop);
    m_notFinite = false;
    m_stream.begin(team);
    for (size_t i = 0; i < 2; i++)
        for (size_t t = 0; m_ropes[i] && t < count; t++)
            m_ropes[i]->angles(first + t, m_angles[i].data() + t * 2 * m_ropes[i]->pairs());
}

void Pass::norm(const Norm& norm, const float* x, float* out) const {
    const HyperParameters& p = *m_parameters;
    if (p.layerNorm)
        m_kernels->layerNorm(x, norm.weight.data(), norm.bias.empty() ? nullptr : norm.bias.data(), p.normEpsilon,
                             norm.weight.size(), out);
    else
        m_kernels->rmsNorm(x, norm.weight.data(), p.normEpsilon, norm.weight.size(), out);
}

void Pass::normalize(const Norm& weights) {
    const size_t n = m_parameters->embeddingLength;
    forRows(m_count, [&](size_t t) {
        if (weights)
            norm(weights, residual() + t * n, hidden() + t * n);
        else
            std::memcpy(hidden() + t * n, residual() + t * n, n * sizeof(float));
    });
}

void Pass::normalizeHidden(const Norm& weights) {
    const size_t n = m_parameters->embeddingLength;
    if (weights) forRows(m_count, [&](size_t t) { norm(weights, hidden() + t * n, hidden() + t * n); });
}

void Pass::normalizeRows(const Norm& weights, std::span<const size_t> rows) {
    const size_t n = m_parameters->embeddingLength;
    for (size_t i = 0; i < rows.size(); i++) norm(weights, residual() + rows[i] * n, hidden() + i * n);
}

void Pass::multiply(const float* x, size_t rows, size_t length, std::span<const Product> products) {
    bool quantized = false;
    size_t groups = 0, work = 0;  // multiplications
    for (const Product& p : products) {
        const size_t own = rowGroups(p.matrix.rows);
        quantized = quantized || usesQuantizedActivations(p.matrix.type);
        groups += own;
        work += own * kRowGroup * length * std::min(p.count, rows);
    }
    const bool packs = quantized && m_kernels->readsPacked && rows > 1;
    const PackedRows packed = m_quantized.packed(rows);
    const Activations input = m_quantized.view(x, rows, length, packs ? &packed : nullptr);
    forRows(rows, [&](size_t t) {
        const float* row = x + t * length;
        check(quantized ? m_kernels->quantize(row, length, m_quantized.row(t, length))
                        : m_kernels->allFinite(row, length));
    });
    if (packs) forRows(ActivationBuffer::groups(rows), [&](size_t group) { m_quantized.pack(group, rows, length); });
    const size_t chunks =
        std::min(groups, std::max(work / kChunkProducts, static_cast<size_t>(m_team->size()) * kChunksPerThread));
    if (rows == 1) m_stream.enter(products, groups, chunks);
    m_team->run(chunks, m_stop, [&](size_t chunk) {
        multiplyGroups(input, products, chunk, groups * chunk / chunks, groups * (chunk + 1) / chunks);
    });
}

void Pass::multiplyGroups(const Activations& all, std::span<const Product> products, size_t chunk, size_t begin,
                          size_t end) const {
    size_t before = 0;
    for (const Product& p : products) {
        const WeightRows& w = p.matrix.rows;
        const size_t own = rowGroups(w), last = std::clamp(end, before, before + own) - before;
        const Activations input = all.part(p.first, std::min(p.count, all.count));
        for (size_t first = std::clamp(begin, before, before + own) - before, groups; first < last; first += groups) {
            const auto fetch = all.count == 1 ? m_stream.ahead(chunk, before + first) : WeightStream::Piece{};
            groups =
                fetch.data ? std::clamp<size_t>(fetch.bytes / (kRowGroup * w.rowBytes), 1, last - first) : last - first;
            const size_t row = first * kRowGroup, rows = std::min((first + groups) * kRowGroup, w.count) - row;
            m_kernels->multiply(p.matrix.type)({w.data + row * w.rowBytes, w.rowBytes, rows, w.length, fetch.data},
                                               input, p.out + row, w.count);
            if (!p.bias.empty())
                for (size_t t = 0; t < input.count; t++)
                    m_kernels->add(p.out + t * w.count + row, p.bias.data() + row, rows);
        }
        before += own;
    }
}

/// `x`: [heads, keyLength], in place.
void Pass::normHeads(const Norm& weights, size_t heads, bool joint, float* x) const {
    const size_t length = m_parameters->keyLength;
    if (joint) return norm(weights, x, x);
    const size_t step = weights.weight.size() == length ? 0 : length;  // one norm for all heads, or one for each
    for (size_t h = 0; h < heads; h++)
        norm({weights.weight.subspan(h * step, length), {}}, x + h * length, x + h * length);
}

void Pass::rotateAndRemember(const LayerWeights& w, size_t layer, const AttentionStyle& style) {
    const HyperParameters& p = *m_parameters;
    const size_t which = style.rotation == Rotation::Windowed ? 1 : 0;
    const Rope& rope = *m_ropes[which];
    forRows(m_count, [&](size_t t) {
        const float* angles = m_angles[which].data() + t * 2 * rope.pairs();
        float* q = m_q.data() + t * p.headCount * p.keyLength;
        float* k = m_k.data() + t * p.headCountKv * p.keyLength;
        if (w.attnQNorm) normHeads(w.attnQNorm, p.headCount, style.jointQkNorm, q);
        if (w.attnKNorm) normHeads(w.attnKNorm, p.headCountKv, style.jointQkNorm, k);
        for (size_t h = 0; h < p.headCount; h++)
            if (style.rotation != Rotation::None) rope.rotate(*m_kernels, angles, q + h * p.keyLength);
        check(m_kernels->allFinite(q, size_t{p.headCount} * p.keyLength));
        for (size_t h = 0; h < p.headCountKv; h++) {
            float* head = k + h * p.keyLength;
            if (style.rotation != Rotation::None) rope.rotate(*m_kernels, angles, head);
            check(m_cache->write(*m_kernels, layer, h, m_first + t, head,
                                 m_v.data() + (t * p.headCountKv + h) * p.valueLength));
        }
    });
}

void Pass::projectAttended(const LayerWeights& w) {
    const Product product{w.attnOutput.matrix, hidden(), w.attnOutput.bias};
    multiply(m_attended.data(), m_count, size_t{m_parameters->headCount} * m_parameters->valueLength, {&product, 1});
}

void Pass::feedForwardOf(const LayerWeights& w, Nonlinearity f) {
    const size_t n = w.ffnUp.matrix.rows.count;
    const bool gated = static_cast<bool>(w.ffnGate.matrix);
    const Product products[] = {{w.ffnUp.matrix, m_up.data(), w.ffnUp.bias},
                                {w.ffnGate.matrix, m_gate.data(), w.ffnGate.bias}};
    multiply(hidden(), m_count, m_parameters->embeddingLength, std::span(products).first(gated ? 2 : 1));
    forRows(m_count, [&](size_t t) {
        float* up = m_up.data() + t * n;
        m_kernels->activate(f, gated ? m_gate.data() + t * n : up, gated ? up : nullptr, n, up);
    });
    const Product down{w.ffnDown.matrix, hidden(), w.ffnDown.bias};
    multiply(m_up.data(), m_count, n, {&down, 1});
}

void Pass::addHidden() {
    const size_t n = m_parameters->embeddingLength;
    const float scale = m_parameters->residualScale;
    forRows(m_count, [&](size_t t) {
        float* x = hidden() + t * n;
        if (scale != 1)
            for (size_t i = 0; i < n; i++) x[i] *= scale;
        m_kernels->add(residual() + t * n, x, n);
        check(m_kernels->allFinite(residual() + t * n, n));
    });
}

void Pass::project(const Linear& linear, size_t rows, float* out) {
    const Product product{linear.matrix, out, linear.bias};
    multiply(hidden(), rows, m_parameters->embeddingLength, {&product, 1});
}

}  // namespace monochord
