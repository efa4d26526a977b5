#include <QtTest>
#include <cmath>
#include <limits>

#include "monochord/sampling.h"

using namespace monochord;

namespace {

using Probabilities = std::vector<std::pair<TokenId, double>>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr auto kLlamaCpp = SamplerSemantics::LlamaCpp;
constexpr auto kHuggingFace = SamplerSemantics::HuggingFace;

/// Logits whose softmax are the given probabilities.
std::vector<float> logitsOf(std::initializer_list<double> probabilities) {
    std::vector<float> logits;
    for (const double p : probabilities) logits.push_back(static_cast<float>(std::log(p)));
    return logits;
}

const std::vector<float> kHalves = logitsOf({0.125, 0.5, 0.0625, 0.25, 0.0625});

std::vector<TokenId> kept(std::span<const float> logits, const std::vector<SamplerStep>& chain,
                          SamplerSemantics semantics = kLlamaCpp, const std::vector<TokenId>& history = {}) {
    std::vector<TokenId> ids;
    const auto candidates = applyChain(logits, history, chain, semantics);
    if (!candidates) return ids;
    for (const Candidate& candidate : *candidates) ids.push_back(candidate.id);
    return ids;
}

/// Whether the probabilities, highest first, are the expected ones.
bool leaves(std::span<const float> logits, const std::vector<SamplerStep>& chain, const Probabilities& expected,
            SamplerSemantics semantics = kLlamaCpp, const std::vector<TokenId>& history = {}) {
    const auto candidates = applyChain(logits, history, chain, semantics);
    if (!candidates || candidates->size() != expected.size()) return false;
    for (size_t i = 0; i < expected.size(); i++) {
        const Candidate& candidate = (*candidates)[i];
        if (candidate.id != expected[i].first || std::abs(candidate.p - expected[i].second) > 1e-6) return false;
    }
    return true;
}

ErrorCode errorOf(std::span<const float> logits, const std::vector<SamplerStep>& chain,
                  const std::vector<TokenId>& history = {}, SamplerSemantics semantics = kLlamaCpp) {
    const auto candidates = applyChain(logits, history, chain, semantics);
    return candidates ? ErrorCode::Cancelled : candidates.error().code;
}

using Ids = std::vector<TokenId>;

}  // namespace

class TestSamplerChain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anEmptyChainGivesTheSoftmaxSorted();
    void tiesKeepTheLowerIdFirst();
    void topKKeepsTheLargest();
    void topPKeepsTheShortestPrefix();
    void minPComparesWithTheLargest();
    void typicalStartsNearTheEntropy();
    void temperatureSharpensAndFlattens();
    void temperatureZeroLeavesTheArgMax();
    void dynamicTemperatureFollowsTheEntropy();
    void topNSigmaMeasuresInDeviations();
    void xtcRemovesTheTopChoices();
    void penaltiesSeeTheWindowOnly();
    void stepsWorkInTheOrderGiven();

    void hfRepetitionPenaltyCountsOnce();
    void hfTopKKeepsTies();
    void hfTopPRemovesTheTail();
    void hfMinPAndCutoffsKeepTheMostLikely();
    void hfTypicalKeepsTies();

    void removedTokensStayOut();
    void infinityAndNanAreErrors();
    void nothingLeftIsAnError();
    void malformedChainsAreErrors();
    void historyOutOfRangeIsAnError();
    void oddNumbersDoNoHarm_data();
    void oddNumbersDoNoHarm();
    void theSlidersChainIsInOrder();
};

void TestSamplerChain::anEmptyChainGivesTheSoftmaxSorted() {
    QVERIFY(leaves(kHalves, {}, {{1, 0.5}, {3, 0.25}, {0, 0.125}, {2, 0.0625}, {4, 0.0625}}));
    QVERIFY(leaves(std::vector<float>{-3e38f, 3e38f}, {}, {{1, 1.0}, {0, 0.0}}));
    QVERIFY(leaves(std::vector<float>{42}, {}, {{0, 1.0}}));
}

