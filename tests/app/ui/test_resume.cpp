#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "support/cli.h"
#include "support/paths.h"
#include "support/window.h"
#include "ui/panels/sampling_dock.h"
#include "ui/panels/status_line.h"
#include "ui/view/chat_view.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

/// About 400 tokens.
QString longQuestion() {
    return QStringLiteral("What is this about? ") +
           QStringLiteral("The keeper climbs the stairs of the tower. ").repeated(40);
}

}  // namespace

/// A long chat goes on where it was left, in the real window with the real model.
class TestResume : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aChatGoesOnAfterARestart();
    void aChatGoesOnAfterAnotherOne();
    void aChatGoesOnAfterAnotherModel();
    void aDamagedStateIsAsIfThereWereNone();
    void withoutAPlaceNothingIsMissing();
    void aDeletedChatLeavesNoState();
    void aShortChatIsNotKept();

private:
    bool open();
    bool show(const MessageRow& last);
    bool say(const QString& text);
    bool answered(qint64 before);
    MessageRow regenerated();
    QString statesFolder() const { return m_folder->filePath(QStringLiteral("states")); }
    QStringList states() const { return QDir(statesFolder()).entryList(QDir::Files); }

    QString m_starter;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestResume::initTestCase() {
    STARTER_MODEL_OR_SKIP(model);
    m_starter = model;
}

void TestResume::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    QVERIFY(open());
}

void TestResume::cleanup() {
    m_app.reset();
    m_folder.reset();
}

// The application, with an empty chat; what was open is closed.
bool TestResume::open() {
    m_app.reset();
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    m_app->chats.newChat();
    GenerationSettings settings;
    settings.randomSeed = false;
    settings.sampling.seed = 7;
    settings.longestReply = 30;
    m_app->part<SamplingDock>()->setSettings(settings);
    m_app->chats.setSettings(settings);
    return m_app->load(m_starter);
}

// The chat that ends with this message.
bool TestResume::show(const MessageRow& last) {
    m_app->chats.openChat(last.chat);
    return QTest::qWaitFor([&] { return m_app->last().id == last.id; }, kPatience);
}

bool TestResume::answered(qint64 before) {
    return QTest::qWaitFor([&] { return m_app->last().id != before && !m_app->chats.isGenerating(); }, kPatience);
}

bool TestResume::say(const QString& text) {
    const qint64 before = m_app->last().id;
    m_app->say(text);
    return answered(before);
}

// The last reply once more, with the same seed.
MessageRow TestResume::regenerated() {
    const qint64 before = m_app->last().id;
    Q_EMIT m_app->part<ChatView>()->regenerateRequested(before);
    return answered(before) ? m_app->last() : MessageRow();
}

void TestResume::aChatGoesOnAfterARestart() {
    QVERIFY(say(longQuestion()));
    const MessageRow first = m_app->last();
    QVERIFY(first.record.promptTokens > 300);
    QElapsedTimer closing;
    closing.start();
    m_app.reset();
    qInfo("closed in %lld ms", closing.elapsed());
    QVERIFY(closing.elapsed() < 10'000);
    QVERIFY(open() && show(first));
    QVERIFY(say(QStringLiteral("And then?")));
    const MessageRow resumed = m_app->last();
    QVERIFY(resumed.record.reusedTokens >= first.record.promptTokens);
    const QString status = visibleText(m_app->part<StatusLine>());
    QVERIFY2(status.contains(QStringLiteral("prompt %1 reused").arg(resumed.record.reusedTokens)), qPrintable(status));
    // The same as if everything had been computed.
    m_app.reset();
    QVERIFY(QDir(statesFolder()).removeRecursively());
    QVERIFY(open() && show(resumed));
    const MessageRow fresh = regenerated();
    QCOMPARE(fresh.record.reusedTokens, 0u);
    QCOMPARE(fresh.text, resumed.text);
}

void TestResume::aChatGoesOnAfterAnotherOne() {
    QVERIFY(say(longQuestion()));
    const MessageRow first = m_app->last();
    m_app->chats.newChat();
    QTRY_COMPARE(states(), QStringList{QStringLiteral("chat-%1.state").arg(first.chat)});
    QVERIFY(say(QStringLiteral("Name three rivers.")));
    QVERIFY(m_app->last().record.reusedTokens < 100);
    QVERIFY(show(first) && say(QStringLiteral("And then?")));
    QVERIFY(m_app->last().record.reusedTokens >= first.record.promptTokens);
}

void TestResume::aChatGoesOnAfterAnotherModel() {
    QVERIFY(say(longQuestion()));
    const MessageRow first = m_app->last();
    QVERIFY(m_app->load(smallModel("gqa-mixed")) && m_app->load(m_starter));
    const MessageRow again = regenerated();
    QVERIFY(again.record.reusedTokens + 1 >= first.record.promptTokens);
    QCOMPARE(again.text, first.text);
}

void TestResume::aDamagedStateIsAsIfThereWereNone() {
    QVERIFY(say(longQuestion()));
    const MessageRow first = m_app->last();
    QVERIFY(open());
    QCOMPARE(states().size(), 1);
    QFile state(QDir(statesFolder()).filePath(states().constFirst()));
    QVERIFY(state.open(QIODevice::ReadWrite) && state.seek(state.size() / 2) && state.write("damage") == 6);
    state.close();
    QVERIFY(show(first));
    const MessageRow again = regenerated();
    QCOMPARE(again.record.reusedTokens, 0u);
    QCOMPARE(again.text, first.text);
    QVERIFY(states().isEmpty());
}

void TestResume::withoutAPlaceNothingIsMissing() {
    QFile inTheWay(statesFolder());
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    QVERIFY(say(longQuestion()));
    const MessageRow first = m_app->last();
    QVERIFY(open() && show(first));
    QCOMPARE(regenerated().text, first.text);
}

void TestResume::aDeletedChatLeavesNoState() {
    QVERIFY(say(longQuestion()));
    const qint64 chat = m_app->last().chat;
    m_app->chats.newChat();
    QTRY_COMPARE(states().size(), 1);
    m_app->chats.deleteChat(chat);
    QTRY_VERIFY(states().isEmpty());
    // Nor one that is deleted right before the end.
    QVERIFY(say(longQuestion()));
    m_app->chats.deleteChat(m_app->last().chat);
    m_app.reset();
    QVERIFY(states().isEmpty());
}

void TestResume::aShortChatIsNotKept() {
    QVERIFY(say(QStringLiteral("Say hello.")));
    m_app->chats.newChat();
    m_app.reset();
    QVERIFY(states().isEmpty());
}

QTEST_MAIN(TestResume)
#include "test_resume.moc"
