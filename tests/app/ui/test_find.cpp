#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QtTest>

#include "app/ui/chat_view_under_test.h"
#include "ui/panels/find_bar.h"

using namespace monochord::app;
using namespace monochord::test;

/// Find in chat: the page's side and the bar's.
class TestFind final : public QObject, private ChatViewUnderTest {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        QVERIFY(open());
        m_found = std::make_unique<QSignalSpy>(m_view.get(), &ChatView::foundChanged);
    }
    void cleanup() {
        m_found.reset();
        m_view.reset();
    }

    void hitsAreCountedAndWalked();
    void whatIsShownIsSearched();
    void hitsAreMarkedAndSeen();
    void aGrowingReplyIsSearched();
    void anotherChatIsSearched();
    void aLongChatDoesNotStopTheWindow();
    void theBarGivesTheFocusBack();

private:
    /// "2 of 3", when all was searched.
    QString place() {
        settle();
        QTest::qWait(1);
        settle();
        if (m_found->isEmpty()) return {};
        return QStringLiteral("%1 of %2").arg(m_found->last()[0].toInt()).arg(m_found->last()[1].toInt());
    }
    /// Pixels of this colour on the page.
    int pixels(const QColor& color) {
        const QImage image = m_view->viewport()->grab().toImage();
        int count = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) count += image.pixelColor(x, y) == color ? 1 : 0;
        return count;
    }

    std::unique_ptr<QSignalSpy> m_found;
};

void TestFind::hitsAreCountedAndWalked() {
    m_view->setMessages({message(1, Role::User, QStringLiteral("Straße, straße")),
                         message(2, Role::Assistant, QStringLiteral("STRAßE and the street\n\n- ÄRGER ärger"))});
    m_view->find(QStringLiteral("straße"));
    QCOMPARE(place(), QStringLiteral("1 of 3"));
    m_view->findNext(1);
    m_view->findNext(1);
    QCOMPARE(place(), QStringLiteral("3 of 3"));
    m_view->findNext(1);
    QCOMPARE(place(), QStringLiteral("1 of 3"));
    m_view->findNext(-1);
    QCOMPARE(place(), QStringLiteral("3 of 3"));
    m_view->find(QStringLiteral("ärger"));
    QCOMPARE(place(), QStringLiteral("1 of 2"));
    m_view->find(QStringLiteral("nowhere"));
    QCOMPARE(place(), QStringLiteral("0 of 0"));
    m_view->findNext(1);
    m_view->find({});
    QCOMPARE(place(), QStringLiteral("0 of 0"));
}

void TestFind::whatIsShownIsSearched() {
    m_view->setMessages(
        {message(1, Role::Assistant, QStringLiteral("a **bo**ld [word](http://x.y)\n\n```\nbold\n```"))});
    m_view->find(QStringLiteral("bold w"));
    QCOMPARE(place(), QStringLiteral("1 of 1"));
    m_view->find(QStringLiteral("bold"));
    QCOMPARE(place(), QStringLiteral("1 of 2"));
    m_view->find(QStringLiteral("http"));
    QCOMPARE(place(), QStringLiteral("0 of 0"));
}

void TestFind::hitsAreMarkedAndSeen() {
    const QString long_ = QStringLiteral("paragraph\n\n").repeated(200);
    m_view->setMessages(
        {message(1, Role::Assistant, QStringLiteral("needle\n\n") + long_ + QStringLiteral("needle needle"))});
    settle();
    const Colors& colors = m_theme.colors();
    QCOMPARE(pixels(colors.found) + pixels(colors.foundShown), 0);
    m_view->find(QStringLiteral("needle"));
    QCOMPARE(place(), QStringLiteral("2 of 3"));
    QVERIFY(pixels(colors.foundShown) > 100 && pixels(colors.found) > 100);
    m_view->findNext(-1);
    QCOMPARE(place(), QStringLiteral("1 of 3"));
    QVERIFY(!m_view->followsEnd() && pixels(colors.foundShown) > 100);
    QCOMPARE(pixels(colors.found), 0);
    m_view->find({});
    settle();
    QCOMPARE(pixels(colors.foundShown), 0);
}

