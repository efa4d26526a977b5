#include <algorithm>

#include "model/pass.h"

namespace monochord {

Pass::Tiling Pass::tiling(size_t tokens) const {
    const size_t headsKv = m_parameters->headCountKv, group = m_parameters->headCount / headsKv,
                 most = std::min(kMostQueries, kMostAttended / m_valueStride), heads = std::min(group, most),
                 together = most / heads;
    return {heads, together, (group + heads - 1) / heads, headsKv, (tokens + together - 1) / together};
}

AttentionTask Pass::task(const Tiling& tiling, size_t tile, size_t layer, const AttentionStyle& style) const {
    const HyperParameters& p = *m_parameters;
    const size_t group = p.headCount / p.headCountKv, part = tile % tiling.headTiles * tiling.heads,
                 head = tile / tiling.headTiles % tiling.headsKv,
                 token = tile / tiling.headTiles / tiling.headsKv * tiling.tokens;
    AttentionTask task;
    m_cache->describe(layer, head, task);
    task.queryStride = size_t{p.headCount} * p.keyLength;
    task.queries = m_q.data() + token * task.queryStride + (head * group + part) * p.keyLength;
    task.tokens = std::min(tiling.tokens, m_count - token);
    task.heads = std::min(tiling.heads, group - part);
    task.position = m_first + token;
    task.window = style.window;
    task.scale = p.attentionScale;
    task.softCap = p.attnLogitSoftcap;
    return task;
}

/// attended = values / sum of the weights, where the task's queries lie
void Pass::finishTile(const AttentionTask& task, const Attended* attended, const float* values) {
    const HyperParameters& p = *m_parameters;
    const size_t first = static_cast<size_t>(task.queries - m_q.data()) / p.keyLength;
    for (size_t i = 0; i < task.tokens * task.heads; i++) {
        const size_t query = first + i / task.heads * p.headCount + i % task.heads;
        m_kernels->divide(values + i * m_valueStride, attended[i].sum, p.valueLength,
                          m_attended.data() + query * p.valueLength);
    }
}

/// A tile with all that it sees.
void Pass::attendTile(const AttentionTask& task) {
    Attended all[kMostQueries] = {}, part[kMostQueries];
    alignas(64) float values[kMostAttended], partValues[kMostAttended];
    const size_t queries = task.tokens * task.heads, last = task.position + task.tokens - 1;
    for (size_t span = task.firstSeen(0) / kSpan; span <= last / kSpan; span++) {
        m_kernels->attend(task, span, part, partValues);
        m_kernels->merge(part, partValues, queries, m_valueStride, all, values);
    }
    finishTile(task, all, values);
}

/// The spans of a few tokens at the same time, then what they gave, in their order: a long context is divided among
/// the threads like this.
void Pass::attendBySpans(const Tiling& tiling, size_t layer, const AttentionStyle& style) {
    const size_t tiles = tiling.count(), spans = (m_first + m_count - 1) / kSpan + 1;
    m_team->run(tiles * spans, m_stop, [&](size_t chunk) {
        m_kernels->attend(task(tiling, chunk % tiles, layer, style), chunk / tiles,
                          m_parts.data() + chunk * kMostQueries,
                          m_partValues.data() + chunk * kMostQueries * m_valueStride);
    });
    m_team->run(tiles, m_stop, [&](size_t tile) {
        const AttentionTask one = task(tiling, tile, layer, style);
        Attended all[kMostQueries] = {};
        alignas(64) float values[kMostAttended];
        for (size_t at = tile; at < tiles * spans; at += tiles)
            m_kernels->merge(m_parts.data() + at * kMostQueries,
                             m_partValues.data() + at * kMostQueries * m_valueStride, one.tokens * one.heads,
                             m_valueStride, all, values);
        finishTile(one, all, values);
    });
}

void Pass::attend(const LayerWeights& w, size_t layer, const AttentionStyle& style) {
    const HyperParameters& p = *m_parameters;
    const Product products[] = {{w.attnQ.matrix, m_q.data(), w.attnQ.bias},
                                {w.attnK.matrix, m_k.data(), w.attnK.bias},
                                {w.attnV.matrix, m_v.data(), w.attnV.bias}};
    multiply(hidden(), m_count, p.embeddingLength, products);
    rotateAndRemember(w, layer, style);
    const Tiling all = tiling(m_count);
    if (m_count <= kFewTokens && m_first + m_count > kSpan) return attendBySpans(all, layer, style);
    m_team->run(all.count(), m_stop, [&](size_t chunk) {
        attendTile(task(all, all.count() - 1 - chunk, layer, style));  // the last tokens see most: they begin
    });
}

}  // namespace monochord
