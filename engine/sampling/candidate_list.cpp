#include "sampling/candidate_list.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/exact_math.h"

namespace monochord {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool precedes(const Scored& a, const Scored& b) {
    return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
}

bool hasLowerId(const Scored& a, const Scored& b) {
    return a.id < b.id;
}

constexpr size_t kBlock = 32;  // logits that are compared at once

/// True if none of a block is above the threshold; a NaN counts as above.
bool noneAbove(const float* logits, float threshold) {
    int above = 0;
    for (size_t i = 0; i < kBlock; i++) above |= !(logits[i] <= threshold);  // one comparison of the compiler's vectors
    return above == 0;
}

/// An iterator `count` places after the first of `items`.
auto at(std::vector<Scored>& items, size_t count) {
    return items.begin() + static_cast<std::ptrdiff_t>(count);
}

}  // namespace

Result<CandidateList> CandidateList::largest(std::span<const float> logits, size_t count) {
    CandidateList list;
    auto& items = list.m_items;
    list.m_vocabulary = logits.size();
    if (count == 0) return list;
    count = std::min(count, logits.size());
    // What exceeds the threshold is collected, up to twice as many as asked for; then the better half is kept and its
    // last one is the new threshold. A later token with the same logit has a higher id and rightly stays out.
    const size_t capacity = count == logits.size() ? count + 1 : 2 * count + 256;
    items.reserve(std::min(capacity, logits.size()));
    auto threshold = -std::numeric_limits<float>::infinity();
    for (size_t id = 0; id < logits.size(); id++) {
        if (id % kBlock == 0 && id + kBlock <= logits.size() && noneAbove(logits.data() + id, threshold)) {
            id += kBlock - 1;
            continue;
        }
        const float logit = logits[id];
        if (logit <= threshold) continue;  // not so for NaN
        if (!(logit < std::numeric_limits<float>::infinity()))
            return fail(ErrorCode::NotFinite, fmt::format("the logit of token {} is {}", id, logit));
        items.push_back({static_cast<TokenId>(id), logit, 0});
        if (items.size() < capacity) continue;
        std::nth_element(items.begin(), at(items, count - 1), items.end(), precedes);
        items.resize(count);
        threshold = static_cast<float>(items.back().logit);
    }
    if (count < logits.size()) list.keepFirst(count);
    return list;
}

Scored* CandidateList::find(TokenId id) {
    const auto it = std::lower_bound(m_items.begin(), m_items.end(), Scored{id, 0, 0}, hasLowerId);
    return it != m_items.end() && it->id == id ? &*it : nullptr;
}

void CandidateList::orderById() {
    if (!std::is_sorted(m_items.begin(), m_items.end(), hasLowerId))
        std::sort(m_items.begin(), m_items.end(), hasLowerId);
    m_sorted = 0;
}

void CandidateList::sortFirst(size_t count) {
    count = std::min(count, size());
    if (count <= m_sorted) return;
    const auto begin = at(m_items, m_sorted), end = at(m_items, count);
    if (count < size()) std::nth_element(begin, end, m_items.end(), precedes);
    std::sort(begin, end, precedes);
    m_sorted = count;
}

void CandidateList::keepFirst(size_t count) {
    sortFirst(count);
    if (count < size()) m_items.resize(count);
    m_sorted = std::min(m_sorted, size());
}

void CandidateList::logitsChanged() {
    const bool sorted = isSorted();
    for (const Scored& candidate : m_items) m_finite = m_finite && candidate.logit < kInfinity;
    if (!m_finite) return;  // NaN has no place in an order
    keepIf([](const Scored& candidate) { return candidate.logit > -kInfinity; });
    m_sorted = 0;
    if (sorted) sort();  // division may have made ties of neighbours
}

double CandidateList::largestLogit() const {
    if (m_sorted > 0) return m_items.front().logit;
    double largest = -kInfinity;
    for (const Scored& candidate : m_items) largest = std::max(largest, candidate.logit);
    return largest;
}

void CandidateList::computeShares() {
    m_largest = largestLogit();
    double sum = 0;
    for (Scored& candidate : m_items) {
        candidate.p = exactExp(candidate.logit - m_largest);
        sum += candidate.p;
    }
    for (Scored& candidate : m_items) candidate.p /= sum;
    m_logSum = exactLog(sum);
}

double CandidateList::entropy() const {
    double sum = 0;
    for (const Scored& candidate : m_items)
        if (candidate.p > 0) sum -= candidate.p * logShare(candidate);
    return sum;
}

}  // namespace monochord
