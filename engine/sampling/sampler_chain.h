#pragma once

#include <functional>
#include <span>

#include "monochord/sampling.h"
#include "sampling/candidate_list.h"

namespace monochord {

/// Checks names, numbers of arguments, that these are finite and that ids are among the vocabulary's.
/// Errors: InvalidArgument.
Result<void> checkChain(std::span<const SamplerStep> chain, SamplerSemantics semantics, size_t vocabulary);

/// Checks that there are logits and that the history consists of their ids. Errors: InvalidArgument.
Result<void> checkTokens(std::span<const float> logits, std::span<const TokenId> history);

/// Called before the step with this index.
using StepSink = std::function<void(size_t step)>;

/// Applies steps that checkChain() accepted, and computes the shares of what is left: at least one candidate.
/// Errors: InvalidArgument where no token is left, NotFinite where a step makes a logit infinite.
Result<void> runChain(CandidateList& list, std::span<const TokenId> history, std::span<const SamplerStep> chain,
                      SamplerSemantics semantics, const StepSink& beforeStep = {});

}  // namespace monochord
