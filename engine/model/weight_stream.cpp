#include "model/weight_stream.h"

#include <algorithm>

namespace monochord {

namespace {

// Far enough to bridge the time from one product to the next, near enough to be in the cache still when it is read.
constexpr size_t kAheadBytes = size_t{32} << 10;

constexpr size_t kFloatRows = 4;  // that a kernel computes together, times one row of activations

}  // namespace

WeightStream::Step& WeightStream::open(size_t products, size_t groups, size_t chunks) {
    if (m_step == m_steps.size()) m_steps.emplace_back();
    Step& step = m_steps[m_step++];
    step.known = step.weights.size() == products && step.groups == groups && step.chunks == chunks;
    step.weights.resize(products);
    step.groups = groups;
    step.chunks = chunks;
    step.widest = 0;
    return step;
}

void WeightStream::Step::set(size_t i, const Matrix& matrix) {
    known = known && weights[i].data == matrix.rows.data;
    weights[i] = matrix.rows;
    widest = std::max(widest, matrix.rows.rowBytes * (usesQuantizedActivations(matrix.type) ? kRowGroup : kFloatRows));
}

WeightStream::Piece WeightStream::Step::piece(size_t group, size_t end, size_t& skip) const {
    size_t before = 0;
    for (const WeightRows& w : weights) {
        const size_t own = rowGroups(w), first = std::clamp(group, before, before + own) - before,
                     last = std::min(std::clamp(end, before, before + own) - before, own);
        before += own;
        const size_t begin = first * kRowGroup * w.rowBytes,
                     bytes = std::min(last * kRowGroup, w.count) * w.rowBytes - std::min(begin, w.count * w.rowBytes);
        if (skip < bytes) return {w.data + begin + skip, bytes - skip};
        skip -= bytes;
    }
    return {};
}

WeightStream::Piece WeightStream::ahead(size_t chunk, size_t group) const {
    const Step& step = m_steps[m_step - 1];
    const size_t thread = m_team->shareOf(step.chunks, chunk);
    size_t skip = std::max(kAheadBytes, step.widest);
    if (const Piece here = step.piece(group, shareBegin(step, thread + 1), skip); here.data) return here;
    const Step& next = m_steps[m_step < m_steps.size() ? m_step : 0];
    return next.known ? next.piece(shareBegin(next, thread), shareBegin(next, thread + 1), skip) : Piece{};
}

}  // namespace monochord