void TestSamplerChain::tiesKeepTheLowerIdFirst() {
    const std::vector<float> same(1000, 1.5f);
    QCOMPARE(kept(same, {{"top_k", {3}}}), (Ids{0, 1, 2}));
    QCOMPARE(kept(same, {{"top_p", {0.0035, 1}}}), (Ids{0, 1, 2, 3}));
    QCOMPARE(kept(same, {{"temp", {0}}}), (Ids{0}));
    QCOMPARE(kept(same, {{"temp", {0.7}}, {"top_k", {2}}}), (Ids{0, 1}));
    QCOMPARE(kept(same, {{"min_p", {2, 4}}}), (Ids{0, 1, 2, 3}));
}

void TestSamplerChain::topKKeepsTheLargest() {
    QVERIFY(leaves(kHalves, {{"top_k", {2}}}, {{1, 2.0 / 3}, {3, 1.0 / 3}}));
    QCOMPARE(kept(kHalves, {{"top_k", {4}}}), (Ids{1, 3, 0, 2}));
    QCOMPARE(kept(kHalves, {{"top_k", {0}}}).size(), size_t{5});
    QCOMPARE(kept(kHalves, {{"top_k", {-1}}}).size(), size_t{5});
    QCOMPARE(kept(kHalves, {{"top_k", {1e18}}}).size(), size_t{5});
}

void TestSamplerChain::topPKeepsTheShortestPrefix() {
    QCOMPARE(kept(kHalves, {{"top_p", {0.45, 1}}}), (Ids{1}));
    QCOMPARE(kept(kHalves, {{"top_p", {0.7, 1}}}), (Ids{1, 3}));
    QCOMPARE(kept(kHalves, {{"top_p", {0.8, 1}}}), (Ids{1, 3, 0}));
    QCOMPARE(kept(kHalves, {{"top_p", {0.0, 1}}}), (Ids{1}));
    QCOMPARE(kept(kHalves, {{"top_p", {0.1, 3}}}), (Ids{1, 3, 0}));
    QCOMPARE(kept(kHalves, {{"top_p", {1, 1}}}).size(), size_t{5});
}

void TestSamplerChain::minPComparesWithTheLargest() {
    QCOMPARE(kept(kHalves, {{"min_p", {0.2, 1}}}), (Ids{1, 3, 0}));
    QCOMPARE(kept(kHalves, {{"min_p", {0.3, 1}}}), (Ids{1, 3}));
    QCOMPARE(kept(kHalves, {{"min_p", {0.9, 3}}}), (Ids{1, 3, 0}));
    QCOMPARE(kept(kHalves, {{"min_p", {0, 1}}}).size(), size_t{5});
    QCOMPARE(kept(kHalves, {{"min_p", {5, 0}}}), (Ids{1}));
}

void TestSamplerChain::typicalStartsNearTheEntropy() {
    // H = 1.875 ln 2; distances in ln 2: token 3 (2) 0.125, token 1 (1) 0.875, token 0 (3) 1.125, tokens 2, 4
    // (4) 2.125.
    QCOMPARE(kept(kHalves, {{"typical", {0.2, 1}}}), (Ids{3}));
    QCOMPARE(kept(kHalves, {{"typical", {0.5, 1}}}), (Ids{1, 3}));
    QCOMPARE(kept(kHalves, {{"typical", {0.8, 1}}}), (Ids{1, 3, 0}));
    QCOMPARE(kept(kHalves, {{"typical", {0.2, 2}}}), (Ids{1, 3}));
    QCOMPARE(kept(kHalves, {{"typical", {-1, 0}}}), (Ids{3}));
    QCOMPARE(kept(kHalves, {{"typical", {1, 1}}}).size(), size_t{5});
}

void TestSamplerChain::temperatureSharpensAndFlattens() {
    const auto logits = logitsOf({0.2, 0.8});
    QVERIFY(leaves(logits, {{"temp", {0.5}}}, {{1, 16.0 / 17}, {0, 1.0 / 17}}));
    QVERIFY(leaves(logits, {{"temp", {2}}}, {{1, 2.0 / 3}, {0, 1.0 / 3}}));
    QVERIFY(leaves(logits, {{"temp", {1e30}}}, {{1, 0.5}, {0, 0.5}}));
}

