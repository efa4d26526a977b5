#include <QTest>

#include "support/cli.h"

using namespace monochord::test;

class TestDetokenize : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesTheTextBack_data();
    void givesTheTextBack();
    void piecesAreTheBytesOfEachToken();
    void specialTokensCanBeLeftOut();
    void idsOutsideAreRefused();
};

void TestDetokenize::givesTheTextBack_data() {
    QTest::addColumn<QString>("file");
    for (const char* name : {"tied-spm-f32", "gqa-f16"}) QTest::newRow(name) << smallModel(name);
}

void TestDetokenize::givesTheTextBack() {
    QFETCH(QString, file);
    const Json expected = expectedResults(QTest::currentDataTag());
    const auto answers =
        askCli({"detokenize", file}, {{{"ids", expected["prompt_text_tokens"]}, {"skip_special", true}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(QString::fromStdString(answers[0]["text"]), QString::fromStdString(expected["prompt_text"]));
}

void TestDetokenize::piecesAreTheBytesOfEachToken() {
    const auto answers = askCli({"detokenize", smallModel("gqa-f16")}, {{{"ids", {300, 304, 635}}, {"pieces", true}}});
    QCOMPARE(answers.size(), size_t{1});
    const auto base64 = [](const char* text) { return QByteArray(text).toBase64().toStdString(); };
    QCOMPARE(answers[0]["pieces"], Json({base64(" i"), base64("ac"), base64("<|begin_of_text|>")}));
}

void TestDetokenize::specialTokensCanBeLeftOut() {
    const auto answers = askCli(
        {"detokenize", smallModel("gqa-f16")},
        {{{"ids", {635, 304, 639}}}, {{"ids", {635, 304, 639}}, {"skip_special", true}}, {{"ids", Json::array()}}});
    QCOMPARE(answers.size(), size_t{3});
    QCOMPARE(answers[0]["text"], Json("<|begin_of_text|>ac<|eot_id|>"));
    QCOMPARE(answers[1]["text"], Json("ac"));
    QCOMPARE(answers[2]["text"], Json(""));
}

void TestDetokenize::idsOutsideAreRefused() {
    const auto answers = askCli(
        {"detokenize", smallModel("gqa-f16")},
        {{{"ids", {1, 640}}}, {{"ids", {-1}}}, {{"ids", {640}}, {"pieces", true}}, {{"ids", 5}}, {{"ids", {304}}}});
    QCOMPARE(answers.size(), size_t{5});
    for (size_t i = 0; i < 4; i++) QVERIFY(answers[i].size() == 1 && answers[i].contains("error"));
    QCOMPARE(answers[4]["text"], Json("ac"));
}

QTEST_GUILESS_MAIN(TestDetokenize)
#include "test_detokenize.moc"
