#include "monochord/inspect_checkpoint.h"

#include <QTest>
#include <algorithm>

#include "monochord/quantize.h"
#include "support/hf_folder.h"
#include "support/paths.h"

using namespace monochord;
using namespace monochord::test;

class TestInspectCheckpoint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatAFolderHolds();
    void tellsTheSizesThatComeOut_data();
    void tellsTheSizesThatComeOut();
    void refusesWhatCannotBeConverted();
};

void TestInspectCheckpoint::saysWhatAFolderHolds() {
    const HfFolder folder;
    writeSmallModel(folder);
    auto tensors = smallTensors();
    for (HfTensor& tensor : tensors) tensor.type = "BF16";
    folder.write("model.safetensors", safetensors(tensors));
    folder.write("README.md", "---\nlicense: apache-2.0\n---\n");
    const auto summary = inspectCheckpoint(folder.path());
    QVERIFY2(summary, summary ? "" : summary.error().message.c_str());
    QCOMPARE(summary->name, std::string("model"));
    QCOMPARE(summary->architecture, std::string("llama"));
    QCOMPARE(summary->license, std::string("apache-2.0"));
    QVERIFY(summary->type == "BF16");
    uint64_t parameters = 0;
    for (const HfTensor& tensor : tensors) parameters += tensor.values.size();
    QCOMPARE(summary->parameters, parameters);
    QCOMPARE(folder.filesBeside(), 0);
}

void TestInspectCheckpoint::tellsTheSizesThatComeOut_data() {
    QTest::addColumn<QString>("folder");
    QTest::newRow("small") << QString();
    for (const char* name : {"llama-wide", "gpt2", "mixtral"})
        QTest::newRow(name) << QStringLiteral("reference/checkpoints/%1/hf").arg(QLatin1String(name));
}

// Converted as it is and then quantized to all that there is.
void TestInspectCheckpoint::tellsTheSizesThatComeOut() {
    QFETCH(QString, folder);
    const HfFolder own;
    std::filesystem::path path = own.path();
    if (folder.isEmpty()) {
        writeSmallModel(own);
    } else {
        const auto shared = sharedFile(folder.toStdString());
        if (!shared) QSKIP("the checkpoint is not here");
        path = *shared;
    }
    const auto summary = inspectCheckpoint(path);
    QVERIFY2(summary, summary ? "" : summary.error().message.c_str());
    QVERIFY(convertModel(path, own.out()));
    const auto sizes = quantizedSizes(own.out());
    QVERIFY(sizes);
    QCOMPARE(sizes->size(), quantizations().size());
    const std::filesystem::path to = own.out().string() + ".quantized";
    for (size_t i = 0; i < sizes->size(); i++) {
        const std::string_view name = quantizations()[i];
        const auto report = quantizeModel(own.out(), to, name);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QVERIFY((*sizes)[i].name == name && summary->sizes[i].name == name);
        QCOMPARE((*sizes)[i].bytes, report->bytesAfter);
        QCOMPARE(summary->sizes[i].bytes, report->bytesAfter);
    }
}

void TestInspectCheckpoint::refusesWhatCannotBeConverted() {
    const HfFolder folder;
    QVERIFY(!inspectCheckpoint(folder.path()));
    writeSmallModel(folder);
    folder.remove("model.safetensors");
    folder.write("pytorch_model.bin", "PK");
    const auto summary = inspectCheckpoint(folder.path());
    QVERIFY(!summary);
    QVERIFY2(summary.error().message.find("safetensors") != std::string::npos, summary.error().message.c_str());
    QVERIFY(!quantizedSizes(folder.path()));
}

QTEST_APPLESS_MAIN(TestInspectCheckpoint)
#include "test_inspect_checkpoint.moc"
