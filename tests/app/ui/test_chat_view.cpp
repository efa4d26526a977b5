#include "ui/view/chat_view.h"

#include <QElapsedTimer>
#include <QScreen>
#include <QScrollBar>
#include <QtTest>

#include "app/ui/chat_view_under_test.h"
#include "ui/view/message_item.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

QString paragraphs(int count) {
    QString text;
    for (int i = 0; i < count; ++i) {
        text += QStringLiteral("Paragraph %1 has a few words that may be read, and some more of them.\n\n").arg(i);
    }
    return text;
}

QImage shown(const QWidget& view) {
    return view.screen()->grabWindow(view.winId()).toImage();
}

}  // namespace

/// What is parsed, laid out and painted, and where the page stands.
class TestChatView final : public QObject, private ChatViewUnderTest {
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(open()); }
    void cleanup() { m_view.reset(); }

    void growingReplyParsesItsLastBlockOnly();
    void growingReplyLaysOutItsLastRowOnly();
    void growingTableKeepsItsRows();
    void streamedPictureIsTheWholePicture();
    void followsTheEndUntilScrolledUp();
    void endKeyFollowsAgain();
    void readTextStaysWhileHeightsAreCorrected();
    void longMessageOpensAtOnce();
    void longLineOpensAtOnce();
    void aLineMarksWhatTheModelSees();
};

void TestChatView::growingReplyParsesItsLastBlockOnly() {
    PageStyle style;
    MessageItem item(message(1, Role::Assistant, paragraphs(400), MessageState::Generating), &style);
    item.prepare();
    const qsizetype before = item.parsedCharacters();
    for (int i = 0; i < 100; ++i) {
        item.append(QStringLiteral("word "));
        item.prepare();
    }
    // Each step parses at most the paragraph that grows.
    QVERIFY2(item.parsedCharacters() - before <= 100 * 501,
             qPrintable(QString::number(item.parsedCharacters() - before)));
    QCOMPARE(item.rowCount(), 401);
}

void TestChatView::growingReplyLaysOutItsLastRowOnly() {
    PageStyle style;
    MessageItem item(message(1, Role::Assistant, paragraphs(20) + QStringLiteral("```\na\n"), MessageState::Generating),
                     &style);
    item.prepare();
    for (qsizetype i = 0; i < item.rowCount(); ++i) item.layOut(i);
    const qsizetype before = item.laidOutRows();
    for (int i = 0; i < 50; ++i) {
        item.append(QStringLiteral("line\n"));
        item.prepare();
        for (qsizetype row = 0; row < item.rowCount(); ++row) item.layOut(row);
    }
    QVERIFY(item.laidOutRows() - before <= 55);
}

void TestChatView::growingTableKeepsItsRows() {
    PageStyle style;
    MessageItem item(
        message(1, Role::Assistant, QStringLiteral("| aaaa | bbbb |\n|---|---|\n"), MessageState::Generating), &style);
    for (int i = 0; i < 30; ++i) {
        item.append(QStringLiteral("| a | b |\n"));
        item.prepare();
        for (qsizetype row = 0; row < item.rowCount(); ++row) item.layOut(row);
    }
    QCOMPARE(item.rowCount(), 31);
    // A new row makes the one above lay out again, which is not the last any more.
    QVERIFY2(item.laidOutRows() <= 2 * 31, qPrintable(QString::number(item.laidOutRows())));
}

void TestChatView::streamedPictureIsTheWholePicture() {
    m_view->setMessages(
        {message(1, Role::User, QStringLiteral("Go.")), message(2, Role::Assistant, {}, MessageState::Generating)});
    const QString text =
        paragraphs(8) +
        QStringLiteral("- a\n- b **bold**\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```c\nint a;\nint b;\n```\n> q\n\n") +
        paragraphs(8);
    for (qsizetype at = 0; at < text.size(); at += 37) {
        m_view->appendText(2, text.mid(at, 37));
        settle();
        if (at % (37 * 5) != 0) continue;
        m_view->repaint();
        const QImage streamed = shown(*m_view);
        m_view->viewport()->repaint();
        QVERIFY2(streamed == shown(*m_view), qPrintable(QStringLiteral("after %1").arg(at)));
    }
}

