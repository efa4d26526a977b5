#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "support/cli.h"
#include "support/paths.h"
#include "support/tiny_model.h"
#include "support/window.h"
#include "ui/panels/library_list.h"
#include "ui/panels/library_page.h"
#include "ui/panels/model_details.h"
#include "ui/panels/sampling_dock.h"
#include "ui/panels/start_page.h"
#include "ui/widgets/chip.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

void write(const QString& path, const std::string& bytes) {
    QVERIFY(QDir().mkpath(QFileInfo(path).absolutePath()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes.data(), static_cast<qint64>(bytes.size()));
}

}  // namespace

/// The library in the real window, in a home with models of several applications.
class TestLibrary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void theChipAndAKeyOpenIt();
    void modelsAreListedWhereTheyAre();
    void aDamagedFileSaysWhy();
    void theCardSaysWhatAModelIs();
    void searchingNarrowsTheList();
    void aModelIsLoadedAsItWasSet();
    void memoryFollowsTheSettings();
    void aChatGoesOnWithAnotherModel();
    void aFileIsChecked_data();
    void aFileIsChecked();
    void theReportOfACheckIsCopied();
    void aCheckIsStopped();
    void aFileIsCheckedBeforeItIsFirstLoaded();
    void aFolderIsAddedWatchedAndRemoved();
    void theStartPageOffersWholeModelsAlone();
    void aModelThatCrashedTwiceWaitsToBeAskedFor();
    void theUsualContextFitsTheMemory();

private:
    QString path(const QString& relative) const { return m_folder->filePath(relative); }
    ApplicationUnderTest& restart();
    bool openLibrary();
    bool choose(const QString& path);
    QString details() { return visibleText(m_app->part<ModelDetails>()); }
    void click(const char* name) { QTest::mouseClick(m_app->named(QString::fromUtf8(name)), Qt::LeftButton); }
    void keepRepliesShort();
    bool answered(qsizetype messages);

    QString m_starter, m_starterLink;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestLibrary::initTestCase() {
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    STARTER_MODEL_OR_SKIP(model);
    m_starter = model;
}

void TestLibrary::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    m_starterLink = path(QStringLiteral(".lmstudio/models/owner/small/SmolLM2-135M-Instruct.Q4_1.gguf"));
    QVERIFY(QDir().mkpath(QFileInfo(m_starterLink).absolutePath()));
    QVERIFY(QFile::link(m_starter, m_starterLink));
    write(path(QStringLiteral("Downloads/tiny.gguf")), TinyModel().build().build());
    write(path(QStringLiteral("Downloads/broken.gguf")), TinyModel().build().build().substr(0, 900));
    restart();
}

void TestLibrary::cleanup() {
    m_app.reset();
    m_folder.reset();
}

ApplicationUnderTest& TestLibrary::restart() {
    m_app.reset();
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    m_app->window.activateWindow();
    if (!QTest::qWaitForWindowActive(&m_app->window)) qWarning("the window does not come to the front");  // for its keys
    return *m_app;
}

bool TestLibrary::openLibrary() {
    if (!m_app->part<LibraryPage>()->isVisible()) QTest::keyClick(&m_app->window, Qt::Key_M, Qt::ControlModifier);
    return QTest::qWaitFor([this] { return m_app->part<LibraryList>()->model()->rowCount() >= 3; }, kPatience);
}

// The card is complete with the memory, and with its facts, which are shown an event later.
bool TestLibrary::choose(const QString& path) {
    m_app->part<LibraryPage>()->choose(path);
    return QTest::qWaitFor(
        [this] {
            const QString text = details();
            return text.contains(QLatin1String("of memory")) && text.contains(QLatin1String("Chat template"));
        },
        kPatience);
}

void TestLibrary::keepRepliesShort() {
    GenerationSettings settings;
    settings.longestReply = 5;
    m_app->part<SamplingDock>()->setSettings(settings);
    m_app->chats.setSettings(settings);
}

bool TestLibrary::answered(qsizetype messages) {
    return QTest::qWaitFor(
        [&] { return m_app->chats.conversation().path().size() == messages && !m_app->chats.isGenerating(); },
        kPatience);
}

void TestLibrary::theChipAndAKeyOpenIt() {
    auto* page = m_app->part<LibraryPage>();
    QVERIFY(!page->isVisible());
    QTest::mouseClick(m_app->part<Chip>(), Qt::LeftButton);
    QVERIFY(page->isVisible());
    QTest::keyClick(&m_app->window, Qt::Key_Escape);
    QVERIFY(!page->isVisible());
    QTest::keyClick(&m_app->window, Qt::Key_M, Qt::ControlModifier);
    QVERIFY(page->isVisible());
    click("Back to the chat");
    QVERIFY(!page->isVisible());
}

