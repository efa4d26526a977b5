#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "monochord/error.h"
#include "monochord/tokenizer.h"

namespace monochord {

constexpr double kLn2 = 0x1.62e42fefa39efp-1;  ///< nats of a bit

/// A candidate inside a chain: f64, so that no step rounds what the next one sums.
struct Scored {
    TokenId id = 0;
    double logit = 0;
    double p = 0;  ///< as of the last computeShares()
};

/// The tokens that a chain has left. Never holds a removed (-infinity) token.
///
/// Between two steps the list is in one of two orders: by id, or sorted (logit falling, ties by rising id). Sums run
/// over that order, never over one that a standard library chose, so that their bits are the same everywhere.
class CandidateList {
public:
    /// The `count` largest logits; all of them, by id, if there are no more than that. One pass; O(size + count).
    /// Errors: NotFinite for a NaN or +infinity anywhere.
    static Result<CandidateList> largest(std::span<const float> logits, size_t count);

    std::span<Scored> items() { return m_items; }
    std::span<const Scored> items() const { return m_items; }
    size_t size() const { return m_items.size(); }
    /// How many tokens there were before any was removed.
    size_t vocabulary() const { return m_vocabulary; }
    bool empty() const { return m_items.empty(); }

    /// The candidate of a token, or nothing. The list must be ordered by id.
    Scored* find(TokenId id);
    /// Adds a candidate, at the end: follow with orderById().
    void add(Scored candidate) { m_items.push_back(candidate); }

    void orderById();
    void sort() { sortFirst(size()); }
    /// Sorts and keeps the first `count`.
    void keepFirst(size_t count);
    /// Keeps what `wanted` says, in the order that is.
    template <class Wanted>
    void keepIf(Wanted wanted) {
        const bool sorted = isSorted();
        m_items.erase(std::remove_if(m_items.begin(), m_items.end(), [&](const Scored& c) { return !wanted(c); }),
                      m_items.end());
        m_sorted = sorted ? size() : 0;
    }
    /// To be called after logits were changed: removes what became -infinity and restores the order.
    void logitsChanged();
    /// False once a change made a logit NaN or +infinity.
    bool finite() const { return m_finite; }

    double largestLogit() const;
    /// Sets p: the softmax over the list.
    void computeShares();
    /// ln p, exact also where p underflows; after computeShares().
    double logShare(const Scored& candidate) const { return (candidate.logit - m_largest) - m_logSum; }
    /// -Σ p ln p in nats; after computeShares().
    double entropy() const;

    /// The length of the shortest sorted prefix for which `reached(length, sum of p)` holds; the whole list if for
    /// none. Sorts only as far as it looks; follow with keepFirst().
    template <class Reached>
    size_t shortestPrefix(Reached reached) {
        double sum = 0;
        for (size_t i = 0; i < size(); i++) {
            if (i == m_sorted) sortFirst(std::max<size_t>(256, 4 * i));
            sum += m_items[i].p;
            if (reached(i + 1, sum)) return i + 1;
        }
        return size();
    }

private:
    bool isSorted() const { return m_sorted == size(); }
    void sortFirst(size_t count);

    std::vector<Scored> m_items;
    size_t m_sorted = 0;  // the first so many are sorted and come before all others
    bool m_finite = true;
    size_t m_vocabulary = 0;
    double m_largest = 0, m_logSum = 0;  // of computeShares()
};

}  // namespace monochord