void TestSamplerChain::temperatureZeroLeavesTheArgMax() {
    for (const double temperature : {0.0, -1.0, 1e-320})
        QVERIFY(leaves(kHalves, {{"temp", {temperature}}}, {{1, 1.0}}));
}

void TestSamplerChain::dynamicTemperatureFollowsTheEntropy() {
    // An even distribution has the greatest entropy, so the highest temperature; a sure one the lowest.
    QVERIFY(leaves(logitsOf({0.5, 0.5}), {{"temp_ext", {1, 0.5, 1}}}, {{0, 0.5}, {1, 0.5}}));
    QVERIFY(leaves(std::vector<float>{0, 100}, {{"temp_ext", {1, 0.5, 1}}}, {{1, 1.0}, {0, 0.0}}));
    // p = 1/5, 4/5: H = 0.500402, H / ln 2 = 0.721928; t = 0.5 + 1 · 0.721928, (1/4)^(1/t) = 0.3215784
    QVERIFY(
        leaves(logitsOf({0.2, 0.8}), {{"temp_ext", {1, 0.5, 1}}}, {{1, 1 / 1.3215784}, {0, 0.3215784 / 1.3215784}}));
    // Without a range it is a plain temperature.
    QVERIFY(leaves(logitsOf({0.2, 0.8}), {{"temp_ext", {0.5, 0, 1}}}, {{1, 16.0 / 17}, {0, 1.0 / 17}}));
    QCOMPARE(kept(kHalves, {{"temp_ext", {0, 0, 1}}}), (Ids{1}));
}

void TestSamplerChain::topNSigmaMeasuresInDeviations() {
    const std::vector<float> logits{4, 0, 0, 0, 1};  // mean 1, deviation sqrt(12 / 5) = 1.549
    QCOMPARE(kept(logits, {{"top_n_sigma", {1}}}), (Ids{0}));
    QCOMPARE(kept(logits, {{"top_n_sigma", {2}}}), (Ids{0, 4}));
    QCOMPARE(kept(logits, {{"top_n_sigma", {3}}}), (Ids{0, 4, 1, 2, 3}));
    QCOMPARE(kept(logits, {{"top_n_sigma", {0}}}).size(), size_t{5});
}

void TestSamplerChain::xtcRemovesTheTopChoices() {
    QVERIFY(leaves(kHalves, {{"xtc", {1, 0.2, 1, 7}}}, {{3, 0.5}, {0, 0.25}, {2, 0.125}, {4, 0.125}}));
    QCOMPARE(kept(kHalves, {{"xtc", {1, 0.1, 1, 7}}}), (Ids{0, 2, 4}));
    QCOMPARE(kept(kHalves, {{"xtc", {1, 0.3, 1, 7}}}).size(), size_t{5});   // one is likely: it stays
    QCOMPARE(kept(kHalves, {{"xtc", {1, 0.1, 4, 7}}}).size(), size_t{5});   // fewer than four would remain
    QCOMPARE(kept(kHalves, {{"xtc", {1, 0.51, 1, 7}}}).size(), size_t{5});  // two can't both be above a half
    QCOMPARE(kept(kHalves, {{"xtc", {0, 0.1, 1, 7}}}).size(), size_t{5});
}

void TestSamplerChain::penaltiesSeeTheWindowOnly() {
    const std::vector<float> logits{2, -2, 2, 0};
    const std::vector<TokenId> history{2, 0, 0, 1};
    const auto logitsAfter = [&](double window, double repeat, double frequency, double presence) {
        const auto candidates = applyChain(
            logits, history, std::vector<SamplerStep>{{"penalties", {window, repeat, frequency, presence}}}, kLlamaCpp);
        std::vector<float> after(4);
        for (const Candidate& candidate : *candidates) after[static_cast<size_t>(candidate.id)] = candidate.logit;
        return after;
    };
    QCOMPARE(logitsAfter(64, 2, 0, 0), (std::vector<float>{1, -4, 1, 0}));
    QCOMPARE(logitsAfter(-1, 2, 0, 0), (std::vector<float>{1, -4, 1, 0}));
    QCOMPARE(logitsAfter(3, 2, 0, 0), (std::vector<float>{1, -4, 2, 0}));
    QCOMPARE(logitsAfter(0, 2, 1, 1), logits);
    QCOMPARE(logitsAfter(64, 1, 0.5, 0), (std::vector<float>{1, -2.5, 1.5, 0}));
    QCOMPARE(logitsAfter(64, 1, 0.5, 0.25), (std::vector<float>{0.75, -2.75, 1.25, 0}));
    QCOMPARE(kept(logits, {{"penalties", {64, 2, 0.25, 0}}}, kLlamaCpp, history), (Ids{2, 0, 3, 1}));
}

