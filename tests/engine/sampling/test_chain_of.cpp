#include <QtTest>
#include <algorithm>
#include <set>

#include "monochord/sampling.h"

using namespace monochord;

namespace {

std::vector<std::string> names(const SamplingSettings& settings) {
    std::vector<std::string> all;
    for (const SamplerStep& step : chainOf(settings)) all.push_back(step.name);
    return all;
}

using Names = std::vector<std::string>;

std::vector<float> someLogits(size_t count, uint64_t seed) {
    std::vector<float> logits(count);
    for (size_t i = 0; i < count; i++) {
        double sum = -3;
        for (uint64_t j = 0; j < 6; j++) sum += uniformAt(seed, 6 * i + j);
        logits[i] = static_cast<float>(3 * sum);
    }
    return logits;
}

/// Settings in which each sampler is on or off by chance, in an order by chance.
SamplingSettings settingsBy(uint64_t seed) {
    uint64_t counter = 0;
    const auto number = [&] { return uniformAt(seed, counter++); };
    const auto maybe = [&](auto off, auto on) { return number() < 0.5 ? off : on; };
    SamplingSettings s;
    s.seed = seed;
    s.temperature = maybe(0.8f, maybe(0.0f, 2.0f));
    s.topK = maybe(0, maybe(3, 40));
    s.topP = maybe(1.0f, 0.8f);
    s.minP = maybe(0.0f, 0.1f);
    s.repeatPenalty = maybe(1.0f, maybe(1.3f, 0.7f));
    s.frequencyPenalty = maybe(0.0f, 0.2f);
    s.typicalP = maybe(1.0f, 0.7f);
    s.topNSigma = maybe(0.0f, 1.5f);
    s.temperatureRange = maybe(0.0f, 0.5f);
    s.xtcProbability = maybe(0.0f, 0.6f);
    s.xtcThreshold = 0.05f;
    s.dryMultiplier = maybe(0.0f, maybe(1.0f, -2.0f));
    s.dryBreakers = maybe(std::vector<TokenId>(), std::vector<TokenId>{3, 8});
    s.logitBias = maybe(std::vector<std::pair<TokenId, float>>(),
                        std::vector<std::pair<TokenId, float>>{{5, 4.0f}, {700, 7.0f}, {2, -2e9f}});
    s.mirostat = maybe(Mirostat::Off, maybe(Mirostat::Off, maybe(Mirostat::V1, Mirostat::V2)));
    if (number() < 0.5) return s;
    s.order = {Sampler::Penalties, Sampler::Dry,  Sampler::TopNSigma, Sampler::TopK,       Sampler::Typical,
               Sampler::TopP,      Sampler::MinP, Sampler::Xtc,       Sampler::Temperature};
    for (size_t i = s.order.size(); i > 1; i--)
        std::swap(s.order[i - 1], s.order[static_cast<size_t>(number() * static_cast<double>(i))]);
    if (number() < 0.5) s.order.resize(5);
    return s;
}

}  // namespace

