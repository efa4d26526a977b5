#include "sampling/steps.h"

#include <algorithm>
#include <cmath>

#include "base/exact_math.h"

namespace monochord {

namespace {

using Arguments = std::span<const double>;
using History = std::span<const TokenId>;

/// An argument that counts something: the fraction is cut off, below 0 is 0, and everything from `limit` on is `limit`.
size_t toCount(double argument, size_t limit) {
    if (!(argument > 0)) return 0;
    return argument < static_cast<double>(limit) ? static_cast<size_t>(argument) : limit;
}

uint64_t toSeed(double argument) {
    return argument >= 0 && argument < 0x1p63 ? static_cast<uint64_t>(argument) : 0;
}

void divideLogits(CandidateList& list, double temperature) {
    // A temperature so small that quotients overflow is as good as 0.
    if (!(temperature > 0) || !std::isfinite(list.largestLogit() / temperature)) return list.keepFirst(1);
    for (Scored& candidate : list.items()) candidate.logit /= temperature;
    list.logitsChanged();
}

/// The candidates by rising distance between their surprise and the entropy; equally distant ones in sorted order.
struct Typicality {
    Scored candidate;
    double distance = 0;
};
std::vector<Typicality> byTypicality(CandidateList& list) {
    list.computeShares();
    const double entropy = list.entropy();
    list.sort();
    std::vector<Typicality> order;
    order.reserve(list.size());
    for (const Scored& c : list.items()) order.push_back({c, std::abs(-list.logShare(c) - entropy)});
    std::stable_sort(order.begin(), order.end(),
                     [](const Typicality& a, const Typicality& b) { return a.distance < b.distance; });
    return order;
}

/// Keeps the first `count` of `order`, in sorted order.
void keepTypical(CandidateList& list, const std::vector<Typicality>& order, size_t count) {
    std::vector<TokenId> kept;
    kept.reserve(count);
    for (size_t i = 0; i < count; i++) kept.push_back(order[i].candidate.id);
    std::sort(kept.begin(), kept.end());
    list.keepIf([&](const Scored& c) { return std::binary_search(kept.begin(), kept.end(), c.id); });
}

// llama.cpp

void applyTopK(CandidateList& list, Arguments arguments, History) {
    if (arguments[0] > 0) list.keepFirst(std::max<size_t>(1, toCount(arguments[0], list.size())));
}

void applyTopP(CandidateList& list, Arguments arguments, History) {
    if (arguments[0] >= 1) return;
    const size_t minimum = toCount(arguments[1], list.size());
    list.computeShares();
    // All that is less likely than this adds up to at most half of 1 - P: the prefix ends before it, so it need not be
    // sorted. With a large vocabulary that is most of it.
    const double negligible = (1 - std::max(0.0, arguments[0])) / (2 * static_cast<double>(list.size()));
    if (minimum <= 1) list.keepIf([&](const Scored& c) { return c.p >= negligible; });
    const auto reached = [&](size_t length, double sum) { return sum >= arguments[0] && length >= minimum; };
    list.keepFirst(list.shortestPrefix(reached));
}

void applyMinP(CandidateList& list, Arguments arguments, History) {
    if (arguments[0] <= 0) return;
    const size_t minimum = std::max<size_t>(1, toCount(arguments[1], list.size()));
    const double threshold = list.largestLogit() + exactLog(arguments[0]);
    const auto items = list.items();
    const auto above = std::count_if(items.begin(), items.end(), [&](const Scored& c) { return c.logit >= threshold; });
    if (static_cast<size_t>(above) < minimum) return list.keepFirst(minimum);
    list.keepIf([&](const Scored& c) { return c.logit >= threshold; });
}

void applyTypical(CandidateList& list, Arguments arguments, History) {
    if (arguments[0] >= 1) return;
    const size_t minimum = toCount(arguments[1], list.size());
    const auto order = byTypicality(list);
    size_t count = 0;
    for (double sum = 0; count < order.size() && !(sum > arguments[0] && count >= minimum); count++)
        sum += order[count].candidate.p;
    keepTypical(list, order, std::max<size_t>(1, count));
}

void applyTemperature(CandidateList& list, Arguments arguments, History) {
    divideLogits(list, arguments[0]);
}

void applyDynamicTemperature(CandidateList& list, Arguments arguments, History) {
    const double temperature = arguments[0], range = arguments[1], exponent = arguments[2];
    if (range <= 0) return divideLogits(list, temperature);
    if (list.size() < 2) return;
    list.computeShares();
    const double share = list.entropy() / exactLog(static_cast<double>(list.size()));
    const double lowest = std::max(0.0, temperature - range);
    const double dynamic = lowest + (temperature + range - lowest) * exactPow(std::max(0.0, share), exponent);
    if (std::isfinite(dynamic)) return divideLogits(list, dynamic);
    for (Scored& candidate : list.items()) candidate.logit = 0;  // an infinite temperature: all alike
    list.logitsChanged();
}

void applyTopNSigma(CandidateList& list, Arguments arguments, History) {
    if (arguments[0] <= 0) return;
    const double count = static_cast<double>(list.size()), largest = list.largestLogit();
    double sum = 0, squares = 0;
    for (const Scored& c : list.items()) sum += c.logit - largest;
    for (const Scored& c : list.items()) {
        const double deviation = (c.logit - largest) - sum / count;
        squares += deviation * deviation;
    }
    const double threshold = largest - arguments[0] * std::sqrt(squares / count);
    list.keepIf([&](const Scored& c) { return c.logit >= threshold; });
}

/// Where it is left to chance, the chance is that of the seed at the history's length.
void applyXtc(CandidateList& list, Arguments arguments, History history) {
    const double probability = arguments[0], threshold = arguments[1];
    if (probability <= 0 || threshold > 0.5 || list.size() < 2) return;
    if (uniformAt(toSeed(arguments[3]), history.size()) >= probability) return;
    list.computeShares();
    const auto items = list.items();
    const auto likely = std::count_if(items.begin(), items.end(), [&](const Scored& c) { return c.p >= threshold; });
    if (likely < 2) return;
    const size_t removed = static_cast<size_t>(likely) - 1;
    if (list.size() - removed < toCount(arguments[2], list.size() + 1)) return;
    list.sort();
    const Scored first = list.items()[removed];
    list.keepIf([&](const Scored& c) { return c.logit < first.logit || (c.logit == first.logit && c.id >= first.id); });
}

void applyPenalties(CandidateList& list, Arguments arguments, History history) {
    if (arguments[1] == 1 && arguments[2] == 0 && arguments[3] == 0) return;
    list.orderById();
    for (const auto [id, count] : countTokens(history, arguments[0]))
        if (Scored* c = list.find(id)) c->logit = penalised(c->logit, count, arguments[1], arguments[2], arguments[3]);
    list.logitsChanged();
}

constexpr StepKind kLlamaCpp[] = {
    {"top_k", 1, applyTopK},
    {"top_p", 2, applyTopP},
    {"min_p", 2, applyMinP},
    {"typical", 2, applyTypical},
    {"temp", 1, applyTemperature},
    {"temp_ext", 3, applyDynamicTemperature},
    {"top_n_sigma", 1, applyTopNSigma},
    {"xtc", 4, applyXtc},
    {"penalties", 4, applyPenalties, 1},
};

// Hugging Face: ties with the last one that stays also stay, and the most likely candidates are never removed.

void applyHfRepetitionPenalty(CandidateList& list, Arguments arguments, History history) {
    list.orderById();
    for (const auto [id, count] : countTokens(history, -1))
        if (Scored* c = list.find(id)) c->logit = c->logit < 0 ? c->logit * arguments[0] : c->logit / arguments[0];
    list.logitsChanged();
}

void applyHfTopK(CandidateList& list, Arguments arguments, History) {
    const size_t count = toCount(arguments[0], list.size());
    if (count == 0) return;
    list.sort();
    const double threshold = list.items()[count - 1].logit;
    list.keepIf([&](const Scored& c) { return c.logit >= threshold; });
}

void applyHfTopP(CandidateList& list, Arguments arguments, History) {
    if (arguments[0] >= 1) return;
    list.computeShares();
    list.sort();
    size_t count = list.size();
    double sum = list.items()[count - 1].p;  // from the least likely up
    while (count > 1 && sum <= 1 - arguments[0]) sum += list.items()[--count - 1].p;
    list.keepFirst(count);
}

/// Removes what is less likely than `threshold` says for the largest share and the entropy.
template <class Threshold>
void removeUnlikely(CandidateList& list, Threshold threshold) {
    list.computeShares();
    const double largest = list.largestLogit();
    double largestShare = 0;
    for (const Scored& c : list.items()) largestShare = std::max(largestShare, c.p);
    const double smallest = threshold(largestShare, list.entropy());
    list.keepIf([&](const Scored& c) { return c.p >= smallest || c.logit == largest; });
}

void applyHfMinP(CandidateList& list, Arguments arguments, History) {
    removeUnlikely(list, [&](double largestShare, double) { return arguments[0] * largestShare; });
}

void applyHfTypicalP(CandidateList& list, Arguments arguments, History) {
    if (arguments[0] >= 1) return;
    const auto order = byTypicality(list);
    size_t last = 0;
    for (double sum = order[0].candidate.p; last + 1 < order.size() && sum < arguments[0];)
        sum += order[++last].candidate.p;
    size_t count = last + 1;
    while (count < order.size() && order[count].distance == order[last].distance) count++;
    keepTypical(list, order, count);
}

void applyHfEpsilonCutoff(CandidateList& list, Arguments arguments, History) {
    removeUnlikely(list, [&](double, double) { return arguments[0]; });
}

void applyHfEtaCutoff(CandidateList& list, Arguments arguments, History) {
    const double epsilon = arguments[0];
    if (epsilon <= 0) return;
    removeUnlikely(list,
                   [&](double, double entropy) { return std::min(epsilon, std::sqrt(epsilon) * exactExp(-entropy)); });
}

constexpr StepKind kHuggingFace[] = {
    {"repetition_penalty", 1, applyHfRepetitionPenalty, 0},
    {"temperature", 1, applyTemperature, 0},
    {"top_k", 1, applyHfTopK},
    {"top_p", 1, applyHfTopP},
    {"min_p", 1, applyHfMinP},
    {"typical_p", 1, applyHfTypicalP},
    {"epsilon_cutoff", 1, applyHfEpsilonCutoff},
    {"eta_cutoff", 1, applyHfEtaCutoff},
};

}  // namespace

std::span<const StepKind> stepKinds(SamplerSemantics semantics) {
    return semantics == SamplerSemantics::LlamaCpp ? std::span<const StepKind>(kLlamaCpp) : kHuggingFace;
}

std::vector<TokenCount> countTokens(std::span<const TokenId> history, double window) {
    const size_t length = window < 0 ? history.size() : toCount(window, history.size());
    const auto last = history.last(length);
    std::vector<TokenId> ids(last.begin(), last.end());
    std::sort(ids.begin(), ids.end());
    std::vector<TokenCount> counts;
    for (const TokenId id : ids) {
        if (counts.empty() || counts.back().id != id) counts.push_back({id, 0});
        counts.back().count++;
    }
    return counts;
}

double penalised(double logit, size_t count, double repeat, double frequency, double presence) {
    const double scaled = logit <= 0 ? logit * repeat : logit / repeat;
    return scaled - (static_cast<double>(count) * frequency + presence);
}

}  // namespace monochord
