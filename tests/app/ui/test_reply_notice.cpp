#include "ui/reply_notice.h"

#include <QAction>
#include <QDBusConnection>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "support/cli.h"
#include "support/window.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs
const auto kService = QStringLiteral("org.freedesktop.Notifications");

/// A desktop's place for messages, on a bus of the test's own.
class Desktop : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    QStringList shown;
    uint replaced = 0;
    QList<uint> closed;

public Q_SLOTS:
    uint Notify(const QString&, uint replaces, const QString&, const QString& summary, const QString& body,
                const QStringList&, const QVariantMap&, int) {
        shown.append(summary + body);
        replaced = replaces;
        return 7;
    }
    void CloseNotification(uint id) { closed.append(id); }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString& action);
};

}  // namespace

class TestReplyNotice : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aReplyThatEndsOutOfSightIsTold();
    void aClickBringsTheWindowBack();
    void theMessageGoesWhenTheWindowIsUsed();
    void nothingIsToldWhileTheWindowIsInUse();
    void nothingIsToldWhereItIsSwitchedOff();
    void withoutADesktopTheReplyEndsAsUsual();

private:
    bool reply();
    void serve() { QVERIFY(m_bus->registerService(kService)); }

    QProcess m_daemon;
    std::unique_ptr<QDBusConnection> m_bus;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
    std::unique_ptr<Desktop> m_desktop;
};

void TestReplyNotice::initTestCase() {
    m_daemon.start(QStringLiteral("dbus-daemon"),
                   {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
    if (!m_daemon.waitForStarted()) QSKIP("there is no dbus-daemon here");
    QVERIFY(m_daemon.waitForReadyRead());
    const QByteArray address = m_daemon.readLine().trimmed();
    qputenv("DBUS_SESSION_BUS_ADDRESS", address);
    QVERIFY(QDBusConnection::sessionBus().isConnected());
    m_bus = std::make_unique<QDBusConnection>(
        QDBusConnection::connectToBus(QString::fromUtf8(address), QStringLiteral("desktop")));
}

void TestReplyNotice::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    // No model of this computer is looked for.
    useAsHome(m_folder->path());
    m_desktop = std::make_unique<Desktop>();
    QVERIFY(m_bus->registerObject(QStringLiteral("/org/freedesktop/Notifications"), m_desktop.get(),
                                  QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    QVERIFY(m_app->load(smallModel("gqa-mixed")));
    QVERIFY(QTest::qWaitForWindowActive(&m_app->window));
}

void TestReplyNotice::cleanup() {
    m_bus->unregisterService(kService);
    m_app.reset();
    m_desktop.reset();
}

/// A short one, that ends.
bool TestReplyNotice::reply() {
    GenerationSettings settings;
    settings.longestReply = 3;
    m_app->chats.setSettings(settings);
    QSignalSpy ended(&m_app->chats, &ChatController::replyEnded);
    m_app->chats.send(QStringLiteral("Hello"));
    return ended.wait(kPatience);
}

void TestReplyNotice::aReplyThatEndsOutOfSightIsTold() {
    serve();
    m_app->window.hide();
    QVERIFY(reply());
    QTRY_COMPARE(m_desktop->shown, QStringList(QStringLiteral("The reply has ended")));
    QTest::qWait(50);  // until the number of the message is known
    QVERIFY(reply());
    QTRY_COMPARE(m_desktop->shown.size(), 2);
    QCOMPARE(m_desktop->replaced, 7U);
}

void TestReplyNotice::aClickBringsTheWindowBack() {
    serve();
    m_app->window.showMinimized();
    m_app->window.hide();
    QVERIFY(reply());
    QTRY_COMPARE(m_desktop->shown.size(), 1);
    QTest::qWait(50);
    Q_EMIT m_desktop->ActionInvoked(6, QStringLiteral("default"));  // another application's
    QTest::qWait(50);
    QVERIFY(!m_app->window.isVisible());
    Q_EMIT m_desktop->ActionInvoked(7, QStringLiteral("default"));
    QTRY_VERIFY(m_app->window.isVisible() && !m_app->window.isMinimized());
}

void TestReplyNotice::theMessageGoesWhenTheWindowIsUsed() {
    serve();
    m_app->window.hide();
    QVERIFY(reply());
    QTRY_COMPARE(m_desktop->shown.size(), 1);
    QTest::qWait(50);
    m_app->window.show();
    Q_EMIT qGuiApp->applicationStateChanged(Qt::ApplicationActive);  // which never changes on the platform of tests
    QTRY_COMPARE(m_desktop->closed, QList<uint>{7});
}

void TestReplyNotice::nothingIsToldWhileTheWindowIsInUse() {
    serve();
    QVERIFY(reply());
    QTest::qWait(100);
    QVERIFY(m_desktop->shown.isEmpty());
}

void TestReplyNotice::nothingIsToldWhereItIsSwitchedOff() {
    serve();
    for (QAction* action : m_app->window.findChildren<QAction*>())
        if (action->text() == u"Tell me when a reply has ended") action->trigger();
    QVERIFY(!Settings(m_folder->path() + QStringLiteral("/monochord.ini")).replyNotice());
    m_app->window.hide();
    QVERIFY(reply());
    QTest::qWait(100);
    QVERIFY(m_desktop->shown.isEmpty());
}

void TestReplyNotice::withoutADesktopTheReplyEndsAsUsual() {
    m_app->window.hide();
    QVERIFY(reply());
    QTest::qWait(100);
    QVERIFY(m_desktop->shown.isEmpty());
    QCOMPARE(m_app->last().role, Role::Assistant);
}

QTEST_MAIN(TestReplyNotice)
#include "test_reply_notice.moc"