class TestChainOf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everySamplerHasItsPlace() {
        SamplingSettings s;
        QCOMPARE(names(s), (Names{"penalties", "top_k", "top_p", "min_p", "temp"}));
        s.dryMultiplier = s.topNSigma = s.xtcProbability = s.temperatureRange = s.typicalP = 0.5f;
        s.logitBias = {{3, 1.5f}};
        QCOMPARE(names(s), (Names{"logit_bias", "penalties", "dry", "top_n_sigma", "top_k", "typical", "top_p", "min_p",
                                  "xtc", "temp_ext"}));
        s.mirostat = Mirostat::V1;
        QCOMPARE(names(s), (Names{"logit_bias", "temp", "mirostat"}));
        s.mirostat = Mirostat::V2;
        QCOMPARE(names(s), (Names{"logit_bias", "temp", "mirostat_v2"}));
    }

    void anOrderOfOnesOwn() {
        SamplingSettings s;
        s.order = {Sampler::Temperature, Sampler::MinP, Sampler::Dry};
        QCOMPARE(names(s), (Names{"temp", "min_p"}));
        s.dryMultiplier = 1;
        QCOMPARE(names(s), (Names{"temp", "min_p", "dry"}));
    }

    void theOrderMatters() {
        const std::vector<float> logits = {3, 2, 1, 0};
        SamplingSettings s{.temperature = 10, .topK = 0, .topP = 0.7f, .minP = 0, .seed = 1};
        const auto drawable = [&] {
            return applyChain(logits, {}, chainOf(s), SamplerSemantics::LlamaCpp).value().size();
        };
        QCOMPARE(drawable(), size_t{2});
        s.order = {Sampler::Temperature, Sampler::TopP};
        QCOMPARE(drawable(), size_t{3});
    }

    /// The draw takes shortcuts; it must be the candidate that holds the random number when those of applyChain are
    /// laid end to end. And no settings leave nothing to draw.
    void everyDrawIsWhatTheChainSays() {
        const auto logits = someLogits(900, 5);
        const std::vector<TokenId> history{7, 899, 7, 3, 500, 8, 1, 7, 100, 200, 899, 7, 3, 500, 7, 100, 200, 899, 7};
        for (uint64_t seed = 0; seed < 1500; seed++) {
            const SamplingSettings settings = settingsBy(seed);
            const auto left = applyChain(logits, history, chainOf(settings), SamplerSemantics::LlamaCpp);
            QVERIFY2(left && !left->empty(), left ? "nothing is left" : left.error().message.c_str());
            for (uint64_t position = 0; position < 2; position++) {
                double sum = 0;
                const double number = uniformAt(settings.seed, position);
                const auto holds = [&](const Candidate& candidate) { return (sum += candidate.p) > number; };
                const auto expected = std::find_if(left->begin(), left->end(), holds);
                QVERIFY(expected != left->end());
                QCOMPARE(drawToken(logits, history, settings, position).value(), expected->id);
            }
        }
    }

    void explainedIsWhatTheChainLeaves() {
        const auto logits = someLogits(300, 6);
        const std::vector<TokenId> history{7, 299, 7, 3, 250, 8, 7, 299, 7};
        for (uint64_t seed = 0; seed < 300; seed++) {
            SamplingSettings settings = settingsBy(seed);
            if (!settings.logitBias.empty()) settings.logitBias[1].first = 70;
            const auto left = applyChain(logits, history, chainOf(settings), SamplerSemantics::LlamaCpp).value();
            const auto rows = explainSampling(logits, history, settings, logits.size()).value();
            QCOMPARE(rows.size(), logits.size());
            for (size_t i = 0; i < left.size(); i++) QVERIFY(rows[i].id == left[i].id && rows[i].p == left[i].p);
            for (size_t i = left.size(); i < rows.size(); i++) QVERIFY(rows[i].cutBy != CutBy::Nothing);
        }
    }

    void biasReachesTokensBelowTheTopK() {
        const auto logits = someLogits(5000, 2);
        SamplingSettings s{.topK = 1};
        s.logitBias = {{4321, 100.0f}};
        QCOMPARE(drawToken(logits, {}, s, 0).value(), 4321);
        s.temperature = 0;
        QCOMPARE(drawToken(logits, {}, s, 0).value(), 4321);
        s.logitBias.push_back({4321, static_cast<float>(kRemovingBias)});
        QVERIFY(drawToken(logits, {}, s, 0).value() != 4321);
    }

    void aBiasOnAnUnknownTokenIsAnError() {
        SamplingSettings s;
        s.logitBias = {{4, 1.0f}};
        const std::vector<float> logits = {1, 2, 3, 4};
        QCOMPARE(drawToken(logits, {}, s, 0).error().code, ErrorCode::InvalidArgument);
    }

    void xtcHappensAsOftenAsItsProbability() {
        const std::vector<float> logits = {2, 2, 1, -1};
        SamplingSettings s{.temperature = 1, .topK = 0, .topP = 1, .minP = 0, .seed = 11};
        s.xtcProbability = 0.3f;
        int removed = 0;
        std::set<TokenId> drawnWithout;
        std::vector<TokenId> history;
        constexpr int kDraws = 3000;
        int firstHalf = 0;  // of the draw's own numbers where XTC happens
        for (int i = 0; i < kDraws; i++) {
            history.push_back(0);
            const auto left = applyChain(logits, history, chainOf(s), SamplerSemantics::LlamaCpp).value();
            if (left.front().id != 2) continue;
            removed++;
            firstHalf += uniformAt(s.seed, history.size()) < 0.5;
            drawnWithout.insert(drawToken(logits, history, s, history.size()).value());
        }
        QVERIFY(std::abs(removed - 900) < 100);
        QVERIFY(std::abs(firstHalf - removed / 2) < 80);  // a stream of its own
        QCOMPARE(drawnWithout, (std::set<TokenId>{2, 3}));
    }

    void theSameSeedGivesTheSameDraws() {
        const auto logits = someLogits(400, 9);
        for (uint64_t seed = 0; seed < 50; seed++) {
            const SamplingSettings settings = settingsBy(seed);
            if (!settings.logitBias.empty()) continue;
            MirostatState a, b;
            for (uint64_t position = 0; position < 10; position++)
                QCOMPARE(drawToken(logits, {}, settings, position, &a).value(),
                         drawToken(logits, {}, settings, position, &b).value());
        }
    }

    /// A recorded reply replays on every machine and in every later version.
    void drawsArePinned();
};

void TestChainOf::drawsArePinned() {
    const auto logits = someLogits(1000, 8);
    SamplingSettings s{.temperature = 1.1f, .topK = 0, .topP = 1, .minP = 0, .seed = 2026};
    s.typicalP = 0.9f;
    s.topNSigma = 3;
    s.temperatureRange = 0.4f;
    s.xtcProbability = 0.5f;
    s.xtcThreshold = 0.01f;
    s.dryMultiplier = 0.8f;
    const std::vector<TokenId> history = {1, 2, 3, 4, 1, 2, 3};
    std::vector<TokenId> drawn;
    for (uint64_t position = 0; position < 6; position++)
        drawn.push_back(drawToken(logits, history, s, position).value());
    QCOMPARE(drawn, (std::vector<TokenId>{816, 568, 997, 760, 272, 538}));
    const auto withMirostat = [&](Mirostat version) {
        s.mirostat = version;
        drawn.clear();
        MirostatState state;
        for (uint64_t position = 0; position < 6; position++)
            drawn.push_back(drawToken(logits, history, s, position, &state).value());
        return drawn;
    };
    QCOMPARE(withMirostat(Mirostat::V1), (std::vector<TokenId>{469, 262, 376, 182, 604, 197}));
    QCOMPARE(withMirostat(Mirostat::V2), (std::vector<TokenId>{1, 750, 688, 480, 604, 908}));
}

QTEST_APPLESS_MAIN(TestChainOf)
#include "test_chain_of.moc"
