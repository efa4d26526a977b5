#include "sampling/steps.h"

#include <algorithm>
#include <cmath>

#include "base/exact_math.h"

namespace monochord {

namespace {

uint64_t toSeed(double argument) {
    return argument >= 0 && argument < 0x1p63 ? static_cast<uint64_t>(argument) : 0;
}

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

void applyDynamicTemperature(CandidateList& list, Arguments arguments, History history) {
    const double temperature = arguments[0], range = arguments[1], exponent = arguments[2];
    if (range <= 0) return applyTemperature(list, arguments.first(1), history);
    if (list.size() < 2) return;
    list.computeShares();
    const double share = list.entropy() / exactLog(static_cast<double>(list.size()));
    const double lowest = std::max(0.0, temperature - range);
    const double dynamic = lowest + (temperature + range - lowest) * exactPow(std::max(0.0, share), exponent);
    if (std::isfinite(dynamic)) return applyTemperature(list, {&dynamic, 1}, history);
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

double penalised(double logit, size_t count, double repeat, double frequency, double presence) {
    const double scaled = logit <= 0 ? logit * repeat : logit / repeat;
    return scaled - (static_cast<double>(count) * frequency + presence);
}

bool penalisesNothing(Arguments arguments) {
    return arguments[1] == 1 && arguments[2] == 0 && arguments[3] == 0;
}

void applyPenalties(CandidateList& list, Arguments arguments, History history) {
    if (penalisesNothing(arguments)) return;
    list.orderById();
    for (const auto [id, count] : countTokens(lastTokens(history, arguments[0])))
        if (Scored* c = list.find(id)) c->logit = penalised(c->logit, count, arguments[1], arguments[2], arguments[3]);
    list.logitsChanged();
}

void touchedByPenalties(Arguments arguments, History history, std::vector<TokenId>& ids) {
    if (penalisesNothing(arguments)) return;
    const History seen = lastTokens(history, arguments[0]);
    ids.insert(ids.end(), seen.begin(), seen.end());
}

void touchedByBias(Arguments arguments, History, std::vector<TokenId>& ids) {
    for (size_t i = 0; i < arguments.size(); i += 2) ids.push_back(static_cast<TokenId>(arguments[i]));
}

constexpr StepKind kSteps[] = {
    {.name = "top_k", .argumentCount = 1, .apply = applyTopK, .keepsBest = true},
    {.name = "top_p", .argumentCount = 2, .apply = applyTopP, .keepsBest = true},
    {.name = "min_p", .argumentCount = 2, .apply = applyMinP, .keepsBest = true},
    {.name = "typical", .argumentCount = 2, .apply = applyTypical},
    {.name = "temp", .argumentCount = 1, .apply = applyTemperature, .keepsBest = true},
    {.name = "temp_ext", .argumentCount = 3, .apply = applyDynamicTemperature},
    {.name = "top_n_sigma", .argumentCount = 1, .apply = applyTopNSigma, .keepsBest = true},
    {.name = "xtc", .argumentCount = 4, .apply = applyXtc},
    {.name = "penalties",
     .argumentCount = 4,
     .apply = applyPenalties,
     .positiveArgument = 1,
     .touched = touchedByPenalties},
    {.name = "dry",
     .argumentCount = 4,
     .apply = applyDry,
     .optionalCount = StepKind::kAnyNumber,
     .idStride = 1,
     .touched = touchedByDry},
    {.name = "logit_bias",
     .apply = applyBias,
     .optionalCount = StepKind::kAnyNumber,
     .idStride = 2,
     .touched = touchedByBias},
    {.name = "mirostat", .argumentCount = 3, .apply = applyMirostat1, .optionalCount = 1, .keepsBest = true},
    {.name = "mirostat_v2", .argumentCount = 2, .apply = applyMirostat2, .optionalCount = 1, .keepsBest = true},
};

}  // namespace

std::span<const StepKind> llamaCppSteps() {
    return kSteps;
}

}  // namespace monochord
