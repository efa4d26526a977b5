#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include "monochord/sampling.h"

using namespace monochord;

namespace {

/// Logits with a few likely tokens and a long tail, other ones for each seed.
std::vector<float> someLogits(size_t count, uint64_t seed) {
    std::vector<float> logits(count);
    for (size_t i = 0; i < count; i++) logits[i] = static_cast<float>(-2 * std::log(uniformAt(seed, i) + 1e-4));
    return logits;
}

std::vector<ExplainedCandidate> explained(std::span<const float> logits, const SamplingSettings& settings, size_t count,
                                          const std::vector<TokenId>& history = {}) {
    return explainSampling(logits, history, settings, count).value_or(std::vector<ExplainedCandidate>());
}

constexpr SamplingSettings kNeutral{.temperature = 1, .topK = 0, .topP = 1, .minP = 0};

/// Shares 0.5, 0.25, 0.125 and so on, from id 0 down.
const std::vector<float> kHalves = {0.0f, -0.6931472f, -1.3862944f, -2.0794415f, -2.7725887f, -3.4657359f};

std::vector<CutBy> cuts(const SamplingSettings& settings) {
    std::vector<CutBy> all;
    for (const auto& candidate : explained(kHalves, settings, kHalves.size())) all.push_back(candidate.cutBy);
    return all;
}

}  // namespace

