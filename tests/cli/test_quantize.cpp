#include <QTemporaryDir>
#include <QTest>

#include "support/cli.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord::test;

class TestQuantize : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void makesASmallerModelThatReplies();
    void warnsOfWeightsThatWereQuantizedBefore();
    void saysWhatIsWrong();

private:
    QTemporaryDir m_folder;
    QString m_out = m_folder.filePath("out.gguf");
};

void TestQuantize::makesASmallerModelThatReplies() {
    const CliRun run = runCli({"quantize", smallModel("gqa-f16"), m_out, "q8_0", "-t", "2"});
    QVERIFY2(run.exitCode == 0 && run.out.contains("bits a weight") && run.out.contains("Q8_0"), run.summary());
    QVERIFY2(run.err.isEmpty(), run.summary());
    QVERIFY(fileBytes(m_out).size() < fileBytes(smallModel("gqa-f16")).size() * 2 / 3);
    const QStringList prompt = {"--raw", "--prompt", "Once upon a time", "-n", "4", "--temp", "0"};
    const Json reply = cliJson(QStringList{"generate", m_out} + prompt);
    QCOMPARE(reply["tokens"], cliJson(QStringList{"generate", smallModel("gqa-f16")} + prompt)["tokens"]);
}

void TestQuantize::warnsOfWeightsThatWereQuantizedBefore() {
    const CliRun run = runCli({"quantize", smallModel("gqa-mixed"), m_out, "Q4_0"});
    QVERIFY2(run.exitCode == 0 && run.err.startsWith("warning: ") && run.err.contains("Q8_0"), run.summary());
}

void TestQuantize::saysWhatIsWrong() {
    const TemporaryFile broken(TinyModel{.notFiniteTensor = "blk.1.attn_k.weight"}.build().build());
    const QString absent = m_folder.filePath("absent.gguf");
    const auto refuses = [&](const QStringList& arguments, const char* part) {
        const CliRun run = runCli(QStringList{"quantize"} + arguments);
        return run.isOneComplaint() && run.err.contains(part) && !QFile::exists(absent);
    };
    QVERIFY(refuses({smallModel("gqa-f16"), absent, "Q4_K_XL"}, "Q4_K_M"));
    QVERIFY(refuses({toQt(broken.path()), absent, "Q4_0"}, "blk.1.attn_k.weight"));
    QVERIFY(refuses({smallModel("gqa-f16"), smallModel("gqa-f16"), "Q4_0"}, "can't replace"));
    QVERIFY(refuses({"/nowhere.gguf", absent, "Q4_0"}, "no such file"));
    QVERIFY(refuses({smallModel("gqa-f16"), absent}, "TYPE"));
    QVERIFY(refuses({smallModel("gqa-f16"), absent, "Q4_0", "-t", "-1"}, "-1"));
}

QTEST_GUILESS_MAIN(TestQuantize)
#include "test_quantize.moc"
