#include "ui/panels/help_dialog.h"

#include <QAbstractButton>
#include <QAction>
#include <QFile>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>

#include "support/window.h"
#include "ui/panels/help_page.h"
#include "ui/view/chat_view.h"

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
    void theHelpOnModelsIsInTheUsersLanguage_data();
    void theHelpOnModelsIsInTheUsersLanguage();
    void allLanguagesSayTheSame();

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

void TestHelpDialog::theHelpOnModelsIsInTheUsersLanguage_data() {
    QTest::addColumn<QString>("locale");
    QTest::addColumn<QString>("heading");
    QTest::newRow("English") << QStringLiteral("en_GB") << QStringLiteral("Which type to take");
    QTest::newRow("German") << QStringLiteral("de_AT") << QStringLiteral("Welcher Typ");
    QTest::newRow("another") << QStringLiteral("fi_FI") << QStringLiteral("Which type to take");
}

void TestHelpDialog::theHelpOnModelsIsInTheUsersLanguage() {
    QFETCH(QString, locale);
    QFETCH(QString, heading);
    QLocale::setDefault(QLocale(locale));
    ApplicationUnderTest app(m_folder->path());
    app.action(QStringLiteral("About models"))->trigger();
    auto* page = app.part<HelpPage>();
    QVERIFY(page && QTest::qWaitForWindowExposed(page));
    auto* view = page->findChild<ChatView*>();
    for (const QString& text : {heading, QStringLiteral("Q4_K_M"), QStringLiteral("safetensors")})
        QVERIFY2(view->plainText().contains(text), qPrintable(text));
    QVERIFY(!view->plainText().contains(QLatin1String("**")));
    QTRY_COMPARE(view->verticalScrollBar()->value(), 0);
    QVERIFY(view->verticalScrollBar()->maximum() > 0);
    // It is no reply, and can't be regenerated or branched.
    for (const QAbstractButton* button : view->findChildren<QAbstractButton*>()) QVERIFY(!button->isVisible());
    // An address is shown before it is opened.
    const QString address = QStringLiteral("https://huggingface.co/models?library=gguf");
    Q_EMIT view->linkActivated(address);
    QVERIFY(visibleText(page).contains(address));
    QTest::keyClick(page, Qt::Key_Escape);
    QTRY_VERIFY(!app.part<HelpPage>());
}

void TestHelpDialog::allLanguagesSayTheSame() {
    const auto shape = [](const QString& name) {
        QFile file(QStringLiteral(MONOCHORD_SOURCES "/resources/help/") + name);
        if (!file.open(QIODevice::ReadOnly)) return QString();
        static const QRegularExpression marks(QStringLiteral("^(#+|-|\\|)"));
        QString found;
        for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n'))
            if (const auto match = marks.match(line); match.hasMatch()) found += match.captured() + u' ';
        return found;
    };
    QVERIFY(!shape(QStringLiteral("models.md")).isEmpty());
    QCOMPARE(shape(QStringLiteral("models_de.md")), shape(QStringLiteral("models.md")));
}

QTEST_MAIN(TestHelpDialog)
#include "test_help_dialog.moc"
