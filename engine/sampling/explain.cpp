#include <algorithm>
#include <string_view>
#include <utility>

#include "base/exact_math.h"
#include "monochord/sampling.h"
#include "sampling/candidate_list.h"
#include "sampling/sampler_chain.h"

namespace monochord {

namespace {

/// What a step of chainOf() is called as one that cuts; penalties cut nothing.
CutBy cutOf(std::string_view step) {
    static constexpr std::pair<std::string_view, CutBy> kCuts[] = {{"logit_bias", CutBy::LogitBias},
                                                                   {"top_n_sigma", CutBy::TopNSigma},
                                                                   {"top_k", CutBy::TopK},
                                                                   {"typical", CutBy::Typical},
                                                                   {"top_p", CutBy::TopP},
                                                                   {"min_p", CutBy::MinP},
                                                                   {"xtc", CutBy::Xtc},
                                                                   {"temp", CutBy::Temperature},
                                                                   {"temp_ext", CutBy::Temperature},
                                                                   {"mirostat", CutBy::Mirostat},
                                                                   {"mirostat_v2", CutBy::Mirostat}};
    for (const auto& [name, cut] : kCuts)
        if (name == step) return cut;
    return CutBy::Nothing;
}

/// Whether a step can take away the likeliest candidate.
bool reachesTheBest(CutBy cut) {
    return cut == CutBy::LogitBias || cut == CutBy::Typical || cut == CutBy::Xtc;
}

/// Shares of the whole vocabulary without settings.
class SharesBefore {
public:
    explicit SharesBefore(std::span<const float> logits)
        : m_logits(logits), m_largest(*std::max_element(logits.begin(), logits.end())) {
        for (const float logit : logits) m_sum += exactExp(double{logit} - m_largest);
    }
    double of(TokenId id) const { return exactExp(double{m_logits[static_cast<size_t>(id)]} - m_largest) / m_sum; }

private:
    std::span<const float> m_logits;
    double m_largest, m_sum = 0;
};

}  // namespace

Result<std::vector<ExplainedCandidate>> explainSampling(std::span<const float> logits, std::span<const TokenId> history,
                                                        const SamplingSettings& settings, size_t count,
                                                        const MirostatState& state) {
    const auto chain = chainOf(settings, state);
    if (auto checked = checkTokens(logits, history); !checked) return tl::unexpected(checked.error());
    if (auto checked = checkChain(chain, SamplerSemantics::LlamaCpp, logits.size()); !checked)
        return tl::unexpected(checked.error());
    auto left = CandidateList::largest(logits, logits.size());
    if (!left) return tl::unexpected(left.error());

    std::vector<CutBy> lastStep(logits.size());  // [vocabulary]: the last step that a token came to
    const auto remember = [&](size_t step) {
        const CutBy cut = cutOf(chain[step].name);
        for (const Scored& candidate : left->items()) lastStep[static_cast<size_t>(candidate.id)] = cut;
    };
    if (auto run = runChain(*left, history, chain, SamplerSemantics::LlamaCpp, remember); !run)
        return tl::unexpected(run.error());

    const bool greedy = std::any_of(chain.begin(), chain.end(), [](const SamplerStep& step) {
        return step.name == "temp" && step.arguments[0] <= 0;
    });
    const SharesBefore before(logits);
    std::vector<ExplainedCandidate> explained;
    explained.reserve(std::min(count, logits.size()));
    std::vector<bool> listed(logits.size());  // [vocabulary]
    const size_t drawable = left->size();
    left->keepFirst(std::min(count, drawable));
    for (const Scored& candidate : left->items()) {
        explained.push_back({candidate.id, before.of(candidate.id), candidate.p, CutBy::Nothing});
        listed[static_cast<size_t>(candidate.id)] = true;
    }
    if (drawable >= count) return explained;
    auto likeliest = CandidateList::largest(logits, count);  // what can be drawn may be among them, and is skipped
    if (!likeliest) return tl::unexpected(likeliest.error());
    likeliest->sort();
    for (const Scored& candidate : likeliest->items()) {
        if (explained.size() == count) break;
        const auto id = static_cast<size_t>(candidate.id);
        if (listed[id]) continue;
        const CutBy cut = greedy && !reachesTheBest(lastStep[id]) ? CutBy::Temperature : lastStep[id];
        explained.push_back({candidate.id, before.of(candidate.id), 0, cut});
    }
    return explained;
}

}  // namespace monochord
