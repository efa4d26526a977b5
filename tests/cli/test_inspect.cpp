#include <QFileInfo>
#include <QTest>

#include "support/cli.h"

using namespace monochord::test;

class TestInspect : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jsonSaysWhatTheModelIs();
    void thePageSaysItToo();
    void aLongerContextNeedsMoreMemory();
};

void TestInspect::jsonSaysWhatTheModelIs() {
    const Json json = cliJson({"inspect", smallModel("gqa-mixed")});
    QCOMPARE(json["architecture"], Json("llama"));
    QCOMPARE(json["context_length"], Json(512));
    QCOMPARE(json["tensor_count"], Json(30));
    QCOMPARE(json["file_bytes"], Json(QFileInfo(smallModel("gqa-mixed")).size()));
    for (const char* type : {"F32", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"})
        QVERIFY2(json["tensors"].contains(type), type);
    QCOMPARE(json["tensors"]["Q8_0"]["count"], Json(1));
    QCOMPARE(json["hyper_parameters"]["attention.head_count_kv"], Json(2));
    QCOMPARE(json["metadata"]["tokenizer.ggml.bos_token_id"], Json(635));
    QCOMPARE(json["metadata"]["tokenizer.ggml.tokens"]["count"], Json(640));
}

void TestInspect::thePageSaysItToo() {
    const CliRun run = runCli({"inspect", smallModel("gqa-mixed")});
    QVERIFY2(run.exitCode == 0 && run.err.isEmpty(), run.summary());
    for (const char* part : {"random weights", "llama", "512", "Q5_1", "rope.freq_base", "tokenizer.ggml.model"})
        QVERIFY2(run.out.contains(part), part);
}

void TestInspect::aLongerContextNeedsMoreMemory() {
    const auto cacheBytes = [](const QStringList& options) {
        return cliJson(QStringList{"inspect", smallModel("gqa-mixed")} + options)["memory"]["kv_cache_bytes"]
            .get<int>();
    };
    const int usual = cacheBytes({});
    QCOMPARE(cacheBytes({"-c", "1024"}), 2 * usual);
    QCOMPARE(cacheBytes({"--kv", "f32"}), 2 * usual);
    QCOMPARE(cacheBytes({"--kv", "q8_0"}), usual);  // these heads are too small for it
}

QTEST_GUILESS_MAIN(TestInspect)
#include "test_inspect.moc"
