#include "model/pass.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace monochord {

namespace {

constexpr size_t kRowGroup = 16;                    // weight rows that a kernel computes together
constexpr size_t kChunksPerThread = 4;              // small enough to balance threads, large enough not to be noticed
constexpr size_t kChunkProducts = size_t{1} << 30;  // multiplications a chunk at most: some 10 ms until a stop is seen

}  // namespace

Pass::Pass(Pass&& other) noexcept
    : m_shape(other.m_shape),
      m_residual(std::move(other.m_residual)),
      m_hidden(std::move(other.m_hidden)),
      m_q(std::move(other.m_q)),
      m_queries(std::move(other.m_queries)),
      m_k(std::move(other.m_k)),
      m_v(std::move(other.m_v)),
      m_heads(std::move(other.m_heads)),
      m_attended(std::move(other.m_attended)),
      m_gate(std::move(other.m_gate)),
      m_up(std::move(other.m_up)),
      m_angles(std::move(other.m_angles)),
      m_quants(std::move(other.m_quants)),
      m_scales(std::move(other.m_scales)),
      m_sums(std::move(other.m_sums)) {}

Result<Pass> Pass::create(const HyperParameters& p, const KvCache& cache, size_t batch) {
    Pass pass;
    pass.m_shape = {p.embeddingLength, cache.keyStride(), cache.valueStride(), p.headCount,
                    p.headCountKv,     p.keyLength,       p.valueLength,       p.feedForwardLength};
    const Checked n(batch), heads(p.headCount), headsKv(p.headCountKv);
    const size_t longest =
        std::max({size_t{p.embeddingLength}, size_t{p.headCount} * p.valueLength, size_t{p.feedForwardLength}});
    Result<void> result;
    const auto take = [&](auto& buffer, Checked count) {
        auto memory = std::remove_reference_t<decltype(buffer)>::create(count);
        if (memory)
            buffer = std::move(*memory);
        else
            result = tl::unexpected(memory.error());
    };
    take(pass.m_residual, n * Checked(p.embeddingLength));
    take(pass.m_hidden, n * Checked(p.embeddingLength));
    take(pass.m_q, n * heads * Checked(p.keyLength));
    take(pass.m_queries, n * heads * Checked(cache.keyStride()));
    take(pass.m_k, n * headsKv * Checked(p.keyLength));
    take(pass.m_v, n * headsKv * Checked(p.valueLength));
    take(pass.m_heads, n * heads * Checked(cache.valueStride()));
    take(pass.m_attended, n * heads * Checked(p.valueLength));
    take(pass.m_gate, n * Checked(p.feedForwardLength));
    take(pass.m_up, n * Checked(p.feedForwardLength));
    take(pass.m_angles, n * Checked(p.ropeDimensionCount));
    take(pass.m_quants, n * Checked(longest));
    take(pass.m_scales, n * Checked(longest / kActivationBlock + 1));
    take(pass.m_sums, n * Checked(longest / 16 + 1));
    if (!result) return tl::unexpected(result.error());
    return pass;
}

void Pass::begin(const Kernels& kernels, ThreadTeam& team, KvCache& cache, const Rope& rope, size_t first, size_t count,
                 std::stop_token stop) {
    m_kernels = &kernels;
    m_team = &team;
    m_cache = &cache;
    m_rope = &rope;
    m_first = first;
    m_count = count;
    m_stop = std::move(stop);
    m_notFinite = false;
    for (size_t t = 0; t < count; t++) rope.angles(first + t, m_angles.data() + t * 2 * rope.pairs());
}

/// One chunk a row of the batch, or a few rows where there are many; a single row stays on this thread.
template <class Body>
void Pass::forRows(size_t rows, Body&& body) {
    const size_t chunks = std::min(rows, static_cast<size_t>(m_team->size()) * kChunksPerThread);
    m_team->run(chunks, m_stop, [&](size_t chunk) {
        for (size_t row = rows * chunk / chunks; row < rows * (chunk + 1) / chunks; row++) body(row);
    });
}

void Pass::normalize(Vector weight, float epsilon) {
    const size_t n = m_shape.embedding;
    forRows(m_count,
            [&](size_t t) { m_kernels->rmsNorm(residual() + t * n, weight.data(), epsilon, n, hidden() + t * n); });
}

void Pass::multiply(const float* x, size_t rows, size_t length, std::initializer_list<Product> products) {
    bool quantized = false;
    size_t groups = 0;
    for (const Product& p : products) {
        quantized = quantized || usesQuantizedActivations(p.matrix->type);
        groups += (p.matrix->rows.count + kRowGroup - 1) / kRowGroup;
    }
    const Activations input{rows, length, x, m_quants.data(), m_scales.data(), m_sums.data()};
    forRows(rows, [&](size_t t) {
        const float* row = x + t * length;
        check(quantized ? m_kernels->quantize(row, length, m_quants.data() + t * length,
                                              m_scales.data() + t * (length / kActivationBlock),
                                              m_sums.data() + t * (length / 16))
                        : m_kernels->allFinite(row, length));
    });
    const size_t shortEnough = groups * kRowGroup * length * rows / kChunkProducts;
    const size_t chunks =
        std::min(groups, std::max(shortEnough, static_cast<size_t>(m_team->size()) * kChunksPerThread));
    m_team->run(chunks, m_stop, [&](size_t chunk) {
        multiplyGroups(input, products, groups * chunk / chunks, groups * (chunk + 1) / chunks);
    });
}

