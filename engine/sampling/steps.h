#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "monochord/sampling.h"
#include "sampling/candidate_list.h"

namespace monochord {

using Arguments = std::span<const double>;
using History = std::span<const TokenId>;

/// One kind of step.
struct StepKind {
    static constexpr size_t kAnyNumber = std::numeric_limits<size_t>::max();

    std::string_view name;
    size_t argumentCount = 0;
    /// Gets finite numbers, as many as the fields here say, and a list that is not empty.
    void (*apply)(CandidateList& list, Arguments arguments, History history) = nullptr;
    int positiveArgument = -1;  ///< index of the argument that has to be above 0, or -1
    size_t optionalCount = 0;   ///< at most so many arguments more
    size_t idStride = 0;        ///< each so-manieth of the optional ones is a token id, from the first on; 0: none is
    /// For steps that change the logits of few tokens, and nothing else: appends these (or more) to `ids`.
    void (*touched)(Arguments arguments, History history, std::vector<TokenId>& ids) = nullptr;
    bool keepsBest = false;  ///< the first candidate stays the first
};

/// All steps of a semantics, in the order of the documentation.
std::span<const StepKind> stepKinds(SamplerSemantics semantics);
std::span<const StepKind> llamaCppSteps();
std::span<const StepKind> huggingFaceSteps();
/// The kind with this name, or nothing.
const StepKind* findStep(std::string_view name, SamplerSemantics semantics);

// Steps with a file of their own.

/// dry multiplier base allowedLength window [breaker…]
void applyDry(CandidateList& list, Arguments arguments, History history);
void touchedByDry(Arguments arguments, History history, std::vector<TokenId>& ids);
/// no_repeat_ngram_size n
void applyNoRepeatNgram(CandidateList& list, Arguments arguments, History history);
/// mirostat tau eta m [mu]
void applyMirostat1(CandidateList& list, Arguments arguments, History history);
/// mirostat_v2 tau eta [mu]
void applyMirostat2(CandidateList& list, Arguments arguments, History history);

// What both semantics need.

/// An argument that counts something: the fraction is cut off, below 0 is 0, and everything from `limit` on is `limit`.
size_t toCount(double argument, size_t limit);
/// The last `window` tokens of the history (a negative window: all).
History lastTokens(History history, double window);

/// How often a token occurs.
struct TokenCount {
    TokenId id = 0;
    size_t count = 0;
};
/// Each different token of a text, by rising id.
std::vector<TokenCount> countTokens(History tokens);

/// Temperature t: logits divided by it; at 0 or less the best alone is left.
void applyTemperature(CandidateList& list, Arguments arguments, History history);

/// Pairs of a token id and what is added to its logit; kRemovingBias or less removes it.
void applyBias(CandidateList& list, Arguments arguments, History history);

/// The candidates by rising distance between their surprise and the entropy; equally distant ones in sorted order.
struct Typicality {
    Scored candidate;
    double distance = 0;
};
std::vector<Typicality> byTypicality(CandidateList& list);
/// Keeps the first `count` of `order`, in sorted order.
void keepTypical(CandidateList& list, std::span<const Typicality> order, size_t count);

}  // namespace monochord
