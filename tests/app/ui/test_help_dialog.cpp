#include "ui/panels/help_dialog.h"

#include <QAction>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "support/window.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

/// The texts of the page that is open, line by line.
QString page(ApplicationUnderTest& app) {
    const auto* dialog = app.part<HelpDialog>();
    return dialog ? visibleText(dialog) : QString();
}

QString plain(QString text) {
    return text.toLower().remove(QRegularExpression(QStringLiteral("[-_]")));
}

}  // namespace

class TestHelpDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void theKeysAreThoseOfTheWindow_data();
    void theKeysAreThoseOfTheWindow();
    void aNewActionIsThereByItself();
    void theAboutPageNamesVersionAndEveryLibrary();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestHelpDialog::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    // No model of this computer is looked for.
    useAsHome(m_folder->path());
}

void TestHelpDialog::theKeysAreThoseOfTheWindow_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
    QTest::newRow("F1") << int{Qt::Key_F1} << Qt::KeyboardModifiers(Qt::NoModifier);
    QTest::newRow("Ctrl+/") << int{Qt::Key_Slash} << Qt::KeyboardModifiers(Qt::ControlModifier);
}

void TestHelpDialog::theKeysAreThoseOfTheWindow() {
    QFETCH(int, key);
    QFETCH(Qt::KeyboardModifiers, modifiers);
    ApplicationUnderTest app(m_folder->path());
    QVERIFY(QTest::qWaitForWindowActive(&app.window));
    QTest::keyClick(&app.window, static_cast<Qt::Key>(key), modifiers);
    QTRY_VERIFY(page(app).contains(QStringLiteral("New chat\nCtrl+N")));
    int described = 0;
    for (const QAction* action : app.window.actions())
        for (const QKeySequence& keys : action->shortcuts()) {
            const QString text = keys.toString(QKeySequence::NativeText);
            QVERIFY2(page(app).contains(text), qPrintable(action->text()));
            ++described;
        }
    QVERIFY(described >= 12);
    QTest::keyClick(app.part<HelpDialog>(), Qt::Key_Escape);
    QTRY_VERIFY(!app.part<HelpDialog>());
}

void TestHelpDialog::aNewActionIsThereByItself() {
    ApplicationUnderTest app(m_folder->path());
    QAction action(QStringLiteral("Tune the string…"), &app.window);
    action.setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
    app.window.addAction(&action);
    HelpDialog::showKeys(&app.theme, &app.window);
    QVERIFY(page(app).contains(QStringLiteral("Tune the string\nCtrl+T")));
}

void TestHelpDialog::theAboutPageNamesVersionAndEveryLibrary() {
    QCoreApplication::setApplicationVersion(QStringLiteral("7.8.9"));
    ApplicationUnderTest app(m_folder->path());
    app.action(QStringLiteral("About Monochord"))->trigger();
    const QString text = page(app);
    for (const char* part : {"Version 7.8.9", "Apache License 2.0", "md4c"})
        QVERIFY2(text.contains(QLatin1String(part)), part);
    // What the build looks for.
    static const QRegularExpression package(QStringLiteral("find_package\\((\\w+?[\\w-]*?)6?[ )]"));
    int libraries = 0;
    for (const char* name : {"/CMakeLists.txt", "/app/CMakeLists.txt"}) {
        QFile file(QStringLiteral(MONOCHORD_SOURCES) + QLatin1String(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const auto& match : package.globalMatch(QString::fromUtf8(file.readAll()))) {
            QVERIFY2(plain(text).contains(plain(match.captured(1))), qPrintable(match.captured(1)));
            ++libraries;
        }
    }
    QVERIFY(libraries >= 7);
}

QTEST_MAIN(TestHelpDialog)
#include "test_help_dialog.moc"
