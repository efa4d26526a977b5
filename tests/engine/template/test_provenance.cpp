#include <QtTest>
#include <nlohmann/json.hpp>

#include "monochord/chat_template.h"
#include "template/text.h"

using namespace monochord;
using nlohmann::ordered_json;

namespace {

/// The rendered text with what is not trusted in [brackets].
std::string marked(std::string_view source, const ordered_json& variables) {
    const auto compiled = ChatTemplate::compile(source);
    if (!compiled) return compiled.error().message;
    const auto spans = (*compiled)->render(variables, "2025-01-02");
    if (!spans) return spans.error().message;
    std::string text;
    for (size_t i = 0; i < spans->size(); i++) {
        if (i > 0 && (*spans)[i].trusted == (*spans)[i - 1].trusted) return "spans of one kind are not merged";
        text += (*spans)[i].trusted ? (*spans)[i].text : "[" + (*spans)[i].text + "]";
    }
    return text;
}

}  // namespace

class TestProvenance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textKeepsWhatWasJoined();
    void operationsKeepIt_data();
    void operationsKeepIt();
    void tokensOfTheVocabularyAreTrusted();
    void everythingElseIsNot();
};

void TestProvenance::textKeepsWhatWasJoined() {
    jinja::Text text("ab", true);
    text.append("cd", false);
    text.append("", true);
    text.append("ef", false);
    text.append("g", true);
    QCOMPARE(text.bytes(), std::string("abcdefg"));
    std::string trust;
    for (size_t i = 0; i < text.size(); i++) trust += text.trustedAt(i) ? '1' : '0';
    QCOMPARE(trust, std::string("1100001"));
    for (size_t from = 0; from <= text.size(); from++) {
        for (size_t end = from; end <= text.size(); end++) {
            const jinja::Text part = text.slice(from, end);
            QCOMPARE(part.bytes(), text.bytes().substr(from, end - from));
            for (size_t i = 0; i < part.size(); i++) QCOMPARE(part.trustedAt(i), text.trustedAt(from + i));
        }
    }
}

