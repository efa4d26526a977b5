#include "tokenizer/added_tokens.h"

#include <QTest>
#include <string>

using namespace monochord;

namespace {

TokenId longestIn(const std::vector<std::string>& texts, std::string_view text) {
    AddedTokens tokens;
    for (size_t i = 0; i < texts.size(); i++) tokens.add(texts[i], static_cast<TokenId>(i));
    tokens.finish();
    return tokens.longest(text).id;
}

}  // namespace

class TestAddedTokens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsTheLongest();
    void fallsBackToAShorterOne();
    void stopsAtTheEndOfTheText();
    void takesTheLastOfEqualTexts();
    void ignoresEmptyAndHugeTexts();
    void readsBytesAbove127();
};

void TestAddedTokens::findsTheLongest() {
    QCOMPARE(longestIn({"<", "<|", "<|im_end|>", "<|im_end|>x"}, "<|im_end|>y"), 2);
    QCOMPARE(longestIn({"<|a|>", "<|b|>"}, "x<|a|>"), kNoToken);
}

void TestAddedTokens::fallsBackToAShorterOne() {
    QCOMPARE(longestIn({"ab", "abcdef"}, "abcdeg"), 0);
}

void TestAddedTokens::stopsAtTheEndOfTheText() {
    QCOMPARE(longestIn({"ab", "abc"}, "ab"), 0);
    QCOMPARE(longestIn({"abc"}, "ab"), kNoToken);
}

void TestAddedTokens::takesTheLastOfEqualTexts() {
    QCOMPARE(longestIn({"a", "b", "a"}, "a"), 2);
}

void TestAddedTokens::ignoresEmptyAndHugeTexts() {
    const std::string huge(1'000'000, 'x');
    QCOMPARE(longestIn({"", huge}, huge), kNoToken);
    QCOMPARE(longestIn({}, "a"), kNoToken);
}

void TestAddedTokens::readsBytesAbove127() {
    QCOMPARE(longestIn({"\xFF", "\xFF\x80", "a", "\xFFz"}, "\xFF\x80"), 1);
    QCOMPARE(longestIn({"\xFF", "\xFF\x80", "a", "\xFFz"}, "\xFFz"), 3);
}

QTEST_APPLESS_MAIN(TestAddedTokens)
#include "test_added_tokens.moc"
