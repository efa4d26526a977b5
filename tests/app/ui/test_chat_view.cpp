#include <QAbstractButton>
#include <QAccessible>
#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QScreen>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>
#include <memory>

#include "ui/view/chat_view.h"
#include "ui/view/message_item.h"

using namespace monochord::app;

namespace {

ViewMessage message(qint64 id, Role role, const QString& text, MessageState state = MessageState::Complete) {
    ViewMessage made;
    made.id = id;
    made.role = role;
    made.text = text;
    made.state = state;
    return made;
}

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

class TestChatView final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_view.reset(); }

    void growingReplyParsesItsLastBlockOnly();
    void growingReplyLaysOutItsLastRowOnly();
    void growingTableKeepsItsRows();
    void streamedPictureIsTheWholePicture();
    void followsTheEndUntilScrolledUp();
    void endKeyFollowsAgain();
    void readTextStaysWhileHeightsAreCorrected();
    void mouseSelectsAcrossMessages();
    void doubleClickSelectsTheWord();
    void tripleClickSelectsTheRow();
    void selectAllCopiesMarkdownAsWritten();
    void partOfAListIsCopiedWithItsMarkers();
    void partOfCodeIsCopiedWithFences();
    void shiftArrowsExtendTheSelection();
    void actionsNameTheirMessage();
    void busyDisablesWhatWouldGenerate();
    void continueIsOfferedForBrokenReplies();
    void siblingArrowsStep();
    void codeButtonCopiesTheCode();
    void linkAsksWithItsAddress();
    void userTextIsPlain();
    void userLinesAllCount();
    void longMessageOpensAtOnce();
    void longLineOpensAtOnce();
    void keepsTheSelectionWhenABranchChanges();
    void actionsAreReachedByTab();
    void screenReadersFindTheText();

private:
    QAbstractButton* button(const QString& name) const;
    /// Where the first occurrence of a colour-independent text is: through the selection.
    QPoint placeOf(int fromLeft, int fromTop) const { return {columnLeft() + fromLeft, fromTop}; }
    int columnLeft() const { return (m_view->width() - 640) / 2; }
    void settle() {
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
    }

    Theme m_theme;
    std::unique_ptr<ChatView> m_view;
};

void TestChatView::init() {
    m_view = std::make_unique<ChatView>(&m_theme);
    m_view->resize(900, 600);
    m_view->show();
    m_view->setFocus();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

QAbstractButton* TestChatView::button(const QString& name) const {
    for (QAbstractButton* found : m_view->findChildren<QAbstractButton*>()) {
        if (found->isVisible() && found->accessibleName() == name) return found;
    }
    return nullptr;
}

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

void TestChatView::mouseSelectsAcrossMessages() {
    m_view->setMessages({message(1, Role::User, QStringLiteral("A question")),
                         message(2, Role::Assistant, QStringLiteral("An **answer** here\n\nand more"))});
    settle();
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, placeOf(0, 40));
    QTest::mouseMove(m_view->viewport(), placeOf(200, 60));
    QMouseEvent move(QEvent::MouseMove, QPointF(placeOf(639, 95)),
                     m_view->viewport()->mapToGlobal(QPointF(placeOf(639, 95))), Qt::NoButton, Qt::LeftButton,
                     Qt::NoModifier);
    QCoreApplication::sendEvent(m_view->viewport(), &move);
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, placeOf(639, 95));
    QCOMPARE(m_view->selectedText(), QStringLiteral("A question\n\nAn answer here"));
    QCOMPARE(m_view->selectedMarkdown(), QStringLiteral("A question\n\nAn **answer** here"));
}

void TestChatView::doubleClickSelectsTheWord() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("first second third"))});
    settle();
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(50, 30));
    QCOMPARE(m_view->selectedText(), QStringLiteral("second"));
}

void TestChatView::tripleClickSelectsTheRow() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("first second third\n\nother"))});
    settle();
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(50, 30));
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, placeOf(50, 30));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, placeOf(50, 30));
    QCOMPARE(m_view->selectedText(), QStringLiteral("first second third"));
}

void TestChatView::selectAllCopiesMarkdownAsWritten() {
    const QString text =
        QStringLiteral("# Head\n\n* a *b*\n* c\n\n~~~py\nx = 1\n~~~\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> q **w**");
    m_view->setMessages({message(1, Role::Assistant, text)});
    QTest::keySequence(m_view.get(), QKeySequence::SelectAll);
    QCOMPARE(m_view->selectedMarkdown(), text);
    QTest::keySequence(m_view.get(), QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("Head\n\n• a b\n• c\n\nx = 1\n\na\tb\n1\t2\n\nq w"));
}

