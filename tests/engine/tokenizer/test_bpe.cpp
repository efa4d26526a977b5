#include "tokenizer/bpe.h"

#include <QElapsedTimer>
#include <QTest>
#include <map>
#include <random>

#include "engine/tokenizer/vocabularies.h"

using namespace monochord;
using namespace monochord::test;

namespace {

/// Letters a to f and random merges of what is there, in an order no training would give.
TinyVocabulary randomMerges(std::mt19937& random) {
    TinyVocabulary vocabulary = byteVocabulary();
    std::vector<std::string> texts = {"a", "b", "c", "d", "e", "f"};
    for (int i = 0; i < 60; i++) {
        const std::string left = texts[random() % texts.size()], right = texts[random() % texts.size()];
        const bool known = std::ranges::find(vocabulary.texts, left + right) != vocabulary.texts.end();
        if (known || left.size() + right.size() > 12) continue;
        texts.push_back(left + right);
        vocabulary.merge(left, right);
    }
    std::shuffle(vocabulary.merges.begin(), vocabulary.merges.end(), random);
    return vocabulary;
}

/// The definition: again and again, of all neighbours the pair of lowest rank, of those the leftmost.
Ids definition(const TinyVocabulary& vocabulary, const std::string& word) {
    std::map<std::string, size_t> ranks;
    for (size_t i = 0; i < vocabulary.merges.size(); i++) ranks.emplace(vocabulary.merges[i], i);
    std::vector<std::string> symbols;
    for (const char c : word) symbols.push_back(std::string(1, c));
    while (true) {
        size_t best = ranks.size(), at = 0;
        for (size_t i = 0; i + 1 < symbols.size(); i++) {
            const auto found = ranks.find(symbols[i] + " " + symbols[i + 1]);
            if (found == ranks.end() || found->second >= best) continue;
            best = found->second;
            at = i;
        }
        if (best == ranks.size()) break;
        symbols[at] += symbols[at + 1];
        symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(at) + 1);
    }
    Ids ids;
    for (const std::string& symbol : symbols)
        ids.push_back(static_cast<TokenId>(std::ranges::find(vocabulary.texts, symbol) - vocabulary.texts.begin()));
    return ids;
}

std::unique_ptr<Tokenizer> opened(const TinyVocabulary& vocabulary) {
    return std::move(*open(vocabulary.builder()));
}

}  // namespace

class TestBpe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mergesTextItselfForGemma4();
    void mergesLikeTheDefinition();
    void mergesLongWordsInTime();
    void takesWholeWordsWhereWanted();
    void leavesControlTokensInParts();
    void goesOnFromAControlToken();
    void leavesOutBytesWithoutToken();
    void usesTheUnknownToken();
    void normalizesWhereWanted();
    void takesInvalidBytesOneByOne();
};

void TestBpe::mergesLikeTheDefinition() {
    std::mt19937 random(11);
    for (int i = 0; i < 60; i++) {
        const TinyVocabulary vocabulary = randomMerges(random);
        const auto tokenizer = opened(vocabulary);
        for (const size_t length : {1u, 2u, 7u, 30u, 64u, 65u, 300u}) {  // short words and long ones go different ways
            std::string word;
            for (size_t n = 0; n < length; n++) word += static_cast<char>('a' + random() % (random() % 6 + 1));
            QCOMPARE(tokenizer->encode(word, false), definition(vocabulary, word));
        }
    }
}