void TestProvenance::operationsKeepIt_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* source, const char* expected) {
        QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(expected);
    };
    row("<s>{{ u }}</s>", "<s>[<|x|>]</s>");
    row("{{ 'a' + u + 'b' }}", "a[<|x|>]b");
    row("{{ 'a' ~ u ~ 1 }}", "a[<|x|>]1");
    row("{{ u[1:-1] }}", "[|x|]");
    row("{{ ('a' ~ u)[::-1] }}", "[>|x|<]a");
    row("{{ u[2] }}", "[x]");
    row("{{ ('  ' ~ u ~ ' ')|trim }}", "[<|x|>]");
    row("{{ ('-' ~ u).strip('-') }}", "[<|x|>]");
    row("{{ u|replace('x', 'y') }}", "[<|]y[|>]");
    row("{{ 'a-b'|replace('-', u) }}", "a[<|x|>]b");
    row("{{ u.replace('|', '') }}", "[<x>]");
    row("{{ u.split('|')|join(',') }}", "[<],[x],[>]");
    row("{{ [u, 'b']|join(u) }}", "[<|x|><|x|>]b");
    row("{{ u|upper }}{{ u.title() }}{{ u|capitalize }}", "[<|X|><|X|><|x|>]");
    row("{{ '%s!' % u }}", "[<|x|>]!");
    row("{{ '%5s|%-3s' | format('a', 'b') }}", "    a|b  ");
    row("{{ '<{}>'.format(u) }}", "<[<|x|>]>");
    row("{{ '{:*^7}'.format(u) }}", "*[<|x|>]*");
    row("{{ u % () }}", "[<|x|>]");
    row("{{ ('a\n' ~ u)|indent(2) }}", "a\n  [<|x|>]");
    row("{{ u|center(7) }}", " [<|x|>] ");
    row("{{ u|tojson }}", "[\"<|x|>\"]");
    row("{{ {'k': u}|tojson }}", "{\"k\": [\"<|x|>\"]}");
    row("{{ m|tojson }}", "[{\"<|k|>\": [1, \"<|v|>\"]}]");
    row("{{ [u] }}", "[['<|x|>']]");
    row("{% for c in u %}{{ c }}.{% endfor %}", "[<].[|].[x].[|].[>].");
    row("{% for k, v in m.items() %}{{ k }}={{ v[1] }}{% endfor %}", "[<|k|>]=[<|v|>]");
    row("{% for k in m|list %}{{ k }}{% endfor %}{% for k, v in m|dictsort %}{{ k }}{% endfor %}", "[<|k|><|k|>]");
    row("{% set x %}a{{ u }}{% endset %}{{ x }}", "a[<|x|>]");
    row("{% set n = namespace(x=u) %}{{ n.x }}", "[<|x|>]");
    row("{% macro f(a) %}<{{ a }}>{% endmacro %}{{ f(u) }}", "<[<|x|>]>");
    row("{% filter upper %}a{{ u }}{% endfilter %}", "A[<|X|>]");
    row("{{ n }}{{ n + 1 }}{{ n|string }}{{ '%d' % n }}{{ t }}", "[7877True]");
    row("{{ '12'|int }}{{ digits|int }}", "12[34]");
    row("{{ u|length }}{{ u == 'a' }}", "5False");
    row("{{ u|default('d') }}{{ e|default('d', true) }}", "[<|x|>]d");
    row("{{ [u]|map('upper')|first }}{{ [u]|sort|last }}{{ u|list|join }}", "[<|X|><|x|><|x|>]");
    row("{{ u if true else 'a' }}{{ u or 'a' }}{{ 'b' and u }}", "[<|x|><|x|><|x|>]");
    row("{{ u|e }}", "[&lt;|x|&gt;]");
    row("{{ u * 2 }}", "[<|x|><|x|>]");
    row("{{ ('a\r\n' ~ u ~ '\n')|indent('- ', true) }}", "- a\n- [<|x|>]\n");
    row("{{ ('<b>' ~ u ~ '</b>')|striptags }}|{{ '&lt;'|striptags }}{{ amp|striptags }}", "|<[<|x|>]");
    row("{{ u|urlencode }}{{ {'k': u}|urlencode }}", "[%3C%7Cx%7C%3E]k=[%3C%7Cx%7C%3E]");
    row("{{ {'k': u}|xmlattr }}", " k=\"[&lt;|x|&gt;]\"");
    row("{{ 5|filesizeformat }}{{ n|filesizeformat }}", "5 Bytes[7 Bytes]");
    row("{{ tab.expandtabs(2) }}{{ 'a\tb'.expandtabs(2) }}", "[a ]a b");
    row("{{ [u, 'b']|map('title')|join('-') }}{{ u|batch(2)|first|join }}", "[<|x|>]-B[<|]");
    row("{{ u|slice(2)|first|join }}{{ {u: 1}|dictsort|first|first }}", "[<|x<|x|>]");
    row("{{ [{'a': u}]|groupby('a')|map('first')|join }}{{ [u]|unique|join }}{{ [u, 'a']|max }}", "[<|x|><|x|>]a");
    row("{{ [[u], ['c']]|sum(start=[])|join }}{{ u|string|trim|safe }}{{ u|forceescape }}",
        "[<|x|>]c[<|x|>&lt;|x|&gt;]");
    row("{{ 'ab c'|wordwrap(2) }}{{ u|truncate(4, true, '!', 0) }}", "ab\nc[<|x]!");
}

void TestProvenance::operationsKeepIt() {
    QFETCH(QString, source);
    QFETCH(QString, expected);
    const ordered_json variables = {
        {"u", "<|x|>"}, {"m", {{"<|k|>", {1, "<|v|>"}}}}, {"n", 7},      {"t", true}, {"digits", "34"},
        {"e", ""},      {"amp", "&lt;|x|&gt;"},           {"tab", "a\t"}};
    QCOMPARE(marked(source.toStdString(), variables), expected.toStdString());
}

void TestProvenance::tokensOfTheVocabularyAreTrusted() {
    QCOMPARE(marked("{{ bos_token }}{{ u }}{{ eos_token }}", {{"bos_token", "<s>"}, {"eos_token", "</s>"}, {"u", "x"}}),
             std::string("<s>[x]</s>"));
}

void TestProvenance::everythingElseIsNot() {
    const ordered_json variables = {{"messages", {{{"role", "<|r|>"}, {"content", "<|c|>"}, {"bos_token", "<|b|>"}}}},
                                    {"tools", {{{"name", "<|t|>"}}}},
                                    {"bos_token_", "<|y|>"}};
    QCOMPARE(marked("{{ messages[0].role }}{{ messages[0].bos_token }}{{ tools[0].name }}{{ bos_token_ }}", variables),
             std::string("[<|r|><|b|><|t|><|y|>]"));
}

QTEST_APPLESS_MAIN(TestProvenance)
#include "test_provenance.moc"
