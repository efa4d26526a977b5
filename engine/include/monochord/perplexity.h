#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>

#include "monochord/error.h"
#include "monochord/evaluator.h"
#include "monochord/tokenizer.h"

namespace monochord {

/// Natural logarithm of the probability that `logits` ([vocabulary] f32, finite) give the token: of their softmax,
/// summed in f64. Precondition: the id is one of the vocabulary's.
double logProbability(std::span<const float> logits, TokenId id);

/// How well a model expects a text; lower is better, and the size of the vocabulary is what guessing gives.
struct Perplexity {
    double perplexity = 0;     ///< exp of the mean of −logProbability over the scored tokens
    double standardError = 0;  ///< of `perplexity`: that of the mean, times `perplexity`
    size_t scored = 0;         ///< tokens whose probability counts
    size_t windows = 0;        ///< whole windows that the text has
};

/// The perplexity of a text in the way llama.cpp's perplexity tool counts it, so that numbers can be compared: windows
/// of `window` tokens that follow each other, what is left at the end unused; each begins anew, with BOS instead of its
/// first token where the vocabulary wants BOS; scored are the tokens after position `window / 2`, which have at least
/// half a window before them. Source: llama.cpp, tools/perplexity (windows); Jelinek et al. 1977 (perplexity).
///
/// `tokens`: the text's, with BOS in front where the vocabulary wants it (rawPrompt()).
/// Errors: InvalidArgument (a window below 4 tokens, or fewer tokens than two windows), and those of
/// Evaluator::evaluate, ContextFull if a window is longer than the evaluator's context.
Result<Perplexity> measurePerplexity(Evaluator& evaluator, std::span<const TokenId> tokens, uint32_t window,
                                     const std::stop_token& stop = {});

}  // namespace monochord
