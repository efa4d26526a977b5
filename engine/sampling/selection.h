#pragma once

#include <span>

#include "monochord/sampling.h"
#include "sampling/candidate_list.h"

namespace monochord {

/// Candidates from which the chain makes the same as from all of them, without a list of the whole vocabulary: the best
/// `count` after the first steps are among the few tokens that these change and the best `count` + few before them.
/// What is left out would be cut by top-k, or by temperature 0. The chain must have been checked. Errors: NotFinite.
Result<CandidateList> selectFor(std::span<const SamplerStep> chain, std::span<const float> logits,
                                std::span<const TokenId> history);

}  // namespace monochord