class TestExplain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatCanBeDrawnIsWhatTheChainLeaves() {
        const auto logits = someLogits(3000, 1);
        const std::vector<TokenId> history{7, 7, 2999, 12, 40, 41, 42, 7};
        for (const int32_t topK : {0, 1, 40, 2500})
            for (const float topP : {0.3f, 0.95f, 1.0f})
                for (const float minP : {0.0f, 0.05f, 0.4f})
                    for (const float temperature : {0.0f, 0.7f, 1.8f}) {
                        const SamplingSettings settings{.temperature = temperature,
                                                        .topK = topK,
                                                        .topP = topP,
                                                        .minP = minP,
                                                        .repeatPenalty = 1.2f};
                        const auto left =
                            applyChain(logits, history, chainOf(settings), SamplerSemantics::LlamaCpp).value();
                        const auto rows = explained(logits, settings, logits.size(), history);
                        QCOMPARE(rows.size(), logits.size());
                        for (size_t i = 0; i < rows.size(); i++) {
                            QCOMPARE(rows[i].cutBy == CutBy::Nothing, i < left.size());
                            if (i >= left.size()) {
                                QVERIFY(rows[i].p == 0);
                                continue;
                            }
                            QCOMPARE(rows[i].id, left[i].id);
                            QVERIFY(rows[i].p == left[i].p);
                        }
                    }
    }

    void shareBeforeIsTheSoftMax() {
        const auto rows = explained(kHalves, {.temperature = 0.5f, .topK = 2, .repeatPenalty = 2}, 3, {0, 1});
        double sum = 0;
        for (const float logit : kHalves) sum += std::exp(double{logit});
        for (const auto& row : rows)
            QVERIFY(std::abs(row.before - std::exp(double{kHalves[static_cast<size_t>(row.id)]}) / sum) < 1e-12);
    }

    void eachStepIsNamed() {
        using enum CutBy;
        SamplingSettings settings = kNeutral;
        QCOMPARE(cuts(settings), std::vector<CutBy>(6, Nothing));
        settings.topK = 5;
        QCOMPARE(cuts(settings), (std::vector{Nothing, Nothing, Nothing, Nothing, Nothing, TopK}));
        settings.topP = 0.95f;
        QCOMPARE(cuts(settings), (std::vector{Nothing, Nothing, Nothing, Nothing, TopP, TopK}));
        settings.minP = 0.2f;
        QCOMPARE(cuts(settings), (std::vector{Nothing, Nothing, Nothing, MinP, TopP, TopK}));
    }

    void rareStepsAreNamed() {
        using enum CutBy;
        SamplingSettings settings = kNeutral;
        settings.topNSigma = 2;  // deviation 1.18
        settings.xtcProbability = 1;
        settings.xtcThreshold = 0.2f;
        settings.logitBias = {{1, static_cast<float>(kRemovingBias)}};
        // XTC finds one likely token alone and leaves it.
        QCOMPARE(cuts(settings), (std::vector{Nothing, Nothing, Nothing, LogitBias, TopNSigma, TopNSigma}));
        settings.logitBias.clear();
        QCOMPARE(cuts(settings), (std::vector{Nothing, Nothing, Nothing, Xtc, TopNSigma, TopNSigma}));
        settings.temperature = 0;
        QCOMPARE(cuts(settings), (std::vector{Nothing, Xtc, Temperature, Temperature, Temperature, Temperature}));
        settings.temperature = 1;
        settings.xtcProbability = 0;
        settings.typicalP = 0.6f;
        QCOMPARE(cuts(settings), (std::vector{Nothing, Nothing, Typical, Typical, TopNSigma, TopNSigma}));
        settings.mirostat = Mirostat::V2;
        settings.mirostatTau = 1;
        QCOMPARE(cuts(settings), (std::vector{Nothing, Nothing, Mirostat, Mirostat, Mirostat, Mirostat}));
    }

    void temperatureZeroLeavesOneAndNamesItself() {
        const auto all = cuts({.temperature = 0, .topK = 2});
        QCOMPARE(all.front(), CutBy::Nothing);
        QCOMPARE(std::count(all.begin(), all.end(), CutBy::Temperature), 5);
    }

    void penalisedTokenKeepsItsShareBefore() {
        SamplingSettings settings = kNeutral;
        settings.presencePenalty = 10;
        const auto rows = explained(kHalves, settings, 6, {0});
        QCOMPARE(rows.back().id, 0);
        QVERIFY(rows.back().p < 0.001 && rows.back().before > 0.5);
    }

    void cutTokensFollowByTheirShareBefore() {
        const auto rows = explained(someLogits(1000, 3), {.topK = 4, .topP = 0.6f}, 30);
        QCOMPARE(rows.size(), size_t{30});
        const auto firstCut =
            std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.cutBy != CutBy::Nothing; });
        QVERIFY(firstCut - rows.begin() <= 4);
        QVERIFY(std::is_sorted(firstCut, rows.end(), [](const auto& a, const auto& b) { return a.before > b.before; }));
    }

    void countLimitsTheRows() {
        QCOMPARE(explained(kHalves, kNeutral, 2).size(), size_t{2});
        QCOMPARE(explained(kHalves, kNeutral, 0).size(), size_t{0});
        QCOMPARE(explained(kHalves, kNeutral, 100).size(), kHalves.size());
    }

    void removedTokensAreNotListed() {
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        const std::vector<float> logits{1, -kInfinity, 2};
        QCOMPARE(explained(logits, {.topK = 1}, 10).size(), size_t{2});
    }

    void badInputIsAnError() {
        QCOMPARE(explainSampling({}, {}, kNeutral, 5).error().code, ErrorCode::InvalidArgument);
        const std::vector<float> nan{0, std::nanf("")};
        QCOMPARE(explainSampling(nan, {}, kNeutral, 5).error().code, ErrorCode::NotFinite);
        const std::vector<TokenId> history{9};
        QCOMPARE(explainSampling(kHalves, history, kNeutral, 5).error().code, ErrorCode::InvalidArgument);
    }

    void settingsOfTheStarterVocabulary() {  // prints how long one call takes
        const auto logits = someLogits(49152, 5);
        const SamplingSettings settings{.topK = 0};
        QBENCHMARK {
            QCOMPARE(explained(logits, settings, 12).size(), size_t{12});
        }
    }
};

QTEST_APPLESS_MAIN(TestExplain)
#include "test_explain.moc"