void TestBpe::mergesLongWordsInTime() {
    TinyVocabulary vocabulary = byteVocabulary();
    for (std::string text = "a"; text.size() < 256; text += text) vocabulary.merge(text, text);
    const auto tokenizer = opened(vocabulary);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(tokenizer->encode(std::string(1 << 20, 'a'), false), Ids((1 << 20) / 256, 263));
    QVERIFY(timer.elapsed() < 60'000);
}

void TestBpe::takesWholeWordsWhereWanted() {
    TinyVocabulary vocabulary = byteVocabulary();
    const TokenId whole = vocabulary.add("word");  // no merges lead there
    QCOMPARE(opened(vocabulary)->encode("word", false), Ids({'w', 'o', 'r', 'd'}));
    vocabulary.pre = "llama-bpe";
    QCOMPARE(opened(vocabulary)->encode("word", false), Ids({whole}));
    vocabulary.kinds.back() = static_cast<int32_t>(TokenKind::Control);
    QCOMPARE(opened(vocabulary)->encode("word", false), Ids({'w', 'o', 'r', 'd'}));
}

void TestBpe::leavesControlTokensInParts() {
    TinyVocabulary vocabulary = byteVocabulary();
    const TokenId ab = vocabulary.merge("a", "b");
    const TokenId control = vocabulary.merge("ab", "c", TokenKind::Control);
    const auto tokenizer = opened(vocabulary);
    QCOMPARE(tokenizer->encode("abc", false), Ids({ab, 'c'}));
    QCOMPARE(tokenizer->encode("abc", true), Ids({control}));
    std::string text;
    Ids expected;
    for (int i = 0; i < 100; i++) {
        text += "abc";
        expected.insert(expected.end(), {ab, 'c'});
    }
    QCOMPARE(tokenizer->encode(text, false), expected);
}

void TestBpe::goesOnFromAControlToken() {
    TinyVocabulary vocabulary = byteVocabulary();
    vocabulary.merge("a", "b", TokenKind::Control);
    const TokenId abc = vocabulary.merge("ab", "c");
    QCOMPARE(opened(vocabulary)->encode("abcab", false), Ids({abc, 'a', 'b'}));
}

void TestBpe::leavesOutBytesWithoutToken() {
    TinyVocabulary vocabulary = byteVocabulary();
    const TokenId ab = vocabulary.merge("a", "b");
    vocabulary.texts['x'] = "unreachable";
    const auto tokenizer = opened(vocabulary);
    QCOMPARE(tokenizer->encode("axb", false), Ids({ab}));
    QCOMPARE(tokenizer->encode("xx", false), Ids());
}

void TestBpe::usesTheUnknownToken() {
    TinyVocabulary vocabulary = byteVocabulary();
    vocabulary.texts['x'] = "unreachable";
    const TokenId unknown = vocabulary.add("<unk>", TokenKind::Unknown);
    QCOMPARE(opened(vocabulary)->encode("axb", false), Ids({'a', unknown, 'b'}));
}

void TestBpe::normalizesWhereWanted() {
    TinyVocabulary vocabulary = byteVocabulary();
    const std::string decomposed = "e\u0301";
    QCOMPARE(opened(vocabulary)->encode(decomposed, false), Ids({'e', 0xCC, 0x81}));
    vocabulary.pre = "qwen2";
    QCOMPARE(opened(vocabulary)->encode(decomposed, false), Ids({0xC3, 0xA9}));
}

void TestBpe::takesInvalidBytesOneByOne() {
    const auto tokenizer = opened(byteVocabulary());
    QCOMPARE(tokenizer->encode("a\xFF", false), Ids({'a', 0xEF, 0xBF, 0xBD}));
    QCOMPARE(tokenizer->encode("\xE2\x82", false), Ids({0xEF, 0xBF, 0xBD, 0xEF, 0xBF, 0xBD}));
}

void TestBpe::mergesTextItselfForGemma4() {
    TinyVocabulary vocabulary = spmVocabulary();
    vocabulary.model = "gemma4";
    const TokenId blank = vocabulary.add("▁"), a = vocabulary.add("a"), newline = vocabulary.add("\n");
    const TokenId blankA = vocabulary.merge("▁", "a"), lines = vocabulary.add("\n\n\n");
    const auto tokenizer = opened(vocabulary);
    QCOMPARE(tokenizer->encode("a  a", false), Ids({a, blank, blankA}));
    QCOMPARE(tokenizer->encode("a\n\n\na\n\n", false), Ids({a, lines, a, newline, newline}));
    QCOMPARE(tokenizer->encode("é", false), Ids({3 + 0xC3, 3 + 0xA9}));
    QCOMPARE(tokenizer->encode("</s><0x0A>", false).size(), std::string("</s><0x0A>").size());
    QCOMPARE(*tokenizer->decode(Ids({blankA, blank, 3 + 0xC3, 3 + 0xA9}), false), std::string(" a é"));
    QCOMPARE(tokenizer->encode(std::string(100'000, ' ') + "a", false).back(), blankA);
}

QTEST_APPLESS_MAIN(TestBpe)
#include "test_bpe.moc"