void TestChatView::partOfAListIsCopiedWithItsMarkers() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("intro words\n\n1. one **two**\n2. three four"))});
    settle();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(0, 30));
    for (int i = 0; i < 6; ++i) QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier | Qt::ControlModifier);
    QVERIFY2(m_view->selectedText().startsWith(QStringLiteral("intro words\n\n1. one")),
             qPrintable(m_view->selectedText()));
}

void TestChatView::partOfCodeIsCopiedWithFences() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("```py\nfirst\nsecond\n```"))});
    settle();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(16, 72));
    for (int i = 0; i < 3; ++i) QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_view->selectedText(), QStringLiteral("fir"));
    QCOMPARE(m_view->selectedMarkdown(), QStringLiteral("```py\nfir\n```"));
}

void TestChatView::shiftArrowsExtendTheSelection() {
    m_view->setMessages(
        {message(1, Role::Assistant, QStringLiteral("abc def\n\nghi")), message(2, Role::User, QStringLiteral("jkl"))});
    settle();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(0, 30));
    QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_view->selectedText(), QStringLiteral("a"));
    QTest::keyClick(m_view.get(), Qt::Key_End, Qt::ShiftModifier);
    QCOMPARE(m_view->selectedText(), QStringLiteral("abc def"));
    QTest::keyClick(m_view.get(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(m_view->selectedText(), QStringLiteral("abc def\n\nghi"));
    QTest::keyClick(m_view.get(), Qt::Key_End, Qt::ShiftModifier | Qt::ControlModifier);
    QCOMPARE(m_view->selectedText(), QStringLiteral("abc def\n\nghi\n\njkl"));
    QTest::keyClick(m_view.get(), Qt::Key_Home, Qt::ShiftModifier | Qt::ControlModifier);
    QCOMPARE(m_view->selectedText(), QString());
}

void TestChatView::actionsNameTheirMessage() {
    m_view->setMessages({message(7, Role::Assistant, QStringLiteral("**x**"))});
    settle();
    QSignalSpy edited(m_view.get(), &ChatView::editRequested);
    QSignalSpy regenerated(m_view.get(), &ChatView::regenerateRequested);
    QVERIFY(button(QStringLiteral("Edit message")) != nullptr);
    QTest::mouseClick(button(QStringLiteral("Edit message")), Qt::LeftButton);
    QTest::mouseClick(button(QStringLiteral("Regenerate reply")), Qt::LeftButton);
    QTest::mouseClick(button(QStringLiteral("Copy message")), Qt::LeftButton);
    QCOMPARE(edited.value(0).value(0).toLongLong(), 7);
    QCOMPARE(regenerated.value(0).value(0).toLongLong(), 7);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("**x**"));
}

void TestChatView::busyDisablesWhatWouldGenerate() {
    m_view->setMessages({message(7, Role::Assistant, QStringLiteral("x"))});
    m_view->setBusy(true);
    settle();
    QVERIFY(!button(QStringLiteral("Regenerate reply"))->isEnabled());
    QVERIFY(button(QStringLiteral("Copy message"))->isEnabled());
    m_view->setBusy(false);
    m_view->setCanGenerate(false);
    settle();
    QVERIFY(!button(QStringLiteral("Regenerate reply"))->isEnabled());
    QVERIFY(button(QStringLiteral("Edit message"))->isEnabled());
}

void TestChatView::continueIsOfferedForBrokenReplies() {
    ViewMessage reply = message(7, Role::Assistant, QStringLiteral("x"));
    for (const MessageState state :
         {MessageState::Complete, MessageState::Stopped, MessageState::Interrupted, MessageState::Failed}) {
        reply.state = state;
        m_view->setMessages({reply});
        settle();
        const bool offered = state == MessageState::Stopped || state == MessageState::Interrupted;
        QCOMPARE(button(QStringLiteral("Continue reply")) != nullptr, offered);
    }
    reply.state = MessageState::Stopped;
    m_view->updateMessage(reply);
    settle();
    QSignalSpy continued(m_view.get(), &ChatView::continueRequested);
    QTest::mouseClick(button(QStringLiteral("Continue reply")), Qt::LeftButton);
    QCOMPARE(continued.value(0).value(0).toLongLong(), 7);
}

void TestChatView::siblingArrowsStep() {
    ViewMessage reply = message(7, Role::Assistant, QStringLiteral("x"));
    m_view->setMessages({reply});
    settle();
    QVERIFY(button(QStringLiteral("Next version")) == nullptr);
    reply.siblingIndex = 0;
    reply.siblingCount = 2;
    m_view->updateMessage(reply);
    settle();
    QSignalSpy stepped(m_view.get(), &ChatView::siblingRequested);
    QVERIFY(!button(QStringLiteral("Previous version"))->isEnabled());
    QTest::mouseClick(button(QStringLiteral("Next version")), Qt::LeftButton);
    QCOMPARE(stepped.value(0), QList<QVariant>({qint64(7), 1}));
}

