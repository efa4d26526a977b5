#include <sys/resource.h>
#include <sys/stat.h>

#include <QClipboard>
#include <QElapsedTimer>
#include <QFile>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "support/bad_models.h"
#include "support/cli.h"
#include "support/window.h"
#include "ui/panels/composer.h"
#include "ui/panels/drop_overlay.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

/// As if the disk were full: no file may grow, for as long as this lives.
class FullDisk {
public:
    FullDisk() {
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit none{0, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &none);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

}  // namespace

/// What a person does wrong gets a sentence beside the thing it concerns, and nothing else happens.
class TestWindowBadInput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void badModelsAreRefusedWithASentence_data();
    void badModelsAreRefusedWithASentence();
    void pathsThatAreNoFileAreRefused_data();
    void pathsThatAreNoFileAreRefused();
    void anEmptyMessageIsNotSent();
    void aMessageWithoutAModelStaysInTheComposer();
    void aMessageLongerThanTheContextStaysInTheComposer();
    void aPastedMegabyteKeepsTheWindowAlive();
    void aFullDiskIsSaidAndTheChatGoesOn();

private:
    QString m_small = smallModel("gqa-mixed");
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestWindowBadInput::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
}

void TestWindowBadInput::cleanup() {
    m_app.reset();
    m_folder.reset();
}

void TestWindowBadInput::badModelsAreRefusedWithASentence_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("part");
    for (const BadModel& model : filesThatAreNoModel() + modelsWithBadHeaders())
        QTest::newRow(model.title) << model.bytes << model.part;
}

