#include <QElapsedTimer>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "monochord/chat_template.h"

using namespace monochord;
using nlohmann::ordered_json;

namespace {

std::string times(size_t count, std::string_view text) {
    std::string result;
    for (size_t i = 0; i < count; i++) result += text;
    return result;
}

std::string nested(std::string_view open, std::string_view middle, std::string_view close, size_t count) {
    return times(count, open) + std::string(middle) + times(count, close);
}

Result<std::vector<TextSpan>> render(std::string_view source) {
    const ordered_json variables = {{"messages", {{{"role", "user"}, {"content", "hi"}}}}};
    return ChatTemplate::compile(source).and_then(
        [&](std::unique_ptr<ChatTemplate>&& compiled) { return compiled->render(variables, "2025-01-02T03:04:05"); });
}

}  // namespace

/// Templates meant to harm: refused in time, or rendered.
class TestLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refused_data();
    void refused();
    void harmless_data();
    void harmless();
    void longChat();
};

void TestLimits::refused_data() {
    QTest::addColumn<QByteArray>("source");
    const auto row = [](const char* name, const std::string& source) {
        QTest::newRow(name) << QByteArray::fromStdString(source);
    };
    constexpr size_t kMany = 100'000;
    row("deep parentheses", "{{ " + nested("(", "1", ")", kMany) + " }}");
    row("deep dicts", "{{ " + nested("{'a':", "1", "}", kMany) + " }}");
    row("deep not", "{{ " + times(kMany, "not ") + "1 }}");
    row("deep minus", "{{ " + times(kMany, "-") + "1 }}");
    row("deep ifs", nested("{% if 1 %}", "x", "{% endif %}", 20'000));
    row("deep conditions", "{{ " + times(kMany, "1 if 0 else ") + "2 }}");
    row("call chain", "{{ f" + times(kMany, "()") + " }}");
    row("filter chain", "{{ 'x'" + times(kMany, "|trim") + " }}");
    row("macro calls itself", "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}");
    row("default calls its macro", "{% macro f(x=f()) %}{% endmacro %}{{ f() }}");
    row("macro as a tree",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}");
    row("caller calls itself",
        "{% macro f() %}{% call f() %}{{ caller() }}{% endcall %}{% endmacro %}{% call f() %}x{% endcall %}");
    row("recursive loop", "{% for m in messages recursive %}{{ loop(messages) }}{% endfor %}");
    row("long range", "{% for i in range(1000000000) %}{% endfor %}");
    row("nested loops", nested("{% for i in range(100) %}", "", "{% endfor %}", 8));
    row("long text", "{{ 'ab' * 4611686018427387904 }}");
    row("long list", "{{ ([1] * 1000000000)|length }}");
    row("list printed again and again", "{{ messages * 200000 }}");
    row("much more text than was given", "{{ 'a' * 5000000 }}");
    row("doubled text", "{% set n = namespace(s='ab') %}{% for i in range(64) %}{% set n.s = n.s ~ n.s %}{% endfor %}");
    row("lists of lists printed",
        "{% set n = namespace(s=[1]) %}{% for i in range(40) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}");
    row("lists of lists compared",
        "{% set n = namespace(s=[1], t=[1]) %}{% for i in range(60) %}{% set n.s = [n.s, "
        "n.s] %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.s == n.t }}");
    row("very deep list", "{% set n = namespace(l=[]) %}{% for i in range(1000) %}{% set n.l = [n.l] %}{% endfor %}");
    row("namespace in itself", "{% set n = namespace(a=1) %}{% set n.a = n %}{{ n }}");
    row("indent", "{{ 'a\nb'|indent(10000000000) }}");
    row("width", "{{ '{:>1000000000}'.format(1) }}");
    row("wide tabs", "{{ ('\t' * 100000).expandtabs(1000000000) }}");
    row("long address", "{{ ('%' * 6000000)|urlencode|length }}");
    row("long escape", "{{ ('&' * 6000000)|e|length }}");
    row("replace bomb", "{% set a = 'a' * 50000 %}{{ a|replace('a', a)|length }}");
    row("output", "{% for i in range(10000) %}{% for j in range(10000) %}xxxxxxxxxx{% endfor %}{% endfor %}");
    row("10 MB of brackets", times(3'300'000, "{{ "));
    row("open comment", "a {# b");
    row("open raw", "{% raw %}" + times(300'000, "{% "));
    row("division by zero", "{{ 1 // 0 }}{{ 1 % 0 }}");
    row("mutation", "{% set l = [1] %}{% set x = l.append(l) %}");
    row("include", "{% include '/etc/passwd' %}");
    row("class", "{{ ''.__class__.__mro__ }}");
    row("not UTF-8", "a\xff");
    row("sort of mixed", "{{ [1, 'a', none, [1], {}]|sort }}");
    row("unpacking", "{% for a, b, c in [[1]] %}{% endfor %}");
}

void TestLimits::refused() {
    QFETCH(QByteArray, source);
    QElapsedTimer clock;
    clock.start();
    const auto spans = render(source.toStdString());
    QVERIFY(!spans);
    QCOMPARE(spans.error().code, ErrorCode::Template);
    QVERIFY2(spans.error().message.starts_with("line "), spans.error().message.c_str());
    QVERIFY(spans.error().message.size() < 5000);
    QVERIFY(clock.elapsed() < 60'000);  // 2 s on a quiet machine, without sanitizers
}

void TestLimits::harmless_data() {
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const std::string& source, const std::string& expected) {
        QTest::newRow(name) << QByteArray::fromStdString(source) << QByteArray::fromStdString(expected);
    };
    row("long sum", "{{ 1" + times(100'000, "+1") + " }}", "100001");
    row("long concatenation", "{{ 1" + times(1000, "~1") + " }}", times(1001, "1"));
    row("many branches", "{% if 0 %}" + times(20'000, "{% elif 0 %}") + "{% endif %}", "");
    row("deep, but not too deep", "{{ " + nested("[", "", "]", 90) + " }}", nested("[", "", "]", 90));
    row("search in a long text", "{{ ('a' * 500000).find('a' * 250000 ~ 'b') }}", "-1");
    row("open tags", "{{ ('<' * 300000)|striptags|length }}{{ ('<!--' * 100000)|striptags|length }}", "300000400000");
    row("odd entities", "{{ ('&#x' * 100000)|striptags|length }}", "300000");
    row("least integer", "{{ (-9223372036854775807 - 1) % -1 }}", "0");
    row("ends of a slice", "{{ 'abc'[-9223372036854775807:9223372036854775807:9223372036854775807] }}", "a");
    row("order with nan", "{{ ([('nan'|float), 2, 1] * 100)|sort|length }}", "300");
    row("empty pattern", "{{ 'abc'.replace('', '-') }}", "-a-b-c-");
    row("loops outlive their turn",
        "{% set n = namespace(l=0) %}{% for i in range(50000) %}{% for j in [n.l] %}{% set n.l = loop %}{% endfor %}{% "
        "endfor %}{{ n.l.length }}",
        "0");
}

void TestLimits::harmless() {
    QFETCH(QByteArray, source);
    QFETCH(QByteArray, expected);
    const auto spans = render(source.toStdString());
    QVERIFY2(spans, spans ? "" : spans.error().message.c_str());
    QCOMPARE(QByteArray::fromStdString(joinSpans(*spans)), expected);
}

/// What a chat holds may be printed, also where it is more than a template may write by itself.
void TestLimits::longChat() {
    const std::string content = times(1'400'000, "a b");
    const ordered_json variables = {{"messages", {{{"role", "user"}, {"content", content}}}}};
    const auto compiled = ChatTemplate::compile("{% for m in messages %}<{{ m.content }}>{% endfor %}");
    QVERIFY(compiled);
    const auto spans = (*compiled)->render(variables, "2025-01-02T03:04:05");
    QVERIFY2(spans, spans ? "" : spans.error().message.c_str());
    QVERIFY(joinSpans(*spans) == "<" + content + ">");
}

QTEST_APPLESS_MAIN(TestLimits)
#include "test_limits.moc"