void TestChatView::codeButtonCopiesTheCode() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("text\n\n```py\na = 1\n\nb = 2\n```\n"))});
    settle();
    QVERIFY(button(QStringLiteral("Copy code")) != nullptr);
    QTest::mouseClick(button(QStringLiteral("Copy code")), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("a = 1\n\nb = 2"));
}

void TestChatView::linkAsksWithItsAddress() {
    m_view->setMessages(
        {message(1, Role::Assistant, QStringLiteral("[a link](https://example.org/x?y=1) ![i](https://e.org/i.png)"))});
    settle();
    QSignalSpy asked(m_view.get(), &ChatView::linkActivated);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(20, 30));
    QCOMPARE(asked.value(0).value(0).toString(), QStringLiteral("https://example.org/x?y=1"));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(400, 30));
    QCOMPARE(asked.size(), 1);
    m_view->selectAll();
    QCOMPARE(m_view->selectedText(), QStringLiteral("a link i"));
}

void TestChatView::userTextIsPlain() {
    m_view->setMessages({message(1, Role::User, QStringLiteral("**not bold**\n# no head\n\n- x"))});
    m_view->selectAll();
    QCOMPARE(m_view->selectedText(), QStringLiteral("**not bold**\n# no head\n\n- x"));
    QCOMPARE(m_view->selectedMarkdown(), m_view->selectedText());
}

void TestChatView::userLinesAllCount() {
    QString text;
    for (int i = 0; i < 500; ++i) text += QStringLiteral("line %1\n").arg(i);
    text += QString(20'000, u'x');
    m_view->setMessages({message(1, Role::User, text)});
    m_view->selectAll();
    QCOMPARE(m_view->selectedText(), text);
}

void TestChatView::longMessageOpensAtOnce() {
    QString text;
    for (int i = 0; i < 2000; ++i) text += QStringLiteral("some words ").repeated(25) + QStringLiteral("\n\n");
    QElapsedTimer timer;
    timer.start();
    m_view->setMessages({message(1, Role::Assistant, text)});
    settle();
    m_view->repaint();
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
    timer.restart();
    m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum() / 2);
    m_view->repaint();
    QVERIFY2(timer.elapsed() < 300, qPrintable(QString::number(timer.elapsed())));
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
            QVERIFY2(timer.elapsed() < 1500, qPrintable(QString::number(timer.elapsed())));
        }
    }
}

void TestChatView::keepsTheSelectionWhenABranchChanges() {
    const ViewMessage first = message(1, Role::Assistant, QStringLiteral("one two"));
    m_view->setMessages({first, message(2, Role::User, QStringLiteral("x"))});
    settle();
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(5, 30));
    m_view->setMessages({first, message(3, Role::User, QStringLiteral("y"))}, true);
    settle();
    QCOMPARE(m_view->selectedText(), QStringLiteral("one"));
    m_view->setMessages({message(3, Role::User, QStringLiteral("y"))});
    QCOMPARE(m_view->selectedText(), QString());
}

void TestChatView::actionsAreReachedByTab() {
    m_view->setMessages(
        {message(1, Role::User, QStringLiteral("q")), message(2, Role::Assistant, QStringLiteral("```\nx\n```"))});
    settle();
    m_view->activateWindow();
    m_view->setFocus();
    QStringList names;
    for (int i = 0; i < 6; ++i) {
        QTest::keyClick(m_view->window()->focusWidget() != nullptr ? m_view->window()->focusWidget() : m_view.get(),
                        Qt::Key_Tab);
        names += m_view->window()->focusWidget()->accessibleName();
    }
    const QStringList expected{QStringLiteral("Copy message"), QStringLiteral("Edit message"),
                               QStringLiteral("Copy code"),    QStringLiteral("Copy message"),
                               QStringLiteral("Edit message"), QStringLiteral("Regenerate reply")};
    QCOMPARE(names, expected);
}

void TestChatView::screenReadersFindTheText() {
    m_view->setMessages(
        {message(1, Role::User, QStringLiteral("q")), message(2, Role::Assistant, QStringLiteral("an **answer**"))});
    QAccessibleInterface* found = QAccessible::queryAccessibleInterface(m_view.get());
    QVERIFY(found != nullptr && found->textInterface() != nullptr);
    QCOMPARE(found->textInterface()->text(0, found->textInterface()->characterCount()),
             QStringLiteral("q\n\nan answer"));
    QVERIFY(!found->text(QAccessible::Name).isEmpty());
}

QTEST_MAIN(TestChatView)
#include "test_chat_view.moc"