void TestSamplerChain::stepsWorkInTheOrderGiven() {
    // The penalty comes too late for the token that top-k kept.
    const std::vector<TokenId> history{1};
    const SamplerStep topK{"top_k", {1}}, penalties{"penalties", {64, 1, 100, 0}};
    QCOMPARE(kept(kHalves, {topK, penalties}, kLlamaCpp, history), (Ids{1}));
    QCOMPARE(kept(kHalves, {penalties, topK}, kLlamaCpp, history), (Ids{3}));
    // A flat distribution needs more tokens for the same share.
    const SamplerStep temperature{"temp", {10}}, topP{"top_p", {0.7, 1}};
    QCOMPARE(kept(kHalves, {topP, temperature}), (Ids{1, 3}));
    QCOMPARE(kept(kHalves, {temperature, topP}), (Ids{1, 3, 0, 2}));
    // Penalties after a step that has sorted the list.
    QCOMPARE(kept(kHalves, {{"top_k", {3}}, penalties}, kLlamaCpp, history), (Ids{3, 0, 1}));
}

void TestSamplerChain::hfRepetitionPenaltyCountsOnce() {
    const std::vector<float> logits{2, -1, 0};
    QCOMPARE(kept(logits, {{"repetition_penalty", {4}}}, kHuggingFace, {0, 0, 1, 0}), (Ids{0, 2, 1}));
    const double e = std::exp(0.5), f = std::exp(-4.0), sum = e + 1 + f;
    QVERIFY(leaves(logits, {{"repetition_penalty", {4}}}, {{0, e / sum}, {2, 1 / sum}, {1, f / sum}}, kHuggingFace,
                   {0, 0, 1, 0}));
}

void TestSamplerChain::hfTopKKeepsTies() {
    QCOMPARE(kept(kHalves, {{"top_k", {4}}}, kHuggingFace), (Ids{1, 3, 0, 2, 4}));
    QCOMPARE(kept(kHalves, {{"top_k", {3}}}, kHuggingFace), (Ids{1, 3, 0}));
    QCOMPARE(kept(kHalves, {{"top_k", {1e9}}}, kHuggingFace).size(), size_t{5});
}

void TestSamplerChain::hfTopPRemovesTheTail() {
    QCOMPARE(kept(kHalves, {{"top_p", {0.9}}}, kHuggingFace), (Ids{1, 3, 0, 2}));
    QCOMPARE(kept(kHalves, {{"top_p", {0.8}}}, kHuggingFace), (Ids{1, 3, 0}));
    QCOMPARE(kept(kHalves, {{"top_p", {0.0}}}, kHuggingFace), (Ids{1}));
    QCOMPARE(kept(kHalves, {{"top_p", {1.0}}}, kHuggingFace).size(), size_t{5});
}

void TestSamplerChain::hfMinPAndCutoffsKeepTheMostLikely() {
    QCOMPARE(kept(kHalves, {{"min_p", {0.3}}}, kHuggingFace), (Ids{1, 3}));
    QCOMPARE(kept(kHalves, {{"min_p", {7}}}, kHuggingFace), (Ids{1}));
    QCOMPARE(kept(kHalves, {{"epsilon_cutoff", {0.1}}}, kHuggingFace), (Ids{1, 3, 0}));
    QCOMPARE(kept(kHalves, {{"epsilon_cutoff", {0.99}}}, kHuggingFace), (Ids{1}));
    // H = 1.875 ln 2, exp(-H) = 0.2726; sqrt(0.25) · 0.2726 = 0.1363 < 0.25
    QCOMPARE(kept(kHalves, {{"eta_cutoff", {0.25}}}, kHuggingFace), (Ids{1, 3}));
    QCOMPARE(kept(kHalves, {{"eta_cutoff", {0.07}}}, kHuggingFace), (Ids{1, 3, 0}));
}

