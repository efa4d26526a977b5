#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "monochord/sampling.h"

using namespace monochord;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Deterministic logits with a bell-shaped spread: sums of the generator's own numbers.
std::vector<float> bellLogits(size_t count, uint64_t seed, double width = 2) {
    std::vector<float> logits(count);
    for (size_t i = 0; i < count; i++) {
        double sum = -3;
        for (uint64_t j = 0; j < 6; j++) sum += uniformAt(seed, 6 * i + j);
        logits[i] = static_cast<float>(width * sum);
    }
    return logits;
}

std::vector<TokenId> draws(std::span<const float> logits, const SamplingSettings& settings, uint64_t count,
                           const std::vector<TokenId>& history = {}) {
    std::vector<TokenId> ids;
    for (uint64_t position = 0; position < count; position++)
        ids.push_back(drawToken(logits, history, settings, position).value_or(-1));
    return ids;
}

/// Sliders of all kinds: with and without top-k, top-p, min-p, penalties, at several temperatures.
std::vector<SamplingSettings> variedSettings() {
    std::vector<SamplingSettings> all;
    for (const int32_t topK : {0, 1, 5, 40, 5000})
        for (const float topP : {0.5f, 1.0f})
            for (const float minP : {0.0f, 0.1f})
                for (const float temperature : {0.0f, 0.7f, 1.5f})
                    for (const float repeat : {1.0f, 1.3f, 0.8f})
                        all.push_back({.temperature = temperature,
                                       .topK = topK,
                                       .topP = topP,
                                       .minP = minP,
                                       .repeatPenalty = repeat,
                                       .repeatWindow = 8,
                                       .presencePenalty = repeat - 1,
                                       .seed = 3});
    return all;
}

}  // namespace

class TestDraw : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void generatorGivesThePublishedSequence();
    void generatorIsPinned();
    void generatorIsEven();
    void neighbouringSeedsAreUnrelated();
    void everyDrawIsWhatTheChainSays();
    void frequenciesMatchTheShares();
    void sameSeedSameDraws();
    void earlierDrawsDoNotMatter();
    void temperatureZeroIsTheArgMaxAfterPenalties();
    void penaltiesReachBeyondTheTopK();
    void rewardsReachTokensBelowTheTopK();
    void ascendingLogitsAreHandled();
    void removedTokensAreNeverDrawn();
    void impossibleShareIsNeverDrawn();
    void badInputIsAnError();
    void drawsArePinned();
};

/// SplitMix64 with seed 0, as its authors and many implementations list it.
void TestDraw::generatorGivesThePublishedSequence() {
    const uint64_t published[] = {0xe220a8397b1dcdafu, 0x6e789e6aa1b965f4u, 0x06c45d188009454fu};
    for (uint64_t i = 0; i < 3; i++) QCOMPARE(uniformAt(0, i), static_cast<double>(published[i] >> 11) * 0x1p-53);
}

void TestDraw::generatorIsPinned() {
    QCOMPARE(uniformAt(1, 0), 0x1.7fdf0061bb85ap-1);
    QCOMPARE(uniformAt(42, 1000), 0x1.b021712762231p-1);
    QCOMPARE(uniformAt(std::numeric_limits<uint64_t>::max(), std::numeric_limits<uint64_t>::max()),
             0x1.2fff600bafec4p-2);
}

void TestDraw::generatorIsEven() {
    constexpr int kBins = 64, kNumbers = 64000;
    for (const uint64_t seed : {0u, 1u, 12345u}) {
        int bins[kBins] = {};
        for (uint64_t i = 0; i < kNumbers; i++) {
            const double number = uniformAt(seed, i);
            QVERIFY(number >= 0 && number < 1);
            bins[static_cast<int>(number * kBins)]++;
        }
        double chiSquare = 0;
        for (const int bin : bins) chiSquare += std::pow(bin - kNumbers / kBins, 2) / (kNumbers / kBins);
        QVERIFY(chiSquare < 110);  // 63 degrees of freedom: 1 in 5000 is above
    }
}

void TestDraw::neighbouringSeedsAreUnrelated() {
    // The share of positions where both numbers lie in the same half.
    for (const uint64_t seed : {0u, 1u, 2u, 1000u}) {
        int together = 0;
        for (uint64_t i = 0; i < 10000; i++) together += (uniformAt(seed, i) < 0.5) == (uniformAt(seed + 1, i) < 0.5);
        QVERIFY(std::abs(together - 5000) < 250);
    }
}

