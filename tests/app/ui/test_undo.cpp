#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "support/cli.h"
#include "support/paths.h"
#include "support/window.h"
#include "ui/view/chat_view.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

}  // namespace

/// What is done with messages is undone with Ctrl+Z, in the real window.
class TestUndo final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void anEditedReplyIsUndone();
    void whatFollowsADeletedMessageComesBackWithIt();
    void whatIsDeletedIsGoneAfterARestart();
    void aStepOfAnotherChatOpensIt();
    void aChatThatWentOnLosesNothing();
    void theSystemPromptIsUndone();
    void anEditedMessageAndItsReplyAreUndone();
    void aReplyThatIsRegeneratedIsStoppedAndUndone();

private:
    void press(Qt::KeyboardModifiers modifiers = Qt::ControlModifier) {
        QTest::keyClick(&m_app->window, Qt::Key_Z, modifiers);
    }
    void redo() { press(Qt::ControlModifier | Qt::ShiftModifier); }
    void restart();
    bool ready();
    bool answered();
    QStringList texts();

    QString m_starter;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestUndo::initTestCase() {
    const auto model = starterModel();  // before the home is another one
    if (!model && modelsRequired()) QFAIL("the starter model is missing");
    if (model) m_starter = toQt(*model);
}

void TestUndo::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    restart();
    WholeChat chat{{.id = 10, .title = u"Chat"_s, .leaf = 14, .updatedMs = 5000}};
    chat.messages = {{.id = 11, .chat = 10, .text = u"Hello"_s},
                     {.id = 12, .chat = 10, .parent = 11, .role = Role::Assistant, .text = u"Hi"_s},
                     {.id = 13, .chat = 10, .parent = 12, .text = u"How are you?"_s},
                     {.id = 14, .chat = 10, .parent = 13, .role = Role::Assistant, .text = u"Fine"_s}};
    m_app->chats.importChats({chat, {{.id = 20, .title = u"Other"_s, .updatedMs = 4000}}});
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().chat().id, 10, kPatience);
    m_app->chats.steps()->clear();
}

void TestUndo::cleanup() {
    m_app.reset();
    m_folder.reset();
}

void TestUndo::restart() {
    m_app.reset();
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    QVERIFY(QSignalSpy(&m_app->store, &ChatStore::chatsLoaded).wait(kPatience));
}

bool TestUndo::ready() {
    GenerationSettings settings;
    settings.longestReply = 400;
    m_app->settings.setGeneration(settings);
    m_app->chats.setSettings(settings);
    return m_app->load(m_starter);
}

bool TestUndo::answered() {
    return QTest::qWaitFor([this] { return !m_app->chats.isGenerating() && m_app->last().role == Role::Assistant; },
                           kPatience);
}

/// Of the shown branch.
QStringList TestUndo::texts() {
    QStringList texts;
    for (const qint64 id : m_app->chats.conversation().path())
        texts.append(m_app->chats.conversation().message(id)->text);
    return texts;
}

void TestUndo::anEditedReplyIsUndone() {
    const QStringList before = texts();
    m_app->chats.edit(14, u"Splendid"_s);
    const QStringList after = texts();
    QCOMPARE(after.last(), u"Splendid"_s);
    QVERIFY(visibleText(&m_app->window).contains(u"The reply was edited"_s));
    press();
    QCOMPARE(texts(), before);
    QCOMPARE(m_app->chats.conversation().siblings(14).size(), 1);
    redo();
    QCOMPARE(texts(), after);
    QCOMPARE(m_app->chats.conversation().siblings(14).size(), 2);
}

