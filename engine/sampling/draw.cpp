#include <algorithm>

#include "monochord/sampling.h"
#include "sampling/candidate_list.h"
#include "sampling/sampler_chain.h"
#include "sampling/steps.h"

namespace monochord {

namespace {

constexpr size_t kStepsOfTheSelection = 2;  // of chainOf(): penalties and top_k

/// What the steps penalties and top_k leave, without a list of the whole vocabulary: penalties change few tokens, so
/// the best `count` after them are among these few and the best `count` + few before them.
Result<CandidateList> bestAfterPenalties(std::span<const float> logits, std::span<const TokenId> history,
                                         const SamplingSettings& settings, size_t count) {
    std::vector<TokenCount> seen;
    if (settings.repeatPenalty != 1 || settings.frequencyPenalty != 0 || settings.presencePenalty != 0)
        seen = countTokens(history, settings.repeatWindow);
    auto list = CandidateList::largest(logits, count + seen.size());
    if (!list || seen.empty()) return list;
    list->orderById();
    const size_t found = list->size();
    for (const auto [id, timesSeen] : seen) {
        const double before = logits[static_cast<size_t>(id)];
        const double after =
            penalised(before, timesSeen, settings.repeatPenalty, settings.frequencyPenalty, settings.presencePenalty);
        const auto known = list->items().first(found);
        const auto it = std::lower_bound(known.begin(), known.end(), id,
                                         [](const Scored& c, TokenId wanted) { return c.id < wanted; });
        if (it != known.end() && it->id == id)
            it->logit = after;
        else
            list->add({id, after, 0});
    }
    list->orderById();
    list->logitsChanged();
    if (list->finite()) list->keepFirst(count);
    return list;
}

/// David Stafford's variant 13 of the MurmurHash3 finaliser: a bijection of 64 bits in which each bit of the input
/// moves half of the output's.
uint64_t mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

}  // namespace

std::vector<SamplerStep> chainOf(const SamplingSettings& settings) {
    return {
        {"penalties",
         {static_cast<double>(settings.repeatWindow), settings.repeatPenalty, settings.frequencyPenalty,
          settings.presencePenalty}},
        {"top_k", {static_cast<double>(settings.topK)}},
        {"top_p", {settings.topP, 1}},
        {"min_p", {settings.minP, 1}},
        {"temp", {settings.temperature}},
    };
}

Result<TokenId> drawToken(std::span<const float> logits, std::span<const TokenId> history,
                          const SamplingSettings& settings, uint64_t position) {
    const auto steps = chainOf(settings);
    if (auto checked = checkTokens(logits, history); !checked) return tl::unexpected(checked.error());
    if (auto checked = checkChain(steps, SamplerSemantics::LlamaCpp); !checked) return tl::unexpected(checked.error());
    std::span<const SamplerStep> chain = steps;
    const bool greedy = settings.temperature <= 0;  // no step removes the most likely token
    const bool selects = greedy || settings.topK > 0;
    const size_t count = greedy ? 1 : selects ? static_cast<size_t>(settings.topK) : logits.size();
    if (selects) chain = chain.subspan(kStepsOfTheSelection);
    auto list = selects ? bestAfterPenalties(logits, history, settings, count) : CandidateList::largest(logits, count);
    if (!list) return tl::unexpected(list.error());
    if (auto run = runChain(*list, history, chain, SamplerSemantics::LlamaCpp); !run)
        return tl::unexpected(run.error());

    // The shares laid end to end, highest first, and the one that holds the random number. If rounding keeps their sum
    // below that number (once in 10^13 draws), the most likely token stands in.
    const double number = uniformAt(settings.seed, position);
    double reached = 0;
    const size_t length = list->shortestPrefix([&](size_t, double sum) { return (reached = sum) > number; });
    list->keepFirst(length);
    return list->items()[reached > number ? length - 1 : 0].id;
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) read at random: output
/// number `position` of the generator whose state starts at mix(seed). With seed 0 it is the published sequence.
double uniformAt(uint64_t seed, uint64_t position) {
    constexpr uint64_t kGoldenGamma = 0x9e3779b97f4a7c15u;
    return static_cast<double>(mix(mix(seed) + (position + 1) * kGoldenGamma) >> 11) * 0x1p-53;
}

}  // namespace monochord
