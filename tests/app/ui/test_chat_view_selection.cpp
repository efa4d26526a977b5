#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QtTest>

#include "app/ui/chat_view_under_test.h"

using namespace monochord::app;
using namespace monochord::test;

/// Text that is selected, copied and read.
class TestChatViewSelection final : public QObject, private ChatViewUnderTest {
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(open()); }
    void cleanup() { m_view.reset(); }

    void mouseSelectsAcrossMessages();
    void doubleClickSelectsTheWord();
    void tripleClickSelectsTheRow();
    void selectAllCopiesMarkdownAsWritten();
    void partOfAListIsCopiedWithItsMarkers();
    void partOfCodeIsCopiedWithFences();
    void shiftArrowsExtendTheSelection();
    void userTextIsPlain();
    void userLinesAllCount();
    void keepsTheSelectionWhenABranchChanges();
    void screenReadersFindTheText();
};

void TestChatViewSelection::mouseSelectsAcrossMessages() {
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

void TestChatViewSelection::doubleClickSelectsTheWord() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("first second third"))});
    settle();
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(50, 30));
    QCOMPARE(m_view->selectedText(), QStringLiteral("second"));
}

void TestChatViewSelection::tripleClickSelectsTheRow() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("first second third\n\nother"))});
    settle();
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(50, 30));
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, placeOf(50, 30));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, placeOf(50, 30));
    QCOMPARE(m_view->selectedText(), QStringLiteral("first second third"));
}

void TestChatViewSelection::selectAllCopiesMarkdownAsWritten() {
    const QString text =
        QStringLiteral("# Head\n\n* a *b*\n* c\n\n~~~py\nx = 1\n~~~\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> q **w**");
    m_view->setMessages({message(1, Role::Assistant, text)});
    QTest::keySequence(m_view.get(), QKeySequence::SelectAll);
    QCOMPARE(m_view->selectedMarkdown(), text);
    QTest::keySequence(m_view.get(), QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("Head\n\n• a b\n• c\n\nx = 1\n\na\tb\n1\t2\n\nq w"));
}

void TestChatViewSelection::partOfAListIsCopiedWithItsMarkers() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("intro words\n\n1. one **two**\n2. three four"))});
    settle();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(0, 30));
    for (int i = 0; i < 6; ++i) QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier | Qt::ControlModifier);
    QVERIFY2(m_view->selectedText().startsWith(QStringLiteral("intro words\n\n1. one")),
             qPrintable(m_view->selectedText()));
}

void TestChatViewSelection::partOfCodeIsCopiedWithFences() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("```py\nfirst\nsecond\n```"))});
    settle();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, placeOf(16, 72));
    for (int i = 0; i < 3; ++i) QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(m_view->selectedText(), QStringLiteral("fir"));
    QCOMPARE(m_view->selectedMarkdown(), QStringLiteral("```py\nfir\n```"));
}

void TestChatViewSelection::shiftArrowsExtendTheSelection() {
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

void TestChatViewSelection::userTextIsPlain() {
    m_view->setMessages({message(1, Role::User, QStringLiteral("**not bold**\n# no head\n\n- x"))});
    m_view->selectAll();
    QCOMPARE(m_view->selectedText(), QStringLiteral("**not bold**\n# no head\n\n- x"));
    QCOMPARE(m_view->selectedMarkdown(), m_view->selectedText());
}

void TestChatViewSelection::userLinesAllCount() {
    QString text;
    for (int i = 0; i < 500; ++i) text += QStringLiteral("line %1\n").arg(i);
    text += QString(20'000, u'x');
    m_view->setMessages({message(1, Role::User, text)});
    m_view->selectAll();
    QCOMPARE(m_view->selectedText(), text);
}

void TestChatViewSelection::keepsTheSelectionWhenABranchChanges() {
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

void TestChatViewSelection::screenReadersFindTheText() {
    m_view->setMessages(
        {message(1, Role::User, QStringLiteral("q")), message(2, Role::Assistant, QStringLiteral("an **answer**"))});
    QAccessibleInterface* found = QAccessible::queryAccessibleInterface(m_view.get());
    QVERIFY(found != nullptr && found->textInterface() != nullptr);
    QCOMPARE(found->textInterface()->text(0, found->textInterface()->characterCount()),
             QStringLiteral("q\n\nan answer"));
    QVERIFY(!found->text(QAccessible::Name).isEmpty());
}

QTEST_MAIN(TestChatViewSelection)
#include "test_chat_view_selection.moc"