void TestLibrary::modelsAreListedWhereTheyAre() {
    QVERIFY(openLibrary());
    const QAbstractItemModel* rows = m_app->part<LibraryList>()->model();
    QStringList texts;
    for (int row = 0; row < rows->rowCount(); ++row)
        texts.append(rows->index(row, 0).data(Qt::AccessibleTextRole).toString());
    QVERIFY2(texts.contains(QStringLiteral("SmolLM2 135M Instruct, Q4_1 · 98 MB, LM Studio")),
             qPrintable(texts.join(u'\n')));
    QVERIFY(!texts.filter(QLatin1String("tiny, F32")).filter(QLatin1String("Downloads")).isEmpty());
}

void TestLibrary::aDamagedFileSaysWhy() {
    QVERIFY(openLibrary());
    m_app->part<LibraryPage>()->choose(path(QStringLiteral("Downloads/broken.gguf")));
    QVERIFY2(details().contains(QLatin1String("broken.gguf is not complete")), qPrintable(details()));
    QVERIFY(!m_app->named(QStringLiteral("Load"))->isEnabled());
    QTest::keyClick(m_app->part<LibraryList>(), Qt::Key_Return);
    QCOMPARE(m_app->engine.state(), Engine::State::Empty);
}

void TestLibrary::theCardSaysWhatAModelIs() {
    QVERIFY(openLibrary());
    QVERIFY(choose(m_starterLink));
    const QString text = details();
    for (const char* fact : {"SmolLM2 135M Instruct", "llama", "Q4_1", "98 MB", "8,192 tokens", "in the file"})
        QVERIFY2(text.contains(QLatin1String(fact)), qPrintable(text));
    QVERIFY(choose(path(QStringLiteral("Downloads/tiny.gguf"))));
    QVERIFY2(details().contains(QLatin1String("none; ChatML is used")), qPrintable(details()));
}

void TestLibrary::searchingNarrowsTheList() {
    QVERIFY(openLibrary());
    auto* list = m_app->part<LibraryList>();
    const int all = list->model()->rowCount();
    QTest::keyClick(&m_app->window, Qt::Key_F, Qt::ControlModifier);
    QWidget* search = m_app->named(QStringLiteral("Search models"));
    QVERIFY(search && search->hasFocus());
    QTest::keyClicks(search, QStringLiteral("smol studio"));
    QCOMPARE(list->model()->rowCount(), 1);
    QCOMPARE(list->chosenPath(), m_starterLink);
    QTest::keyClicks(search, QStringLiteral(" nothing"));
    QCOMPARE(list->model()->rowCount(), 0);
    QVERIFY(visibleText(m_app->part<LibraryPage>()).contains(QLatin1String("No model is called that.")));
    m_app->part<LibraryPage>()->choose(m_starterLink);
    QCOMPARE(list->model()->rowCount(), all);
}

void TestLibrary::aModelIsLoadedAsItWasSet() {
    QVERIFY(openLibrary());
    QVERIFY(choose(m_starterLink));
    QWidget* context = m_app->named(QStringLiteral("Context"));
    QTest::keyClick(context, Qt::Key_Home);
    for (int i = 0; i < 3; ++i) QTest::keyClick(context, Qt::Key_Right);
    QTest::keyClick(m_app->named(QStringLiteral("Threads")), Qt::Key_Right);
    QTest::mouseClick(m_app->named(QStringLiteral("Keys"))->findChildren<QPushButton*>()[2], Qt::LeftButton);
    QSignalSpy loaded(&m_app->engine, &Engine::loaded);
    QTest::keyClick(m_app->part<LibraryList>(), Qt::Key_Return);
    QVERIFY(!m_app->part<LibraryPage>()->isVisible());
    QVERIFY(loaded.wait(kPatience));
    const auto isAsSet = [this] {
        const LoadedModel& model = *m_app->engine.model();
        return model.contextLength == 1024 && model.threads == 1 && model.keys == KvType::Q8_0 &&
               model.values == KvType::F16;
    };
    QVERIFY(isAsSet());
    const QString tip = m_app->part<Chip>()->toolTip();
    QVERIFY2(tip.contains(QStringLiteral("1,024 tokens of context · keys Q8_0, values F16 · threads: 1")),
             qPrintable(tip));
    restart();
    QSignalSpy again(&m_app->engine, &Engine::loaded);
    m_app->window.openModel({});
    QVERIFY(again.wait(kPatience));
    QVERIFY(isAsSet());
}

