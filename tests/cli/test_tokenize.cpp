#include <QTest>

#include "support/cli.h"
#include "support/paths.h"

using namespace monochord::test;

class TestTokenize : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesTheReferencesIds_data();
    void givesTheReferencesIds();
    void specialTokensAreTextUnlessAsked();
    void bytesAreTokenizedWhateverTheyAre();
    void theBeginIsAddedWhenAsked();
    void badRequestsAreAnswered();
    void theStarterModelsWordsAreKnown();
};

void TestTokenize::givesTheReferencesIds_data() {
    QTest::addColumn<QString>("file");
    for (const char* name : {"tied-spm-f32", "gqa-f16"}) QTest::newRow(name) << smallModel(name);
}

void TestTokenize::givesTheReferencesIds() {
    QFETCH(QString, file);
    const Json expected = expectedResults(QTest::currentDataTag());
    const auto answers = askCli({"tokenize", file}, {{{"text", expected["prompt_text"]}, {"add_bos", true}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(answers[0]["ids"], expected["prompt_text_tokens"]);
}

void TestTokenize::specialTokensAreTextUnlessAsked() {
    const auto answers =
        askCli({"tokenize", smallModel("gqa-f16")},
               {{{"text", "<|eot_id|>"}}, {{"text", "<|eot_id|>"}, {"parse_special", true}}, {{"text", ""}}});
    QCOMPARE(answers.size(), size_t{3});
    QVERIFY(answers[0]["ids"].size() > 1);
    QCOMPARE(answers[1]["ids"], Json({639}));
    QCOMPARE(answers[2]["ids"], Json::array());
}

void TestTokenize::bytesAreTokenizedWhateverTheyAre() {
    const QByteArray bytes("a \x80\xed\xa0\x80\0z\xc3", 9);
    const std::string text = bytes.toBase64().toStdString();
    for (const char* name : {"tied-spm-f32", "gqa-f16"}) {
        const auto ids =
            askCli({"tokenize", smallModel(name)}, {{{"bytes", text}}, {{"bytes", "YQ=="}}, {{"text", "a"}}});
        QCOMPARE(ids.size(), size_t{3});
        QVERIFY(ids[0].contains("ids") && !ids[0]["ids"].empty());
        QCOMPARE(ids[1], ids[2]);
    }
    // SentencePiece has a token for each byte, and puts a blank in front; BPE shows what is no text as U+FFFD.
    const auto ids = askCli({"tokenize", smallModel("tied-spm-f32")}, {{{"bytes", text}}});
    const Json request = {{"ids", ids.at(0)["ids"]}, {"pieces", true}};
    const auto back = askCli({"detokenize", smallModel("tied-spm-f32")}, {request});
    QByteArray joined;
    for (const Json& piece : back.at(0)["pieces"]) joined += QByteArray::fromBase64(QByteArray::fromStdString(piece));
    QCOMPARE(joined.toHex(' '), (' ' + bytes).toHex(' '));
}

void TestTokenize::theBeginIsAddedWhenAsked() {
    const auto answers =
        askCli({"tokenize", smallModel("tied-spm-f32")}, {{{"text", "on"}}, {{"text", "on"}, {"add_bos", true}}});
    QCOMPARE(answers.size(), size_t{2});
    QCOMPARE(answers[1]["ids"][0], Json(1));
    QCOMPARE(answers[1]["ids"].size(), answers[0]["ids"].size() + 1);
}

void TestTokenize::badRequestsAreAnswered() {
    const auto answers = askCli({"tokenize", smallModel("gqa-f16")}, {{{"txt", "a"}},
                                                                      {{"text", 5}},
                                                                      {{"bytes", "*"}},
                                                                      {{"text", "a"}, {"bytes", "YQ=="}},
                                                                      {{"text", "a"}, {"add_bos", "yes"}},
                                                                      {{"text", "a"}}});
    QCOMPARE(answers.size(), size_t{6});
    for (size_t i = 0; i < 5; i++) QVERIFY(answers[i].size() == 1 && answers[i].contains("error"));
    QVERIFY(answers[5].contains("ids"));
}

void TestTokenize::theStarterModelsWordsAreKnown() {
    STARTER_MODEL_OR_SKIP(model);
    const auto answers =
        askCli({"tokenize", model}, {{{"text", "<|im_start|>user\nHello world<|im_end|>"}, {"parse_special", true}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(answers[0]["ids"], Json({1, 4093, 198, 19556, 905, 2}));
}

QTEST_GUILESS_MAIN(TestTokenize)
#include "test_tokenize.moc"
