#include <limits>

#include "monochord/sampling.h"

namespace monochord {

namespace {

/// A stream of random numbers of its own for XTC, which asks for one at the places where the draw does: the seed's
/// number at a place that no sequence reaches, as a seed. A whole number that f64 holds.
double seedOfXtc(uint64_t seed) {
    return uniformAt(seed, std::numeric_limits<uint64_t>::max()) * 0x1p53;
}

void addDry(std::vector<SamplerStep>& chain, const SamplingSettings& s) {
    if (s.dryMultiplier == 0) return;
    SamplerStep step{
        "dry", {s.dryMultiplier, s.dryBase, static_cast<double>(s.dryAllowedLength), static_cast<double>(s.dryWindow)}};
    step.arguments.insert(step.arguments.end(), s.dryBreakers.begin(), s.dryBreakers.end());
    chain.push_back(std::move(step));
}

void addSampler(std::vector<SamplerStep>& chain, Sampler sampler, const SamplingSettings& s) {
    switch (sampler) {
        case Sampler::Penalties:
            chain.push_back(
                {"penalties",
                 {static_cast<double>(s.repeatWindow), s.repeatPenalty, s.frequencyPenalty, s.presencePenalty}});
            break;
        case Sampler::Dry:
            addDry(chain, s);
            break;
        case Sampler::TopNSigma:
            if (s.topNSigma != 0) chain.push_back({"top_n_sigma", {s.topNSigma}});
            break;
        case Sampler::TopK:
            chain.push_back({"top_k", {static_cast<double>(s.topK)}});
            break;
        case Sampler::Typical:
            if (s.typicalP != 1) chain.push_back({"typical", {s.typicalP, 1}});
            break;
        case Sampler::TopP:
            chain.push_back({"top_p", {s.topP, 1}});
            break;
        case Sampler::MinP:
            chain.push_back({"min_p", {s.minP, 1}});
            break;
        case Sampler::Xtc:
            if (s.xtcProbability != 0)
                chain.push_back({"xtc", {s.xtcProbability, s.xtcThreshold, 1, seedOfXtc(s.seed)}});
            break;
        case Sampler::Temperature:
            if (s.temperatureRange == 0)
                chain.push_back({"temp", {s.temperature}});
            else
                chain.push_back({"temp_ext", {s.temperature, s.temperatureRange, s.temperatureExponent}});
            break;
    }
}

void addMirostat(std::vector<SamplerStep>& chain, const SamplingSettings& s, double mu) {
    constexpr double kTokensOfTheFit = 100;  // as in the paper
    chain.push_back({"temp", {s.temperature}});
    if (s.mirostat == Mirostat::V1)
        chain.push_back({"mirostat", {s.mirostatTau, s.mirostatEta, kTokensOfTheFit, mu}});
    else
        chain.push_back({"mirostat_v2", {s.mirostatTau, s.mirostatEta, mu}});
}

}  // namespace

std::vector<SamplerStep> chainOf(const SamplingSettings& settings, const MirostatState& state) {
    static constexpr Sampler kUsualOrder[] = {Sampler::Penalties, Sampler::Dry,     Sampler::TopNSigma,
                                              Sampler::TopK,      Sampler::Typical, Sampler::TopP,
                                              Sampler::MinP,      Sampler::Xtc,     Sampler::Temperature};
    std::vector<SamplerStep> chain;
    if (!settings.logitBias.empty()) {
        SamplerStep bias{"logit_bias", {}};
        for (const auto& [id, value] : settings.logitBias) {
            bias.arguments.push_back(id);
            bias.arguments.push_back(value);
        }
        chain.push_back(std::move(bias));
    }
    if (settings.mirostat != Mirostat::Off) {
        addMirostat(chain, settings, state.mu.value_or(2 * double{settings.mirostatTau}));
        return chain;
    }
    for (const Sampler sampler : settings.order.empty() ? std::span<const Sampler>(kUsualOrder) : settings.order)
        addSampler(chain, sampler, settings);
    return chain;
}

}  // namespace monochord
