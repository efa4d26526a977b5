#include <QTemporaryDir>
#include <QTest>

#include "support/cli.h"
#include "support/hf_folder.h"
#include "support/paths.h"

using namespace monochord::test;

/// Models in several files, on the command line.
class TestSplit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCommandTakesAnyPart();
    void convertsToParts();
    void aStateKnowsItsParts();
    void saysWhatIsWrongAndLeavesNothing();
    void starterModelReplies();

private:
    QString part(int number, int count) const {
        return m_folder.filePath(QStringLiteral("m-0000%1-of-0000%2.gguf").arg(number).arg(count));
    }
    /// A split copy of a model in three files; empty, with a warning, where it went wrong.
    QStringList split(const QString& model, const char* type, const char* size);

    QTemporaryDir m_folder;
    const QStringList m_reply = {"--raw", "--prompt", "Once upon a time", "-n", "8", "--temp", "0", "--ignore-eos"};
};

QStringList TestSplit::split(const QString& model, const char* type, const char* size) {
    const CliRun run = runCli({"quantize", model, m_folder.filePath("m.gguf"), type, "--split-size", size});
    const bool good = run.exitCode == 0 && run.out.contains("3 files: ") && QFile::exists(part(3, 3));
    if (!good) qWarning("%s", run.summary().constData());
    return good ? QStringList{part(1, 3), part(2, 3), part(3, 3)} : QStringList();
}

void TestSplit::everyCommandTakesAnyPart() {
    const QString model = smallModel("gqa-f16");
    const QStringList parts = split(model, "F16", "180K");
    QCOMPARE(parts.size(), 3);
    const Json whole = cliJson(QStringList{"generate", model} + m_reply)["tokens"];
    for (const QString& path : parts) {
        QCOMPARE(cliJson(QStringList{"generate", path} + m_reply)["tokens"], whole);
        QCOMPARE(runCli({"validate", path, "--deep"}).exitCode, 0);
        QCOMPARE(cliJson({"inspect", path})["parameters"], cliJson({"inspect", model})["parameters"]);
        QCOMPARE(askCli({"tokenize", path}, {{{"text", "Once"}}}), askCli({"tokenize", model}, {{{"text", "Once"}}}));
        const QString a = m_folder.filePath("a.gguf"), b = m_folder.filePath("b.gguf");
        QCOMPARE(runCli({"quantize", path, a, "Q8_0"}).exitCode, 0);
        QCOMPARE(runCli({"quantize", model, b, "Q8_0"}).exitCode, 0);
        QVERIFY(fileBytes(a) == fileBytes(b));
    }
}

void TestSplit::convertsToParts() {
    const HfFolder folder;
    writeSmallModel(folder);
    for (const char* type : {"f32", "q4_k_m"}) {
        const CliRun run = runCli({"convert", toQt(folder.path()), toQt(folder.out()), "--type", type, "--split-size",
                                   QByteArray(type) == "f32" ? "48K" : "12K"});
        QVERIFY2(run.exitCode == 0, run.summary());
        const int files = folder.filesBeside();
        QVERIFY2(files > 1 && files < 10, QByteArray::number(files));
        const QString last = QStringLiteral("-0000%1-of-0000%1.gguf").arg(files);
        QCOMPARE(runCli({"validate", toQt(folder.out()).replace(".gguf", last), "--deep"}).exitCode, 0);
        QDir parts = QFileInfo(toQt(folder.out())).dir();
        for (const QString& name : parts.entryList(QDir::Files)) parts.remove(name);
    }
}

void TestSplit::aStateKnowsItsParts() {
    const QStringList parts = split(smallModel("gqa-f16"), "F16", "180K");
    QCOMPARE(parts.size(), 3);
    const QStringList words = m_reply + QStringList{"--state", m_folder.filePath("state")};
    const CliRun first = runCli(QStringList{"generate", parts[0]} + words),
                 second = runCli(QStringList{"generate", parts[1]} + words);
    QVERIFY2(first.exitCode == 0 && second.exitCode == 0 && second.err.isEmpty(), second.summary());
    QCOMPARE(second.out, first.out);
    QFile last(parts[2]);
    QVERIFY(last.open(QIODevice::ReadWrite) && last.seek(last.size() - 64) && last.write("\1\1", 2) == 2);
    last.close();
    const CliRun other = runCli(QStringList{"generate", parts[0]} + words);
    QVERIFY2(other.exitCode == 0 && other.err.contains("another model"), other.summary());
}

void TestSplit::saysWhatIsWrongAndLeavesNothing() {
    const QStringList parts = split(smallModel("gqa-f16"), "F16", "180K");
    QCOMPARE(parts.size(), 3);
    const CliRun itself = runCli({"quantize", parts[1], m_folder.filePath("m.gguf"), "F16", "--split-size", "180K"});
    QVERIFY2(itself.isOneComplaint() && itself.err.contains("can't replace"), itself.summary());
    QVERIFY(QFile::remove(parts[1]));
    for (const QStringList& arguments :
         {QStringList{"inspect", parts[0]}, QStringList{"generate", parts[2], "--prompt", "x"},
          QStringList{"quantize", parts[0], m_folder.filePath("new.gguf"), "Q8_0"}}) {
        const CliRun run = runCli(arguments);
        QVERIFY2(run.isOneComplaint() && run.err.contains("part 2 of 3 is missing"), run.summary());
    }
    for (const char* size : {"0", "-1", "many", "1"}) {
        const CliRun run =
            runCli({"quantize", smallModel("gqa-f16"), m_folder.filePath("new.gguf"), "F16", "--split-size", size});
        QVERIFY2(run.isOneComplaint() || QByteArray(size) == "1", run.summary());
    }
    QVERIFY(!QFile::exists(m_folder.filePath("new.gguf")));
}

void TestSplit::starterModelReplies() {
    STARTER_MODEL_OR_SKIP(model);
    const QString whole = m_folder.filePath("whole.gguf");
    const QStringList parts = split(model, "Q4_1", "40M");
    QCOMPARE(parts.size(), 3);
    QCOMPARE(runCli({"quantize", model, whole, "Q4_1"}).exitCode, 0);
    const QStringList chat = {"--prompt", "Name three rivers.", "-n", "16", "--seed", "3"};
    const CliRun one = runCli(QStringList{"generate", whole} + chat),
                 three = runCli(QStringList{"generate", parts[2]} + chat);
    QVERIFY2(one.exitCode == 0 && one.out.size() > 20, one.summary());
    QCOMPARE(three.out, one.out);
}

QTEST_GUILESS_MAIN(TestSplit)
#include "test_split.moc"
