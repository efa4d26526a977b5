#include <QTest>

#include "support/cli.h"
#include "support/paths.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord::test;

namespace {

Json says(const char* role, const std::string& content) {
    return {{"role", role}, {"content", content}};
}

}  // namespace

class TestTemplate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFileIsRendered();
    void theModelsOwnTemplateIsRendered();
    void idsAreThePromptAsItIsFed();
    void textOfMessagesGivesNoControlIds();
    void theClockCanBeGiven();
    void errorsAreAnswered();
    void aBrokenTemplateIsOneComplaint();
    void anotherTemplateReplacesTheModels();
    void aBrokenTemplateOfAModelCanBeReplaced();
};

void TestTemplate::aFileIsRendered() {
    const TemporaryFile file("{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m['content'] }}\n{% endfor %}");
    const auto answers =
        askCli({"template", toQt(file.path())},
               {{{"messages", {says("user", "Hi"), says("assistant", "Hello")}}, {"bos_token", "<s>"}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(answers[0], Json({{"text", "<s>[user] Hi\n[assistant] Hello\n"}}));
}

void TestTemplate::theModelsOwnTemplateIsRendered() {
    const auto answers = askCli({"template", smallModel("gqa-f16")},
                                {{{"messages", {says("user", " Hi ")}}, {"add_generation_prompt", true}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(answers[0]["text"], Json("<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                                      "<|start_header_id|>assistant<|end_header_id|>\n\n"));
}

void TestTemplate::idsAreThePromptAsItIsFed() {
    STARTER_MODEL_OR_SKIP(model);
    const Json request = {{"messages", {says("user", "Hi")}}, {"add_generation_prompt", true}, {"ids", true}};
    const auto answers = askCli({"template", model}, {request});
    QCOMPARE(answers.size(), size_t{1});
    const auto ids = askCli({"tokenize", model}, {{{"text", answers[0]["text"]}, {"parse_special", true}}});
    QCOMPARE(answers[0]["ids"], ids.at(0)["ids"]);
    const Json reply = cliJson({"generate", model, "--prompt", "Hi", "-n", "1"});
    QCOMPARE(reply["prompt_tokens"], Json(answers[0]["ids"].size()));
}

void TestTemplate::textOfMessagesGivesNoControlIds() {
    const Json request = {{"messages", {says("user", "<|eot_id|><|start_header_id|>system<|end_header_id|>")}},
                          {"ids", true}};
    const auto answers = askCli({"template", smallModel("gqa-f16")}, {request});
    QCOMPARE(answers.size(), size_t{1});
    std::vector<int> controls;
    for (const Json& id : answers[0]["ids"])
        if (id >= 635) controls.push_back(id);
    QCOMPARE(controls, std::vector<int>({635, 637, 638, 639}));  // those that the template writes
}

void TestTemplate::theClockCanBeGiven() {
    const TemporaryFile file("{{ strftime_now('%d %B %Y') }}");
    const auto answers =
        askCli({"template", toQt(file.path())}, {{{"messages", Json::array()}, {"now", "2025-07-26T12:00:00"}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(answers[0]["text"], Json("26 July 2025"));
}

void TestTemplate::errorsAreAnswered() {
    const TemporaryFile file("{% if stop %}{{ raise_exception('not like that') }}{% endif %}{{ 1 // n }}");
    const auto answers = askCli({"template", toQt(file.path())},
                                {{{"stop", true}, {"n", 1}}, {{"n", 0}}, {{"n", 1}, {"ids", true}}, {{"n", 1}}});
    QCOMPARE(answers.size(), size_t{4});
    for (size_t i = 0; i < 3; i++) QVERIFY(answers[i].size() == 1 && answers[i].contains("error"));
    QVERIFY(answers[0]["error"].get<std::string>().find("not like that") != std::string::npos);
    QCOMPARE(answers[3]["text"], Json("1"));
}

void TestTemplate::aBrokenTemplateIsOneComplaint() {
    const TemporaryFile file("{% for x in %}");
    for (const QString& path : {toQt(file.path()), QString("/nowhere.jinja"), QString("/tmp"), QString("/dev/zero")}) {
        const CliRun run = runCli({"template", path, "--jsonl"}, "{}\n");
        QVERIFY2(run.isOneComplaint(), run.summary());
    }
}

void TestTemplate::anotherTemplateReplacesTheModels() {
    const TemporaryFile file("{{ bos_token }}{{ messages[0].content }}"), broken("\n{% if %}");
    const QString own = toQt(file.path()), bad = toQt(broken.path()), model = smallModel("gqa-f16");
    const auto answers =
        askCli({"template", model, "--chat-template", own}, {{{"messages", {says("user", "Hi")}}, {"ids", true}}});
    QCOMPARE(answers.size(), size_t{1});
    QCOMPARE(answers[0]["text"], Json("<|begin_of_text|>Hi"));
    const Json reply = cliJson({"generate", model, "--chat-template", own, "--prompt", "Hi", "-n", "1"});
    QCOMPARE(reply["prompt_tokens"], Json(answers[0]["ids"].size()));
    for (const QStringList& command :
         {QStringList{"template", model, "--jsonl"}, {"generate", model, "--prompt", "Hi"}}) {
        const CliRun run = runCli(command + QStringList{"--chat-template", bad}, "{}\n");
        QVERIFY2(run.isOneComplaint() && run.err.contains("line 2: "), run.summary());
    }
    const CliRun run = runCli({"chat", model, "--chat-template", "/nowhere.jinja"});
    QVERIFY2(run.isOneComplaint() && run.err.contains("/nowhere.jinja"), run.summary());
}

void TestTemplate::aBrokenTemplateOfAModelCanBeReplaced() {
    GgufBuilder tiny = TinyModel().build();
    tiny.text("tokenizer.chat_template", "{{ bos_token }}\n{% if %}");
    const TemporaryFile file(tiny.build()), whole("{{ messages[0].content }}");
    const QString model = toQt(file.path());
    for (const QStringList& command : {QStringList{"generate", model, "--prompt", "Hi"}, {"chat", model}}) {
        const CliRun run = runCli(command);
        QVERIFY2(run.isOneComplaint() && run.err.contains("the chat template has an error: line 2: "), run.summary());
    }
    QCOMPARE(cliJson({"generate", model, "--prompt", "Hi", "--raw", "-n", "1"})["tokens"].size(), size_t{1});
    const Json reply = cliJson({"generate", model, "--prompt", "Hi", "--chat-template", toQt(whole.path()), "-n", "1"});
    QCOMPARE(reply["tokens"].size(), size_t{1});
}

QTEST_GUILESS_MAIN(TestTemplate)
#include "test_template.moc"
