#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "monochord/error.h"
#include "monochord/tokenizer.h"

namespace monochord {

/// The sliders. A value at its neutral position has no effect; temperature 0 is greedy.
struct SamplingSettings {
    float temperature = 0.8f;    ///< logits are divided by it; 0: the likeliest token
    int32_t topK = 40;           ///< only so many of the likeliest; 0: off
    float topP = 0.95f;          ///< only the likeliest whose shares add up to it (Holtzman et al. 2019); 1: off
    float minP = 0.05f;          ///< only those with this part of the largest share; 0: off
    float repeatPenalty = 1.0f;  ///< logits of tokens seen: > 0 divided, others times it (Keskar et al. 2019); 1: off
    int32_t repeatWindow = 64;   ///< last tokens that the penalties see; 0: none, -1: all
    float frequencyPenalty = 0.0f;  ///< taken from the logit for each time that the token was seen; 0: off
    float presencePenalty = 0.0f;   ///< taken from the logit of a token that was seen; 0: off
    uint64_t seed = 0;              ///< of the draws: see uniformAt

    bool operator==(const SamplingSettings&) const = default;  ///< member by member
};

/// A word that can come next.
struct Candidate {
    TokenId id = 0;   ///< in the vocabulary
    float logit = 0;  ///< after the steps so far
    double p = 0;     ///< share among the candidates that are left; 0 until the chain is over
};

/// One step of a chain as the `sample` command writes it: a name and its numbers (top_k k, top_p P m, temp t …; the
/// tables of engine/sampling/steps.cpp list them).
struct SamplerStep {
    std::string name;               ///< "top_k" …
    std::vector<double> arguments;  ///< as many as the step has, in its order
};

/// Whose meaning a step has where two libraries give the same name to different things.
enum class SamplerSemantics {
    LlamaCpp,    ///< as the samplers of llama.cpp
    HuggingFace  ///< as the logits processors of Hugging Face's transformers
};

/// What a chain leaves of a distribution, highest probability first (ties: the lower id first), before any draw.
/// Sums are taken in f64; nothing depends on the machine. `history`: previous tokens, oldest first.
/// Errors: InvalidArgument (unknown step, wrong number of arguments, id of the history out of range, empty logits),
/// NotFinite (a NaN or +infinity among the logits; -infinity is a removed token).
Result<std::vector<Candidate>> applyChain(std::span<const float> logits, std::span<const TokenId> history,
                                          std::span<const SamplerStep> chain, SamplerSemantics semantics);

/// The chain that the sliders stand for: penalties, top-k, top-p, min-p, temperature, in this order.
std::vector<SamplerStep> chainOf(const SamplingSettings& settings);

/// Draws the next token. `position` is the token's place in the sequence: the same logits, history, settings and
/// position give the same token on every machine, whatever was drawn before.
/// Errors: as applyChain.
Result<TokenId> drawToken(std::span<const float> logits, std::span<const TokenId> history,
                          const SamplingSettings& settings, uint64_t position);

/// The step of the sliders that takes a word out of the draw.
enum class CutBy : uint8_t {
    Nothing,     ///< it can be drawn
    TopK,        ///< SamplingSettings::topK
    TopP,        ///< SamplingSettings::topP
    MinP,        ///< SamplingSettings::minP
    Temperature  ///< temperature 0 leaves one
};

/// What settings do to a word.
struct ExplainedCandidate {
    TokenId id = 0;                ///< in the vocabulary
    double before = 0;             ///< share without any setting: temperature 1, no penalties, nothing cut
    double p = 0;                  ///< share under the settings; 0 where it is cut
    CutBy cutBy = CutBy::Nothing;  ///< which slider removed it
};

/// The `count` likeliest candidates under these settings: first those that can be drawn, as
/// applyChain(chainOf(settings)) gives them, then those that are cut, by their share before. At temperature 0 one is
/// left and temperature cut all others, whatever else would have. About a millisecond for 50,000 logits.
/// Errors: as applyChain.
Result<std::vector<ExplainedCandidate>> explainSampling(std::span<const float> logits, std::span<const TokenId> history,
                                                        const SamplingSettings& settings, size_t count);

/// The random generator: a number in [0, 1) that is a pure function of seed and position (counter-based, 64 bits).
double uniformAt(uint64_t seed, uint64_t position);

}  // namespace monochord
