#include "tokenizer/wordpiece.h"

#include <QElapsedTimer>
#include <QTest>

#include "engine/tokenizer/vocabularies.h"

using namespace monochord;
using namespace monochord::test;

namespace {

constexpr TokenId kUnknown = 0, kCls = 1, kSep = 2;

TinyVocabulary bertVocabulary() {
    TinyVocabulary vocabulary;
    vocabulary.model = "bert";
    for (const char* text : {"[UNK]", "[CLS]", "[SEP]"}) vocabulary.add(text, TokenKind::Control);
    for (const char* text : {"▁the", "▁play", "ing", "ed", "▁p", "lay", "▁,", "▁中", "▁é", "▁e", "▁$"})
        vocabulary.add(text);
    return vocabulary;
}

GgufBuilder withIds(const TinyVocabulary& vocabulary) {
    GgufBuilder builder = vocabulary.builder();
    builder.key("tokenizer.ggml.unknown_token_id", uint32_t{kUnknown})
        .key("tokenizer.ggml.cls_token_id", uint32_t{kCls});
    builder.key("tokenizer.ggml.seperator_token_id", uint32_t{kSep});
    return builder;
}

std::unique_ptr<Tokenizer> opened(const GgufBuilder& builder) {
    return std::move(*open(builder));
}

}  // namespace

class TestWordPiece : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesTheLongestTokens();
    void cutsAtSpacesPunctuationAndChinese();
    void lowersAndStripsAccentsWhereAsked();
    void leavesControlsOut();
    void neverReadsSpecialTokensFromText();
    void wantsBothEnds();
    void givesBackWords();
    void takesLongWordsInTime();
};

void TestWordPiece::takesTheLongestTokens() {
    const auto tokenizer = opened(withIds(bertVocabulary()));
    QCOMPARE(tokenizer->encode("the playing played", false), Ids({3, 4, 5, 4, 6}));
    QCOMPARE(tokenizer->encode("play playx", false), Ids({4, kUnknown}));
    QCOMPARE(tokenizer->encode("ing", false), Ids({kUnknown}));
    QCOMPARE(tokenizer->encode("", false), Ids());
}

void TestWordPiece::cutsAtSpacesPunctuationAndChinese() {
    const auto tokenizer = opened(withIds(bertVocabulary()));
    QCOMPARE(tokenizer->encode("the,the 中中the$\u3000the", false), Ids({3, 9, 3, 10, 10, 3, 13, 3}));
}

void TestWordPiece::lowersAndStripsAccentsWhereAsked() {
    const auto plain = opened(withIds(bertVocabulary()));
    QCOMPARE(plain->encode("THE É e\u0301", false), Ids({3, 12, 12}));
    const auto accents = opened(withIds(bertVocabulary()).key("tokenizer.ggml.normalizer.strip_accents", false));
    QCOMPARE(accents->encode("É", false), Ids({11}));
    const auto cased = opened(withIds(bertVocabulary()).key("tokenizer.ggml.normalizer.lowercase", false));
    QCOMPARE(cased->encode("The é É", false), Ids({kUnknown, 11, kUnknown}));
}

void TestWordPiece::leavesControlsOut() {
    const auto tokenizer = opened(withIds(bertVocabulary()));
    using namespace std::string_literals;
    QCOMPARE(tokenizer->encode("t\0h\u200Be\x0B \uFFFD\xFF\tthe"s, false), Ids({3, 3}));
}

void TestWordPiece::neverReadsSpecialTokensFromText() {
    const auto tokenizer = opened(withIds(bertVocabulary()));
    QCOMPARE(tokenizer->encode("the[SEP]", true), Ids({3, kSep}));
    for (const TokenId id : tokenizer->encode("[SEP][CLS] sep [UNK]", false)) QCOMPARE(id, kUnknown);
    QCOMPARE(tokenizer->kind(kUnknown), TokenKind::Unknown);
}

void TestWordPiece::wantsBothEnds() {
    const auto tokenizer = opened(withIds(bertVocabulary()));
    QVERIFY(tokenizer->addsBos() && tokenizer->addsEos());
    QCOMPARE(tokenizer->bos(), std::optional(kCls));
    QCOMPARE(tokenizer->eos(), std::optional(kSep));
}

void TestWordPiece::givesBackWords() {
    const auto tokenizer = opened(withIds(bertVocabulary()));
    QCOMPARE(*tokenizer->decode(Ids({kCls, 3, 4, 5, kSep}), true), std::string("the playing"));
}

void TestWordPiece::takesLongWordsInTime() {
    TinyVocabulary vocabulary = bertVocabulary();
    std::string text;
    for (int i = 0; i < 60; i++) vocabulary.add(text += 'a');
    const auto tokenizer = opened(withIds(vocabulary));
    std::string words;
    while (words.size() < 1 << 20) words += "p" + std::string(98, 'a') + "\n";
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(tokenizer->encode(words, false).size(), words.size() / 100 * 3);
    QCOMPARE(tokenizer->encode(std::string(1 << 20, 'a'), false), Ids({kUnknown}));
    QVERIFY(timer.elapsed() < 60'000);
}

QTEST_APPLESS_MAIN(TestWordPiece)
#include "test_wordpiece.moc"
