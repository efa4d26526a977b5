#include <QTemporaryDir>
#include <QTest>

#include "support/cli.h"
#include "support/paths.h"
#include "support/temporary_file.h"

using namespace monochord::test;

namespace {

Json reply(const QString& model, const QStringList& options) {
    return cliJson(QStringList{"generate", model, "--temp", "0", "-n", "16"} + options);
}

/// The small model without its chat template.
QByteArray withoutTemplate() {
    return fileBytes(smallModel("gqa-f16")).replace("tokenizer.chat_template", "tokenizer.cat_templates");
}

}  // namespace

class TestGenerate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersAQuestion();
    void standardOutputHoldsOnlyTheReply();
    void aSystemPromptChangesTheReply();
    void theSameSeedGivesTheSameReply();
    void otherSeedsGiveOtherReplies();
    void theSeedIsIndependentOfTheWayOfComputing();
    void everySamplerHasItsFlag_data();
    void everySamplerHasItsFlag();
    void biasDecides();
    void repetitionsAreAvoided();
    void endsAtTheLongestReply();
    void endsAtAStopStringAcrossTokens();
    void endsWhenTheContextIsFull();
    void endTokensCanBeIgnored();
    void jsonHasAllFigures();
    void lookupTakesFewerPassesForTheSameReply();
    void aStateIsTakenUpAndSaved();
    void tokensAreTakenAsTheyAre();
    void rawTakesNoTemplate();
    void aModelWithoutTemplateIsToldOf();
    void refusesAPromptThatLeavesNoRoom();
    void saysWhatTheTemplateRefuses();
    void aPromptIsNeeded();
    void anInterruptKeepsWhatThereIs();
};

void TestGenerate::answersAQuestion() {
    STARTER_MODEL_OR_SKIP(model);
    const CliRun run = runCli({"generate", model, "--prompt", "What is 2+2?", "--temp", "0", "-n", "40"});
    QVERIFY2(run.exitCode == 0, run.summary());
    QVERIFY2(run.out.contains("4"), run.summary());
    const Json json = cliJson({"generate", model, "--prompt", "What is 2+2?", "--temp", "0", "-n", "40"});
    QCOMPARE(json["stop_reason"], Json("end"));
    QCOMPARE(QByteArray::fromStdString(json["text"]) + '\n', run.out);
}

void TestGenerate::standardOutputHoldsOnlyTheReply() {
    const QStringList command = {"generate", smallModel("gqa-f16"), "--prompt", "Hello", "--temp", "0", "-n", "8"};
    const CliRun run = runCli(command);
    QVERIFY2(run.exitCode == 0, run.summary());
    QCOMPARE(run.err, QByteArray());
    QVERIFY(run.out.endsWith('\n'));
    // All but control characters, which a terminal would obey.
    const std::string text = cliJson(command)["text"];
    QByteArray printable;
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') printable += c;
    QCOMPARE(run.out, printable + '\n');
}

void TestGenerate::aSystemPromptChangesTheReply() {
    const QString model = smallModel("gqa-f16");
    QVERIFY(reply(model, {"--prompt", "Hi"})["tokens"] !=
            reply(model, {"--prompt", "Hi", "--system", "Be brief."})["tokens"]);
}

void TestGenerate::theSameSeedGivesTheSameReply() {
    const QStringList options = {"--prompt", "The keeper", "--temp", "1.5", "--seed", "7"};
    const Json first = reply(smallModel("gqa-f16"), options);
    QVERIFY(first.is_object());
    QCOMPARE(reply(smallModel("gqa-f16"), options)["tokens"], first["tokens"]);
}

void TestGenerate::otherSeedsGiveOtherReplies() {
    const QStringList options = {"--prompt", "The keeper", "--temp", "1.5", "--top-k", "0"};
    const Json first = reply(smallModel("gqa-f16"), options + QStringList{"--seed", "1"});
    QVERIFY(first.is_object());
    QVERIFY(reply(smallModel("gqa-f16"), options + QStringList{"--seed", "2"})["tokens"] != first["tokens"]);
    QVERIFY(reply(smallModel("gqa-f16"), options)["tokens"] != first["tokens"]);  // a random one
}

