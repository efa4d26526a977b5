#include <sys/stat.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "monochord/validate.h"
#include "support/bad_models.h"
#include "support/cli.h"
#include "support/temporary_file.h"

using namespace monochord::test;

namespace {

/// Every command that opens a model, ready to fail there.
const QList<QStringList> kOpeners = {
    {"chat"},
    {"generate", "--prompt", "Hi"},
    {"logits", "--jsonl"},
    {"score", "--jsonl"},
    {"inspect"},
    {"tokenize", "--jsonl"},
    {"detokenize", "--jsonl"},
    {"bench", "-n", "1"},
    {"perplexity", "/dev/null"},
};

QStringList with(QStringList command, const QString& model) {
    command.insert(1, model);
    return command;
}

/// A broken copy of a model in the temporary folder.
struct Copy {
    explicit Copy(const QByteArray& bytes) : file({bytes.constData(), static_cast<size_t>(bytes.size())}) {}
    QString path() const { return toQt(file.path()); }
    TemporaryFile file;
};

}  // namespace

class TestBadInput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pathsThatAreNoModel_data();
    void pathsThatAreNoModel();
    void truncatedFiles();
    void headersThatMakeNoSense_data();
    void headersThatMakeNoSense();
    void filesCutAtEvery4KiB();
    void damagedWeightsAreAnError();
    void aFileThatShrinksWhileInUse();
    void argumentsThatMakeNoSense_data();
    void argumentsThatMakeNoSense();
    void requestsThatMakeNoSense_data();
    void requestsThatMakeNoSense();
    void aPromptThatIsNoText();
    void aPathWithControlCharacters();
    void everyCommandHasHelp();
};

void TestBadInput::pathsThatAreNoModel_data() {
    QTest::addColumn<QByteArray>("content");  // of the file; null where there is none
    QTest::addColumn<QString>("path");        // instead of a file
    QTest::addColumn<QByteArray>("part");     // of the sentence
    const QByteArray none;
    QTest::newRow("a text") << QByteArray("Dear diary, today nothing happened.") << QString() << QByteArray("GGUF");
    QTest::newRow("an empty file") << QByteArray("") << QString() << QByteArray("empty");
    QTest::newRow("four bytes") << QByteArray("GGUF") << QString() << QByteArray("end");
    QTest::newRow("zeros") << QByteArray(100000, '\0') << QString() << QByteArray("GGUF");
    QTest::newRow("no file") << none << QString("/nowhere/model.gguf") << QByteArray("no such file");
    QTest::newRow("no path") << none << QString("") << QByteArray("no such file");
    QTest::newRow("a folder") << none << QString("/tmp") << QByteArray("folder");
    QTest::newRow("a device") << none << QString("/dev/zero") << QByteArray("device");
    QTest::newRow("a pipe") << none << QString("PIPE") << QByteArray("pipe");
    QTest::newRow("a loop of links") << none << QString("LOOP") << QByteArray("link");
}

void TestBadInput::pathsThatAreNoModel() {
    QFETCH(QByteArray, content);
    QFETCH(QString, path);
    QFETCH(QByteArray, part);
    const QTemporaryDir folder;
    const Copy copy(content);
    if (!content.isNull()) path = copy.path();
    if (path == "PIPE") {
        path = folder.filePath("pipe");
        QCOMPARE(mkfifo(path.toUtf8().constData(), 0600), 0);
    } else if (path == "LOOP") {
        path = folder.filePath("loop");
        QVERIFY(QFile::link(path, path));
    }
    for (const QStringList& command : kOpeners) {
        QElapsedTimer timer;
        timer.start();
        const CliRun run = runCli(with(command, path), "{}\n");
        QVERIFY2(run.isOneComplaint(), command[0].toUtf8() + ": " + run.summary());
        QVERIFY2(run.err.contains(part), command[0].toUtf8() + ": " + run.summary());
        QVERIFY(timer.elapsed() < 20'000);  // under a second on a machine that has nothing else to do
    }
}

void TestBadInput::truncatedFiles() {
    const QByteArray whole = fileBytes(smallModel("gqa-mixed"));
    QVERIFY(whole.size() > 100000);
    for (const double part : {0.00003, 0.0002, 0.003, 0.05, 0.1, 0.13, 0.2, 0.5, 0.9, 0.99999}) {
        const Copy copy(whole.left(static_cast<qsizetype>(static_cast<double>(whole.size()) * part)));
        for (const QStringList& command : {kOpeners[1], kOpeners[4], kOpeners[5]}) {
            const CliRun run = runCli(with(command, copy.path()));
            QVERIFY2(run.isOneComplaint(), QByteArray::number(part) + command[0].toUtf8() + ": " + run.summary());
        }
    }
}

void TestBadInput::headersThatMakeNoSense_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("part");  // of the sentence
    for (const BadModel& model : modelsWithBadHeaders()) QTest::newRow(model.title) << model.bytes << model.part;
}

