#include <QTest>
#include <cmath>

#include "support/cli.h"

using namespace monochord::test;

namespace {

/// [["name", number…]]: a chain of one step; braces alone would make an object of some.
Json chain(const char* name, const std::vector<double>& numbers) {
    Json step = Json::array({name});
    for (const double number : numbers) step.push_back(number);
    return Json::array({step});
}

}  // namespace

class TestSample : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aChainLeavesTheLikeliest();
    void semanticsDiffer();
    void theHistoryIsPenalized();
    void badRequestsAreAnswered();
};

void TestSample::aChainLeavesTheLikeliest() {
    const auto answers = askCli({"sample"}, {{{"logits", {0.0, std::log(3.0), -5.0}},
                                              {"history", Json::array()},
                                              {"chain", chain("top_k", {2})},
                                              {"semantics", "llama.cpp"}}});
    QCOMPARE(answers.size(), size_t{1});
    const Json& probs = answers[0]["probs"];
    QCOMPARE(probs.size(), size_t{2});
    QCOMPARE(probs[0][0], Json(1));
    QVERIFY(std::abs(probs[0][1].get<double>() - 0.75) < 1e-6);
    QVERIFY(std::abs(probs[1][1].get<double>() - 0.25) < 1e-6);
}

/// Ties at the border stay with Hugging Face and go with llama.cpp.
void TestSample::semanticsDiffer() {
    const Json request = {{"logits", {1, 1, 0}}, {"chain", chain("top_k", {1})}};
    Json other = request;
    other["semantics"] = "hf";
    const auto answers = askCli({"sample"}, {request, other});
    QCOMPARE(answers.size(), size_t{2});
    QCOMPARE(answers[0]["probs"].size(), size_t{1});
    QCOMPARE(answers[1]["probs"].size(), size_t{2});
}

void TestSample::theHistoryIsPenalized() {
    const auto answers =
        askCli({"sample"},
               {{{"logits", {2.0, 1.9}}, {"history", Json::array({0})}, {"chain", chain("penalties", {64, 2, 0, 0})}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(answers[0]["probs"][0][0], Json(1));
}

void TestSample::badRequestsAreAnswered() {
    const auto answers = askCli({"sample"}, {{{"chain", Json::array()}},
                                             {{"logits", {1, 2}}, {"chain", chain("frobnicate", {1})}},
                                             {{"logits", {1, 2}}, {"chain", chain("top_k", {})}},
                                             {{"logits", {1, 2}}, {"chain", Json::array()}, {"semantics", "other"}},
                                             {{"logits", {1, 2}}, {"chain", Json::array()}}});
    QCOMPARE(answers.size(), size_t{5});
    for (size_t i = 0; i < 4; i++) QVERIFY(answers[i].size() == 1 && answers[i].contains("error"));
    QCOMPARE(answers[4]["probs"].size(), size_t{2});
}

QTEST_GUILESS_MAIN(TestSample)
#include "test_sample.moc"
