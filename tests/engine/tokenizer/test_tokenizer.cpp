#include "monochord/tokenizer.h"

#include <QElapsedTimer>
#include <QTest>
#include <algorithm>
#include <random>

#include "engine/tokenizer/vocabularies.h"
#include "support/paths.h"

using namespace monochord;
using namespace monochord::test;

namespace {

/// Characters of many scripts, blanks, marks, emoji and what special tokens are made of.
std::string randomText(std::mt19937& random, size_t characters) {
    static constexpr char32_t kRanges[][2] = {{0x20, 0x7E},     {0x20, 0x7E},      {0xA0, 0x17F},    {0x300, 0x36F},
                                              {0x400, 0x4FF},   {0x900, 0x97F},    {0x2000, 0x206F}, {0x4E00, 0x4EFF},
                                              {0xAC00, 0xACFF}, {0x1F600, 0x1F64F}};
    std::string text;
    for (size_t i = 0; i < characters; i++) {
        const auto& range = kRanges[random() % std::size(kRanges)];
        if (random() % 5 == 0)
            text += std::string_view(" \n\r\t<|>'")[random() % 8];
        else
            appendUtf8(text, range[0] + static_cast<char32_t>(random() % (range[1] - range[0] + 1)));
    }
    return text;
}

TinyVocabulary withSpecials() {
    TinyVocabulary vocabulary = byteVocabulary();
    vocabulary.merge("<", "|");
    vocabulary.merge("|", ">");
    vocabulary.add("<|x|>", TokenKind::Control);       // 258
    vocabulary.add("<|x|>y", TokenKind::Control);      // 259
    vocabulary.add("<tool>", TokenKind::UserDefined);  // 260
    vocabulary.add("a<|", TokenKind::UserDefined);     // 261
    return vocabulary;
}

bool hasControl(const Tokenizer& tokenizer, const Ids& ids) {
    return std::ranges::any_of(ids, [&](TokenId id) { return tokenizer.kind(id) == TokenKind::Control; });
}

}  // namespace

class TestTokenizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void findsControlTokensOnlyWhereAsked();
    void findsUserDefinedTokensAnywhere();
    void wantsEveryByteTrusted();
    void letsNothingSwallowAControlToken();
    void leavesNoTraceOfBorders();
    void refusesIdsOutOfRange();
    void opensWithoutTheFileStayingOpen();
    void givesBackAnyText();
    void starterMatchesItsReference();
    void starterGivesBackAnyText();
    void starterKeepsControlTokensOutOfText();
    void starterKnowsItsEnds();
    void starterTakesEndlessWordsInTime();

private:
    bool hasStarter();
    std::unique_ptr<Tokenizer> m_starter;
};

void TestTokenizer::initTestCase() {
    if (const auto path = starterModel()) {
        auto opened = Tokenizer::open(*path);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        m_starter = std::move(*opened);
    }
    QVERIFY(m_starter || !modelsRequired());
}

void TestTokenizer::findsControlTokensOnlyWhereAsked() {
    const auto tokenizer = std::move(*open(withSpecials().builder()));
    QCOMPARE(tokenizer->encode("<|x|>", false), Ids({256, 'x', 257}));
    QCOMPARE(tokenizer->encode("<|x|>", true), Ids({258}));
    QCOMPARE(tokenizer->encode("<|x|>y<|x|>z<|x", true), Ids({259, 258, 'z', 256, 'x'}));
}

void TestTokenizer::findsUserDefinedTokensAnywhere() {
    const auto tokenizer = std::move(*open(withSpecials().builder()));
    for (const bool special : {false, true})
        QCOMPARE(tokenizer->encode("x<tool><tool>", special), Ids({'x', 260, 260}));
}

void TestTokenizer::wantsEveryByteTrusted() {
    const auto tokenizer = std::move(*open(withSpecials().builder()));
    const std::string token = "<|x|>";
    const auto split = [&](size_t at, bool first, bool second) {
        return tokenizer->encode(std::vector<TextSpan>{{token.substr(0, at), first}, {token.substr(at), second}});
    };
    for (size_t at = 0; at <= token.size(); at++) {
        QCOMPARE(split(at, true, true), Ids({258}));
        QCOMPARE(split(at, false, false), Ids({256, 'x', 257}));
        if (at > 0 && at < token.size()) {
            QCOMPARE(split(at, true, false), Ids({256, 'x', 257}));
            QCOMPARE(split(at, false, true), Ids({256, 'x', 257}));
        }
    }
    const std::vector<TextSpan> longer = {{"<|x|>", true}, {"y", false}};
    QCOMPARE(tokenizer->encode(longer), Ids({258, 'y'}));  // not the longer token, which is not all trusted
}

void TestTokenizer::letsNothingSwallowAControlToken() {
    const auto tokenizer = std::move(*open(withSpecials().builder()));
    const std::vector<TextSpan> spans = {{"a", false}, {"<|x|>", true}};
    QCOMPARE(tokenizer->encode(spans), Ids({'a', 258}));
    QCOMPARE(tokenizer->encode("a<|x|>", false), Ids({261, 'x', 257}));
}

