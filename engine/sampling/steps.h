#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "monochord/sampling.h"
#include "sampling/candidate_list.h"

namespace monochord {

/// One kind of step. `apply` gets exactly `argumentCount` finite numbers and a list that is not empty.
struct StepKind {
    std::string_view name;
    size_t argumentCount = 0;
    void (*apply)(CandidateList& list, std::span<const double> arguments, std::span<const TokenId> history) = nullptr;
    int positiveArgument = -1;  ///< index of the argument that has to be above 0, or -1
};

/// All steps of a semantics, in the order of the documentation.
std::span<const StepKind> stepKinds(SamplerSemantics semantics);

/// How often a token occurs in the last tokens.
struct TokenCount {
    TokenId id = 0;
    size_t count = 0;
};
/// Each different token of the last `window` ones of the history (a negative window: of all), by rising id.
std::vector<TokenCount> countTokens(std::span<const TokenId> history, double window);

/// The penalties of llama.cpp for a token that occurred `count` > 0 times.
double penalised(double logit, size_t count, double repeat, double frequency, double presence);

}  // namespace monochord
