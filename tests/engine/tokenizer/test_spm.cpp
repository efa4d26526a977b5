#include "tokenizer/spm.h"

#include <QElapsedTimer>
#include <QTest>

#include "engine/tokenizer/vocabularies.h"

using namespace monochord;
using namespace monochord::test;

namespace {

constexpr TokenId kByte0 = 3;

TokenId byteToken(uint8_t byte) {
    return kByte0 + byte;
}

std::unique_ptr<Tokenizer> opened(const TinyVocabulary& vocabulary) {
    return std::move(*open(vocabulary.builder()));
}

}  // namespace

class TestSpm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mergesTheHighestScoreFirst();
    void mergesTheLeftmostOfEqualScores();
    void putsABlankInFront();
    void fallsBackToBytes();
    void fallsBackToUnknown();
    void neverMergesToControlOrByteTokens();
    void givesBackTheText();
    void takesTheFirstBlankAway();
    void mergesLongTextsInTime();
};

void TestSpm::mergesTheHighestScoreFirst() {
    TinyVocabulary vocabulary = spmVocabulary();
    const TokenId a = vocabulary.add("a", TokenKind::Normal, -9), c = vocabulary.add("c", TokenKind::Normal, -9);
    vocabulary.add("b", TokenKind::Normal, -9);
    vocabulary.add("ab", TokenKind::Normal, -2);
    const TokenId bc = vocabulary.add("bc", TokenKind::Normal, -1), blank = vocabulary.add("▁", TokenKind::Normal, -9);
    QCOMPARE(opened(vocabulary)->encode("abc", false), Ids({blank, a, bc}));
    vocabulary.scores[static_cast<size_t>(bc)] = -3;
    QCOMPARE(opened(vocabulary)->encode("abc", false), Ids({blank, bc - 1, c}));
}

void TestSpm::mergesTheLeftmostOfEqualScores() {
    TinyVocabulary vocabulary = spmVocabulary();
    const TokenId a = vocabulary.add("a"), aa = vocabulary.add("aa"),
                  blank = vocabulary.add("▁", TokenKind::Normal, -1);
    QCOMPARE(opened(vocabulary)->encode("aaaaa", false), Ids({blank, aa, aa, a}));
}

void TestSpm::putsABlankInFront() {
    TinyVocabulary vocabulary = spmVocabulary();
    const TokenId a = vocabulary.add("a"), blank = vocabulary.add("▁");
    const auto tokenizer = opened(vocabulary);
    QCOMPARE(tokenizer->encode("a a", false), Ids({blank, a, blank, a}));
    QCOMPARE(tokenizer->encode("", false), Ids());
    QCOMPARE(tokenizer->encode("a</s>a", true), Ids({blank, a, 2, blank, a}));
    GgufBuilder builder = vocabulary.builder();
    builder.key("tokenizer.ggml.add_space_prefix", false);
    QCOMPARE((*open(builder))->encode("a</s>a", true), Ids({a, 2, a}));
}

void TestSpm::fallsBackToBytes() {
    TinyVocabulary vocabulary = spmVocabulary();
    const TokenId blank = vocabulary.add("▁");
    const auto tokenizer = opened(vocabulary);
    QCOMPARE(tokenizer->encode("é\n", false), Ids({blank, byteToken(0xC3), byteToken(0xA9), byteToken('\n')}));
    QCOMPARE(tokenizer->encode("\xFF", false), Ids({blank, byteToken(0xFF)}));
}

void TestSpm::fallsBackToUnknown() {
    TinyVocabulary vocabulary;
    vocabulary.model = "llama";
    const TokenId unknown = vocabulary.add("<unk>", TokenKind::Unknown), a = vocabulary.add("a");
    QCOMPARE(opened(vocabulary)->encode("aéa", false), Ids({unknown, a, unknown, a}));
    vocabulary.kinds[0] = static_cast<int32_t>(TokenKind::Control);
    QCOMPARE(opened(vocabulary)->encode("aéa", false), Ids({a, a}));
}

void TestSpm::neverMergesToControlOrByteTokens() {
    TinyVocabulary vocabulary = spmVocabulary();
    for (const char* text : {"▁", "<", "s", ">", "<s", "0", "x", "A", "<0", "x0", "A>", "<0x0"}) vocabulary.add(text);
    const auto tokenizer = opened(vocabulary);
    for (const char* text : {"<s>", "<0x0A>"})
        for (const TokenId id : tokenizer->encode(text, false)) QCOMPARE(tokenizer->kind(id), TokenKind::Normal);
}

void TestSpm::givesBackTheText() {
    TinyVocabulary vocabulary = spmVocabulary();
    for (const char* text : {"▁", "a", "▁a", "▁▁", "aa"}) vocabulary.add(text);
    const auto tokenizer = opened(vocabulary);
    for (const std::string text : {"a", " a", "  ", "aa a\nä\xFF", "日本"}) {
        const auto decoded = tokenizer->decode(tokenizer->encode(text, false), false);
        QVERIFY(decoded);
        QCOMPARE(*decoded, text);
    }
}

void TestSpm::takesTheFirstBlankAway() {
    TinyVocabulary vocabulary = spmVocabulary();
    const TokenId a = vocabulary.add("▁a");
    const auto tokenizer = opened(vocabulary);
    QCOMPARE(*tokenizer->decode(Ids({1, a, a}), true), std::string("a a"));
    QCOMPARE(*tokenizer->decode(Ids({1, a, a}), false), std::string("<s> a a"));
    QCOMPARE(tokenizer->piece(a), std::string(" a"));
}

void TestSpm::mergesLongTextsInTime() {
    TinyVocabulary vocabulary = spmVocabulary();
    float score = 0;
    for (std::string text = "a"; text.size() <= 64; text += text) vocabulary.add(text, TokenKind::Normal, score -= 1);
    const TokenId longest = static_cast<TokenId>(vocabulary.texts.size()) - 1;
    const TokenId blank = vocabulary.add("▁", TokenKind::Normal, -100);
    Ids expected((1 << 20) / 64 + 1, longest);
    expected[0] = blank;
    const auto tokenizer = opened(vocabulary);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(tokenizer->encode(std::string(1 << 20, 'a'), false), expected);
    QVERIFY(timer.elapsed() < 60'000);
}

QTEST_APPLESS_MAIN(TestSpm)
#include "test_spm.moc"