void Pass::multiplyGroups(const Activations& input, std::initializer_list<Product> products, size_t begin,
                          size_t end) const {
    size_t before = 0;
    for (const Product& p : products) {
        const WeightRows& all = p.matrix->rows;
        const size_t own = (all.count + kRowGroup - 1) / kRowGroup;
        const size_t first = std::clamp(begin, before, before + own) - before,
                     last = std::clamp(end, before, before + own) - before;
        before += own;
        if (first == last) continue;
        const size_t row = first * kRowGroup, rows = std::min(last * kRowGroup, all.count) - row;
        m_kernels->multiply(p.matrix->type)({all.data + row * all.rowBytes, all.rowBytes, rows, all.length}, input,
                                            p.out + row, all.count);
        if (!p.bias.empty())
            for (size_t t = 0; t < input.count; t++)
                m_kernels->add(p.out + t * all.count + row, p.bias.data() + row, rows);
    }
}

void Pass::projectQkv(const LayerWeights& w) {
    multiply(hidden(), m_count, m_shape.embedding,
             {{&w.attnQ, m_q.data(), w.attnQBias},
              {&w.attnK, m_k.data(), w.attnKBias},
              {&w.attnV, m_v.data(), w.attnVBias}});
}

void Pass::rotateAndRemember(size_t layer) {
    const Shape& s = m_shape;
    forRows(m_count, [&](size_t t) {
        const float* angles = m_angles.data() + t * 2 * m_rope->pairs();
        for (size_t h = 0; h < s.heads; h++) {
            float* q = m_q.data() + (t * s.heads + h) * s.keyLength;
            m_rope->rotate(angles, q);
            std::memcpy(m_queries.data() + (t * s.heads + h) * s.keyStride, q, s.keyLength * sizeof(float));
        }
        check(m_kernels->allFinite(m_q.data() + t * s.heads * s.keyLength, s.heads * s.keyLength));
        for (size_t h = 0; h < s.headsKv; h++) {
            float* k = m_k.data() + (t * s.headsKv + h) * s.keyLength;
            m_rope->rotate(angles, k);
            check(
                m_cache->write(*m_kernels, layer, h, m_first + t, k, m_v.data() + (t * s.headsKv + h) * s.valueLength));
        }
    });
}

void Pass::attend(size_t layer) {
    const Shape& s = m_shape;
    const size_t group = s.heads / s.headsKv;
    m_team->run(m_count * s.headsKv, m_stop, [&](size_t chunk) {
        const size_t t = chunk / s.headsKv, h = chunk % s.headsKv;
        float* out = m_heads.data() + (t * s.heads + h * group) * s.valueStride;
        m_kernels->attend({m_cache->type(), m_cache->keys(layer, h), m_cache->values(layer, h), s.keyStride,
                           s.valueStride, m_first + t + 1, group,
                           m_queries.data() + (t * s.heads + h * group) * s.keyStride, out,
                           1.0f / std::sqrt(static_cast<float>(s.keyLength))});
        for (size_t i = 0; i < group; i++)
            std::memcpy(m_attended.data() + (t * s.heads + h * group + i) * s.valueLength, out + i * s.valueStride,
                        s.valueLength * sizeof(float));
    });
}

void Pass::projectAttended(const Matrix& matrix, Vector bias) {
    multiply(m_attended.data(), m_count, m_shape.heads * m_shape.valueLength, {{&matrix, hidden(), bias}});
}

void Pass::feedForward(const LayerWeights& w) {
    const size_t n = m_shape.feedForward;
    multiply(hidden(), m_count, m_shape.embedding, {{&w.ffnGate, m_gate.data(), {}}, {&w.ffnUp, m_up.data(), {}}});
    forRows(m_count, [&](size_t t) {
        m_kernels->activate(Nonlinearity::Silu, m_gate.data() + t * n, m_up.data() + t * n, n, m_gate.data() + t * n);
    });
    multiply(m_gate.data(), m_count, n, {{&w.ffnDown, hidden(), {}}});
}

void Pass::addHidden() {
    const size_t n = m_shape.embedding;
    forRows(m_count, [&](size_t t) {
        m_kernels->add(residual() + t * n, hidden() + t * n, n);
        check(m_kernels->allFinite(residual() + t * n, n));
    });
}

void Pass::project(const Matrix& matrix, size_t rows, float* out) {
    multiply(hidden(), rows, m_shape.embedding, {{&matrix, out, {}}});
}

}  // namespace monochord
