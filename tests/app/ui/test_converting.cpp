#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "support/hf_folder.h"
#include "support/tiny_model.h"
#include "support/window.h"
#include "ui/panels/convert_page.h"
#include "ui/panels/drop_overlay.h"
#include "ui/panels/library_list.h"
#include "ui/panels/library_page.h"
#include "ui/panels/model_details.h"
#include "ui/panels/status_line.h"
#include "ui/panels/type_list.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 10'000;  // ms; reached only where something hangs

void write(const QString& path, const std::string& bytes) {
    QVERIFY(QDir().mkpath(QFileInfo(path).absolutePath()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes.data(), static_cast<qint64>(bytes.size()));
}

}  // namespace

/// Converting and quantizing in the real window, in a home of its own.
class TestConverting : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void cleanup();
    void aDroppedFolderBecomesAModelThatReplies_data();
    void aDroppedFolderBecomesAModelThatReplies();
    void anotherTypeAndPlaceAreChosen();
    void cancellingLeavesNothing();
    void theWindowIsUsableMeanwhile();
    void aFolderThatCannotBeConvertedSaysWhy_data();
    void aFolderThatCannotBeConvertedSaysWhy();
    void aModelOfTheLibraryIsQuantized();
    void quantizingAgainIsWarnedOf();
    void filesThatAreThereStay();

private:
    QString path(const QString& relative) const { return m_folder->filePath(relative); }
    QString checkpoint() const { return QString::fromStdString(m_checkpoint->path().string()); }
    QString models() const { return path(QStringLiteral("monochord/models")); }
    QStringList made() const { return QDir(models()).entryList(QDir::Files | QDir::Hidden); }
    ConvertPage* page() { return m_app->part<ConvertPage>(); }
    QString pageText() { return visibleText(page()); }
    void click(const char* name) { QTest::mouseClick(m_app->named(QString::fromUtf8(name)), Qt::LeftButton); }
    bool plan(const QString& dropped);
    bool choose(const char* type);
    QStringList types();
    void makeLarge();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<HfFolder> m_checkpoint;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestConverting::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    m_checkpoint = std::make_unique<HfFolder>();
    writeSmallModel(*m_checkpoint);
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    m_app->window.activateWindow();
    if (!QTest::qWaitForWindowActive(&m_app->window)) qWarning("the window does not come to the front");  // for its keys
}

void TestConverting::cleanup() {
    m_app.reset();
    m_folder.reset();
}

/// So many weights that a conversion takes a while.
void TestConverting::makeLarge() {
    auto config = smallConfig();
    config["intermediate_size"] = 96 * 1024;
    auto tensors = smallTensors();
    for (HfTensor& tensor : tensors)
        for (uint64_t& size : tensor.shape)
            if (size == 48) size = 96 * 1024;
    for (HfTensor& tensor : tensors) tensor = hfTensor(tensor.name, tensor.shape);
    m_checkpoint->writeJson("config.json", config);
    m_checkpoint->write("model.safetensors", safetensors(tensors));
}

bool TestConverting::plan(const QString& dropped) {
    m_app->drop(dropped);
    return QTest::qWaitFor([this] { return page()->isVisible() && !types().isEmpty(); }, kPatience);
}

QStringList TestConverting::types() {
    QStringList texts;
    const auto* list = page()->findChild<TypeList*>();
    for (int row = 0; list->isVisible() && row < list->model()->rowCount(); ++row)
        texts.append(list->model()->index(row, 0).data(Qt::AccessibleTextRole).toString());
    return texts;
}

bool TestConverting::choose(const char* type) {
    auto* list = page()->findChild<TypeList*>();
    for (int row = 0; row < list->model()->rowCount(); ++row)
        if (list->model()->index(row, 0).data().toString() == QLatin1String(type)) {
            list->setCurrentIndex(list->model()->index(row, 0));
            return true;
        }
    return false;
}

void TestConverting::aDroppedFolderBecomesAModelThatReplies_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("type");
    QTest::newRow("the folder, as it is") << QString() << QStringLiteral("F32");
    QTest::newRow("the weights, as F16") << QStringLiteral("/model.safetensors") << QStringLiteral("F16");
    QTest::newRow("a mixture of types") << QString() << QStringLiteral("Q4_K_M");
}