void TestUndo::whatFollowsADeletedMessageComesBackWithIt() {
    m_app->chats.edit(12, u"Hey"_s);
    m_app->chats.selectSibling(m_app->last().id, -1);
    const QStringList before = texts();
    QCOMPARE(before.size(), 4);
    Q_EMIT m_app->part<ChatView>()->deleteRequested(12);
    // The version beside it is shown.
    QCOMPARE(texts(), (QStringList{u"Hello"_s, u"Hey"_s}));
    QVERIFY(visibleText(&m_app->window).contains(u"The message and what follows it were deleted"_s));
    press();
    QCOMPARE(texts(), before);
    redo();
    QCOMPARE(texts(), (QStringList{u"Hello"_s, u"Hey"_s}));
}

void TestUndo::whatIsDeletedIsGoneAfterARestart() {
    m_app->chats.deleteBranch(13);
    m_app->chats.deleteBranch(12);
    press();
    restart();
    QTRY_COMPARE_WITH_TIMEOUT(texts(), (QStringList{u"Hello"_s, u"Hi"_s}), kPatience);
    QVERIFY(!m_app->chats.steps()->canUndo());
}

void TestUndo::aStepOfAnotherChatOpensIt() {
    const QStringList before = texts();
    m_app->chats.deleteBranch(13);
    m_app->chats.openChat(20);
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().chat().id, 20, kPatience);
    press();
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().chat().id, 10, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(texts(), before, kPatience);
}

void TestUndo::aChatThatWentOnLosesNothing() {
    const QStringList before = texts();
    if (m_starter.isEmpty()) QSKIP("the starter model is not here");
    QVERIFY(ready());
    m_app->chats.edit(14, u"Splendid"_s);
    const qint64 edited = m_app->last().id;
    m_app->say(u"Good."_s);
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().path().size(), 6, kPatience);
    m_app->chats.stop();
    QVERIFY(answered());
    press();
    QCOMPARE(texts(), before);
    QCOMPARE(m_app->chats.conversation().branch(edited).size(), 3);
    redo();
    QCOMPARE(m_app->chats.conversation().path().size(), 6);
}

void TestUndo::theSystemPromptIsUndone() {
    m_app->chats.setSystemPrompt(u"Be brief."_s);
    m_app->chats.setSystemPrompt(u"Be very brief."_s);
    press();
    QCOMPARE(m_app->chats.conversation().chat().systemPrompt, u"Be brief."_s);
    press();
    QCOMPARE(m_app->chats.conversation().chat().systemPrompt, QString());
    redo();
    QCOMPARE(m_app->chats.conversation().chat().systemPrompt, u"Be brief."_s);
}

void TestUndo::anEditedMessageAndItsReplyAreUndone() {
    const QStringList before = texts();
    if (m_starter.isEmpty()) QSKIP("the starter model is not here");
    QVERIFY(ready());
    m_app->chats.edit(13, u"Say hello."_s);
    QTRY_COMPARE_WITH_TIMEOUT(texts().value(2), u"Say hello."_s, kPatience);
    QVERIFY(answered());
    const QStringList after = texts();
    press();
    QCOMPARE(texts(), before);
    redo();
    QCOMPARE(texts(), after);
}

void TestUndo::aReplyThatIsRegeneratedIsStoppedAndUndone() {
    const QStringList before = texts();
    if (m_starter.isEmpty()) QSKIP("the starter model is not here");
    QVERIFY(ready());
    m_app->chats.regenerate(14);
    QTRY_VERIFY_WITH_TIMEOUT(m_app->last().id != 14 && !m_app->last().text.isEmpty(), kPatience);
    press();
    QCOMPARE(texts(), before);
    QTRY_VERIFY_WITH_TIMEOUT(!m_app->chats.isGenerating(), kPatience);
    QCOMPARE(texts(), before);
    redo();
    QCOMPARE(m_app->chats.conversation().siblings(14).size(), 2);
    QVERIFY(m_app->last().state != MessageState::Generating);
    const QStringList after = texts();
    restart();
    QTRY_COMPARE_WITH_TIMEOUT(texts(), after, kPatience);
}

QTEST_MAIN(TestUndo)
#include "test_undo.moc"