void TestSamplerChain::hfTypicalKeepsTies() {
    QCOMPARE(kept(kHalves, {{"typical_p", {0.2}}}, kHuggingFace), (Ids{3}));
    QCOMPARE(kept(kHalves, {{"typical_p", {0.5}}}, kHuggingFace), (Ids{1, 3}));
    QCOMPARE(kept(kHalves, {{"typical_p", {0.9}}}, kHuggingFace), (Ids{1, 3, 0, 2, 4}));
}

void TestSamplerChain::removedTokensStayOut() {
    const std::vector<float> logits{-kInfinity, 1, -kInfinity, 2, 3};
    for (const auto semantics : {kLlamaCpp, kHuggingFace}) QCOMPARE(kept(logits, {}, semantics), (Ids{4, 3, 1}));
    QCOMPARE(kept(logits, {{"top_k", {5}}, {"min_p", {0.99, 5}}}), (Ids{4, 3, 1}));
    QCOMPARE(kept(logits, {{"penalties", {-1, 1.5, -10, -10}}}, kLlamaCpp, {0, 2, 1}), (Ids{1, 4, 3}));
    QCOMPARE(kept(logits, {{"top_k", {5}}}, kHuggingFace), (Ids{4, 3, 1}));
}

void TestSamplerChain::infinityAndNanAreErrors() {
    QCOMPARE(errorOf(std::vector<float>{1, kInfinity}, {}), ErrorCode::NotFinite);
    QCOMPARE(errorOf(std::vector<float>{std::nanf(""), 1}, {}), ErrorCode::NotFinite);
    QCOMPARE(errorOf(std::vector<float>{5, 1}, {{"penalties", {1, 1, -1e308, -1e308}}}, {1}), ErrorCode::NotFinite);
}

