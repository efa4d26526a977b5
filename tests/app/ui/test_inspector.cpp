#include <QAbstractButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/token_trace.h"
#include "support/cli.h"
#include "support/paths.h"
#include "support/window.h"
#include "ui/panels/sampling_dock.h"
#include "ui/view/chat_view.h"
#include "ui/view/token_card.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

}  // namespace

/// The token inspector, replay and copies in the real window with the real model.
class TestInspector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aReplyIsBranchedByKeyboard();
    void hoveringTellsTheChances();
    void unlikelyWordsAreTinted();
    void anOlderReplySaysThatNothingIsKnown();
    void recordsAreThereAfterARestart();
    void replaySaysThatEveryByteIsTheSame();
    void replaySaysThatTheModelIsGone();
    void aBranchBecomesAChatOfItsOwn();
    void aChatIsDuplicated();

private:
    bool ready();
    bool answered();
    bool ask(const QString& text);
    ChatView* view() { return m_app->part<ChatView>(); }
    TokenCard* card() { return m_app->part<TokenCard>(); }
    void inspect() { m_app->action(QStringLiteral("Token inspector"))->setChecked(true); }
    QString noteOf(qint64 id);

    QString m_starter;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestInspector::initTestCase() {
    const auto model = starterModel();
    if (!model && modelsRequired()) QFAIL("the starter model is missing");
    if (!model) QSKIP("the starter model is not here");
    m_starter = toQt(*model);
}

void TestInspector::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    QVERIFY(ready());
}

void TestInspector::cleanup() {
    m_app.reset();
    m_folder.reset();
}

bool TestInspector::ready() {
    GenerationSettings settings;
    settings.randomSeed = false;
    settings.sampling.seed = 7;
    settings.longestReply = 24;
    m_app->part<SamplingDock>()->setSettings(settings);
    m_app->chats.setSettings(settings);
    return m_app->load(m_starter);
}

bool TestInspector::answered() {
    return QTest::qWaitFor([this] { return !m_app->chats.isGenerating() && m_app->last().role == Role::Assistant; },
                           kPatience);
}

bool TestInspector::ask(const QString& text) {
    m_app->say(text);
    return answered() && QTest::qWaitForWindowExposed(&m_app->window);
}

/// The sentence beneath a message.
QString TestInspector::noteOf(qint64 id) {
    return view()->noteOf(id);
}

