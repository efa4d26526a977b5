#include <QtTest>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "monochord/chat_template.h"
#include "support/paths.h"

using namespace monochord;
using nlohmann::ordered_json;

namespace {

std::string readFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

ordered_json readJson(const std::filesystem::path& path) {
    return ordered_json::parse(readFile(path));
}

/// The rendered text, or "error: " and the message.
std::string render(std::string_view source, const ordered_json& variables = ordered_json::object(),
                   std::string_view now = "2025-07-06T02:04:05") {
    const auto compiled = ChatTemplate::compile(source);
    if (!compiled) return "error: " + compiled.error().message;
    const auto spans = (*compiled)->render(variables, now);
    return spans ? joinSpans(*spans) : "error: " + spans.error().message;
}

ordered_json conversation() {
    return {{"messages", {{{"role", "user"}, {"content", "Hi"}}}}, {"add_generation_prompt", true}};
}

}  // namespace

class TestChatTemplate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void smollm2RendersAsInPython();
    void pythonsExpressions_data();
    void pythonsExpressions();
    void everyFilterTestMethodAndOperator();
    void referenceTemplates();
    void chatMlIsTheTemplateOfModelsWithoutOne();
    void errorsNameTheLine();
    void raiseExceptionSpeaksItsOwnWords();
    void timeComesFromTheCaller();
    void templatesAreReusable();
    void nullVariablesAreNone();
    void modelsBringTheirTemplate();
    void templatesWithErrorsCanBeKept();
};

void TestChatTemplate::smollm2RendersAsInPython() {
    const std::string source = readFile(test::dataFile("templates/smollm2.jinja"));
    for (const auto& example : readJson(test::dataFile("templates/smollm2.json"))) {
        const std::string text = render(source, example["variables"]);
        if (example.contains("output"))
            QCOMPARE(text, example["output"].get<std::string>());
        else
            QVERIFY2(text.starts_with("error: "), example["name"].get<std::string>().c_str());
    }
}

void TestChatTemplate::pythonsExpressions_data() {
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QByteArray>("expected");  // null: an error
    const auto examples = readJson(test::dataFile("templates/expressions.json"))["cases"];
    QVERIFY(examples.size() > 500);
    int number = 0;
    for (const auto& example : examples) {
        const auto source = QByteArray::fromStdString(example[0].get<std::string>());
        const QByteArray expected =
            example[1].is_null() ? QByteArray() : QByteArray::fromStdString(example[1].get<std::string>() + "|");
        QTest::newRow(QByteArray::number(number++) + ' ' + source.left(60)) << source << expected;
    }
}

void TestChatTemplate::pythonsExpressions() {
    static const ordered_json kExamples = readJson(test::dataFile("templates/expressions.json"));
    QFETCH(QByteArray, source);
    QFETCH(QByteArray, expected);
    const std::string text = render(source.toStdString(), kExamples["variables"], kExamples["now"].get<std::string>());
    if (expected.isNull())
        QVERIFY2(text.starts_with("error: "), text.c_str());
    else
        QCOMPARE(QByteArray::fromStdString(text + "|"), expected);
}

/// tests/oracles/jinja_cases.py: too many for a row each.
void TestChatTemplate::everyFilterTestMethodAndOperator() {
    const ordered_json examples = readJson(test::dataFile("templates/jinja.json"));
    const auto now = examples["now"].get<std::string>();
    QVERIFY(examples["cases"].size() > 5000);
    for (const auto& example : examples["cases"]) {
        const auto source = example[0].get<std::string>();
        const std::string text = render(source, examples["variables"], now);
        const bool same =
            example[1].is_null() ? text.starts_with("error: ") : text == example[1].get_ref<const std::string&>();
        QVERIFY2(same, (source + "\nexpected " + example[1].dump() + "\ngot      " + text.substr(0, 500)).c_str());
    }
}