void TestGenerate::theSeedIsIndependentOfTheWayOfComputing() {
    const QStringList options = {"--prompt", "The keeper", "--temp", "1.5", "--seed", "3"};
    const Json first = reply(smallModel("gqa-mixed"), options);
    QVERIFY(first.is_object());
    QCOMPARE(reply(smallModel("gqa-mixed"), options + QStringList{"-t", "3", "-b", "5", "--isa", "scalar"})["tokens"],
             first["tokens"]);
}

void TestGenerate::everySamplerHasItsFlag_data() {
    QTest::addColumn<QStringList>("flags");
    const QList<QStringList> all = {
        {"--typical", "0.3"},
        {"--top-n-sigma", "0.3"},
        {"--dynatemp-range", "1.4"},
        {"--dynatemp-range", "1.4", "--dynatemp-exp", "3"},
        {"--xtc-probability", "1", "--xtc-threshold", "0.002"},
        {"--dry-multiplier", "5", "--dry-allowed-length", "0"},
        {"--dry-multiplier", "5", "--dry-allowed-length", "0", "--dry-penalty-last-n", "9"},
        {"--mirostat", "1", "--mirostat-ent", "3"},
        {"--mirostat", "2", "--mirostat-ent", "3"},
        {"--mirostat", "2", "--mirostat-ent", "3", "--mirostat-lr", "1"},
        {"--samplers", "temperature;top_p"},
    };
    for (const QStringList& flags : all) QTest::newRow(qPrintable(flags.join(' '))) << flags;
}

/// Each changes the reply, to the same one each time.
void TestGenerate::everySamplerHasItsFlag() {
    QFETCH(QStringList, flags);
    const QStringList options = {"--prompt", "The keeper", "--temp", "1.5", "--top-k", "0", "--min-p",     "0",
                                 "--top-p",  "1",          "-n",     "24",  "--seed",  "5", "--ignore-eos"};
    const QStringList less = flags.mid(0, std::max<qsizetype>(0, flags.size() - 2));  // without the last flag
    const Json first = reply(smallModel("gqa-f16"), options + flags)["tokens"];
    QCOMPARE(first.size(), size_t{24});
    QCOMPARE(reply(smallModel("gqa-f16"), options + flags)["tokens"], first);
    if (flags[0] != "--samplers") QVERIFY(reply(smallModel("gqa-f16"), options + less)["tokens"] != first);
}

void TestGenerate::biasDecides() {
    const QString model = smallModel("gqa-f16");
    const QStringList options = {"--prompt", "Hi", "--ignore-eos"};
    QCOMPARE(reply(model, options + QStringList{"--logit-bias", "77+10000"})["tokens"], Json(std::vector<int>(16, 77)));
    const Json usual = reply(model, options)["tokens"];
    const QString first = QString::number(usual[0].get<int>());
    QVERIFY(reply(model, options + QStringList{"--logit-bias", first + "-inf"})["tokens"][0] != usual[0]);
    QCOMPARE(reply(model, options + QStringList{"--logit-bias", first + "+0.5"})["tokens"][0], usual[0]);
}

void TestGenerate::repetitionsAreAvoided() {
    const QString model = smallModel("gqa-f16");
    const QStringList prompt = {"--tokens", "5,6,7,8,9,5,6,7", "-n", "1", "--ignore-eos", "--logit-bias", "8+50"};
    const auto eight = [&](const QStringList& dry) { return reply(model, prompt + dry)["tokens"] == Json({8}); };
    QVERIFY(eight({}));
    QVERIFY(eight({"--dry-multiplier", "1"}));  // of three tokens, two are free: 1.75
    QVERIFY(!eight({"--dry-multiplier", "100"}));
    QVERIFY(!eight({"--dry-multiplier", "1", "--dry-base", "100"}));
    QVERIFY(eight({"--dry-multiplier", "1", "--dry-base", "100", "--dry-allowed-length", "3"}));
    QVERIFY(eight({"--dry-multiplier", "100", "--dry-penalty-last-n", "5"}));
    QVERIFY(eight({"--dry-multiplier", "100", "--dry-sequence-breaker", "("}));  // token 7
    QVERIFY(!eight({"--dry-multiplier", "100", "--dry-sequence-breaker", "none"}));
}

void TestGenerate::endsAtTheLongestReply() {
    const Json five = reply(smallModel("gqa-f16"), {"--prompt", "Hi", "-n", "5", "--ignore-eos"});
    QCOMPARE(five["tokens"].size(), size_t{5});
    QCOMPARE(five["stop_reason"], Json("length"));
}

