#include <QTest>

#include "support/cli.h"
#include "support/paths.h"

using namespace monochord::test;

class TestBench : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jsonHasAllFigures();
    void theHashIsTheSameHoweverItIsComputed();
    void aReplyBeginsAtTheDepth();
    void thePageIsForPeople();
    void theStarterModelStaysWithinItsMemory();
};

void TestBench::jsonHasAllFigures() {
    const Json json =
        cliJson({"bench", smallModel("gqa-mixed"), "-p", "20", "-n", "4", "-d", "8", "-r", "1", "-t", "2"});
    QVERIFY(json.is_object());
    QVERIFY(json["prompt_per_second"] > 0 && json["tokens_per_second"] > 0);
    QVERIFY(json["open_seconds"] > 0);
    QVERIFY(json["bandwidth_fraction"] > 0 && json["peak_fraction"] > 0);
    QVERIFY(json["memory"] > json["kv_bytes"]);
    QCOMPARE(json["file_bytes"], Json(fileBytes(smallModel("gqa-mixed")).size()));
    QCOMPARE(json["threads"], Json(2));
    QCOMPARE(json["logits_hash"].get<std::string>().size(), size_t{16});
    QVERIFY(json["isa"].is_string());
}

void TestBench::theHashIsTheSameHoweverItIsComputed() {
    const QStringList command = {"bench", smallModel("gqa-mixed"), "-p", "70", "-n", "3", "-r", "1"};
    const Json one = cliJson(command + QStringList{"-t", "1"});
    const Json three = cliJson(command + QStringList{"-t", "3", "-b", "9", "--isa", "scalar"});
    QVERIFY(one.is_object());
    QCOMPARE(three["logits_hash"], one["logits_hash"]);
    QVERIFY(cliJson(command + QStringList{"-d", "5"})["logits_hash"] != one["logits_hash"]);
}

/// The last step of both is behind 42 tokens.
void TestBench::aReplyBeginsAtTheDepth() {
    const QStringList command = {"bench", smallModel("gqa-mixed"), "-p", "0", "-r", "1"};
    const Json three = cliJson(command + QStringList{"-d", "40", "-n", "3", "-c", "43"});
    QVERIFY(three.is_object());
    QCOMPARE(cliJson(command + QStringList{"-d", "42", "-n", "1"})["logits_hash"], three["logits_hash"]);
}

void TestBench::thePageIsForPeople() {
    const CliRun run = runCli({"bench", smallModel("gqa-f16"), "-p", "8", "-n", "2", "-r", "1"});
    QVERIFY2(run.exitCode == 0 && run.err.isEmpty(), run.summary());
    for (const char* part : {"prompt of 8", "reply of 2", "tokens/s", "GB/s", "opened in", "MB"})
        QVERIFY2(run.out.contains(part), part);
}

/// Resident at most: the file, the KV cache and 64 MiB.
void TestBench::theStarterModelStaysWithinItsMemory() {
    STARTER_MODEL_OR_SKIP(model);
    const Json json = cliJson({"bench", model, "-p", "128", "-n", "4", "-r", "1"});
    QVERIFY(json.is_object());
    const auto memory = json["memory"].get<qint64>();
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer has memory of its own");
#endif
    QVERIFY2(memory <= json["file_bytes"].get<qint64>() + json["kv_bytes"].get<qint64>() + (64 << 20),
             json.dump().c_str());
}

QTEST_GUILESS_MAIN(TestBench)
#include "test_bench.moc"
