#include "../../app/cli/json_lines.h"

#include <QtTest>
#include <iostream>
#include <sstream>

using namespace monochord;
using namespace monochord::cli;

namespace {

/// What answerLines writes for an input, with an answer that repeats the member "n".
std::string answersTo(const std::string& input) {
    std::ios::sync_with_stdio(false);  // the first call installs new buffers: before they are replaced
    std::istringstream in(input);
    std::ostringstream out;
    auto* const oldIn = std::cin.rdbuf(in.rdbuf());
    auto* const oldOut = std::cout.rdbuf(out.rdbuf());
    const auto ended = answerLines([](const Json& request) -> Result<std::string> {
        return member<int64_t>(request, "n").map([](int64_t n) { return toText(Json{{"n", n}}); });
    });
    std::cin.rdbuf(oldIn);
    std::cout.rdbuf(oldOut);
    std::cin.clear();
    return ended ? out.str() : "failed";
}

bool isOneError(const std::string& answer) {
    const Json parsed = Json::parse(answer, nullptr, false);
    return parsed.is_object() && parsed.contains("error") && answer.size() < 400;
}

std::string manyMembers(int count) {
    std::string text = "{\"n\":1";
    for (int i = 1; i < count; i++) text += ",\"k" + std::to_string(i) + "\":0";
    return text + "}\n";
}

}  // namespace

class TestJsonLines : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachLineIsAnsweredInOrder();
    void aBadLineDoesNotStopTheNext();
    void brokenRequestsAreOneShortError_data();
    void brokenRequestsAreOneShortError();
    void bracketsInTextsAreNoNesting();
    void nestingIsBounded();
    void membersAreBounded();
    void wholeNumbersAreChecked();
    void listsAreChecked();
    void aMissingMemberTakesTheDefault();
    void invalidBytesComeOutReplaced();
    void base64GoesThereAndBack();
    void badBase64IsRefused();
};

void TestJsonLines::eachLineIsAnsweredInOrder() {
    QCOMPARE(answersTo("{\"n\":1}\n\n  \r\n{\"n\":2}\r\n{\"n\":3}"), std::string("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n"));
    QCOMPARE(answersTo(""), std::string());
}

void TestJsonLines::aBadLineDoesNotStopTheNext() {
    const std::string answers = answersTo("{\"n\":\n{\"n\":2}\n");
    const size_t end = answers.find('\n');
    QVERIFY(isOneError(answers.substr(0, end)));
    QCOMPARE(answers.substr(end + 1), std::string("{\"n\":2}\n"));
}

void TestJsonLines::brokenRequestsAreOneShortError_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("a list") << QByteArray("[1]");
    QTest::newRow("a number") << QByteArray("1");
    QTest::newRow("closing only") << QByteArray("]]]]}}}}");
    QTest::newRow("unfinished text") << QByteArray("{\"n") + QByteArray(100000, 'a');
    QTest::newRow("unfinished escape") << QByteArray("{\"n\\");
    QTest::newRow("invalid UTF-8") << QByteArray("{\"\xff\":1}");
    QTest::newRow("zero byte") << QByteArray("{\"n\":\0}", 7);
    QTest::newRow("colons") << QByteArray(5000, ':');
    QTest::newRow("number beyond f64") << QByteArray("{\"n\":1e400}");
    QTest::newRow("two objects") << QByteArray("{\"n\":1}{\"n\":2}");
    QTest::newRow("brackets") << QByteArray(1000000, '[');
}

void TestJsonLines::brokenRequestsAreOneShortError() {
    QFETCH(QByteArray, line);
    QVERIFY(isOneError(answersTo(line.toStdString() + "\n")));
}

void TestJsonLines::bracketsInTextsAreNoNesting() {
    QCOMPARE(answersTo("{\"t\":\"" + std::string(500, '[') + "\\\"{\",\"n\":5}\n"), std::string("{\"n\":5}\n"));
}

void TestJsonLines::nestingIsBounded() {
    const auto nested = [](size_t depth) {
        return "{\"n\":1,\"t\":" + std::string(depth, '[') + std::string(depth, ']') + "}\n";
    };
    QCOMPARE(answersTo(nested(99)), std::string("{\"n\":1}\n"));
    QVERIFY(isOneError(answersTo(nested(100))));
}

