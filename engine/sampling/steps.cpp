#include "sampling/steps.h"

#include <algorithm>
#include <cmath>

namespace monochord {

std::span<const StepKind> stepKinds(SamplerSemantics semantics) {
    return semantics == SamplerSemantics::LlamaCpp ? llamaCppSteps() : huggingFaceSteps();
}

const StepKind* findStep(std::string_view name, SamplerSemantics semantics) {
    for (const StepKind& kind : stepKinds(semantics))
        if (kind.name == name) return &kind;
    return nullptr;
}

size_t toCount(double argument, size_t limit) {
    if (!(argument > 0)) return 0;
    return argument < static_cast<double>(limit) ? static_cast<size_t>(argument) : limit;
}

History lastTokens(History history, double window) {
    return history.last(window < 0 ? history.size() : toCount(window, history.size()));
}

std::vector<TokenCount> countTokens(History tokens) {
    std::vector<TokenId> ids(tokens.begin(), tokens.end());
    std::sort(ids.begin(), ids.end());
    std::vector<TokenCount> counts;
    for (const TokenId id : ids) {
        if (counts.empty() || counts.back().id != id) counts.push_back({id, 0});
        counts.back().count++;
    }
    return counts;
}

void applyTemperature(CandidateList& list, Arguments arguments, History) {
    const double temperature = arguments[0];
    // A temperature so small that quotients overflow is as good as 0.
    if (!(temperature > 0) || !std::isfinite(list.largestLogit() / temperature)) return list.keepFirst(1);
    for (Scored& candidate : list.items()) candidate.logit /= temperature;
    list.logitsChanged();
}

void applyBias(CandidateList& list, Arguments arguments, History) {
    if (arguments.empty()) return;
    list.orderById();
    for (size_t i = 0; i < arguments.size(); i += 2) {
        Scored* c = list.find(static_cast<TokenId>(arguments[i]));
        if (!c) continue;
        const double bias = arguments[i + 1];
        c->logit = bias > kRemovingBias ? c->logit + bias : -std::numeric_limits<double>::infinity();
    }
    list.logitsChanged();
}

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

void keepTypical(CandidateList& list, std::span<const Typicality> order, size_t count) {
    std::vector<TokenId> kept;
    kept.reserve(count);
    for (size_t i = 0; i < count; i++) kept.push_back(order[i].candidate.id);
    std::sort(kept.begin(), kept.end());
    list.keepIf([&](const Scored& c) { return std::binary_search(kept.begin(), kept.end(), c.id); });
}

}  // namespace monochord
