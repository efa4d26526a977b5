#include "sampling/sampler_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sampling/steps.h"

namespace monochord {

namespace {

Result<void> checkCount(const SamplerStep& step, const StepKind& kind) {
    const size_t count = step.arguments.size(), fixed = kind.argumentCount;
    if (count >= fixed && count - fixed <= kind.optionalCount &&
        (kind.idStride == 0 || (count - fixed) % kind.idStride == 0))
        return {};
    std::string wanted = fmt::format("{} numbers", fixed);
    if (kind.idStride > 1)
        wanted = fmt::format("numbers in groups of {}", kind.idStride);
    else if (kind.optionalCount == StepKind::kAnyNumber)
        wanted = fmt::format("at least {} numbers", fixed);
    else if (kind.optionalCount > 0)
        wanted = fmt::format("{} to {} numbers", fixed, fixed + kind.optionalCount);
    return fail(ErrorCode::InvalidArgument,
                fmt::format("the sampler step {} takes {}, not {}", step.name, wanted, count));
}

Result<void> checkStep(const SamplerStep& step, SamplerSemantics semantics, size_t vocabulary) {
    const StepKind* kind = findStep(step.name, semantics);
    if (!kind) return fail(ErrorCode::InvalidArgument, fmt::format("there is no sampler step \"{}\"", step.name));
    if (auto counted = checkCount(step, *kind); !counted) return counted;
    for (size_t i = 0; i < step.arguments.size(); i++) {
        const double argument = step.arguments[i];
        if (!std::isfinite(argument))
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("a number of the sampler step {} is {}", step.name, argument));
        if (static_cast<int>(i) == kind->positiveArgument && !(argument > 0))
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("number {} of the sampler step {} is {} and has to be above 0", i + 1, step.name,
                                    argument));
        const bool isId =
            kind->idStride > 0 && i >= kind->argumentCount && (i - kind->argumentCount) % kind->idStride == 0;
        if (isId && !(argument >= 0 && argument < static_cast<double>(vocabulary) && argument == std::floor(argument)))
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the sampler step {} names token {}, but there are {} tokens", step.name, argument,
                                    vocabulary));
    }
    return {};
}

/// A logit of a chain as f32; one beyond its range becomes the largest.
float toFloat(double logit) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(logit, -kLargest, kLargest));
}

}  // namespace

Result<void> checkChain(std::span<const SamplerStep> chain, SamplerSemantics semantics, size_t vocabulary) {
    for (const SamplerStep& step : chain)
        if (auto checked = checkStep(step, semantics, vocabulary); !checked) return checked;
    return {};
}

Result<void> checkTokens(std::span<const float> logits, std::span<const TokenId> history) {
    if (logits.empty()) return fail(ErrorCode::InvalidArgument, "there are no logits");
    if (logits.size() > static_cast<size_t>(std::numeric_limits<TokenId>::max()))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} logits are more than there can be tokens", logits.size()));
    for (const TokenId id : history)
        if (id < 0 || static_cast<size_t>(id) >= logits.size())
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the history has token {}, but there are {} tokens", id, logits.size()));
    return {};
}

Result<void> runChain(CandidateList& list, std::span<const TokenId> history, std::span<const SamplerStep> chain,
                      SamplerSemantics semantics, const StepSink& beforeStep) {
    for (const SamplerStep& step : chain) {
        if (list.empty()) break;
        if (beforeStep) beforeStep(static_cast<size_t>(&step - chain.data()));
        findStep(step.name, semantics)->apply(list, step.arguments, history);
        if (!list.finite())
            return fail(ErrorCode::NotFinite, fmt::format("the sampler step {} makes a logit infinite", step.name));
    }
    if (list.empty()) return fail(ErrorCode::InvalidArgument, "no token is left to draw: all have the logit -infinity");
    list.computeShares();
    return {};
}

Result<std::vector<Candidate>> applyChain(std::span<const float> logits, std::span<const TokenId> history,
                                          std::span<const SamplerStep> chain, SamplerSemantics semantics) {
    if (auto checked = checkTokens(logits, history); !checked) return tl::unexpected(checked.error());
    if (auto checked = checkChain(chain, semantics, logits.size()); !checked) return tl::unexpected(checked.error());
    auto list = CandidateList::largest(logits, logits.size());
    if (!list) return tl::unexpected(list.error());
    if (auto run = runChain(*list, history, chain, semantics); !run) return tl::unexpected(run.error());
    list->sort();
    std::vector<Candidate> candidates;
    candidates.reserve(list->size());
    for (const auto& [id, logit, p] : list->items()) candidates.push_back({id, toFloat(logit), p});
    return candidates;
}

}  // namespace monochord
