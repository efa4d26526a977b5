#include <algorithm>
#include <cmath>

#include "base/exact_math.h"
#include "sampling/steps.h"

namespace monochord {

namespace {

/// mu, or what it begins with.
double muOf(Arguments arguments, size_t index) {
    return arguments.size() > index ? arguments[index] : 2 * arguments[0];
}

/// The exponent of a Zipf distribution that fits the `count` likeliest best: p of the i-th ~ i^-s, by least squares
/// over the quotients of neighbours.
double zipfExponent(CandidateList& list, size_t count) {
    list.shortestPrefix([&](size_t length, double) { return length == count; });  // sorts these
    const auto items = list.items();
    double products = 0, squares = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        const double t = exactLog(static_cast<double>(i + 2) / static_cast<double>(i + 1));
        products += t * (items[i].logit - items[i + 1].logit);
        squares += t * t;
    }
    return products / squares;
}

}  // namespace

/// Basu et al. 2021, algorithm 1: the k that is expected to give text of surprise mu.
void applyMirostat1(CandidateList& list, Arguments arguments, History) {
    if (list.size() < 2) return;
    const double s = zipfExponent(list, std::max<size_t>(2, toCount(arguments[2], list.size())));
    const double epsilon = s - 1, n = static_cast<double>(list.vocabulary());
    // (1 - n^-epsilon) / epsilon goes to ln n with epsilon to 0.
    const double spread = epsilon == 0 ? exactLog(n) : (1 - exactPow(n, -epsilon)) / epsilon;
    const double k = exactPow(exactPow(2, muOf(arguments, 3)) / spread, 1 / s);
    list.keepFirst(std::max<size_t>(1, toCount(k, list.size())));
}

/// Basu et al. 2021, algorithm 2: nothing that is more surprising than mu.
void applyMirostat2(CandidateList& list, Arguments arguments, History) {
    const double mu = muOf(arguments, 2);
    list.computeShares();
    const auto expected = [&](const Scored& c) { return -list.logShare(c) / kLn2 <= mu; };
    const auto items = list.items();
    if (std::none_of(items.begin(), items.end(), expected)) return list.keepFirst(1);
    list.keepIf(expected);
}

}  // namespace monochord
