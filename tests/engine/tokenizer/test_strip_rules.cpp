#include "tokenizer/strip_rules.h"

#include <QTest>

#include "engine/tokenizer/vocabularies.h"

using namespace monochord;
using namespace monochord::test;

namespace {

TinyVocabulary withTokens() {
    TinyVocabulary vocabulary = byteVocabulary();
    vocabulary.add("<|end|>", TokenKind::Control);        // 256
    vocabulary.add("<|endoftext|>", TokenKind::Control);  // 257
    vocabulary.add("</s>", TokenKind::UserDefined);       // 258
    vocabulary.add("<mask>", TokenKind::Control);         // 259
    return vocabulary;
}

}  // namespace

class TestStripRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesSpacesBehindTokensOfPhi3();
    void takesSpacesBeforeMasks();
    void leavesOthersAlone();
    void findsSpacesInBothDirections();
};

void TestStripRules::takesSpacesBehindTokensOfPhi3() {
    GgufBuilder builder = withTokens().builder();
    builder.text("general.name", "Phi-3.5 mini");
    const auto tokenizer = std::move(*open(builder));
    QCOMPARE(tokenizer->encode("a <|end|> \n\u00A0b", true), Ids({'a', ' ', 256, 'b'}));
    QCOMPARE(tokenizer->encode("<|endoftext|> b", true), Ids({257, ' ', 'b'}));
    QCOMPARE(tokenizer->encode("</s>  <|end|>", false).front(), 258);
    QCOMPARE(tokenizer->encode("</s>  </s> ", false), Ids({258, 258}));
    const std::vector<TextSpan> spans = {{"<|end|>", true}, {" \n", false}, {"<|end|>", true}};
    QCOMPARE(tokenizer->encode(spans), Ids({256, 256}));
}

void TestStripRules::takesSpacesBeforeMasks() {
    TinyVocabulary vocabulary = withTokens();
    vocabulary.pre = "jina-v2-code";
    const auto tokenizer = std::move(*open(vocabulary.builder()));
    QCOMPARE(tokenizer->encode("a \u00A0<mask> b", true), Ids({'a', 259, ' ', 'b'}));
    QCOMPARE(tokenizer->encode(" <mask>", true), Ids({259}));
}

void TestStripRules::leavesOthersAlone() {
    const auto tokenizer = std::move(*open(withTokens().builder()));
    QCOMPARE(tokenizer->encode(" <mask> <|end|> ", true), Ids({' ', 259, ' ', 256, ' '}));
}

void TestStripRules::findsSpacesInBothDirections() {
    const std::string_view text = "x \u3000\t";
    QCOMPARE(skipSpaces(text, 1), text.size());
    QCOMPARE(skipSpaces(text, 0), size_t{0});
    QCOMPARE(skipSpacesBack(text, 0, text.size()), size_t{1});
    QCOMPARE(skipSpacesBack(text, 2, text.size()), size_t{2});
    QCOMPARE(skipSpacesBack("\x80\x80\x80\x80\x80 ", 0, 6), size_t{5});
}

QTEST_APPLESS_MAIN(TestStripRules)
#include "test_strip_rules.moc"
