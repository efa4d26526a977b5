#include <QtTest>

#include "template/lexer.h"

using namespace monochord;
using namespace monochord::jinja;

namespace {

/// The data tokens of a template, separated by |, or the error.
std::string data(std::string_view source) {
    const auto tokens = tokenize(source);
    if (!tokens) return tokens.error().message;
    std::string text;
    for (const Token& token : *tokens)
        if (token.type == TokenType::Data) text += token.text + "|";
    return text;
}

std::string firstToken(std::string_view expression) {
    const auto tokens = tokenize("{{ " + std::string(expression) + " }}");
    return tokens ? (*tokens)[1].text : tokens.error().message;
}

}  // namespace

class TestLexer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lineBreaksAfterBlocksAndBlanksBeforeThemGo();
    void signsStripWhiteSpace();
    void commentsAndRawBlocks();
    void textsAreUnescaped();
    void numbersEndWhereTheyShould();
    void bracesInsideOfExpressionsDoNotEndThem();
    void errorsNameTheLine();
};

void TestLexer::lineBreaksAfterBlocksAndBlanksBeforeThemGo() {
    QCOMPARE(data("  {% if 1 %}\n  x\n  {% endif %}\n  y"), std::string("  x\n|  y|"));
    QCOMPARE(data("a {% if 1 %} b"), std::string("a | b|"));
    QCOMPARE(data("a\n  {{ 1 }}\nb"), std::string("a\n  |\nb|"));
    QCOMPARE(data("a\r\nb\rc\n"), std::string("a\nb\nc|"));
    QCOMPARE(data("a\n\n"), std::string("a\n|"));
}

void TestLexer::signsStripWhiteSpace() {
    QCOMPARE(data("a \n {{- 1 -}} \n b"), std::string("a|b|"));
    QCOMPARE(data("a\n  {%+ if 1 +%}\nb"), std::string("a\n  |\nb|"));
    QCOMPARE(data("a\xc2\xa0{%- if 1 %}"), std::string("a|"));
}

void TestLexer::commentsAndRawBlocks() {
    QCOMPARE(data("a{# {{ #}b"), std::string("a|b|"));
    QCOMPARE(data("a {#- x -#} b"), std::string("a|b|"));
    QCOMPARE(data("{% raw %}{{ x }}{% endraw %}"), std::string("{{ x }}|"));
    QCOMPARE(data("{%- raw -%}  {% x %}  {%- endraw -%}  b"), std::string("{% x %}|b|"));
}

void TestLexer::textsAreUnescaped() {
    QCOMPARE(firstToken(R"('a\tb\x41\u00e9\101\q\'')"), std::string("a\tbA\xc3\xa9"
                                                                    "A\\q'"));
    QCOMPARE(firstToken("'a\\\nb'"), std::string("ab"));
    QVERIFY(firstToken(R"('\x4')").starts_with("line 1: "));
}

void TestLexer::numbersEndWhereTheyShould() {
    QCOMPARE(firstToken("1_000"), std::string("1000"));
    QCOMPARE(firstToken("1.5e-3"), std::string("1.5e-3"));
    QCOMPARE(firstToken("1.real"), std::string("1"));
    QCOMPARE(firstToken("0x1F"), std::string("0x1F"));
}

void TestLexer::bracesInsideOfExpressionsDoNotEndThem() {
    const auto tokens = tokenize("{{ {'a': {'b': 1}}}}x");
    QVERIFY(tokens);
    QCOMPARE(tokens->at(tokens->size() - 2).text, std::string("x"));
}

void TestLexer::errorsNameTheLine() {
    QCOMPARE(data("a\n{{ 'x"), std::string("line 2: a text has no closing quote"));
    QCOMPARE(data("\n\n{# x"), std::string("line 3: a comment has no end"));
    QVERIFY(data("{{ ( ] }}").starts_with("line 1: unexpected"));
    QVERIFY(data("{{ $ }}").starts_with("line 1: unexpected character"));
}

QTEST_APPLESS_MAIN(TestLexer)
#include "test_lexer.moc"