/// The draw takes shortcuts; it must be the candidate that holds the random number when those of applyChain are laid
/// end to end.
void TestDraw::everyDrawIsWhatTheChainSays() {
    const auto logits = bellLogits(3000, 5);
    const std::vector<TokenId> history{7, 2999, 7, 1500, 3, 8, 1, 7, 100, 200, 2999};
    for (const SamplingSettings& settings : variedSettings()) {
        const auto chain = chainOf(settings);
        const auto candidates = applyChain(logits, history, chain, SamplerSemantics::LlamaCpp);
        QVERIFY(candidates.has_value());
        for (uint64_t position = 0; position < 5; position++) {
            double sum = 0;
            const double number = uniformAt(settings.seed, position);
            const auto holds = [&](const Candidate& candidate) { return (sum += candidate.p) > number; };
            const auto expected = std::find_if(candidates->begin(), candidates->end(), holds);
            QVERIFY(expected != candidates->end());
            QCOMPARE(drawToken(logits, history, settings, position).value(), expected->id);
        }
    }
}

void TestDraw::frequenciesMatchTheShares() {
    const std::vector<float> logits{1, 0.5f, -1, 2, 0, 0, -3};
    SamplingSettings settings{.temperature = 1.2f, .topK = 5, .topP = 0.97f, .minP = 0.05f, .seed = 99};
    const auto candidates = applyChain(logits, {}, chainOf(settings), SamplerSemantics::LlamaCpp);
    constexpr uint64_t kDraws = 20000;
    std::map<TokenId, int> counts;
    for (const TokenId id : draws(logits, settings, kDraws)) counts[id]++;
    QCOMPARE(counts.size(), candidates->size());
    for (const Candidate& candidate : *candidates) {
        const double expected = candidate.p * kDraws, deviation = std::sqrt(expected * (1 - candidate.p));
        QVERIFY(std::abs(counts[candidate.id] - expected) < 4 * deviation);
    }
}

void TestDraw::sameSeedSameDraws() {
    const auto logits = bellLogits(500, 1, 0.5);
    SamplingSettings settings{.seed = 17}, other{.seed = 18};
    QCOMPARE(draws(logits, settings, 100), draws(logits, settings, 100));
    QVERIFY(draws(logits, settings, 100) != draws(logits, other, 100));
}

void TestDraw::earlierDrawsDoNotMatter() {
    const auto logits = bellLogits(500, 1, 0.5);
    const SamplingSettings settings{.seed = 17};
    auto forward = draws(logits, settings, 50);
    std::vector<TokenId> backward;
    for (uint64_t position = 50; position-- > 0;) backward.push_back(drawToken(logits, {}, settings, position).value());
    std::reverse(backward.begin(), backward.end());
    QCOMPARE(backward, forward);
}

void TestDraw::temperatureZeroIsTheArgMaxAfterPenalties() {
    const std::vector<float> logits{1, 5, 4.5f, 5};
    SamplingSettings settings{.temperature = 0, .topK = 40};
    QCOMPARE(drawToken(logits, {}, settings, 0).value(), 1);  // of equal ones the lower id
    settings.presencePenalty = 1;
    const std::vector<TokenId> one{1}, both{1, 3};
    QCOMPARE(drawToken(logits, one, settings, 0).value(), 3);
    QCOMPARE(drawToken(logits, both, settings, 0).value(), 2);
    settings.repeatWindow = 0;
    QCOMPARE(drawToken(logits, both, settings, 0).value(), 1);
    settings = {.temperature = -1};
    QCOMPARE(drawToken(logits, {}, settings, 9).value(), 1);
}

void TestDraw::penaltiesReachBeyondTheTopK() {
    // The three best are pushed down; the choice is among the next ones, which a top-k before the penalties would lose.
    const std::vector<float> logits{9, 8, 7, 3, 2, 1};
    SamplingSettings settings{.topK = 2, .topP = 1, .minP = 0, .presencePenalty = 100};
    for (const TokenId id : draws(logits, settings, 50, {0, 1, 2})) QVERIFY(id == 3 || id == 4);
}

