// Names of models as people know them.
#include <QTest>

#include "core/model_name.h"

using monochord::app::modelName;

class TestModelName final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void names_data();
    void names();
};

void TestModelName::names_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* path, const char* title, const char* name) {
        QTest::newRow(path) << QString::fromUtf8(path) << QString::fromUtf8(title) << QString::fromUtf8(name);
    };
    row("/m/SmolLM2-135M-Instruct.Q4_1.gguf", "Smollm2 135M 8k Lc100K Mix1 Ep2", "SmolLM2 135M Instruct");
    row("/m/gemma-3-270m-it-Q4_K_M.gguf", "Gemma 3", "gemma 3 270m it");
    row("/m/Qwen3-30B-A3B-UD-IQ4_XS-00001-of-00003.gguf", "", "Qwen3 30B A3B");
    row("/m/phi-2.f16.GGUF", "", "phi 2");
    row("/m/gpt-oss-20b-mxfp4.gguf", "", "gpt oss 20b");
    row("/m/Mein Modell.gguf", "", "Mein Modell");
    row("/m/model.gguf", "Llama 3.2 1B", "Llama 3.2 1B");
    row("/m/ggml-model-q4_0.gguf", "Llama 2", "Llama 2");
    row("/m/sha256-6e9f90f02bb3b39b59e81916e8cfce9deb45aeaeb9a54a5be4414486b907dc1e", "Gemma 2", "Gemma 2");
    row("/m/model.gguf", "", "model.gguf");
    row("/m/-Q4_0.gguf", "", "-Q4_0.gguf");
}

void TestModelName::names() {
    QFETCH(const QString, path);
    QFETCH(const QString, title);
    QTEST(modelName(path, title), "name");
}

QTEST_GUILESS_MAIN(TestModelName)
#include "test_model_name.moc"
