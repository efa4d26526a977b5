#include <QtTest>

#include "template/parser.h"

using namespace monochord;
using namespace monochord::jinja;

namespace {

std::string problem(std::string_view source) {
    const auto program = parse(source);
    return program ? "" : program.error().message;
}

const ast::Expression& printed(const Program& program) {
    return *std::get<ast::Print>(program.body.front().what).expressions.front();
}

}  // namespace

class TestParser : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void operatorsBindAsInJinja();
    void longChainsAreFlat();
    void unknownFiltersAreRefusedOutsideOfConditions();
    void mistakesAreNamed_data();
    void mistakesAreNamed();
};

void TestParser::operatorsBindAsInJinja() {
    const auto kindOf = [](std::string_view source) {
        const auto program = parse(source);
        return program ? printed(**program).kind : ast::NodeKind::Constant;
    };
    QVERIFY(kindOf("{{ 1 + 2 ~ 3 }}") == ast::NodeKind::Arithmetic);  // ~ binds tighter than +
    QVERIFY(kindOf("{{ 1 * 2 ~ 3 }}") == ast::NodeKind::Concat);
    QVERIFY(kindOf("{{ -1|abs }}") == ast::NodeKind::Filter);
    QVERIFY(kindOf("{{ not a is b }}") == ast::NodeKind::Constant);  // no such test
    QVERIFY(kindOf("{{ not a is none }}") == ast::NodeKind::Not);
    QVERIFY(kindOf("{{ a or b and c }}") == ast::NodeKind::Or);
}

void TestParser::longChainsAreFlat() {
    std::string source = "{{ 1";
    for (int i = 0; i < 1000; i++) source += " + 1";
    const auto program = parse(source + " }}");
    QVERIFY(program);
    QCOMPARE(printed(**program).children.size(), size_t{1001});
    QCOMPARE(printed(**program).depth, uint16_t{2});
}

void TestParser::unknownFiltersAreRefusedOutsideOfConditions() {
    QCOMPARE(problem("\n{{ 1|foo }}"), std::string("line 2: no filter named 'foo'"));
    QCOMPARE(problem("{% for i in [] %}{{ 1 is foo }}{% endfor %}"), std::string("line 1: no test named 'foo'"));
    QCOMPARE(problem("{% if 0 %}{{ 1|foo }}{% endif %}{{ 1 if 1 else 1|foo }}"), std::string());
}

void TestParser::mistakesAreNamed_data() {
    QTest::addColumn<QString>("source");
    for (const char* source :
         {"{% if 1 %}x", "{% endif %}", "{% for i in l %}{% endif %}{% endfor %}", "{% frobnicate %}", "{{ }}",
          "{{ 1 2 }}", "{% break %}", "{% set true = 1 %}", "{% macro f(a=1, b) %}{% endmacro %}",
          "{% call 1 %}{% endcall %}", "{{ f(a=1, 2) }}", "{{ a is b is c }}", "{{ a..b }}",
          "{{ 99999999999999999999 }}", "{% for in l %}{% endfor %}"})
        QTest::newRow(source) << QString::fromUtf8(source);
}

void TestParser::mistakesAreNamed() {
    QFETCH(QString, source);
    QVERIFY2(problem(source.toStdString()).starts_with("line 1: "), problem(source.toStdString()).c_str());
}

QTEST_APPLESS_MAIN(TestParser)
#include "test_parser.moc"