void TestWindowBadInput::badModelsAreRefusedWithASentence() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, part);
    const QString path = m_folder->filePath(QStringLiteral("holiday.gguf"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    file.close();
    m_app->drop(path);
    const auto said = [&] { return visibleText(&m_app->window).contains(QLatin1String("holiday.gguf")); };
    QTRY_VERIFY_WITH_TIMEOUT(said() && m_app->engine.state() == Engine::State::Empty, kPatience);
    // Not the overlay that is still reading, nor the chip that is still loading.
    QTest::qWait(20);
    QTRY_VERIFY2_WITH_TIMEOUT(said() && m_app->engine.state() == Engine::State::Empty,
                              qPrintable(visibleText(&m_app->window)), kPatience);
    QVERIFY(!m_app->engine.model());
}

void TestWindowBadInput::pathsThatAreNoFileAreRefused_data() {
    QTest::addColumn<QString>("path");
    QTest::newRow("a folder") << QStringLiteral("/tmp");
    QTest::newRow("a device") << QStringLiteral("/dev/zero");
    QTest::newRow("a pipe") << QStringLiteral("PIPE");
    QTest::newRow("a loop of links") << QStringLiteral("LOOP");
    QTest::newRow("no file") << QStringLiteral("/nowhere/model.gguf");
}

void TestWindowBadInput::pathsThatAreNoFileAreRefused() {
    QFETCH(QString, path);
    if (path == QLatin1String("PIPE")) {
        path = m_folder->filePath(QStringLiteral("pipe"));
        QCOMPARE(mkfifo(path.toUtf8().constData(), 0600), 0);
    } else if (path == QLatin1String("LOOP")) {
        path = m_folder->filePath(QStringLiteral("loop"));
        QVERIFY(QFile::link(path, path));
    }
    m_app->drop(path);
    auto* overlay = m_app->part<DropOverlay>();
    QVERIFY(overlay->isVisible());
    const QString name = path.section(QLatin1Char('/'), -1);
    // A whole sentence, with a full stop that is not the name's: the overlay is past reading.
    const auto said = [&] { return visibleText(overlay); };
    QTRY_VERIFY2_WITH_TIMEOUT(said().contains(name) && said().remove(name).contains(QLatin1Char('.')),
                              qPrintable(said()), kPatience);
    QCOMPARE(m_app->engine.state(), Engine::State::Empty);
    QTest::keyClick(&m_app->window, Qt::Key_Escape);
    QTRY_VERIFY(!overlay->isVisible());
}

void TestWindowBadInput::anEmptyMessageIsNotSent() {
    QVERIFY(m_app->load(m_small));
    for (const char* text : {"", " ", "\n \t\n"}) {
        m_app->say(QLatin1String(text));
        QTest::qWait(50);
        QVERIFY(m_app->chats.conversation().isEmpty());
        QVERIFY(!m_app->chats.isGenerating());
    }
}

void TestWindowBadInput::aMessageWithoutAModelStaysInTheComposer() {
    QSignalSpy refused(&m_app->chats, &ChatController::refused);
    m_app->chats.send(QStringLiteral("Hello?"));
    QCOMPARE(refused.size(), 1);
    QVERIFY(m_app->chats.conversation().isEmpty());
}

void TestWindowBadInput::aMessageLongerThanTheContextStaysInTheComposer() {
    QVERIFY(m_app->load(m_small));
    const QString text = QStringLiteral("word ").repeated(3000);
    QSignalSpy refused(&m_app->chats, &ChatController::refused);
    m_app->say(text);
    QVERIFY(refused.wait(kPatience));
    const auto failure = refused[0][0].value<Failure>();
    QCOMPARE(failure.code, ErrorCode::ContextFull);
    QVERIFY(failure.wanted > failure.available && failure.available == m_app->engine.model()->contextLength);
    QCOMPARE(m_app->draft(), text);
    QVERIFY(m_app->chats.conversation().isEmpty());
    const QString shown = visibleText(m_app->part<Composer>());
    QVERIFY2(shown.contains(QLocale().toString(failure.wanted - failure.available)) &&
                 shown.contains(QLocale().toString(failure.available)),
             qPrintable(shown));
}

void TestWindowBadInput::aPastedMegabyteKeepsTheWindowAlive() {
    QVERIFY(m_app->load(m_small));
    auto* field = m_app->part<Composer>()->findChild<QPlainTextEdit*>(QStringLiteral("message"));
    for (const QString& text : {QStringLiteral("lorem ipsum ").repeated(90'000), QString(1'000'000, QLatin1Char('x')),
                                QStringLiteral("line\n").repeated(200'000)}) {
        QElapsedTimer timer;
        timer.start();
        QGuiApplication::clipboard()->setText(text);
        field->clear();
        field->setFocus();
        field->paste();
        QApplication::processEvents();
        m_app->window.grab();
        qInfo("a pasted megabyte was shown after %lld ms", timer.elapsed());
        QVERIFY(timer.elapsed() < 20'000);  // a hang guard; the figure above is what one looks at
    }
    QSignalSpy refused(&m_app->chats, &ChatController::refused);
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(refused.wait(kPatience));
}

void TestWindowBadInput::aFullDiskIsSaidAndTheChatGoesOn() {
    QVERIFY(m_app->load(m_small));
    GenerationSettings settings;
    settings.longestReply = 8;
    m_app->chats.setSettings(settings);
    QSignalSpy failed(&m_app->store, &ChatStore::failed);
    {
        const FullDisk full;
        m_app->say(QStringLiteral("Hello"));
        QTRY_VERIFY_WITH_TIMEOUT(m_app->last().role == Role::Assistant && !m_app->chats.isGenerating(), kPatience);
        QVERIFY(failed.size() >= 1);
        const QString shown = visibleText(&m_app->window);
        QVERIFY2(shown.contains(m_folder->filePath(QStringLiteral("chats.sqlite"))), qPrintable(shown));
    }
    QSignalSpy recovered(&m_app->store, &ChatStore::recovered);
    QVERIFY(recovered.wait(kPatience));
    const MessageRow reply = m_app->last();
    m_app.reset();
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    // The settings could not be written either, so the window does not know which chat was open.
    QTRY_COMPARE(m_app->chats.chats()->rowCount(), 1);
    m_app->chats.openChat(reply.chat);
    QTRY_COMPARE(m_app->last(), reply);
}

QTEST_MAIN(TestWindowBadInput)
#include "test_window_bad_input.moc"
