#include <QTest>

#include "support/cli.h"

using namespace monochord::test;

class TestDequantize : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesTheNumbersBehindABlock();
    void badRequestsAreAnswered();
};

void TestDequantize::givesTheNumbersBehindABlock() {
    // Q4_0: a scale of 1.5 in f16, then pairs of value 0 + i and 16 + i, each 8 above what it means.
    const auto answers = askCli({"dequantize"}, {{{"type", "Q4_0"}, {"hex", "003e" + std::string(30, '8') + "9f"}},
                                                 {{"type", "F32"}, {"hex", "0000803f000000800000807f"}}});
    QCOMPARE(answers.size(), size_t{2});
    std::vector<double> expected(32, 0.0);
    expected[15] = 7 * 1.5;
    expected[31] = 1 * 1.5;
    QCOMPARE(answers[0]["values"].get<std::vector<double>>(), expected);
    QCOMPARE(answers[1]["values"], Json({1.0, -0.0, nullptr}));
}

void TestDequantize::badRequestsAreAnswered() {
    const auto answers = askCli({"dequantize"}, {{{"type", "Q4_0"}, {"hex", "00"}},
                                                 {{"type", "Q99_X"}, {"hex", "00"}},
                                                 {{"type", "F32"}, {"hex", "0000803"}},
                                                 {{"type", "F32"}, {"hex", "zz00803f"}},
                                                 {{"hex", ""}},
                                                 {{"type", "F16"}, {"hex", "003c"}}});
    QCOMPARE(answers.size(), size_t{6});
    for (size_t i = 0; i < 5; i++) QVERIFY(answers[i].size() == 1 && answers[i].contains("error"));
    QVERIFY(answers[1]["error"].get<std::string>().find("Q99_X") != std::string::npos);
    QCOMPARE(answers[5]["values"][0], Json(1.0));
}

QTEST_GUILESS_MAIN(TestDequantize)
#include "test_dequantize.moc"
