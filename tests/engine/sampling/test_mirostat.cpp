#include <QtTest>
#include <cmath>
#include <limits>

#include "monochord/sampling.h"

using namespace monochord;

namespace {

/// Zipf's distribution over some tokens, p of the i-th ~ 1 / i.
std::vector<float> zipf(size_t count, double exponent = 1) {
    std::vector<float> logits(count);
    for (size_t i = 0; i < count; i++) logits[i] = static_cast<float>(-exponent * std::log(static_cast<double>(i) + 1));
    return logits;
}

SamplingSettings settingsOf(Mirostat version, float tau) {
    SamplingSettings settings;
    settings.temperature = 1;
    settings.mirostat = version;
    settings.mirostatTau = tau;
    settings.seed = 4;
    return settings;
}

size_t kept(const std::vector<float>& logits, const SamplerStep& step) {
    return applyChain(logits, {}, {&step, 1}, SamplerSemantics::LlamaCpp).value().size();
}

}  // namespace

class TestMirostat : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void muLimitsTheSurprise() {
        const std::vector<float> halves = {0, -0.6931472f, -1.3862944f, -2.0794415f};  // surprises 0.9, 1.9, 2.9, 3.9
        QCOMPARE(kept(halves, {"mirostat_v2", {5, 0.1, 2}}), size_t{2});
        QCOMPARE(kept(halves, {"mirostat_v2", {5, 0.1, 3}}), size_t{3});
        QCOMPARE(kept(halves, {"mirostat_v2", {5, 0.1, -3}}), size_t{1});
        QCOMPARE(kept(halves, {"mirostat_v2", {1, 0.1}}), size_t{2});  // mu is 2 · tau
    }

    /// For Zipf's own exponent 2 over n tokens, k = sqrt(2^mu / (1 - 1/n)).
    void theFirstVersionFitsAnExponent() {
        QCOMPARE(kept(zipf(1000, 2), {"mirostat", {5, 0.1, 100, 6}}), size_t{8});
        QCOMPARE(kept(zipf(1000, 2), {"mirostat", {5, 0.1, 100, 7}}), size_t{11});
        QCOMPARE(kept(zipf(1000, 2), {"mirostat", {3, 0.1, 100}}), size_t{8});
        QCOMPARE(kept(zipf(1000, 2), {"mirostat", {5, 0.1, 100, -50}}), size_t{1});
        QCOMPARE(kept(zipf(1000, 2), {"mirostat", {5, 0.1, 100, 5000}}), size_t{1000});
    }

    void degenerateDistributionsAreNoTrouble() {
        for (const double m : {0.0, 1.0, 2.0, 100.0})
            for (const double mu : {-1e308, 0.0, 1e308}) {
                const size_t flat = kept(std::vector<float>(50, 1), {"mirostat", {5, 0.1, m, mu}});
                QVERIFY(flat >= 1 && flat <= 50);
                QCOMPARE(kept({7}, {"mirostat", {5, 0.1, m, mu}}), size_t{1});
                QVERIFY(kept({3e38f, -3e38f}, {"mirostat", {5, 0.1, m, mu}}) >= 1);
            }
    }

    void theSurpriseApproachesTau() {
        const auto logits = zipf(2000, 1.1);
        for (const Mirostat version : {Mirostat::V1, Mirostat::V2})
            for (const float tau : {2.0f, 3.0f, 5.0f}) {
                MirostatState state;
                const SamplingSettings settings = settingsOf(version, tau);
                double sum = 0;
                constexpr uint64_t kFirst = 100, kLast = 500;
                for (uint64_t position = 0; position < kLast; position++) {
                    const double before = state.mu.value_or(2 * double{tau});
                    QVERIFY(drawToken(logits, {}, settings, position, &state));
                    const double surprise = tau + (before - *state.mu) / double{settings.mirostatEta};
                    if (position >= kFirst) sum += surprise;
                }
                const double mean = sum / (kLast - kFirst);
                QVERIFY2(std::abs(mean - tau) < 0.1, qPrintable(QStringLiteral("%1 for %2").arg(mean).arg(tau)));
            }
    }

    void theDrawnSurpriseMovesMu() {
        const std::vector<float> two = {0, 0};  // one bit each
        MirostatState state;
        const SamplingSettings settings = settingsOf(Mirostat::V2, 3);
        QVERIFY(drawToken(two, {}, settings, 0, &state));
        QVERIFY(std::abs(*state.mu - (6 - double{settings.mirostatEta} * (1 - 3))) < 1e-12);
    }

    void aDrawIsAFunctionOfTheState() {
        const auto logits = zipf(500);
        const SamplingSettings settings = settingsOf(Mirostat::V2, 4);
        MirostatState a{3.5}, b{3.5}, none;
        for (uint64_t position = 0; position < 50; position++) {
            QCOMPARE(drawToken(logits, {}, settings, position, &a).value(),
                     drawToken(logits, {}, settings, position, &b).value());
            QVERIFY(a.mu == b.mu);
        }
        const MirostatState first{8};
        QCOMPARE(chainOf(settings).back().arguments, chainOf(settings, first).back().arguments);
        SamplingSettings off = settings;
        off.mirostat = Mirostat::Off;
        QVERIFY(drawToken(logits, {}, off, 0, &none));
        QVERIFY(!none.mu);
    }

    void anErrorLeavesTheState() {
        MirostatState state{2.5};
        const std::vector<float> broken = {1, std::numeric_limits<float>::quiet_NaN()};
        QVERIFY(!drawToken(broken, {}, settingsOf(Mirostat::V1, 5), 0, &state));
        QVERIFY(state.mu == 2.5);
    }

    void temperatureZeroStaysGreedy() {
        SamplingSettings settings = settingsOf(Mirostat::V1, 5);
        settings.temperature = 0;
        for (uint64_t position = 0; position < 20; position++)
            QCOMPARE(drawToken(zipf(100), {}, settings, position).value(), 0);
    }
};

QTEST_APPLESS_MAIN(TestMirostat)
#include "test_mirostat.moc"