void TestFind::aGrowingReplyIsSearched() {
    m_view->setMessages({message(1, Role::User, QStringLiteral("cat")),
                         message(2, Role::Assistant, QStringLiteral("ca"), MessageState::Generating)});
    m_view->find(QStringLiteral("cat"));
    QCOMPARE(place(), QStringLiteral("1 of 1"));
    QString all = QStringLiteral("ca");
    for (const char* part : {"t", " **ca", "t**\n\n", "cat\n\n- c", "at\n- cat", "\n\nend"}) {
        m_view->appendText(2, QString::fromUtf8(part));
        all += QString::fromUtf8(part);
        place();
    }
    QCOMPARE(place(), QStringLiteral("1 of 6"));
    m_view->updateMessage(message(2, Role::Assistant, QStringLiteral("dog")));
    QCOMPARE(place(), QStringLiteral("1 of 1"));
}

void TestFind::anotherChatIsSearched() {
    m_view->setMessages({message(1, Role::User, QStringLiteral("cat"))});
    m_view->find(QStringLiteral("cat"));
    QCOMPARE(place(), QStringLiteral("1 of 1"));
    m_view->setMessages({message(5, Role::User, QStringLiteral("cat cat"))});
    QCOMPARE(place(), QStringLiteral("0 of 2"));
    m_view->findNext(1);
    QCOMPARE(place(), QStringLiteral("1 of 2"));
    m_view->setMessages({});
    QCOMPARE(place(), QStringLiteral("0 of 0"));
}

void TestFind::aLongChatDoesNotStopTheWindow() {
    const QString reply =
        (QStringLiteral("A **sentence** of some words, and `code` in it. ").repeated(10) + QStringLiteral("\n\n"))
            .repeated(5);
    QList<ViewMessage> chat;
    for (qint64 id = 1; id <= 200; ++id) chat.append(message(id, id % 2 == 1 ? Role::User : Role::Assistant, reply));
    m_view->setMessages(chat);
    settle();
    QElapsedTimer timer;
    timer.start();
    m_view->find(QStringLiteral("WORDS"));
    QVERIFY(timer.elapsed() < 100);
    qint64 longest = 0;
    for (int i = 0; i < 2000 && (m_found->isEmpty() || m_found->last()[0].toInt() == 0); ++i) {
        timer.restart();
        QCoreApplication::processEvents();
        longest = std::max(longest, timer.elapsed());
    }
    QCOMPARE(m_found->last()[1].toInt(), 200 * 50);
    QVERIFY(longest < 200);
    timer.restart();
    for (int i = 0; i < 100; ++i) m_view->findNext(-1);
    QVERIFY(timer.elapsed() < 2000);
}

void TestFind::theBarGivesTheFocusBack() {
    QWidget window;
    QLineEdit before(&window);
    FindBar bar(&m_theme, &window);
    window.show();
    window.activateWindow();
    before.setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QSignalSpy text(&bar, &FindBar::textChanged), step(&bar, &FindBar::stepRequested);
    bar.open(QStringLiteral("a"));
    auto* field = bar.findChild<QLineEdit*>();
    QVERIFY(field->hasFocus() && bar.hasFocusInside());
    QTest::keyClicks(field, QStringLiteral("cat"));
    QCOMPARE(text.last()[0].toString(), QStringLiteral("cat"));
    QTest::keyClick(field, Qt::Key_Return);
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(step.value(0).value(0).toInt(), 1);
    QCOMPARE(step.value(1).value(0).toInt(), -1);
    const auto says = [&](const QString& words) {
        const auto labels = bar.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) { return label->text() == words; });
    };
    bar.setFound(3, 12);
    QVERIFY(says(QStringLiteral("3 of 12")));
    bar.setFound(0, 0);
    QVERIFY(says(QStringLiteral("Not found")));
    bar.close();
    QVERIFY(bar.isHidden() && before.hasFocus());
    QCOMPARE(text.last()[0].toString(), QString());
    bar.open();
    QCOMPARE(text.last()[0].toString(), QStringLiteral("cat"));
}

QTEST_MAIN(TestFind)
#include "test_find.moc"
