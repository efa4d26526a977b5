#include <algorithm>

#include "base/exact_math.h"
#include "monochord/sampling.h"
#include "sampling/candidate_list.h"
#include "sampling/sampler_chain.h"

namespace monochord {

namespace {

constexpr CutBy kStepsOfTheChain[] = {CutBy::Nothing, CutBy::TopK, CutBy::TopP, CutBy::MinP, CutBy::Temperature};

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
                                                        const SamplingSettings& settings, size_t count) {
    const auto chain = chainOf(settings);
    if (auto checked = checkTokens(logits, history); !checked) return tl::unexpected(checked.error());
    if (auto checked = checkChain(chain, SamplerSemantics::LlamaCpp); !checked) return tl::unexpected(checked.error());
    auto left = CandidateList::largest(logits, logits.size());
    if (!left) return tl::unexpected(left.error());

    std::vector<CutBy> lastStep(logits.size());  // [vocabulary]: the last step that a token came to
    const auto remember = [&](size_t step) {
        for (const Scored& candidate : left->items())
            lastStep[static_cast<size_t>(candidate.id)] = kStepsOfTheChain[step];
    };
    if (auto run = runChain(*left, history, chain, SamplerSemantics::LlamaCpp, remember); !run)
        return tl::unexpected(run.error());

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
        explained.push_back(
            {candidate.id, before.of(candidate.id), 0, settings.temperature > 0 ? lastStep[id] : CutBy::Temperature});
    }
    return explained;
}

}  // namespace monochord
