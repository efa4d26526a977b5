#include "sampling/steps.h"

#include <algorithm>
#include <cmath>

#include "base/exact_math.h"

namespace monochord {

namespace {

// Ties with the last one that stays also stay, and the most likely candidates are never removed.

void applyHfRepetitionPenalty(CandidateList& list, Arguments arguments, History history) {
    list.orderById();
    for (const auto [id, count] : countTokens(history))
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

void applySuppressTokens(CandidateList& list, Arguments arguments, History) {
    std::vector<TokenId> ids(arguments.begin(), arguments.end());
    std::sort(ids.begin(), ids.end());
    list.keepIf([&](const Scored& c) { return !std::binary_search(ids.begin(), ids.end(), c.id); });
}

constexpr StepKind kSteps[] = {
    {.name = "repetition_penalty", .argumentCount = 1, .apply = applyHfRepetitionPenalty, .positiveArgument = 0},
    {.name = "temperature", .argumentCount = 1, .apply = applyTemperature, .positiveArgument = 0},
    {.name = "top_k", .argumentCount = 1, .apply = applyHfTopK},
    {.name = "top_p", .argumentCount = 1, .apply = applyHfTopP},
    {.name = "min_p", .argumentCount = 1, .apply = applyHfMinP},
    {.name = "typical_p", .argumentCount = 1, .apply = applyHfTypicalP},
    {.name = "epsilon_cutoff", .argumentCount = 1, .apply = applyHfEpsilonCutoff},
    {.name = "eta_cutoff", .argumentCount = 1, .apply = applyHfEtaCutoff},
    {.name = "no_repeat_ngram_size", .argumentCount = 1, .apply = applyNoRepeatNgram, .positiveArgument = 0},
    {.name = "sequence_bias", .apply = applyBias, .optionalCount = StepKind::kAnyNumber, .idStride = 2},
    {.name = "suppress_tokens", .apply = applySuppressTokens, .optionalCount = StepKind::kAnyNumber, .idStride = 1},
    // One token each; longer sequences have no step.
    {.name = "bad_words_ids", .apply = applySuppressTokens, .optionalCount = StepKind::kAnyNumber, .idStride = 1},
};

}  // namespace

std::span<const StepKind> huggingFaceSteps() {
    return kSteps;
}

}  // namespace monochord