void TestGenerate::endsAtAStopStringAcrossTokens() {
    STARTER_MODEL_OR_SKIP(model);
    const QStringList prompt = {"--prompt", "List the days of the week."};
    const std::string whole = reply(model, prompt + QStringList{"-n", "30"})["text"];
    const size_t at = whole.find("uesday");
    QVERIFY2(at != std::string::npos && at > 3, whole.c_str());
    const QString stop = QString::fromStdString(whole.substr(at - 3, 6));  // begins in one token, ends in another
    const Json stopped = reply(model, prompt + QStringList{"-n", "30", "--stop", "never", "--stop", stop});
    QCOMPARE(stopped["stop_reason"], Json("stop string"));
    QCOMPARE(stopped["text"].get<std::string>(), whole.substr(0, whole.find(stop.toStdString())));
    const CliRun run = runCli(QStringList{"generate", model, "--temp", "0", "-n", "30", "--stop", stop} + prompt);
    QCOMPARE(run.out, QByteArray::fromStdString(stopped["text"]) + '\n');  // not a character of it was shown before
}

void TestGenerate::endsWhenTheContextIsFull() {
    const Json full = reply(smallModel("gqa-f16"), {"--tokens", "1,2,3,4", "-c", "12", "-n", "0", "--ignore-eos"});
    QCOMPARE(full["stop_reason"], Json("context full"));
    QCOMPARE(full["tokens"].size(), size_t{8});
}

void TestGenerate::endTokensCanBeIgnored() {
    STARTER_MODEL_OR_SKIP(model);
    const QStringList options = {"--prompt", "What is 2+2?", "-n", "40"};
    const Json ended = reply(model, options), ignored = reply(model, options + QStringList{"--ignore-eos"});
    QCOMPARE(ended["stop_reason"], Json("end"));
    QCOMPARE(ignored["stop_reason"], Json("length"));
    const size_t length = ended["tokens"].size();
    QVERIFY(length < 40 && ignored["tokens"].size() == 40);
    QCOMPARE(Json(std::vector<Json>(ignored["tokens"].begin(), ignored["tokens"].begin() + ptrdiff_t(length))),
             ended["tokens"]);
}

void TestGenerate::jsonHasAllFigures() {
    const Json json = reply(smallModel("gqa-f16"), {"--tokens", "1,2,3", "-n", "4"});
    QStringList keys;
    for (const auto& item : json.items()) keys << QString::fromStdString(item.key());
    QCOMPARE(keys, QStringList({"tokens", "text", "stop_reason", "prompt_tokens", "prompt_per_second",
                                "tokens_per_second", "tokens_per_pass"}));
    QCOMPARE(json["prompt_tokens"], Json(3));
    QVERIFY(json["prompt_per_second"] > 0 && json["tokens_per_second"] > 0);
    const auto text = askCli({"detokenize", smallModel("gqa-f16")}, {{{"ids", json["tokens"]}}});
    QCOMPARE(text.at(0)["text"], json["text"]);
}

void TestGenerate::lookupTakesFewerPassesForTheSameReply() {
    const QStringList options = {"--tokens", "1,2,3", "-n", "100", "--ignore-eos", "--logit-bias", "300+1000"};
    const Json plain = reply(smallModel("gqa-f16"), options + QStringList{"--lookup", "0"});
    const Json looking = reply(smallModel("gqa-f16"), options);
    QCOMPARE(looking["tokens"], plain["tokens"]);
    QCOMPARE(plain["tokens_per_pass"], Json(1.0));
    QVERIFY2(looking["tokens_per_pass"] > 1.5, looking.dump().c_str());
}

void TestGenerate::aStateIsTakenUpAndSaved() {
    const QTemporaryDir folder;
    const QString state = folder.filePath("state");
    const QString ids = QString("7,8,9,").repeated(60) + "10";
    const QStringList options = {"--tokens", ids, "--ignore-eos", "--seed", "1", "-c", "256", "--json"};
    const auto run = [&](const QStringList& more) {
        return runCli(QStringList{"generate", smallModel("gqa-f16"), "-n", "20"} + options + more);
    };
    const auto tokens = [](const CliRun& r) { return Json::parse(r.out.toStdString())["tokens"]; };
    const CliRun plain = run({}), first = run({"--state", state}), second = run({"--state", state});
    for (const CliRun* r : {&first, &second}) {
        QVERIFY2(r->exitCode == 0 && r->err.isEmpty(), r->summary());
        QCOMPARE(tokens(*r), tokens(plain));
    }
    const CliRun other = run({"--state", state, "--kv", "f32"});
    QVERIFY2(other.exitCode == 0 && other.err.contains("another type"), other.summary());
    const TemporaryFile letter("Dear reader");
    const CliRun notes = run({"--state", toQt(letter.path())});
    QVERIFY2(notes.isOneComplaint() && notes.err.contains("not a saved state"), notes.summary());
    QCOMPARE(fileBytes(toQt(letter.path())), QByteArray("Dear reader"));
    const CliRun nowhere = run({"--state", folder.filePath("no/state")});
    QVERIFY2(nowhere.exitCode == 1 && nowhere.err.contains("no/state: the file can't be written"), nowhere.summary());
}