void TestLibrary::memoryFollowsTheSettings() {
    QVERIFY(openLibrary());
    QVERIFY(choose(m_starterLink));
    const QString before = details();
    QTest::keyClick(m_app->named(QStringLiteral("Context")), Qt::Key_Home);
    const QString shorter = details();
    QVERIFY(shorter != before);
    QTest::mouseClick(m_app->named(QStringLiteral("Values"))->findChildren<QPushButton*>()[0], Qt::LeftButton);
    QTRY_VERIFY(details() != shorter);

    auto* card = m_app->part<ModelDetails>();
    card->setMemoryNeed({.fileBytes = 1'000'000'000, .bytesAPosition = 1'000'000, .freeBytes = 1'100'000'000});
    QVERIFY2(details().contains(QLatin1String("1.3 GB of memory: 1.0 GB the model, 256 MB the context. It does not "
                                              "fit: 1.1 GB are free. Choose a shorter context.")),
             qPrintable(details()));
    card->setMemoryNeed({.fileBytes = 1'000'000'000, .bytesAPosition = 1'000'000, .freeBytes = 2'000'000'000});
    QVERIFY(details().contains(QLatin1String("It fits: 2.0 GB are free.")));
    card->setMemoryNeed({.fileBytes = 1'000'000'000});
    QVERIFY(details().contains(QLatin1String("does not say")));
}

void TestLibrary::aChatGoesOnWithAnotherModel() {
    keepRepliesShort();
    QVERIFY(m_app->load(m_starter));
    m_app->say(QStringLiteral("Say hello."));
    QVERIFY(answered(2));
    QVERIFY(openLibrary());
    QVERIFY(choose(path(QStringLiteral("Downloads/tiny.gguf"))));
    QSignalSpy loaded(&m_app->engine, &Engine::loaded);
    click("Load");
    QVERIFY(loaded.wait(kPatience));
    m_app->say(QStringLiteral("And you?"));
    QVERIFY(answered(4));
    QCOMPARE(m_app->last().record.modelPath, path(QStringLiteral("Downloads/tiny.gguf")));
}

void TestLibrary::aFileIsChecked_data() {
    QTest::addColumn<QString>("notFinite");
    QTest::addColumn<QString>("result");
    QTest::newRow("whole") << QString() << QStringLiteral("The whole file was read, and nothing is wrong with it.");
    QTest::newRow("a NaN") << QStringLiteral("blk.0.ffn_up.weight") << QStringLiteral("blk.0.ffn_up.weight");
}

void TestLibrary::aFileIsChecked() {
    QFETCH(QString, notFinite);
    QFETCH(QString, result);
    const QString file = path(QStringLiteral("Downloads/checked.gguf"));
    write(file, TinyModel{.notFiniteTensor = notFinite.toStdString()}.build().build());
    QVERIFY(openLibrary());
    QTRY_COMPARE(m_app->part<LibraryList>()->model()->rowCount(), 4);
    QVERIFY(choose(file));
    click("Check…");
    QTRY_VERIFY_WITH_TIMEOUT(details().contains(result), kPatience);
    QVERIFY(m_app->named(QStringLiteral("Check…"))->isEnabled());
}

void TestLibrary::theReportOfACheckIsCopied() {
    auto* card = m_app->part<ModelDetails>();
    QVERIFY(openLibrary());
    QVERIFY(choose(path(QStringLiteral("Downloads/tiny.gguf"))));
    CheckResult result;
    for (int i = 1; i <= 12; ++i) result.problems.append(QStringLiteral("problem %1").arg(i));
    card->setCheckResult(result);
    QVERIFY(details().contains(QLatin1String("problem 8")) && !details().contains(QLatin1String("problem 9")));
    QVERIFY(details().contains(QLatin1String("and 4 more")));
    click("Copy the report");
    const QString copied = QGuiApplication::clipboard()->text();
    QVERIFY(copied.startsWith(path(QStringLiteral("Downloads/tiny.gguf"))) && copied.endsWith(QLatin1String("12")));
    card->setCheckResult({});
    QVERIFY(!card->findChild<QPushButton*>(QStringLiteral("copyReport"))->isVisible());
}

void TestLibrary::aFileIsCheckedBeforeItIsFirstLoaded() {
    const QString file = path(QStringLiteral("fresh.gguf"));
    write(file, TinyModel{.missingTensor = "blk.1.ffn_up.weight"}.build().build());
    m_app->window.openModel(file);
    const auto* start = m_app->part<StartPage>();
    QTRY_VERIFY_WITH_TIMEOUT(visibleText(start).contains(QLatin1String("blk.1.ffn_up.weight")), kPatience);
    QCOMPARE(m_app->engine.state(), Engine::State::Empty);
    QVERIFY(!m_app->settings.isChecked(file));

    write(file, TinyModel().build().build());
    QSignalSpy loaded(&m_app->engine, &Engine::loaded);
    m_app->window.openModel(file);
    QVERIFY(loaded.wait(kPatience));
    QVERIFY(m_app->settings.isChecked(file));
    // Another file under the same name is another file.
    write(file, TinyModel{.tied = false}.build().build());
    QVERIFY(!m_app->settings.isChecked(file));
}

void TestLibrary::aCheckIsStopped() {
    QVERIFY(openLibrary());
    QVERIFY(choose(m_starterLink));
    click("Check…");
    QVERIFY(!m_app->named(QStringLiteral("Check…"))->isEnabled());
    Q_EMIT m_app->part<ModelDetails>()->checkCancelled();
    QTRY_VERIFY_WITH_TIMEOUT(details().contains(QLatin1String("The check was stopped.")), kPatience);
}

void TestLibrary::aFolderIsAddedWatchedAndRemoved() {
    const QString folder = path(QStringLiteral("mine")), file = folder + QStringLiteral("/other.gguf");
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(openLibrary());
    auto* page = m_app->part<LibraryPage>();
    QMenu* menu = page->findChild<QMenu*>();
    QCOMPARE(menu->actions().size(), 1);
    menu->actions().first()->trigger();
    auto* dialog = page->findChild<QFileDialog*>();
    QVERIFY(dialog);
    Q_EMIT dialog->fileSelected(folder);
    dialog->close();
    QCOMPARE(m_app->settings.modelFolders(), QStringList{folder});
    QTRY_COMPARE(menu->actions().size(), 3);
    const auto isListed = [&] {
        page->choose(file);
        return m_app->part<LibraryList>()->chosenPath() == file;
    };
    QVERIFY(!isListed());
    QTest::qWait(300);  // until the search has ended, and the folder is watched
    write(file, TinyModel().build().build());
    QTRY_VERIFY_WITH_TIMEOUT(isListed(), kPatience);
    QCOMPARE(menu->actions().last()->text(), QStringLiteral("Remove ~/mine"));
    menu->actions().last()->trigger();
    QTRY_VERIFY(!isListed());
    QVERIFY(QFile::exists(file));
}

void TestLibrary::theStartPageOffersWholeModelsAlone() {
    const auto rows = [this] {
        QStringList names;
        for (const QListView* list : m_app->part<StartPage>()->findChildren<QListView*>())
            for (int row = 0; row < list->model()->rowCount(); ++row)
                names.append(list->model()->index(row, 0).data().toString());
        return names;
    };
    QTRY_VERIFY(rows().contains(QLatin1String("tiny")));
    QVERIFY(!rows().contains(QLatin1String("broken")));
}

void TestLibrary::aModelThatCrashedTwiceWaitsToBeAskedFor() {
    QSignalSpy first(&m_app->engine, &Engine::loaded);
    m_app->window.openModel(m_starter);
    QCOMPARE(m_app->settings.modelInUse(), m_starter);
    QVERIFY(first.wait(kPatience));
    QCOMPARE(m_app->settings.modelInUse(), QString());

    // Closing the window removes the mark; a crash does not.
    for (const bool isLoaded : {true, false}) {
        m_app.reset();
        Settings(path(QStringLiteral("monochord.ini"))).setModelInUse(m_starter);
        restart();
        QSignalSpy loaded(&m_app->engine, &Engine::loaded);
        m_app->window.openModel({});
        QCOMPARE(m_app->engine.state() == Engine::State::Loading, isLoaded);
        if (isLoaded) QVERIFY(loaded.wait(kPatience));
    }
    QVERIFY(visibleText(m_app->part<StartPage>()).contains(QLatin1String("twice in a row, so it was not loaded")));
    QSignalSpy loaded(&m_app->engine, &Engine::loaded);
    click("Load anyway");
    QVERIFY(loaded.wait(kPatience));
    QCOMPARE(m_app->settings.crashes(m_starter), 2);
    QString inUse;
    connect(&m_app->engine, &Engine::promptProgress, this, [&] { inUse = m_app->settings.modelInUse(); });
    keepRepliesShort();
    m_app->say(QStringLiteral("Say hello."));
    QVERIFY(answered(2));
    QCOMPARE(inUse, m_starter);
    QTRY_COMPARE(m_app->settings.crashes(m_starter), 0);
    QCOMPARE(m_app->settings.modelInUse(), QString());
}

void TestLibrary::theUsualContextFitsTheMemory() {
    const auto need = [](quint64 freeBytes) {
        return MemoryNeed{.fileBytes = 1000, .bytesAPosition = 1, .freeBytes = freeBytes};
    };
    QCOMPARE(usualContext(need(10'000), 131072), 8192u);
    QCOMPARE(usualContext(need(10'000), 2048), 2048u);
    QCOMPARE(usualContext(need(4000), 8192), 2048u);
    QCOMPARE(usualContext(need(0), 8192), 512u);
    QCOMPARE(usualContext({}, 0), 8192u);
}

QTEST_MAIN(TestLibrary)
#include "test_library.moc"