void TestChatView::followsTheEndUntilScrolledUp() {
    m_view->setMessages({message(1, Role::Assistant, paragraphs(60), MessageState::Generating)});
    settle();
    QScrollBar* bar = m_view->verticalScrollBar();
    QVERIFY(m_view->followsEnd());
    QCOMPARE(bar->value(), bar->maximum());
    m_view->appendText(1, paragraphs(5));
    settle();
    QCOMPARE(bar->value(), bar->maximum());
    QWheelEvent up({100, 100}, m_view->mapToGlobal(QPoint(100, 100)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                   Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(m_view->viewport(), &up);
    settle();
    QVERIFY(!m_view->followsEnd());
    m_view->repaint();
    const QImage before = shown(*m_view).copy(0, 0, 880, 600);
    m_view->appendText(1, paragraphs(50));
    settle();
    m_view->repaint();
    QVERIFY(!m_view->followsEnd());
    QVERIFY(before.copy(0, 0, 880, 400) == shown(*m_view).copy(0, 0, 880, 400));
}

void TestChatView::endKeyFollowsAgain() {
    m_view->setMessages({message(1, Role::Assistant, paragraphs(60), MessageState::Generating)});
    settle();
    QTest::keyClick(m_view.get(), Qt::Key_PageUp);
    settle();
    QVERIFY(!m_view->followsEnd());
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    settle();
    QCOMPARE(m_view->verticalScrollBar()->value(), 0);
    QTest::keyClick(m_view.get(), Qt::Key_End);
    settle();
    QVERIFY(m_view->followsEnd());
    QCOMPARE(m_view->verticalScrollBar()->value(), m_view->verticalScrollBar()->maximum());
}

void TestChatView::readTextStaysWhileHeightsAreCorrected() {
    QString text;
    for (int i = 0; i < 200; ++i)
        text +=
            QString(i * 13 % 97 + 1, u'i') + QStringLiteral(" WWWWWWW").repeated(i * 7 % 40) + QStringLiteral("\n\n");
    m_view->setMessages({message(1, Role::Assistant, text), message(2, Role::Assistant, text)});
    settle();
    // Upwards, where all heights are guesses: each step moves the picture by just its pixels.
    for (int step = 0; step < 40; ++step) {
        m_view->repaint();
        const QImage before = shown(*m_view);
        m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->value() - 50);
        settle();
        m_view->repaint();
        const QImage after = shown(*m_view);
        QVERIFY2(before.copy(100, 0, 600, 500) == after.copy(100, 50, 600, 500), qPrintable(QString::number(step)));
    }
}

void TestChatView::longMessageOpensAtOnce() {
    QString text;
    for (int i = 0; i < 2000; ++i) text += QStringLiteral("some words ").repeated(25) + QStringLiteral("\n\n");
    QElapsedTimer timer;
    timer.start();
    m_view->setMessages({message(1, Role::Assistant, text)});
    settle();
    m_view->repaint();
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    timer.restart();
    m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum() / 2);
    m_view->repaint();
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
}

void TestChatView::longLineOpensAtOnce() {
    for (const QString& text :
         {QString(1'000'000, u'x'), QStringLiteral("word ").repeated(200'000), QString(500'000, QChar(0x301))}) {
        for (const Role role : {Role::User, Role::Assistant}) {
            QElapsedTimer timer;
            timer.start();
            m_view->setMessages({message(1, role, text)});
            settle();
            m_view->repaint();
            QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
        }
    }
}

void TestChatView::aLineMarksWhatTheModelSees() {
    QList<ViewMessage> messages;
    for (int i = 0; i < 4; ++i)
        messages.append(message(i + 1, i % 2 == 0 ? Role::User : Role::Assistant, QStringLiteral("Some words.")));
    m_view->setMessages(messages);
    m_view->verticalScrollBar()->setValue(0);
    settle();
    const QImage before = shown(*m_view);
    m_view->setUnseen(2);
    settle();
    const QImage marked = shown(*m_view);
    QVERIFY(marked != before);
    // The same branch again, as after a reply, keeps it.
    m_view->setMessages(messages, true);
    settle();
    QVERIFY(shown(*m_view) == marked);
    m_view->setUnseen(0);
    settle();
    QVERIFY(shown(*m_view) == before);
}

QTEST_MAIN(TestChatView)
#include "test_chat_view.moc"