void TestBadInput::headersThatMakeNoSense() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, part);
    QVERIFY(!bytes.isEmpty());
    const Copy copy(bytes);
    const CliRun run = runCli({"generate", copy.path(), "--prompt", "Hi", "-n", "2"});
    QVERIFY2(run.isOneComplaint() && run.err.contains(part), run.summary());
}

/// As downloads break off. `validate` is loading's own reader, so it stands for every command.
void TestBadInput::filesCutAtEvery4KiB() {
    for (const char* model : {"gqa-mixed", "rope3-f16"}) {
        const QByteArray whole = fileBytes(smallModel(model));
        for (qsizetype size = 4096; size < whole.size(); size += 4096) {
            const Copy copy(whole.left(size));
            const auto problems = monochord::validateModel(copy.file.path());
            QVERIFY2(problems && problems->size() == 1, QByteArray::number(size));
            QCOMPARE(problems->front().code, monochord::ErrorCode::Truncated);
            const bool says = problems->front().message.find("the file ") == 0;
            QVERIFY2(says, problems->front().message.c_str());
        }
    }
}

void TestBadInput::damagedWeightsAreAnError() {
    QByteArray bytes = fileBytes(smallModel("tied-spm-f32"));
    const Copy copy(bytes.left(bytes.size() / 2) + QByteArray(bytes.size() - bytes.size() / 2, '\xff'));  // NaN
    const CliRun run = runCli({"generate", copy.path(), "--tokens", "5,6,7", "-n", "2"});
    QVERIFY2(run.isOneComplaint(), run.summary());
    const auto answers = askCli({"logits", copy.path()}, {{{"tokens", {5, 6}}, {"positions", {1}}}});
    QCOMPARE(answers.size(), size_t{1});
    QVERIFY(answers[0].contains("error"));
}

void TestBadInput::aFileThatShrinksWhileInUse() {
    const Json request = {{"tokens", {5, 6, 7}}, {"positions", {2}}, {"top", 1}};
    for (const char* command : {"logits", "score"}) {
        const Copy copy(fileBytes(smallModel("gqa-f16")));
        CliSession session({command, copy.path(), "--jsonl"});
        QVERIFY(!session.ask(request).contains("error"));
        QVERIFY(QFile::resize(copy.path(), 4096));
        for (int i = 0; i < 2; i++) {
            const Json answer = session.ask(request);
            QVERIFY(answer.is_object() && answer.contains("error"));
            QVERIFY(QString::fromStdString(answer["error"]).contains("shrank"));
        }
        const CliRun run = session.finish();
        QVERIFY2(run.exitCode == 0, run.summary());
    }
}

