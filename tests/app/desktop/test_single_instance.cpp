#include "desktop/single_instance.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <future>

#include "core/paths.h"
#include "support/cli.h"
#include "support/paths.h"
#include "support/window.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

/// The real program on the test's folder, killed at the end where it still runs.
struct Program {
    explicit Program(const QStringList& arguments, const QString& folder = {}) {
        process.setWorkingDirectory(folder);
        process.start(QStringLiteral(MONOCHORD_BIN "/monochord"), arguments);
    }
    ~Program() {
        process.kill();
        process.waitForFinished();
    }
    bool ended() { return process.state() == QProcess::NotRunning || process.waitForFinished(kPatience); }
    QProcess process;
};

QString rememberedModel() {
    return Settings(settingsPath()).modelPath();
}

}  // namespace

class TestSingleInstance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_starter = starterModel(); }  // before another home is set
    void init();
    void aSecondStartBringsItsFileToTheOpenWindow();
    void theProgramHandsOverAndItsCrashIsForgotten();
    void aFrozenOneIsNotWaitedForLong();
    void oneThatIsClosingIsWaitedFor();
    void otherChatsAreAnotherApplication();
    void withoutARuntimeFolderItStarts();
    void theTerminalIsAnsweredWithoutADisplay_data();
    void theTerminalIsAnsweredWithoutADisplay();

private:
    QString folder() const { return m_folder->path(); }
    std::optional<std::filesystem::path> m_starter;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSingleInstance::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    for (const char* name : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(name, folder().toUtf8());
}

void TestSingleInstance::aSecondStartBringsItsFileToTheOpenWindow() {
    const QFileInfo model(smallModel("gqa-mixed"));
    ApplicationUnderTest app(folder());
    SingleInstance instance(databasePath());
    connect(&instance, &SingleInstance::requested, &app.window, &MainWindow::openRequest);
    QCOMPARE(instance.start({}), SingleInstance::Start::First);
    instance.listen();
    app.window.showMinimized();
    QSignalSpy loaded(&app.engine, &Engine::loaded);
    Program second({model.fileName()}, model.path());
    QVERIFY(loaded.wait(kPatience));
    QCOMPARE(app.engine.model()->path, model.absoluteFilePath());
    QVERIFY(!app.window.isMinimized());
    QVERIFY(second.ended());
    QCOMPARE(second.process.exitCode(), 0);
    // Without a file the window only comes forward.
    app.window.showMinimized();
    Program third({});
    QTRY_VERIFY_WITH_TIMEOUT(!app.window.isMinimized(), kPatience);
    QCOMPARE(loaded.size(), 1);
}

void TestSingleInstance::theProgramHandsOverAndItsCrashIsForgotten() {
    if (!m_starter && modelsRequired()) QFAIL("the starter model is missing");
    if (!m_starter) QSKIP("the starter model is not here");
    const QString starter = toQt(*m_starter), small = smallModel("gqa-mixed");
    {
        Program first({});
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(databasePath()), kPatience);
        Program second({starter});
        QVERIFY(second.ended());
        QCOMPARE(second.process.exitCode(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(rememberedModel(), starter, kPatience);
        QCOMPARE(first.process.state(), QProcess::Running);
    }
    Program afterTheCrash({small});
    QTRY_COMPARE_WITH_TIMEOUT(rememberedModel(), small, kPatience);
    QCOMPARE(afterTheCrash.process.state(), QProcess::Running);
}

void TestSingleInstance::aFrozenOneIsNotWaitedForLong() {
    SingleInstance frozen(databasePath());
    QCOMPARE(frozen.start({}), SingleInstance::Start::First);
    frozen.listen();
    QSignalSpy requested(&frozen, &SingleInstance::requested);
    QElapsedTimer timer;
    timer.start();
    {
        SingleInstance second(databasePath());
        QCOMPARE(second.start(QStringLiteral("/a.gguf"), 300ms), SingleInstance::Start::NoAnswer);
        QVERIFY(timer.elapsed() < 5000);
        second.listen();  // leaves the other's socket alone
    }
    QTest::qWait(100);
    QVERIFY(requested.isEmpty());  // the second window has opened it
    ApplicationUnderTest app(folder());
    app.window.tellOfFrozen();
    Q_EMIT app.store.failed({.task = Task::Store, .code = ErrorCode::NotReadable});
    QVERIFY(visibleText(&app.window).contains(QStringLiteral("does not answer")));
}

void TestSingleInstance::oneThatIsClosingIsWaitedFor() {
    auto closing = std::make_unique<SingleInstance>(databasePath());
    QCOMPARE(closing->start({}), SingleInstance::Start::First);
    auto next = std::async(std::launch::async, [] { return SingleInstance(databasePath()).start({}, 60s); });
    QTest::qWait(50);
    closing.reset();
    QCOMPARE(next.get(), SingleInstance::Start::First);
}

void TestSingleInstance::otherChatsAreAnotherApplication() {
    SingleInstance one(databasePath()), other(folder() + QStringLiteral("/other.sqlite"));
    QCOMPARE(one.start({}), SingleInstance::Start::First);
    QCOMPARE(other.start({}), SingleInstance::Start::First);
}

void TestSingleInstance::withoutARuntimeFolderItStarts() {
    SingleInstance instance(databasePath(), folder() + QStringLiteral("/none"));
    QCOMPARE(instance.start({}), SingleInstance::Start::First);
    instance.listen();
}

void TestSingleInstance::theTerminalIsAnsweredWithoutADisplay_data() {
    QTest::addColumn<QString>("argument");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("answer");
    QTest::newRow("help") << QStringLiteral("--help") << 0 << QStringLiteral("Usage:");
    QTest::newRow("version") << QStringLiteral("--version") << 0 << QStringLiteral("monochord " MONOCHORD_VERSION);
    QTest::newRow("unknown") << QStringLiteral("--colour") << 1 << QStringLiteral("'colour'");
}

void TestSingleInstance::theTerminalIsAnsweredWithoutADisplay() {
    QFETCH(QString, argument);
    QFETCH(int, status);
    QFETCH(QString, answer);
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) environment.remove(QLatin1String(name));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(MONOCHORD_BIN "/monochord"), {argument});
    QVERIFY(process.waitForFinished(kPatience));
    QCOMPARE(process.exitCode(), status);
    const QByteArray said = status == 0 ? process.readAllStandardOutput() : process.readAllStandardError();
    QVERIFY2(QString::fromUtf8(said).contains(answer), said);
}

QTEST_MAIN(TestSingleInstance)
#include "test_single_instance.moc"
