#include <QTest>

#include "support/cli.h"
#include "support/paths.h"

using namespace monochord::test;

namespace {

/// What was said to the lines of a conversation with replies of one line each.
QList<QByteArray> replies(const CliRun& run) {
    QList<QByteArray> lines = run.out.split('\n');
    lines.removeAll(QByteArray());
    return lines;
}

}  // namespace

class TestChat : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theSecondTurnSeesTheFirst();
    void commandsAndEmptyLinesAreNotSaid();
    void quitEndsBeforeTheInputDoes();
    void anErrorEndsTheTurnOnly();
    void theOldestTurnsAreLeftOutOfAFullContext();
    void bytesThatAreNoTextAreSaidAnyway();
    void anInterruptEndsTheReplyOnly();
};

void TestChat::theSecondTurnSeesTheFirst() {
    STARTER_MODEL_OR_SKIP(model);
    const QStringList options = {"--temp", "0", "-n", "16", "--stop", "\n"};
    const CliRun run = runCli(QStringList{"chat", model, "--system", "Be brief."} + options,
                              "Name a colour.\nAnd one more.\n/new\nAnd one more.\n");
    QVERIFY2(run.exitCode == 0, run.summary());
    const auto said = replies(run);
    QVERIFY2(said.size() == 3, run.summary());
    QVERIFY2(said[1] != said[2], run.summary());
    const QByteArray conversation =
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        "<|im_start|>user\nName a colour.<|im_end|>\n<|im_start|>assistant\n" +
        said[0] + "<|im_end|>\n<|im_start|>user\nAnd one more.<|im_end|>\n<|im_start|>assistant\n";
    const auto ids = askCli({"tokenize", model}, {{{"text", conversation.toStdString()}, {"parse_special", true}}});
    QStringList list;
    for (const Json& id : ids.at(0)["ids"]) list << QString::number(id.get<int>());
    const CliRun alone = runCli(QStringList{"generate", model, "--tokens", list.join(',')} + options);
    QCOMPARE(said[1] + '\n', alone.out);
}

void TestChat::commandsAndEmptyLinesAreNotSaid() {
    const CliRun run = runCli({"chat", smallModel("gqa-f16"), "-n", "3"}, "\n  \n/help\n/new\n\t\n");
    QVERIFY2(run.exitCode == 0, run.summary());
    QCOMPARE(run.out, QByteArray());
    for (const char* command : {"/new", "/help", "/quit", "Ctrl+D"}) QVERIFY2(run.err.contains(command), run.summary());
}

void TestChat::quitEndsBeforeTheInputDoes() {
    const CliRun run = runCli({"chat", smallModel("gqa-f16"), "-n", "3"}, "/quit\nHi\n");
    QVERIFY2(run.exitCode == 0, run.summary());
    QCOMPARE(run.out, QByteArray());
}

void TestChat::anErrorEndsTheTurnOnly() {
    const QByteArray tooLong = QByteArray("stone ").repeated(200);
    const CliRun run =
        runCli({"chat", smallModel("gqa-f16"), "-n", "3", "-c", "100", "--ignore-eos"}, tooLong + "\nHi\n");
    QVERIFY2(run.exitCode == 0, run.summary());
    QVERIFY2(run.err.contains("context holds 100"), run.summary());
    QVERIFY2(run.out.size() > 1, run.summary());
}

void TestChat::theOldestTurnsAreLeftOutOfAFullContext() {
    const CliRun run = runCli(
        {"chat", smallModel("gqa-f16"), "--system", "Be brief.", "-n", "6", "-c", "160", "--ignore-eos", "--seed", "1"},
        QByteArray("Tell me of the sea and the wind.\n").repeated(12));
    QVERIFY2(run.exitCode == 0, run.summary());
    QCOMPARE(run.err.count("[length]"), 12);  // each was answered
    const qsizetype announced = run.err.indexOf("nearly full"), happened = run.err.indexOf("are left out from here on");
    QVERIFY2(announced > 0 && happened > announced, run.summary());
}

void TestChat::bytesThatAreNoTextAreSaidAnyway() {
    const CliRun run = runCli({"chat", smallModel("gqa-f16"), "-n", "3", "--ignore-eos"}, "caf\xe9 \xff\xc3\nHi\n");
    QVERIFY2(run.exitCode == 0, run.summary());
    QVERIFY2(run.err.count("[length]") == 2, run.summary());
}

void TestChat::anInterruptEndsTheReplyOnly() {
    CliSession session({"chat", smallModel("gqa-f16"), "-c", "1000000", "--ignore-eos", "--temp", "5", "--top-k", "0"});
    QVERIFY(session.waitForError("\n> "));
    session.write("Hi\n");
    QVERIFY(session.waitForOutput());
    session.interrupt();
    QVERIFY(session.waitForError("[cancelled]"));
    session.write("/help\n");
    const CliRun run = session.finish();
    QVERIFY2(run.exitCode == 0 && run.err.contains("/quit"), run.summary());
}

QTEST_GUILESS_MAIN(TestChat)
#include "test_chat.moc"