void TestBadInput::argumentsThatMakeNoSense_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("part");  // of the sentence
    const auto row = [](const QStringList& arguments, const char* part) {
        QTest::addRow("%s", arguments.join(' ').replace(smallModel("gqa-f16"), "MODEL").toUtf8().constData())
            << arguments << QByteArray(part);
    };
    const auto generate = [&](const QStringList& options, const char* part) {
        row(QStringList{"generate", smallModel("gqa-f16"), "--prompt", "Hi", "-n", "2"} + options, part);
    };
    row({}, "--help");
    row({"frobnicate"}, "frobnicate");
    row({"--frobnicate"}, "--frobnicate");
    row({"generate"}, "model");
    generate({"--frobnicate"}, "--frobnicate");
    generate({"another.gguf"}, "another.gguf");
    generate({"--isa", "frob"}, "\"frob\"");
    generate({"--isa", "neon"}, "scalar");
    generate({"--kv", "q9"}, "q9");
    generate({"-b", "0"}, "0");
    generate({"-b", "100000"}, "100000");
    generate({"-t", "-1"}, "-1");
    generate({"-t", "many"}, "many");
    generate({"-c", "99999999"}, "99999999");
    generate({"-n", "-1"}, "-1");
    generate({"--temp", "-1"}, "-1");
    generate({"--temp", "nan"}, "nan");
    generate({"--temp", "warm"}, "warm");
    generate({"--top-k", "-1"}, "-1");
    generate({"--top-p", "1.5"}, "1.5");
    generate({"--min-p", "nan"}, "nan");
    generate({"--repeat-penalty", "0"}, "0");
    generate({"--typical", "2"}, "2");
    generate({"--top-n-sigma", "-1"}, "-1");
    generate({"--dynatemp-range", "nan"}, "nan");
    generate({"--dynatemp-exp", "0"}, "0");
    generate({"--xtc-probability", "1.01"}, "1.01");
    generate({"--xtc-threshold", "-0.1"}, "-0.1");
    generate({"--dry-multiplier", "inf"}, "inf");
    generate({"--dry-base", "0.5"}, "0.5");
    generate({"--dry-allowed-length", "-2"}, "-2");
    generate({"--dry-penalty-last-n", "-2"}, "-2");
    generate({"--mirostat", "3"}, "3");
    generate({"--mirostat-ent", "-5"}, "-5");
    generate({"--mirostat-lr", "x"}, "x");
    for (const char* bias : {"5", "5*2", "+2", "5+", "5+nan", "5+-1", "5-20000", "5+inf", "-5+1", "99999999999+1", "x"})
        generate({"--logit-bias", bias}, bias);
    generate({"--logit-bias", "640+1"}, "640");  // beyond the vocabulary
    generate({"--samplers", ""}, "top_k");
    generate({"--samplers", "top_k;frob"}, "frob");
    generate({"--samplers", "top_k;top_p;top_k"}, "twice");
    generate({"--seed", "-1"}, "-1");
    generate({"--seed", "x"}, "x");
    generate({"--tokens", "1,2"}, "--tokens");
    row({"generate", smallModel("gqa-f16"), "--tokens", "1,640"}, "640");
    row({"generate", smallModel("gqa-f16"), "--tokens", "1,-2"}, "-2");
    row({"generate", smallModel("gqa-f16"), "--tokens", "1,two"}, "two");
    row({"generate", smallModel("gqa-f16"), "--tokens", "99999999999"}, "99999999999");
    row({"generate", smallModel("gqa-f16"), "--prompt"}, "--prompt");
    row({"logits", smallModel("gqa-f16")}, "--jsonl");
    row({"bench", smallModel("gqa-f16"), "-p", "0", "-n", "0"}, "0");
    row({"bench", smallModel("gqa-f16"), "-r", "0"}, "0");
    row({"bench", smallModel("gqa-f16"), "-p", "20", "-n", "2", "-c", "4"}, "4");
}

void TestBadInput::argumentsThatMakeNoSense() {
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, part);
    const CliRun run = runCli(arguments);
    QVERIFY2(run.isOneComplaint() && run.err.contains(part), run.summary());
}

