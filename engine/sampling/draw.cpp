#include <algorithm>
#include <cmath>

#include "monochord/sampling.h"
#include "sampling/candidate_list.h"
#include "sampling/sampler_chain.h"
#include "sampling/selection.h"
#include "sampling/steps.h"

namespace monochord {

namespace {

/// How many candidates of the highest logits the chain looks at, once its first steps have changed few of them: as many
/// as a top-k right behind these keeps, one where nothing but the best is wanted, or all.
size_t selectionSize(std::span<const SamplerStep> chain, size_t vocabulary) {
    size_t count = vocabulary;
    bool changing = true;  // only steps so far that change few logits
    for (const SamplerStep& step : chain) {
        const StepKind& kind = *findStep(step.name, SamplerSemantics::LlamaCpp);
        if (changing && kind.touched) continue;
        const double first = step.arguments.empty() ? 0 : step.arguments[0];
        if (changing && step.name == "top_k" && first > 0) count = std::max<size_t>(1, toCount(first, vocabulary));
        changing = false;
        if (!kind.keepsBest) return count;
        if (step.name == "temp" && first <= 0) return 1;
    }
    return count;
}

/// The tokens that those first steps change, ascending.
std::vector<TokenId> touchedFirst(std::span<const SamplerStep> chain, std::span<const TokenId> history) {
    std::vector<TokenId> ids;
    for (const SamplerStep& step : chain) {
        const StepKind& kind = *findStep(step.name, SamplerSemantics::LlamaCpp);
        if (!kind.touched) break;
        kind.touched(step.arguments, history, ids);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

}  // namespace

Result<CandidateList> selectFor(std::span<const SamplerStep> chain, std::span<const float> logits,
                                std::span<const TokenId> history) {
    const size_t count = selectionSize(chain, logits.size());
    if (count == logits.size()) return CandidateList::largest(logits, count);
    const auto touched = touchedFirst(chain, history);
    auto list = CandidateList::largest(logits, count + touched.size());
    if (!list || touched.empty()) return list;
    list->orderById();
    std::vector<TokenId> missing;
    for (const TokenId id : touched)
        if (!list->find(id) && std::isfinite(logits[static_cast<size_t>(id)])) missing.push_back(id);
    for (const TokenId id : missing) list->add({id, logits[static_cast<size_t>(id)], 0});
    list->orderById();
    return list;
}

namespace {

/// David Stafford's variant 13 of the MurmurHash3 finaliser: a bijection of 64 bits in which each bit of the input
/// moves half of the output's.
uint64_t mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

}  // namespace

Result<TokenId> drawToken(std::span<const float> logits, std::span<const TokenId> history,
                          const SamplingSettings& settings, uint64_t position, MirostatState* state) {
    const auto chain = chainOf(settings, state ? *state : MirostatState());
    if (auto checked = checkTokens(logits, history); !checked) return tl::unexpected(checked.error());
    if (auto checked = checkChain(chain, SamplerSemantics::LlamaCpp, logits.size()); !checked)
        return tl::unexpected(checked.error());
    auto list = selectFor(chain, logits, history);
    if (!list) return tl::unexpected(list.error());
    if (auto run = runChain(*list, history, chain, SamplerSemantics::LlamaCpp); !run)
        return tl::unexpected(run.error());

    // The shares laid end to end, highest first, and the one that holds the random number. If rounding keeps their sum
    // below that number (once in 10^13 draws), the most likely token stands in.
    const double number = uniformAt(settings.seed, position);
    double reached = 0;
    const size_t length = list->shortestPrefix([&](size_t, double sum) { return (reached = sum) > number; });
    const Scored drawn = list->items()[reached > number ? length - 1 : 0];
    if (state && settings.mirostat != Mirostat::Off) {
        const double tau = settings.mirostatTau, surprise = -list->logShare(drawn) / kLn2;
        state->mu = state->mu.value_or(2 * tau) - settings.mirostatEta * (surprise - tau);
    }
    return drawn.id;
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) read at random: output
/// number `position` of the generator whose state starts at mix(seed). With seed 0 it is the published sequence.
double uniformAt(uint64_t seed, uint64_t position) {
    constexpr uint64_t kGoldenGamma = 0x9e3779b97f4a7c15u;
    return static_cast<double>(mix(mix(seed) + (position + 1) * kGoldenGamma) >> 11) * 0x1p-53;
}

}  // namespace monochord