void TestJsonLines::membersAreBounded() {
    QCOMPARE(answersTo(manyMembers(1000)), std::string("{\"n\":1}\n"));
    QVERIFY(isOneError(answersTo(manyMembers(1001))));
    // Many small objects are no large one.
    std::string list = "{\"n\":1,\"t\":[{\"a\":1}";
    for (int i = 0; i < 2000; i++) list += ",{\"a\":1}";
    QCOMPARE(answersTo(list + "]}\n"), std::string("{\"n\":1}\n"));
}

void TestJsonLines::wholeNumbersAreChecked() {
    QCOMPARE(member<int64_t>(Json::parse("{\"n\":9223372036854775807}"), "n").value_or(0), INT64_MAX);
    QCOMPARE(member<int64_t>(Json::parse("{\"n\":-9223372036854775808}"), "n").value_or(0), INT64_MIN);
    for (const char* bad :
         {"9223372036854775808", "-9223372036854775809", "1.5", "1.0", "true", "null", "\"1\"", "[1]"}) {
        const auto number = member<int64_t>(Json::parse("{\"n\":" + std::string(bad) + "}"), "n");
        QVERIFY2(!number && number.error().message.find("\"n\"") != std::string::npos, bad);
    }
}

void TestJsonLines::listsAreChecked() {
    const Json request = Json::parse(
        R"({"ids": [1, -2147483648, 2147483647], "big": [2147483648], "mixed": [1, "a"], "x": [1, -1e39, 0.1]})");
    QCOMPARE(*member<std::vector<int32_t>>(request, "ids"), (std::vector<int32_t>{1, INT32_MIN, INT32_MAX}));
    QVERIFY(!member<std::vector<int32_t>>(request, "big"));
    QVERIFY(!member<std::vector<int32_t>>(Json{{"built", {int64_t{1} << 40}}}, "built"));
    QVERIFY(!member<std::vector<int32_t>>(request, "mixed"));
    QVERIFY(!member<std::vector<float>>(request, "mixed"));
    QCOMPARE(*member<std::vector<float>>(request, "x"),
             (std::vector<float>{1, -std::numeric_limits<float>::infinity(), 0.1f}));
}

void TestJsonLines::aMissingMemberTakesTheDefault() {
    const Json request = Json::parse(R"({"a": true, "d": 2})");
    QCOMPARE(memberOr<bool>(request, "a", false).value(), true);
    QCOMPARE(memberOr<bool>(request, "b", false).value(), false);
    QVERIFY(!memberOr<bool>(request, "d", false));
    QCOMPARE(memberOr<double>(request, "d", 0).value(), 2.0);
    QCOMPARE(memberOr<std::string>(request, "s", "x").value(), std::string("x"));
    QVERIFY(!member<std::string>(request, "s"));
}

void TestJsonLines::invalidBytesComeOutReplaced() {
    QCOMPARE(toText(Json{{"t", "a\xff"}}), std::string("{\"t\":\"a\xef\xbf\xbd\"}"));
}

void TestJsonLines::base64GoesThereAndBack() {
    std::string bytes;
    for (int i = 0; i < 256; i++) {
        QCOMPARE(fromBase64(toBase64(bytes)).value_or("bad"), bytes);
        bytes.push_back(static_cast<char>(i * 7));
    }
    QCOMPARE(toBase64("Monochord"), std::string("TW9ub2Nob3Jk"));
    QCOMPARE(toBase64("a"), std::string("YQ=="));
    QCOMPARE(fromBase64("YQ").value_or("bad"), std::string("a"));  // padding may be missing
}

void TestJsonLines::badBase64IsRefused() {
    for (const char* bad : {"Y", "YWFhY", "Y Q=", "Y=Q=", "YQ-_", "\xff\xff"}) QVERIFY2(!fromBase64(bad), bad);
}

QTEST_APPLESS_MAIN(TestJsonLines)
#include "test_json_lines.moc"