void TestDraw::rewardsReachTokensBelowTheTopK() {
    const std::vector<float> logits{9, 8, 7, 3, 2, 1};
    SamplingSettings settings{.topK = 1, .presencePenalty = -100};
    QCOMPARE(drawToken(logits, std::vector<TokenId>{5}, settings, 0).value(), 5);
}

void TestDraw::ascendingLogitsAreHandled() {
    std::vector<float> logits(100000);
    for (size_t i = 0; i < logits.size(); i++) logits[i] = static_cast<float>(i) * 1e-3f;
    SamplingSettings settings{.temperature = 0};
    QCOMPARE(drawToken(logits, {}, settings, 0).value(), 99999);
    settings = {.temperature = 100, .topK = 3, .topP = 1, .minP = 0};
    for (const TokenId id : draws(logits, settings, 50)) QVERIFY(id >= 99997);
}

void TestDraw::removedTokensAreNeverDrawn() {
    std::vector<float> logits(300, -kInfinity);
    logits[7] = -5;
    logits[250] = -6;
    for (const int32_t topK : {0, 1, 40, 1000}) {
        SamplingSettings settings{.temperature = 5, .topK = topK, .topP = 1, .minP = 0, .presencePenalty = -50};
        for (const TokenId id : draws(logits, settings, 20, {3, 3})) QVERIFY(id == 7 || id == 250);
    }
}

void TestDraw::impossibleShareIsNeverDrawn() {
    std::vector<float> logits(2000, -1e30f);  // their share is 0 in f64
    logits[1234] = 0;
    const SamplingSettings settings{.temperature = 1, .topK = 0, .topP = 1, .minP = 0};
    for (const TokenId id : draws(logits, settings, 200)) QCOMPARE(id, 1234);
}

void TestDraw::badInputIsAnError() {
    const std::vector<float> good{1, 2, 3};
    const auto code = [](const std::vector<float>& logits, const std::vector<TokenId>& history,
                         SamplingSettings settings) {
        const auto drawn = drawToken(logits, history, settings, 0);
        return drawn ? ErrorCode::Cancelled : drawn.error().code;
    };
    for (const float temperature : {0.0f, 1.0f}) {
        for (const int32_t topK : {0, 1, 40}) {
            const SamplingSettings settings{.temperature = temperature, .topK = topK};
            QCOMPARE(code({1, std::nanf(""), 3}, {}, settings), ErrorCode::NotFinite);
            QCOMPARE(code({1, 2, kInfinity}, {}, settings), ErrorCode::NotFinite);
            QCOMPARE(code({-kInfinity, -kInfinity}, {}, settings), ErrorCode::InvalidArgument);
            QCOMPARE(code({}, {}, settings), ErrorCode::InvalidArgument);
            QCOMPARE(code(good, {3}, settings), ErrorCode::InvalidArgument);
            QCOMPARE(code(good, {-1}, settings), ErrorCode::InvalidArgument);
        }
    }
    QCOMPARE(code(good, {}, {.temperature = std::nanf("")}), ErrorCode::InvalidArgument);
    QCOMPARE(code(good, {}, {.topP = kInfinity}), ErrorCode::InvalidArgument);
    QCOMPARE(code(good, {}, {.repeatPenalty = 0}), ErrorCode::InvalidArgument);
    QCOMPARE(code(good, {}, {.topK = std::numeric_limits<int32_t>::max()}), ErrorCode::Cancelled);
    QCOMPARE(code(good, {}, {.topK = std::numeric_limits<int32_t>::min()}), ErrorCode::Cancelled);
    QCOMPARE(code(good, {1}, {.repeatPenalty = 2, .repeatWindow = std::numeric_limits<int32_t>::min()}),
             ErrorCode::Cancelled);
}

/// A recorded reply replays on every machine and in every later version.
void TestDraw::drawsArePinned() {
    const SamplingSettings settings{.temperature = 1.1f, .repeatPenalty = 1.1f, .seed = 2026};
    QCOMPARE(draws(bellLogits(1000, 8, 1), settings, 12, {1, 2, 3}),
             (std::vector<TokenId>{831, 764, 688, 480, 182, 323, 927, 831, 480, 764, 79, 859}));
}

QTEST_APPLESS_MAIN(TestDraw)
#include "test_draw.moc"
