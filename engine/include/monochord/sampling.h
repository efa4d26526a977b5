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
enum class Sampler : uint8_t {
    Penalties,    ///< repeatPenalty, frequencyPenalty and presencePenalty, within repeatWindow
    Dry,          ///< penalties for going on with a repetition: what begins with dry
    TopNSigma,    ///< topNSigma
    TopK,         ///< topK
    Typical,      ///< typicalP
    TopP,         ///< topP
    MinP,         ///< minP
    Xtc,          ///< xtcProbability and xtcThreshold
    Temperature,  ///< temperature, temperatureRange and temperatureExponent
};

/// Steers how surprising the text is instead of where a distribution is cut (Basu et al. 2021).
enum class Mirostat : uint8_t {
    Off,  ///< the samplers in their order
    V1,   ///< so many of the likeliest as a fit of Zipf's law asks for
    V2,   ///< those that are at most so surprising
};

/// A bias of this or less takes a token out of the draw.
constexpr double kRemovingBias = -1e9;

/// The sliders, and what only options of the command line reach. A value at its neutral position has no effect;
/// temperature 0 is greedy.
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

    float typicalP = 1.0f;             ///< only those about as surprising as expected (Meister et al. 2022); 1: off
    float topNSigma = 0.0f;            ///< only logits within so many deviations of the best (Tang et al. 2024); 0: off
    float temperatureRange = 0.0f;     ///< the temperature is this much more or less, by the entropy; 0: off
    float temperatureExponent = 1.0f;  ///< how it follows the entropy
    float xtcProbability = 0.0f;       ///< how often all likely tokens but the least likely are left out; 0: off
    float xtcThreshold = 0.1f;         ///< the share from which a token is likely; above 0.5: off
    float dryMultiplier = 0.0f;  ///< taken from the logit that goes on with a repetition of the length allowed; 0: off
    float dryBase = 1.75f;       ///< each further token multiplies that by this; below 1: off
    int32_t dryAllowedLength = 2;           ///< tokens; shorter repetitions are free
    int32_t dryWindow = -1;                 ///< last tokens that DRY sees; 0: none, -1: all
    std::vector<TokenId> dryBreakers = {};  ///< tokens that no repetition reaches across; a session fills them in
    Mirostat mirostat = Mirostat::Off;      ///< takes the place of all but bias and temperature
    float mirostatTau = 5.0f;               ///< surprise to aim at, in bits
    float mirostatEta = 0.1f;               ///< how much of a deviation is made up for with the next token
    std::vector<std::pair<TokenId, float>> logitBias = {};  ///< added to logits before all else; see kRemovingBias
    std::vector<Sampler> order = {};                        ///< those that are not named are off; empty: all, as listed

    bool operator==(const SamplingSettings&) const = default;  ///< member by member
};

/// A word that can come next.
struct Candidate {
    TokenId id = 0;   ///< in the vocabulary
    float logit = 0;  ///< after the steps so far
    double p = 0;     ///< share among the candidates that are left; 0 until the chain is over
};

/// One step of a chain as the `sample` command writes it: a name and its numbers (top_k k, top_p P m, temp t …; the
/// tables at the end of engine/sampling/steps_*.cpp list them).
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
    Nothing,      ///< it can be drawn
    LogitBias,    ///< a bias of kRemovingBias
    TopNSigma,    ///< SamplingSettings::topNSigma
    TopK,         ///< SamplingSettings::topK
    Typical,      ///< SamplingSettings::typicalP
    TopP,         ///< SamplingSettings::topP
    MinP,         ///< SamplingSettings::minP
    Xtc,          ///< SamplingSettings::xtcProbability, by chance
    Temperature,  ///< temperature 0 leaves one
    Mirostat,     ///< SamplingSettings::mirostat
};

/// What settings do to a word.
struct ExplainedCandidate {
    TokenId id = 0;                ///< in the vocabulary
    double before = 0;             ///< share without any setting: temperature 1, no penalties, nothing cut
    double p = 0;                  ///< share under the settings; 0 where it is cut
    CutBy cutBy = CutBy::Nothing;  ///< which slider removed it
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
