#include <sys/resource.h>

#include <QTest>
#include <csignal>

#include "support/cli.h"
#include "support/hf_folder.h"

using namespace monochord::test;

class TestConvert : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWasConvertedGenerates();
    void quantizesInOneGo();
    void refusesInOneLineAndLeavesNothing();
    void aFullDiskIsOneComplaint();
};

namespace {

/// No file grows beyond so many bytes while it lives, in this process and those that it starts.
class SmallDisk {
public:
    explicit SmallDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit small = {bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

private:
    rlimit m_before{};
};

}  // namespace

void TestConvert::whatWasConvertedGenerates() {
    const HfFolder folder;
    writeSmallModel(folder);
    const CliRun run = runCli({"convert", toQt(folder.path()), toQt(folder.out()), "--type", "q8_0"});
    QVERIFY2(run.exitCode == 0 && run.out.isEmpty() && run.err.isEmpty(), run.summary());
    QCOMPARE(runCli({"validate", toQt(folder.out()), "--deep"}).exitCode, 0);
    const Json reply =
        cliJson({"generate", toQt(folder.out()), "--raw", "--prompt", "the", "-n", "4", "--temp", "0", "--ignore-eos"});
    QCOMPARE(reply["tokens"].size(), size_t{4});
}

void TestConvert::quantizesInOneGo() {
    const HfFolder folder;
    writeSmallModel(folder);
    const CliRun run = runCli({"convert", toQt(folder.path()), toQt(folder.out()), "--type", "q4_k_m"});
    QVERIFY2(run.exitCode == 0, run.summary());
    QCOMPARE(runCli({"validate", toQt(folder.out()), "--deep"}).exitCode, 0);
    QVERIFY(runCli({"inspect", toQt(folder.out())}).out.contains("Q5_0"));  // rows too short for blocks of 256
    QCOMPARE(folder.filesBeside(), 1);
    folder.write("../out.gguf.unquantized", "mine");
    const CliRun again = runCli({"convert", toQt(folder.path()), toQt(folder.out()), "--type", "q4_k_m"});
    QVERIFY2(again.isOneComplaint() && again.err.contains("is in the way"), again.summary());
}

void TestConvert::refusesInOneLineAndLeavesNothing() {
    const HfFolder folder;
    const CliRun run = runCli({"convert", toQt(folder.path()), toQt(folder.out())});
    QVERIFY2(run.isOneComplaint() && run.err.contains("there is no config.json"), run.summary());
    writeSmallModel(folder);
    const CliRun elsewhere = runCli({"convert", toQt(folder.path()), "/nowhere/out.gguf"});
    QVERIFY2(elsewhere.isOneComplaint() && elsewhere.err.contains("can't be written"), elsewhere.summary());
    QCOMPARE(folder.filesBeside(), 0);
}

void TestConvert::aFullDiskIsOneComplaint() {
    const HfFolder folder;
    writeSmallModel(folder);
    for (const char* type : {"f32", "q4_k_m"})  // in one go, and by way of a second file
        for (const QStringList& split : {QStringList(), QStringList{"--split-size", "48K"}})
            for (const rlim_t bytes : {0, 10'000, 40'000}) {
                const SmallDisk small(bytes);
                const CliRun run =
                    runCli(QStringList{"convert", toQt(folder.path()), toQt(folder.out()), "--type", type} + split);
                QVERIFY2(run.isOneComplaint() && run.err.contains("the file can't be written: "), run.summary());
                QCOMPARE(folder.filesBeside(), 0);
            }
}

QTEST_GUILESS_MAIN(TestConvert)
#include "test_convert.moc"