void TestSamplerChain::nothingLeftIsAnError() {
    QCOMPARE(errorOf({}, {}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(std::vector<float>{-kInfinity, -kInfinity}, {}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(std::vector<float>{-kInfinity}, {{"top_k", {1}}, {"temp", {0}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(std::vector<float>{1}, {{"logit_bias", {0, kRemovingBias}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(std::vector<float>{1, 2}, {{"suppress_tokens", {1, 0}}}, {}, kHuggingFace),
             ErrorCode::InvalidArgument);
}

void TestSamplerChain::malformedChainsAreErrors() {
    const double nan = std::nan("");
    QCOMPARE(errorOf(kHalves, {{"top_kk", {1}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"", {}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"temperature", {1}}}), ErrorCode::InvalidArgument);  // of the other semantics
    QCOMPARE(errorOf(kHalves, {{"temp", {1}}}, {}, kHuggingFace), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"top_k", {}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"top_k", {1, 2}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"temp", {nan}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"top_k", {double(kInfinity)}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"penalties", {64, 0, 0, 0}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"temperature", {0}}}, {}, kHuggingFace), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"logit_bias", {1}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"mirostat_v2", {1}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"mirostat_v2", {1, 2, 3, 4}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"dry", {1, 2, 3}}}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {{"no_repeat_ngram_size", {0}}}, {}, kHuggingFace), ErrorCode::InvalidArgument);
    for (const double id : {-1.0, 5.0, 0.5, 1e300}) {
        QCOMPARE(errorOf(kHalves, {{"logit_bias", {id, 1}}}), ErrorCode::InvalidArgument);
        QCOMPARE(errorOf(kHalves, {{"dry", {1, 2, 3, -1, id}}}), ErrorCode::InvalidArgument);
        QCOMPARE(errorOf(kHalves, {{"suppress_tokens", {id}}}, {}, kHuggingFace), ErrorCode::InvalidArgument);
    }
}

void TestSamplerChain::historyOutOfRangeIsAnError() {
    QCOMPARE(errorOf(kHalves, {}, {0, 5}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {}, {-1}), ErrorCode::InvalidArgument);
    QCOMPARE(errorOf(kHalves, {}, {std::numeric_limits<TokenId>::max()}), ErrorCode::InvalidArgument);
}

void TestSamplerChain::oddNumbersDoNoHarm_data() {
    QTest::addColumn<double>("number");
    for (const double number :
         {0.0, -0.0, -1.0, 0.5, -2.5, 1e-320, -1e-320, 1e18, -1e18, 1e308, -1e308, 9.2e18, 1.9e19})
        QTest::addRow("%g", number) << number;
}

/// Every step with every argument odd: an error or at least one candidate, shares that sum to one, falling.
void TestSamplerChain::oddNumbersDoNoHarm() {
    QFETCH(double, number);
    const std::vector<std::pair<const char*, size_t>> llamaCpp{
        {"top_k", 1},       {"top_p", 2},    {"min_p", 2},       {"typical", 2},    {"temp", 1}, {"temp_ext", 3},
        {"top_n_sigma", 1}, {"xtc", 4},      {"penalties", 4},   {"dry", 4},        {"dry", 6},  {"logit_bias", 2},
        {"mirostat", 3},    {"mirostat", 4}, {"mirostat_v2", 2}, {"mirostat_v2", 3}};
    const std::vector<std::pair<const char*, size_t>> huggingFace{{"repetition_penalty", 1},
                                                                  {"temperature", 1},
                                                                  {"top_k", 1},
                                                                  {"top_p", 1},
                                                                  {"min_p", 1},
                                                                  {"typical_p", 1},
                                                                  {"epsilon_cutoff", 1},
                                                                  {"eta_cutoff", 1},
                                                                  {"no_repeat_ngram_size", 1},
                                                                  {"suppress_tokens", 1},
                                                                  {"bad_words_ids", 2},
                                                                  {"sequence_bias", 2}};
    const std::vector<float> logits{3, -1e38f, 0, 2, 2, -kInfinity, 3e38f, -5};
    const std::vector<TokenId> history{0, 1, 1, 5, 6};
    for (const auto semantics : {kLlamaCpp, kHuggingFace}) {
        for (const auto& [name, count] : semantics == kLlamaCpp ? llamaCpp : huggingFace) {
            for (size_t odd = 0; odd <= count; odd++) {
                SamplerStep step{name, std::vector<double>(count, odd == count ? number : 0.4)};
                if (odd < count) step.arguments[odd] = number;
                const auto left = applyChain(logits, history, std::vector{step, step}, semantics);
                if (!left) continue;
                QVERIFY2(!left->empty(), name);
                double sum = 0;
                for (const Candidate& candidate : *left) {
                    QVERIFY2(std::isfinite(candidate.logit) && candidate.p >= 0, name);
                    sum += candidate.p;
                }
                QVERIFY2(std::abs(sum - 1) < 1e-9, name);
                QVERIFY2(std::is_sorted(left->begin(), left->end(),
                                        [](const Candidate& a, const Candidate& b) { return a.p > b.p; }),
                         name);
            }
        }
    }
}

void TestSamplerChain::theSlidersChainIsInOrder() {
    SamplingSettings settings;
    settings.repeatWindow = -1;
    std::vector<std::string> names;
    for (const SamplerStep& step : chainOf(settings)) names.push_back(step.name);
    QCOMPARE(names, (std::vector<std::string>{"penalties", "top_k", "top_p", "min_p", "temp"}));
    QCOMPARE(chainOf(settings)[0].arguments, (std::vector<double>{-1, 1, 0, 0}));
    QCOMPARE(chainOf(settings)[1].arguments, (std::vector<double>{40}));
    // Every slider at its neutral position: the model's own distribution.
    settings = {.temperature = 1, .topK = 0, .topP = 1, .minP = 0};
    const auto chain = chainOf(settings);
    QVERIFY(leaves(kHalves, chain, {{1, 0.5}, {3, 0.25}, {0, 0.125}, {2, 0.0625}, {4, 0.0625}}, kLlamaCpp, {1, 1}));
}

QTEST_APPLESS_MAIN(TestSamplerChain)
#include "test_sampler_chain.moc"