void TestConverting::aDroppedFolderBecomesAModelThatReplies() {
    QFETCH(QString, file);
    QFETCH(QString, type);
    m_checkpoint->write("README.md", "---\nlicense: apache-2.0\n---\n");
    if (type == QLatin1String("Q4_K_M")) makeLarge();  // rows of 256, which the mixtures ask for
    m_app->dragOver(checkpoint() + file);
    auto* overlay = m_app->part<DropOverlay>();
    QTRY_VERIFY(visibleText(overlay).contains(QLatin1String("Drop to convert")));
    QVERIFY2(visibleText(overlay).contains(QStringLiteral("llama · F32")), qPrintable(visibleText(overlay)));

    QVERIFY(plan(checkpoint() + file));
    QVERIFY(!overlay->isVisible());
    for (const char* fact : {"model", "llama", "F32", "licence: apache-2.0", "It fits", "monochord/models/model."})
        QVERIFY2(pageText().contains(QLatin1String(fact)), qPrintable(pageText()));
    QVERIFY2(types().first().startsWith(QLatin1String("F32, as published, 100 %")), qPrintable(types().join(u'\n')));
    QVERIFY2(choose(type.toUtf8()), qPrintable(types().join(u'\n')));
    QSignalSpy loaded(&m_app->engine, &Engine::loaded);
    click("Convert");
    QVERIFY(loaded.wait(kPatience));
    QVERIFY(!page()->isVisible());
    const QString name = QStringLiteral("model.%1.gguf").arg(type);
    QCOMPARE(made(), QStringList{name});
    QCOMPARE(m_app->engine.model()->path, models() + u'/' + name);

    GenerationSettings settings;
    settings.longestReply = 4;
    m_app->chats.setSettings(settings);
    m_app->say(QStringLiteral("the"));
    QTRY_VERIFY_WITH_TIMEOUT(m_app->chats.conversation().path().size() == 2 && !m_app->chats.isGenerating(), kPatience);
    QCOMPARE(m_app->last().record.modelPath, models() + u'/' + name);
}

void TestConverting::anotherTypeAndPlaceAreChosen() {
    QVERIFY(plan(checkpoint()));
    QVERIFY(choose("Q8_0"));
    const QString other = path(QStringLiteral("elsewhere"));
    QVERIFY(QDir().mkpath(other));
    click("Choose another folder for the file");
    auto* dialog = page()->findChild<QFileDialog*>();
    QVERIFY(dialog);
    Q_EMIT dialog->fileSelected(other);
    dialog->close();
    const QString file = other + QStringLiteral("/model.Q8_0.gguf");
    QVERIFY2(pageText().contains(QStringLiteral("Saved as ") + file), qPrintable(pageText()));
    QSignalSpy loaded(&m_app->engine, &Engine::loaded);
    click("Convert");
    QVERIFY(loaded.wait(kPatience));
    QVERIFY(QFile::exists(file));
    QVERIFY(made().isEmpty());
    // The library knows the folder from now on.
    QCOMPARE(m_app->settings.modelFolders(), QStringList{other});
}

void TestConverting::cancellingLeavesNothing() {
    makeLarge();
    QVERIFY(plan(checkpoint()));
    QVERIFY(choose("Q4_K_M"));
    click("Convert");
    QTRY_VERIFY_WITH_TIMEOUT(!made().isEmpty() || pageText().contains(QLatin1String(" left")), kPatience);
    QElapsedTimer clock;
    clock.start();
    click("Cancel");
    QTRY_VERIFY_WITH_TIMEOUT(pageText().contains(QLatin1String("was not converted, because you stopped it")),
                             kPatience);
    if (clock.elapsed() > 100) qWarning("cancelling took %lld ms", clock.elapsed());
    QCOMPARE(made(), QStringList());
    QCOMPARE(m_app->engine.state(), Engine::State::Empty);
    QVERIFY(m_app->named(QStringLiteral("Convert")));
    click("Cancel");
    QVERIFY(!page()->isVisible());
}

void TestConverting::theWindowIsUsableMeanwhile() {
    write(path(QStringLiteral("tiny.gguf")), TinyModel().build().build());
    QVERIFY(m_app->load(path(QStringLiteral("tiny.gguf"))));
    makeLarge();
    QVERIFY(plan(checkpoint()));
    QVERIFY(choose("Q4_K_M"));
    click("Convert");
    QTest::keyClick(&m_app->window, Qt::Key_Escape);
    QVERIFY(!page()->isVisible());
    auto* status = m_app->part<StatusLine>();
    QVERIFY2(visibleText(status).contains(QLatin1String("Converting model: ")), qPrintable(visibleText(status)));
    m_app->say(QStringLiteral("the"));
    // The model that answers stays until the new one is asked for.
    QTRY_VERIFY2_WITH_TIMEOUT(visibleText(status).contains(QLatin1String("model.Q4_K_M.gguf is ready")),
                              qPrintable(visibleText(status)), kPatience);
    QCOMPARE(m_app->engine.model()->path, path(QStringLiteral("tiny.gguf")));
    click("Show");
    QVERIFY(pageText().contains(QLatin1String("The model is ready.")));
    QSignalSpy loaded(&m_app->engine, &Engine::loaded);
    click("Load");
    QVERIFY(loaded.wait(kPatience));
    QVERIFY(m_app->engine.model()->path.endsWith(QLatin1String("model.Q4_K_M.gguf")));
    QVERIFY(!visibleText(status).contains(QLatin1String("ready")));
}

