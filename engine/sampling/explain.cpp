#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/exact_math.h"
#include "monochord/sampling.h"
#include "sampling/candidate_list.h"
#include "sampling/sampler_chain.h"
#include "sampling/selection.h"

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

constexpr size_t kLanes = 16;  // a loop of a known length: the compiler makes vectors of it
using Lanes = std::array<double, kLanes>;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_WIDTH [[gnu::target_clones("default", "avx2", "avx512f")]]
#else
#define FOR_EACH_WIDTH
#endif

FOR_EACH_WIDTH float largestOf(std::span<const float> logits) {
    std::array<float, kLanes> largest;
    largest.fill(-__builtin_inff());
    for (; logits.size() >= kLanes; logits = logits.subspan(kLanes))
        for (size_t i = 0; i < kLanes; i++) largest[i] = logits[i] > largest[i] ? logits[i] : largest[i];
    for (const float x : logits) largest[0] = std::max(largest[0], x);
    return *std::max_element(largest.begin(), largest.end());
}

/// The sum of e^(x − largest), each within 1e-15 of it, 1e-304 below e^-700. Cody and Waite's reduction, then Taylor's
/// series on half a ln 2 to both sides. The same bits whatever the width of the machine's vectors.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
[[gnu::target_clones("default", "avx2", "avx512f")]]
#endif
double
sumOfExp(std::span<const float> logits, float largest) {
    constexpr double kLog2E = 0x1.71547652b82fep0, kLn2High = 0x1.62e42fee00000p-1, kLn2Low = 0x1.a39ef35793c76p-33;
    constexpr double kToInteger = 0x1.8p52;  // added to a number, its lowest bits are the nearest integer
    constexpr double kInverse[] = {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
                                   1.0 / 120,      1.0 / 24,      1.0 / 6,      1.0 / 2,     1.0,        1.0};
    Lanes sums{};
    for (size_t at = 0; at < logits.size(); at += kLanes) {
        std::array<float, kLanes> x;
        x.fill(-__builtin_inff());
        std::memcpy(x.data(), logits.data() + at, std::min(kLanes, logits.size() - at) * sizeof(float));
        Lanes rest, power, series;
        for (size_t i = 0; i < kLanes; i++) {
            const double below = double{x[i]} - double{largest}, clamped = below > -700 ? below : -700;
            power[i] = clamped * kLog2E + kToInteger;
            const double whole = power[i] - kToInteger;
            rest[i] = (clamped - whole * kLn2High) - whole * kLn2Low;
            series[i] = 1.0 / 479001600;
        }
        for (const double factor : kInverse)
            for (size_t i = 0; i < kLanes; i++) series[i] = series[i] * rest[i] + factor;
        for (size_t i = 0; i < kLanes; i++)
            sums[i] +=
                std::bit_cast<double>(std::bit_cast<uint64_t>(series[i]) + (std::bit_cast<uint64_t>(power[i]) << 52));
    }
    double sum = 0;
    for (const double lane : sums) sum += lane;
    return sum;
}

/// Shares of the whole vocabulary without settings.
class SharesBefore {
public:
    explicit SharesBefore(std::span<const float> logits)
        : m_logits(logits), m_largest(largestOf(logits)), m_sum(sumOfExp(logits, m_largest)) {}
    double of(TokenId id) const {
        return exactExp(double{m_logits[static_cast<size_t>(id)]} - double{m_largest}) / m_sum;
    }

private:
    std::span<const float> m_logits;
    float m_largest;
    double m_sum;
};

}  // namespace

Result<std::vector<ExplainedCandidate>> explainSampling(std::span<const float> logits, std::span<const TokenId> history,
                                                        const SamplingSettings& settings, size_t count,
                                                        const MirostatState& state) {
    const auto chain = chainOf(settings, state);
    if (auto checked = checkTokens(logits, history); !checked) return tl::unexpected(checked.error());
    if (auto checked = checkChain(chain, SamplerSemantics::LlamaCpp, logits.size()); !checked)
        return tl::unexpected(checked.error());
    auto left = selectFor(chain, logits, history);
    if (!left) return tl::unexpected(left.error());

    // [vocabulary]: the last step that a token came to. What was not even selected is what top-k would cut.
    std::vector<CutBy> lastStep(logits.size(), CutBy::TopK);
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
