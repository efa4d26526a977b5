#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "monochord/error.h"
#include "monochord/tokenizer.h"

namespace monochord {

/// What a chain is made of, in the order that llama.cpp gives it.
enum class Sampler : uint8_t { Penalties, Dry, TopNSigma, TopK, Typical, TopP, MinP, Xtc, Temperature };

/// Steers how surprising the text is instead of where a distribution is cut (Basu et al. 2021).
enum class Mirostat : uint8_t { Off, V1, V2 };

/// A bias of this or less takes a token out of the draw.
constexpr double kRemovingBias = -1e9;

/// The sliders, and what only options of the command line reach. A value at its neutral position has no effect;
/// temperature 0 is greedy.
struct SamplingSettings {
    float temperature = 0.8f;
    int32_t topK = 40;           ///< 0: off
    float topP = 0.95f;          ///< 1: off
    float minP = 0.05f;          ///< 0: off
    float repeatPenalty = 1.0f;  ///< 1: off
    int32_t repeatWindow = 64;   ///< last tokens that the penalties see; 0: none, -1: all
    float frequencyPenalty = 0.0f;
    float presencePenalty = 0.0f;
    uint64_t seed = 0;

    float typicalP = 1.0f;          ///< 1: off
    float topNSigma = 0.0f;         ///< 0: off
    float temperatureRange = 0.0f;  ///< the temperature is this much more or less, by the entropy; 0: off
    float temperatureExponent = 1.0f;
    float xtcProbability = 0.0f;            ///< 0: off
    float xtcThreshold = 0.1f;              ///< above 0.5: off
    float dryMultiplier = 0.0f;             ///< 0: off
    float dryBase = 1.75f;                  ///< below 1: off
    int32_t dryAllowedLength = 2;           ///< tokens; shorter repetitions are free
    int32_t dryWindow = -1;                 ///< last tokens that DRY sees; 0: none, -1: all
    std::vector<TokenId> dryBreakers = {};  ///< tokens that no repetition reaches across; a session fills them in
    Mirostat mirostat = Mirostat::Off;      ///< takes the place of all but bias and temperature
    float mirostatTau = 5.0f;               ///< surprise to aim at, in bits
    float mirostatEta = 0.1f;               ///< how much of a deviation is made up for with the next token
    std::vector<std::pair<TokenId, float>> logitBias = {};  ///< added to logits before all else; kRemovingBias
    std::vector<Sampler> order = {};                        ///< those that are not named are off; empty: all, as listed

    bool operator==(const SamplingSettings&) const = default;
};

/// A word that can come next.
struct Candidate {
    TokenId id = 0;
    float logit = 0;  ///< after the steps so far
    double p = 0;     ///< share among the candidates that are left; 0 until the chain is over
};

/// One step of a chain as the `sample` command writes it: a name and its numbers (top_k k, top_p P m, temp t …; the
/// tables at the end of engine/sampling/steps_*.cpp list them).
struct SamplerStep {
    std::string name;
    std::vector<double> arguments;
};

enum class SamplerSemantics { LlamaCpp, HuggingFace };

/// What a chain leaves of a distribution, highest probability first (ties: the lower id first), before any draw.
/// Sums are taken in f64; nothing depends on the machine. `history`: previous tokens, oldest first.
/// Errors: InvalidArgument (unknown step, wrong number of arguments, an id out of range in the history or a step, empty
/// logits, no token left), NotFinite (a NaN or +infinity among the logits; -infinity is a removed token).
Result<std::vector<Candidate>> applyChain(std::span<const float> logits, std::span<const TokenId> history,
                                          std::span<const SamplerStep> chain, SamplerSemantics semantics);

/// What mirostat carries from one draw of a reply to the next.
struct MirostatState {
    std::optional<double> mu = {};  ///< the surprise in bits above which nothing is drawn; at first 2 · tau
};

/// The chain that the settings stand for: the bias, then the samplers in their order, or temperature and mirostat.
/// Samplers that are off are left out where they are not among the sliders.
std::vector<SamplerStep> chainOf(const SamplingSettings& settings, const MirostatState& state = {});

/// Draws the next token. `position` is the token's place in the sequence: the same logits, history, settings, position
/// and state give the same token on every machine, whatever was drawn before. `state`, where there is one, is moved on
/// by the draw if mirostat is on. Errors: as applyChain; then the state stays.
Result<TokenId> drawToken(std::span<const float> logits, std::span<const TokenId> history,
                          const SamplingSettings& settings, uint64_t position, MirostatState* state = nullptr);

/// The ids of all tokens whose bytes contain one of the texts, ascending: SamplingSettings::dryBreakers. Empty texts
/// are ignored. A text that only several tokens together make up breaks nothing.
std::vector<TokenId> tokensContaining(const Tokenizer& tokenizer, std::span<const std::string> texts);

/// What takes a word out of the draw.
enum class CutBy : uint8_t {
    Nothing,
    LogitBias,
    TopNSigma,
    TopK,
    Typical,
    TopP,
    MinP,
    Xtc,
    Temperature,
    Mirostat,
};

/// What settings do to a word.
struct ExplainedCandidate {
    TokenId id = 0;
    double before = 0;  ///< share without any setting: temperature 1, no penalties, nothing cut
    double p = 0;       ///< share under the settings; 0 where it is cut
    CutBy cutBy = CutBy::Nothing;
};

/// The `count` likeliest candidates under these settings: first those that can be drawn, as
/// applyChain(chainOf(settings, state)) gives them, then those that are cut, by their share before. At temperature 0
/// one is left, and temperature cut all that a step before could not have cut were they the likeliest. About a
/// millisecond for 50,000 logits. Errors: as applyChain.
Result<std::vector<ExplainedCandidate>> explainSampling(std::span<const float> logits, std::span<const TokenId> history,
                                                        const SamplingSettings& settings, size_t count,
                                                        const MirostatState& state = {});

/// The random generator: a number in [0, 1) that is a pure function of seed and position (counter-based, 64 bits).
double uniformAt(uint64_t seed, uint64_t position);

}  // namespace monochord