void TestConverting::aFolderThatCannotBeConvertedSaysWhy_data() {
    QTest::addColumn<QByteArray>("removed");
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("PyTorch") << QByteArray("model.safetensors") << QByteArray("pytorch_model.bin") << QByteArray("PK")
                             << QStringLiteral("download the safetensors of this model");
    QTest::newRow("damaged") << QByteArray() << QByteArray("model.safetensors") << QByteArray("not weights at all")
                             << QStringLiteral("model is not complete: ");
    QTest::newRow("no tokenizer") << QByteArray("tokenizer.json") << QByteArray() << QByteArray()
                                  << QStringLiteral("tokenizer");
}

void TestConverting::aFolderThatCannotBeConvertedSaysWhy() {
    QFETCH(QByteArray, removed);
    QFETCH(QByteArray, written);
    QFETCH(QByteArray, content);
    QFETCH(QString, sentence);
    if (!removed.isEmpty()) m_checkpoint->remove(removed.toStdString());
    if (!written.isEmpty()) m_checkpoint->write(written.toStdString(), content.toStdString());
    // Dropped, and named on the command line.
    m_app->drop(checkpoint());
    QTRY_VERIFY(visibleText(m_app->part<DropOverlay>()).contains(sentence));
    QVERIFY(!page()->isVisible());
    m_app->part<DropOverlay>()->hide();
    m_app->window.openModel(checkpoint());
    QTRY_VERIFY2(pageText().contains(sentence), qPrintable(pageText()));
    QCOMPARE(m_app->window.findChildren<QPushButton*>(QStringLiteral("start")).size(), 0);
    click("Close");
    QVERIFY(!page()->isVisible());
    QCOMPARE(made(), QStringList());
}

void TestConverting::aModelOfTheLibraryIsQuantized() {
    const QString file = path(QStringLiteral("Downloads/tiny.gguf"));
    write(file, TinyModel().build().build());
    QTest::keyClick(&m_app->window, Qt::Key_M, Qt::ControlModifier);
    auto* list = m_app->part<LibraryList>();
    QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 1, kPatience);
    m_app->part<LibraryPage>()->choose(file);
    click("Quantize…");
    QTRY_VERIFY(!types().isEmpty());
    QVERIFY2(!pageText().contains(QLatin1String("quantized already")), qPrintable(pageText()));
    QVERIFY(types().first().startsWith(QLatin1String("F16")));
    QVERIFY(choose("Q8_0"));
    click("Quantize");
    const QString result = path(QStringLiteral("Downloads/tiny.Q8_0.gguf"));
    QTRY_COMPARE_WITH_TIMEOUT(list->chosenPath(), result, kPatience);
    QVERIFY(m_app->part<LibraryPage>()->isVisible());
    QTRY_VERIFY(visibleText(m_app->part<ModelDetails>()).contains(QLatin1String("Q8_0")));
    QCOMPARE(m_app->engine.state(), Engine::State::Empty);
}

void TestConverting::quantizingAgainIsWarnedOf() {
    write(models() + QStringLiteral("/tiny.Q8_0.gguf"), TinyModel{.type = TensorType::Q8_0}.build().build());
    QTest::keyClick(&m_app->window, Qt::Key_M, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(m_app->part<LibraryList>()->model()->rowCount(), 1, kPatience);
    click("Quantize…");
    QTRY_VERIFY(pageText().contains(QLatin1String("This model is quantized already.")));
    QVERIFY2(types().filter(QLatin1String("F16")).isEmpty() && types().filter(QLatin1String("Q8_0")).isEmpty(),
             qPrintable(types().join(u'\n')));
    QTest::keyClick(&m_app->window, Qt::Key_Escape);
    QVERIFY(m_app->part<LibraryPage>()->isVisible());
}

void TestConverting::filesThatAreThereStay() {
    write(models() + QStringLiteral("/model.F32.gguf"), "mine");
    QVERIFY(plan(checkpoint()));
    QVERIFY(choose("F32"));
    QSignalSpy loaded(&m_app->engine, &Engine::loaded);
    click("Convert");
    QVERIFY(loaded.wait(kPatience));
    QCOMPARE(made(), (QStringList{QStringLiteral("model-2.F32.gguf"), QStringLiteral("model.F32.gguf")}));
}

QTEST_MAIN(TestConverting)
#include "test_converting.moc"