void TestInspector::aReplyIsBranchedByKeyboard() {
    QVERIFY(ask(QStringLiteral("What is the capital of Italy?")));
    const MessageRow first = m_app->last();
    const TokenTrace trace(first.trace);
    QCOMPARE(trace.tokens().size(), qsizetype{first.record.replyTokens});
    // The first place with another word that a reply can go on from.
    qsizetype token = 0, word = 0;
    for (qsizetype i = 1; token == 0 && i < trace.tokens().size(); ++i)
        for (qsizetype w = 0; token == 0 && w < trace.tokens()[i].words.size(); ++w)
            if (w != trace.tokens()[i].drawn && !trace.textWith(i, w).value_or(QString()).isEmpty())
                token = i, word = w;
    QVERIFY(token > 0);
    inspect();
    view()->setFocus();
    for (qsizetype i = 0; i <= token; ++i) QTest::keyClick(view(), Qt::Key_Right);
    QVERIFY(card()->isVisible());
    QCOMPARE(card()->current(), trace.tokens()[token].drawn);
    while (card()->current() != word) QTest::keyClick(view(), card()->current() < word ? Qt::Key_Down : Qt::Key_Up);
    QVERIFY(!card()->accessibleDescription().isEmpty());
    QTest::keyClick(view(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(m_app->last().id != first.id, kPatience);
    QVERIFY(!card()->isVisible());
    QVERIFY(answered());
    const MessageRow second = m_app->last();
    QCOMPARE(m_app->chats.conversation().siblings(second.id), (QList<qint64>{first.id, second.id}));
    const TokenTrace branched(second.trace);
    QVERIFY(branched.tokens().size() > token);
    for (qsizetype i = 0; i < token; ++i) QCOMPARE(branched.tokens()[i], trace.tokens()[i]);
    QCOMPARE(branched.tokens()[token].word().id, trace.tokens()[token].words[word].id);
    const qsizetype begin = trace.tokens()[token].begin;
    QCOMPARE(second.text.first(begin), first.text.first(begin));
    QVERIFY(second.text.sliced(begin).startsWith(*trace.textWith(token, word)));
    // It can be drawn again from where it branched off.
    Q_EMIT view()->replayRequested(second.id);
    QTRY_VERIFY_WITH_TIMEOUT(noteOf(second.id).contains(QLatin1String("every byte is the same")), kPatience);
}

void TestInspector::hoveringTellsTheChances() {
    QVERIFY(ask(QStringLiteral("Say hello.")));
    QTest::keyClick(&m_app->window, Qt::Key_Escape);
    const auto sweep = [this] {
        QWidget* port = view()->viewport();
        for (int y = 60; y < 300 && !card()->isVisible(); y += 6)
            QTest::mouseMove(port, QPoint((port->width() - 640) / 2 + 8, y));
        return card()->isVisible();
    };
    QVERIFY(!sweep());
    inspect();
    QCoreApplication::processEvents();
    QVERIFY(sweep());
    QVERIFY(!card()->rows().isEmpty());
    QVERIFY(card()->rows().first().before.contains(u'%'));
    QVERIFY(std::ranges::any_of(card()->rows(), &TokenCard::Row::drawn));
    QTest::keyClick(&m_app->window, Qt::Key_Escape);
    QVERIFY(!card()->isVisible());
}

void TestInspector::unlikelyWordsAreTinted() {
    QVERIFY(ask(QStringLiteral("Say hello.")));
    QCoreApplication::processEvents();
    const QImage plain = view()->viewport()->grab().toImage();
    inspect();
    QCoreApplication::processEvents();
    const QImage tinted = view()->viewport()->grab().toImage();
    m_app->action(QStringLiteral("Token inspector"))->setChecked(false);
    QCoreApplication::processEvents();
    QVERIFY(plain != tinted);
    QCOMPARE(view()->viewport()->grab().toImage(), plain);
}

void TestInspector::anOlderReplySaysThatNothingIsKnown() {
    QVERIFY(ask(QStringLiteral("Say hello.")));
    m_app->chats.edit(m_app->last().id, QStringLiteral("Hello, this was written by hand."));
    inspect();
    QCoreApplication::processEvents();
    QWidget* port = view()->viewport();
    for (int y = 60; y < 300 && !card()->isVisible(); y += 6)
        QTest::mouseMove(port, QPoint((port->width() - 640) / 2 + 8, y));
    QVERIFY(card()->isVisible());
    QVERIFY(card()->rows().isEmpty());
    Q_EMIT view()->replayRequested(m_app->last().id);
    QTRY_VERIFY(noteOf(m_app->last().id).contains(QLatin1String("were not recorded")));
}

void TestInspector::recordsAreThereAfterARestart() {
    QVERIFY(ask(QStringLiteral("Say hello.")));
    const MessageRow before = m_app->last();
    QVERIFY(TokenTrace(before.trace).tokens().size() > 3);
    m_app.reset();
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    QTRY_COMPARE(m_app->last().id, before.id);
    QCOMPARE(m_app->last(), before);
}

void TestInspector::replaySaysThatEveryByteIsTheSame() {
    QVERIFY(ask(QStringLiteral("Name three rivers in France.")));
    const QList<MessageRow> before = m_app->chats.conversation().messages();
    QTRY_VERIFY(m_app->named(QStringLiteral("Replay: compute it again and compare")));
    auto* button = qobject_cast<QAbstractButton*>(m_app->named(QStringLiteral("Replay: compute it again and compare")));
    QVERIFY(button);
    button->click();
    QVERIFY(noteOf(m_app->last().id).contains(QLatin1String("Replaying")));
    QTRY_VERIFY_WITH_TIMEOUT(noteOf(m_app->last().id).contains(QLatin1String("every byte is the same")), kPatience);
    QCOMPARE(m_app->chats.conversation().messages(), before);
}

void TestInspector::replaySaysThatTheModelIsGone() {
    const QString copy = m_folder->filePath(QStringLiteral("mine.gguf"));
    QVERIFY(QFile::copy(m_starter, copy));
    QVERIFY(m_app->load(copy));
    QVERIFY(ask(QStringLiteral("Say hello.")));
    QVERIFY(m_app->load(m_starter));
    QVERIFY(QFile::remove(copy));
    Q_EMIT view()->replayRequested(m_app->last().id);
    QTRY_VERIFY(noteOf(m_app->last().id).contains(QLatin1String("is no longer at")));
}

void TestInspector::aBranchBecomesAChatOfItsOwn() {
    QVERIFY(ask(QStringLiteral("Say hello.")));
    const MessageRow reply = m_app->last();
    QVERIFY(ask(QStringLiteral("Say goodbye.")));
    const qint64 origin = reply.chat;
    Q_EMIT view()->newChatRequested(reply.id);
    QTRY_VERIFY(m_app->chats.conversation().chat().id != origin);
    QTRY_COMPARE(m_app->chats.conversation().path().size(), 2);
    QCOMPARE(m_app->last().text, reply.text);
    QCOMPARE(m_app->last().trace, reply.trace);
    QCOMPARE(m_app->last().record, reply.record);
    QCOMPARE(m_app->chats.chats()->rowCount(), 2);
    m_app->chats.undo();
    QTRY_COMPARE(m_app->chats.conversation().chat().id, origin);
    QCOMPARE(m_app->chats.chats()->rowCount(), 1);
    QCOMPARE(m_app->chats.conversation().path().size(), 4);
}

void TestInspector::aChatIsDuplicated() {
    QVERIFY(ask(QStringLiteral("Say hello.")));
    m_app->chats.edit(m_app->last().id, QStringLiteral("Hello by hand."));
    const Conversation origin = m_app->chats.conversation();
    m_app->chats.duplicateChat(origin.chat().id);
    QTRY_VERIFY(m_app->chats.conversation().chat().id != origin.chat().id);
    QCOMPARE(m_app->chats.conversation().messages().size(), origin.messages().size());
    QCOMPARE(m_app->last().text, QStringLiteral("Hello by hand."));
    QCOMPARE(m_app->chats.conversation().siblings(m_app->last().id).size(), 2);
    QVERIFY(m_app->chats.conversation().chat().title != origin.chat().title);
}

QTEST_MAIN(TestInspector)
#include "test_inspector.moc"
