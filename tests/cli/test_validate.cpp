#include <QTest>

#include "support/cli.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord::test;

namespace {

QString pathOf(const TemporaryFile& file) {
    return toQt(file.path());
}

/// A tensor missing, one too many, and NaN in a norm.
GgufBuilder brokenModel() {
    return TinyModel{.missingTensor = "blk.1.ffn_up.weight",
                     .notFiniteTensor = "blk.0.attn_norm.weight",
                     .extraTensor = "blk.0.attn_sinks"}
        .build();
}

}  // namespace

class TestValidate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wholeModelsHaveNoProblem();
    void printsOneProblemALine();
    void deepFindsNaN();
    void printsJson();
    void refusesWhatIsNoFile();
};

void TestValidate::wholeModelsHaveNoProblem() {
    for (const char* model : {"gqa-f16", "gqa-mixed", "rope3-f16", "tied-spm-f32"}) {
        const CliRun run = runCli({"validate", smallModel(model), "--deep"});
        QVERIFY2(run.exitCode == 0 && run.err.isEmpty() && run.out == "no problems (header and weights)\n",
                 run.summary());
    }
}

void TestValidate::printsOneProblemALine() {
    const TemporaryFile file(brokenModel().build());
    const CliRun run = runCli({"validate", pathOf(file)});
    QCOMPARE(run.exitCode, 1);
    QCOMPARE(run.out, QByteArray("the tensor blk.1.ffn_up.weight is missing\n"
                                 "the tensor blk.0.attn_sinks is not known for this architecture\n"));
    QVERIFY2(run.err.endsWith(": 2 problems\n") && run.err.count('\n') == 1, run.summary());
}

void TestValidate::deepFindsNaN() {
    const TemporaryFile file(TinyModel{.notFiniteTensor = "blk.0.attn_norm.weight"}.build().build());
    QCOMPARE(runCli({"validate", pathOf(file)}).exitCode, 0);
    const CliRun run = runCli({"validate", pathOf(file), "--deep"});
    QCOMPARE(run.exitCode, 1);
    QCOMPARE(run.out, QByteArray("the tensor blk.0.attn_norm.weight (F32) holds NaN in row 0, column 0\n"));
    QVERIFY2(run.err.endsWith(": 1 problem\n"), run.summary());
}

void TestValidate::printsJson() {
    QCOMPARE(cliJson({"validate", smallModel("gqa-f16")}),
             Json({{"valid", true}, {"deep", false}, {"problems", Json::array()}}));
    const TemporaryFile file(brokenModel().build());
    const CliRun run = runCli({"validate", pathOf(file), "--deep", "--json"});
    QCOMPARE(run.exitCode, 1);
    const Json answer = Json::parse(run.out.toStdString(), nullptr, false);
    QVERIFY2(answer.is_object(), run.summary());
    QCOMPARE(answer["valid"], Json(false));
    QCOMPARE(answer["deep"], Json(true));
    QCOMPARE(answer["problems"].size(), size_t{3});
}

void TestValidate::refusesWhatIsNoFile() {
    const CliRun run = runCli({"validate", "/nowhere/model.gguf"});
    QVERIFY2(run.isOneComplaint() && run.err.contains("no such file"), run.summary());
}

QTEST_GUILESS_MAIN(TestValidate)
#include "test_validate.moc"