void TestBadInput::requestsThatMakeNoSense_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("part");  // of the answer's error
    const auto row = [](const char* title, const QByteArray& line, const char* part) {
        QTest::newRow(title) << line << QByteArray(part);
    };
    row("no JSON", "tokens please", "JSON");
    row("half of it", "{\"tokens\": [1, 2", "JSON");
    row("a list", "[1, 2]", "object");
    row("bytes that are no UTF-8", "{\"tokens\": [1], \"\xff\xfe\": 2}", "JSON");
    row("nested", QByteArray("[").repeated(100000), "100");
    row("no tokens", R"({"positions": [0]})", "tokens");
    row("an empty list of them", R"({"tokens": [], "positions": []})", "tokens");
    row("tokens of another type", R"({"tokens": "1, 2", "positions": [0]})", "tokens");
    row("a fraction", R"({"tokens": [1.5], "positions": [0]})", "tokens");
    row("an id behind the vocabulary", R"({"tokens": [1, 640], "positions": [0]})", "640");
    row("a negative id", R"({"tokens": [-1], "positions": [0]})", "-1");
    row("an id of 2^40", R"({"tokens": [1099511627776], "positions": [0]})", "tokens");
    row("no positions", R"({"tokens": [1]})", "positions");
    row("a position behind the end", R"({"tokens": [1, 2], "positions": [2]})", "2");
    row("a negative position", R"({"tokens": [1, 2], "positions": [-1]})", "position");
    row("a falling position", R"({"tokens": [1, 2], "positions": [1, 0]})", "position");
    row("a position twice", R"({"tokens": [1, 2], "positions": [1, 1]})", "position");
    row("more than fits", "{\"tokens\": [" + QByteArray("1,").repeated(512) + "1], \"positions\": [0]}", "513");
    row("a negative top", R"({"tokens": [1], "positions": [0], "top": -1})", "top");
    row("a hash of another type", R"({"tokens": [1], "positions": [0], "hash": 1})", "hash");
}

void TestBadInput::requestsThatMakeNoSense() {
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, part);
    const QByteArray good = R"({"tokens": [1, 2], "positions": [1], "top": 1})";
    const CliRun run = runCli({"logits", smallModel("gqa-f16"), "--jsonl"}, good + '\n' + line + '\n' + good);
    QVERIFY2(run.exitCode == 0 && run.err.isEmpty(), run.summary());
    const auto answers = run.out.split('\n');
    QCOMPARE(answers.size(), 4);
    QCOMPARE(answers[2], answers[0]);
    const Json answer = Json::parse(answers[1].toStdString(), nullptr, false);
    QVERIFY2(answer.is_object() && answer.size() == 1 && answer.contains("error"), answers[1].left(300));
    const QByteArray error = QByteArray::fromStdString(answer["error"]);
    QVERIFY2(error.contains(part) && error.size() < 400, error.left(600));
}

/// Arguments can hold any bytes; the shell passes them on.
void TestBadInput::aPromptThatIsNoText() {
    const char* const script = R"sh("$MONOCHORD_CLI" generate "$0" --prompt "$(printf 'a\377\303 \355\240\200z')" )sh"
                               R"sh(--system "$(printf '\377')" -n 3 --json "$1")sh";
    for (const char* mode : {"--raw", "--ignore-eos"}) {
        QProcess shell;
        shell.start("/bin/sh", {"-c", script, smallModel("gqa-f16"), mode});
        QVERIFY(shell.waitForFinished(240'000));
        const QByteArray out = shell.readAllStandardOutput(), err = shell.readAllStandardError();
        QVERIFY2(shell.exitCode() == 0, err);
        QVERIFY2(Json::accept(out.toStdString()), out);
    }
}

void TestBadInput::aPathWithControlCharacters() {
    const CliRun run = runCli({"generate", "/nowhere/\x1b[2J\nevil.gguf", "--prompt", "Hi"});
    QVERIFY2(run.isOneComplaint() && run.err.contains("evil.gguf"), run.summary());
}

void TestBadInput::everyCommandHasHelp() {
    const CliRun all = runCli({"--help"});
    QVERIFY2(all.exitCode == 0 && all.err.isEmpty(), all.summary());
    for (const char* command : {"chat", "generate", "inspect", "tokenize", "detokenize", "template", "logits", "score",
                                "dequantize", "sample", "bench", "perplexity", "validate"}) {
        QVERIFY2(all.out.contains(command), command);
        const CliRun run = runCli({command, "--help"});
        QVERIFY2(run.exitCode == 0 && run.err.isEmpty() && run.out.contains(command), run.summary());
    }
}

QTEST_GUILESS_MAIN(TestBadInput)
#include "test_bad_input.moc"