void TestTokenizer::leavesNoTraceOfBorders() {
    std::mt19937 random(5);
    TinyVocabulary vocabulary = byteVocabulary();
    for (const char* pair : {"a b", "ab c", "Ġ a", "1 2", "b Ġ"}) {
        const std::string text = pair;
        vocabulary.merge(text.substr(0, text.find(' ')), text.substr(text.find(' ') + 1));
    }
    const auto tokenizer = std::move(*open(vocabulary.builder()));
    for (int i = 0; i < 300; i++) {
        std::string whole;
        std::vector<TextSpan> spans;
        for (size_t n = random() % 6; n > 0; n--) {
            spans.push_back({{}, random() % 2 == 0});
            for (size_t k = random() % 4; k > 0; k--) spans.back().text += std::string_view("abc 12é")[random() % 8];
            whole += spans.back().text;
        }
        QCOMPARE(tokenizer->encode(spans), tokenizer->encode(whole, false));
    }
}

void TestTokenizer::refusesIdsOutOfRange() {
    const auto tokenizer = std::move(*open(withSpecials().builder()));
    for (const TokenId id : {-1, 262, 0x7FFFFFFF}) {
        QVERIFY(!tokenizer->contains(id));
        const auto decoded = tokenizer->decode(Ids({'a', id}), true);
        QVERIFY(!decoded && decoded.error().code == ErrorCode::InvalidArgument);
    }
}

void TestTokenizer::opensWithoutTheFileStayingOpen() {
    const auto tokenizer = open(withSpecials().builder());  // removes the file
    QVERIFY(tokenizer);
    QCOMPARE((*tokenizer)->piece(258), std::string("<|x|>"));
    QVERIFY(!Tokenizer::open("/nonexistent/model.gguf"));
}

void TestTokenizer::givesBackAnyText() {
    std::mt19937 random(1);
    for (const char* pre : {"default", "gpt-2", "llama-bpe", "smollm"}) {
        TinyVocabulary vocabulary = byteVocabulary();
        vocabulary.pre = pre;
        for (int i = 0; i < 40; i++) {
            const std::string& left = vocabulary.texts[random() % vocabulary.texts.size()];
            vocabulary.merge(std::string(left), std::string(vocabulary.texts[random() % 256]));
        }
        const auto tokenizer = std::move(*open(vocabulary.builder()));
        for (int i = 0; i < 200; i++) {
            const std::string text = randomText(random, random() % 200);
            QCOMPARE(*tokenizer->decode(tokenizer->encode(text, false), false), text);
        }
    }
}

bool TestTokenizer::hasStarter() {
    return m_starter != nullptr;
}

void TestTokenizer::starterMatchesItsReference() {
    if (!hasStarter()) QSKIP("no starter model");
    // Ids of Hugging Face's tokenizers and of llama.cpp, which agree.
    QCOMPARE(m_starter->encode("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", true),
             Ids({1, 4093, 198, 26843, 2, 198, 1, 520, 9531, 198}));
    QCOMPARE(m_starter->encode(" <|im_end|> ", false), Ids({2067, 108, 306, 79, 486, 108, 46, 216}));
    QCOMPARE(m_starter->encode("Ġhello", false), Ids({143, 250, 28120}));
    QCOMPARE(m_starter->encode("a \xFF b", false), Ids({81, 216, 24211, 278}));
}

void TestTokenizer::starterGivesBackAnyText() {
    if (!hasStarter()) QSKIP("no starter model");
    std::mt19937 random(2);
    for (int i = 0; i < 300; i++) {
        const std::string text = randomText(random, random() % 300);
        QCOMPARE(*m_starter->decode(m_starter->encode(text, false), false), text);
    }
}

void TestTokenizer::starterKeepsControlTokensOutOfText() {
    if (!hasStarter()) QSKIP("no starter model");
    for (TokenId id = 0; m_starter->contains(id); id++) {
        if (m_starter->kind(id) != TokenKind::Control) continue;
        const std::string text = m_starter->piece(id);
        QCOMPARE(m_starter->encode(text, true), Ids({id}));
        QVERIFY(!hasControl(*m_starter, m_starter->encode(text + text, false)));
        for (size_t at = 0; at <= text.size(); at++) {
            for (const bool firstTrusted : {false, true}) {
                const bool whole = at == 0 || at == text.size();
                const std::vector<TextSpan> spans = {{text.substr(0, at), firstTrusted && !whole},
                                                     {text.substr(at), false}};
                QVERIFY(!hasControl(*m_starter, m_starter->encode(spans)));
            }
        }
    }
}

void TestTokenizer::starterKnowsItsEnds() {
    if (!hasStarter()) QSKIP("no starter model");
    QCOMPARE(m_starter->size(), size_t{49152});
    QCOMPARE(m_starter->bos(), std::optional(1));
    QVERIFY(!m_starter->addsBos());
    for (TokenId id = 0; m_starter->contains(id); id++) QCOMPARE(m_starter->endsReply(id), id == 0 || id == 2);
}

void TestTokenizer::starterTakesEndlessWordsInTime() {
    if (!hasStarter()) QSKIP("no starter model");
    QElapsedTimer timer;
    timer.start();
    for (const char* unit : {"a", " ", "\n", "\xFF", "ab", "e\u0301\u0323"}) {
        std::string text;
        while (text.size() < 300'000) text += unit;
        QVERIFY(m_starter->encode(text, false).size() > 1000);
    }
    QVERIFY(timer.elapsed() < 60'000);
}

QTEST_APPLESS_MAIN(TestTokenizer)
#include "test_tokenizer.moc"