void TestGenerate::tokensAreTakenAsTheyAre() {
    const Json expected =
        askCli({"logits", smallModel("gqa-f16")}, {{{"tokens", {3, 1, 4}}, {"positions", {2}}, {"top", 1}}}).at(0);
    const Json json = reply(smallModel("gqa-f16"), {"--tokens", "3,1,4", "-n", "1", "--ignore-eos"});
    QCOMPARE(json["prompt_tokens"], Json(3));  // no BOS in front
    QCOMPARE(json["tokens"][0], expected["top"][0][0][0]);
}

void TestGenerate::rawTakesNoTemplate() {
    const Json ids = askCli({"tokenize", smallModel("gqa-f16")}, {{{"text", "Hello there"}, {"add_bos", true}}}).at(0);
    const Json raw = reply(smallModel("gqa-f16"), {"--prompt", "Hello there", "--raw"});
    QCOMPARE(raw["prompt_tokens"], Json(ids["ids"].size()));
    QVERIFY(reply(smallModel("gqa-f16"), {"--prompt", "Hello there"})["prompt_tokens"] > raw["prompt_tokens"]);
}

void TestGenerate::aModelWithoutTemplateIsToldOf() {
    const QByteArray bytes = withoutTemplate();
    const TemporaryFile model({bytes.constData(), static_cast<size_t>(bytes.size())});
    const QStringList command = {"generate", toQt(model.path()), "--prompt", "Hi", "-n", "2"};
    const CliRun run = runCli(command), raw = runCli(command + QStringList{"--raw"});
    QVERIFY2(run.exitCode == 0 && raw.exitCode == 0, run.summary());
    QVERIFY2(run.err.contains("ChatML") && run.err.count('\n') == 1, run.summary());
    QVERIFY(!run.out.contains("ChatML"));
    QCOMPARE(raw.err, QByteArray());
}

void TestGenerate::refusesAPromptThatLeavesNoRoom() {
    const QString model = smallModel("gqa-f16");
    const CliRun run = runCli({"generate", model, "--tokens", "1,2,3,4,5,6,7,8,9,10,11,12", "-c", "9"});
    QVERIFY2(run.isOneComplaint(), run.summary());
    QVERIFY2(run.err.contains("12 tokens") && run.err.contains(" 9"), run.summary());
    const CliRun equal = runCli({"generate", model, "--tokens", "1,2,3", "-c", "3"});
    QVERIFY2(equal.isOneComplaint(), equal.summary());
}

void TestGenerate::saysWhatTheTemplateRefuses() {
    const CliRun run = runCli({"generate", smallModel("tied-spm-f32"), "--system", "Be brief.", "--prompt", "Hi"});
    QVERIFY2(run.isOneComplaint(), run.summary());
    QVERIFY2(run.err.contains("Only user and assistant roles are supported!"), run.summary());
}

void TestGenerate::aPromptIsNeeded() {
    const CliRun run = runCli({"generate", smallModel("gqa-f16")});
    QVERIFY2(run.isOneComplaint() && run.err.contains("--prompt"), run.summary());
}

void TestGenerate::anInterruptKeepsWhatThereIs() {
    CliSession session({"generate", smallModel("gqa-f16"), "--tokens", "1,2", "-n", "0", "-c", "1000000",
                        "--ignore-eos", "--temp", "5", "--top-k", "0"});
    QVERIFY(session.waitForOutput());
    session.interrupt();
    const CliRun run = session.finish();
    QVERIFY2(run.exitCode == 0, run.summary());
    QVERIFY(run.out.size() > 1 && run.out.endsWith('\n'));
}

QTEST_GUILESS_MAIN(TestGenerate)
#include "test_generate.moc"
