#include <QAbstractButton>
#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QtTest>

#include "app/ui/chat_view_under_test.h"

using namespace monochord::app;
using namespace monochord::test;

/// What can be clicked, and reached with the keyboard.
class TestChatViewActions final : public QObject, private ChatViewUnderTest {
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(open()); }
    void cleanup() { m_view.reset(); }

    void actionsNameTheirMessage();
    void busyDisablesWhatWouldGenerate();
    void continueIsOfferedForBrokenReplies();
    void siblingArrowsStep();
    void codeButtonCopiesTheCode();
    void linkAsksWithItsAddress();
    void thoughtsAreShownUntilTheReplyGoesOn();
    void thoughtsAreOpenedByHand();
    void onlyThoughtsAtTheBeginningAreThoughts();
    void actionsAreReachedByTab();
};

void TestChatViewActions::actionsNameTheirMessage() {
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

void TestChatViewActions::busyDisablesWhatWouldGenerate() {
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

void TestChatViewActions::continueIsOfferedForBrokenReplies() {
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

void TestChatViewActions::siblingArrowsStep() {
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

void TestChatViewActions::codeButtonCopiesTheCode() {
    m_view->setMessages({message(1, Role::Assistant, QStringLiteral("text\n\n```py\na = 1\n\nb = 2\n```\n"))});
    settle();
    QVERIFY(button(QStringLiteral("Copy code")) != nullptr);
    QTest::mouseClick(button(QStringLiteral("Copy code")), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("a = 1\n\nb = 2"));
}

void TestChatViewActions::thoughtsAreShownUntilTheReplyGoesOn() {
    m_view->setMessages({message(7, Role::Assistant, {}, MessageState::Generating)});
    for (const char* part : {"<think>", "\nLet me **see**.", "\n\nYes."}) {
        m_view->appendText(7, QString::fromUtf8(part));
        settle();
        QVERIFY(button(QStringLiteral("Thinking…")) != nullptr);
    }
    QCOMPARE(m_view->plainText(), QStringLiteral("Let me see.\n\nYes."));
    m_view->appendText(7, QStringLiteral("\n</think>\n\nIt is"));
    m_view->appendText(7, QStringLiteral(" **4**."));
    settle();
    QCOMPARE(m_view->plainText(), QStringLiteral("It is 4."));
    QVERIFY(button(QStringLiteral("Thinking…")) == nullptr);
    QVERIFY(button(QStringLiteral("Thought for 1 s")) != nullptr);
}

void TestChatViewActions::thoughtsAreOpenedByHand() {
    ViewMessage reply = message(7, Role::Assistant, QStringLiteral("<think>aaaaa\n</think>\nbbbbbbb"));
    reply.seconds = 30;
    m_view->setMessages({reply});
    settle();
    QCOMPARE(m_view->plainText(), QStringLiteral("bbbbbbb"));
    QTest::mouseClick(button(QStringLiteral("Copy message")), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("bbbbbbb"));
    QAbstractButton* line = button(QStringLiteral("Thought for about 22 s"));
    QVERIFY(line != nullptr);
    QTest::keyClick(line, Qt::Key_Space);
    settle();
    QCOMPARE(m_view->plainText(), QStringLiteral("aaaaa\n\nbbbbbbb"));
    QTest::mouseClick(button(QStringLiteral("Thought for about 22 s")), Qt::LeftButton);
    settle();
    QCOMPARE(m_view->plainText(), QStringLiteral("bbbbbbb"));
}

void TestChatViewActions::onlyThoughtsAtTheBeginningAreThoughts() {
    const auto shown = [this](const char* text) {
        m_view->setMessages({message(7, Role::Assistant, QString::fromUtf8(text))});
        settle();
        return m_view->plainText();
    };
    QCOMPARE(shown("opened in the prompt\n</think>\nReply"), QStringLiteral("Reply"));
    QCOMPARE(shown("The tag </think> ends it"), QStringLiteral("The tag </think> ends it"));
    QCOMPARE(shown("So <think> begins it"), QStringLiteral("So <think> begins it"));
    QCOMPARE(shown("<think>\n\n</think>\n\nReply"), QStringLiteral("Reply"));
    QVERIFY(button(QStringLiteral("Thoughts")) == nullptr);
    QCOMPARE(shown("\n<think>never closed"), QStringLiteral("never closed"));
    QVERIFY(button(QStringLiteral("Thoughts")) != nullptr);
    QCOMPARE(shown("<think>"), QString());
}

void TestChatViewActions::linkAsksWithItsAddress() {
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

void TestChatViewActions::actionsAreReachedByTab() {
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

QTEST_MAIN(TestChatViewActions)
#include "test_chat_view_actions.moc"
