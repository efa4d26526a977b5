#include <QTest>
#include <cmath>

#include "support/cli.h"

using namespace monochord::test;

class TestScore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isTheLogOfTheSoftmaxOfTheLogits();
    void reuseChangesNothing();
    void oneTokenHasNoScore();
    void refusesWhatItCannotScore();
};

void TestScore::isTheLogOfTheSoftmaxOfTheLogits() {
    const std::vector<int> tokens = {635, 463, 220, 390, 68, 491};
    const auto logits =
        askCli({"logits", smallModel("gqa-f16")}, {{{"tokens", tokens}, {"positions", {0, 1, 2, 3, 4}}}});
    const auto scores = askCli({"score", smallModel("gqa-f16")}, {{{"tokens", tokens}}});
    QCOMPARE(logits.size(), size_t{1});
    QCOMPARE(scores.size(), size_t{1});
    QCOMPARE(scores[0]["logprobs"].size(), tokens.size() - 1);
    for (size_t i = 0; i + 1 < tokens.size(); i++) {
        const auto row = logits[0]["logits"][i].get<std::vector<double>>();
        double sum = 0;
        for (const double x : row) sum += std::exp(x);
        const double expected = row[static_cast<size_t>(tokens[i + 1])] - std::log(sum);
        QVERIFY(std::abs(scores[0]["logprobs"][i].get<double>() - expected) < 1e-5);
    }
}

void TestScore::reuseChangesNothing() {
    const std::vector<Json> requests = {{{"tokens", {1, 2, 3, 4, 5}}}, {{"tokens", {1, 2, 3, 9}}}};
    const QStringList command = {"score", smallModel("gqa-mixed")};
    QCOMPARE(askCli(command + QStringList{"--reuse"}, requests), askCli(command, requests));
}

void TestScore::oneTokenHasNoScore() {
    const auto answers = askCli({"score", smallModel("gqa-f16")}, {{{"tokens", {7}}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(answers[0], Json({{"logprobs", Json::array()}}));
}

void TestScore::refusesWhatItCannotScore() {
    const auto answers = askCli(
        {"score", smallModel("gqa-f16"), "-c", "4"},
        {{{"tokens", Json::array()}}, {{"tokens", {1, 640}}}, {{"tokens", {1, 2, 3, 4, 5}}}, {{"tokens", {1, 2}}}});
    QCOMPARE(answers.size(), size_t{4});
    for (size_t i = 0; i < 3; i++) QVERIFY(answers[i].contains("error"));
    QCOMPARE(answers[3]["logprobs"].size(), size_t{1});
}

QTEST_GUILESS_MAIN(TestScore)
#include "test_score.moc"