void TestChatTemplate::referenceTemplates() {
    const auto folder = test::sharedFile("reference/templates");
    if (!folder) QSKIP("no reference data");
    const auto conversations = readJson(*folder / "conversations.json");
    for (const auto& file : std::filesystem::directory_iterator(*folder / "expected")) {
        const std::string name = file.path().stem().string();
        const std::string source = readFile(*folder / "jinja" / (name + ".jinja"));
        const ordered_json expected = readJson(file.path());
        for (const auto& [label, result] : expected["results"].items()) {
            if (!conversations["cases"].contains(label)) continue;
            ordered_json variables = conversations["special_tokens"];
            variables.update(conversations["cases"][label]);
            const std::string text = render(source, variables, conversations["now"].get<std::string>());
            const bool same =
                result.contains("output") ? text == result["output"].get<std::string>() : text.starts_with("error: ");
            QVERIFY2(same, (name + " " + label + ": " + text.substr(0, 200)).c_str());
        }
    }
}

void TestChatTemplate::chatMlIsTheTemplateOfModelsWithoutOne() {
    QCOMPARE(render(chatMlTemplate(), conversation()),
             std::string("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"));
}

void TestChatTemplate::errorsNameTheLine() {
    QVERIFY(render("a\nb\n{% if %}").starts_with("error: line 3: "));
    QVERIFY(render("a\n\n{{ 1 / 0 }}").starts_with("error: line 3: "));
    const auto compiled = ChatTemplate::compile("{{ 1");
    QVERIFY(!compiled);
    QCOMPARE(compiled.error().code, ErrorCode::Template);
}

void TestChatTemplate::raiseExceptionSpeaksItsOwnWords() {
    QCOMPARE(render("x\n{{ raise_exception('Roles must ' ~ 'alternate') }}"),
             std::string("error: line 2: Roles must alternate"));
}

void TestChatTemplate::timeComesFromTheCaller() {
    QCOMPARE(render("{{ strftime_now('%d %b %Y, %H:%M') }}", ordered_json::object(), "2025-07-26T12:34:56"),
             std::string("26 Jul 2025, 12:34"));
    QCOMPARE(render("{{ strftime_now('%Y-%m-%d') }}", ordered_json::object(), "2025-07-26"), std::string("2025-07-26"));
    QVERIFY(render("{{ strftime_now('%Y') }}", ordered_json::object(), "yesterday").starts_with("error: "));
}

void TestChatTemplate::templatesAreReusable() {
    const auto compiled =
        ChatTemplate::compile("{% set n = namespace(x=0) %}{% set n.x = n.x + 1 %}{{ n.x }}{{ who }}");
    QVERIFY(compiled);
    for (const char* who : {"a", "b"}) {
        const auto spans = (*compiled)->render({{"who", who}}, "2025-01-01");
        QVERIFY(spans);
        QCOMPARE(joinSpans(*spans), std::string("1") + who);
    }
}

void TestChatTemplate::nullVariablesAreNone() {
    QCOMPARE(render("{{ tools is none }}{{ tools is defined }}{{ other is defined }}", {{"tools", nullptr}}),
             std::string("TrueTrueFalse"));
}

void TestChatTemplate::modelsBringTheirTemplate() {
    const auto model = test::starterModel();
    if (!model) {
        QVERIFY(!test::modelsRequired());
        QSKIP("no starter model");
    }
    const auto compiled = ChatTemplate::open(*model);
    QVERIFY2(compiled, compiled ? "" : compiled.error().message.c_str());
    const auto spans = (*compiled)->render(conversation(), "2025-01-01");
    QVERIFY(spans);
    QVERIFY(joinSpans(*spans).ends_with("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"));
}

void TestChatTemplate::templatesWithErrorsCanBeKept() {
    const auto broken = ChatTemplate::compileAnyway("a\n{% if %}");
    QCOMPARE(broken->source(), std::string_view("a\n{% if %}"));
    QVERIFY(broken->error() && broken->error()->message.starts_with("line 2: "));
    QCOMPARE(broken->render(ordered_json::object(), "2025-01-02").error(), *broken->error());
    QVERIFY(!ChatTemplate::compileAnyway("a")->error());
    QVERIFY(render("{% include 'x' %}").starts_with("error: line 1: 'include' needs another file"));
}

QTEST_APPLESS_MAIN(TestChatTemplate)
#include "test_chat_template.moc"
