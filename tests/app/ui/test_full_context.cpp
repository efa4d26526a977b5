#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <optional>

#include "support/cli.h"
#include "support/window.h"
#include "ui/panels/composer.h"
#include "ui/panels/sampling_dock.h"
#include "ui/view/chat_view.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 60'000;  // ms; reached only where something hangs

}  // namespace

/// A chat that outgrows the context of its model, which is 512 tokens here.
class TestFullContext : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void whatNoLongerFitsIsSaidBeforeItIsSent();
    void whatWasLeftOutStaysLeftOut();
    void aMessageThatAloneIsTooLongIsToldWhileItIsWritten();

private:
    bool send();
    bool fill();
    QString said() { return visibleText(m_app->part<Composer>()); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
    std::optional<PromptSize> m_size;  // of what would be sent next
};

void TestFullContext::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    connect(&m_app->chats, &ChatController::contextUsed, this, [this](const PromptSize& size) {
        if (!m_app->chats.isGenerating()) m_size = size;
    });
    QVERIFY(m_app->load(smallModel("gqa-mixed")));
    GenerationSettings settings;
    settings.randomSeed = false;
    settings.longestReply = 10;
    m_app->part<SamplingDock>()->setSettings(settings);
    m_app->chats.setSettings(settings);
}

void TestFullContext::cleanup() {
    m_app.reset();
    m_folder.reset();
}

// What is written, and waits for the reply.
bool TestFullContext::send() {
    const qsizetype messages = m_app->chats.conversation().path().size() + 2;
    m_app->say(m_app->draft());
    return QTest::qWaitFor(
        [&] { return m_app->chats.conversation().path().size() == messages && !m_app->chats.isGenerating(); },
        kPatience);
}

// Sends messages until the composer says that the one in it will cost older ones.
bool TestFullContext::fill() {
    auto* composer = m_app->part<Composer>();
    QSignalSpy written(composer, &Composer::draftChanged);
    for (int turn = 0; turn < 20; turn++) {
        composer->setText(QStringLiteral("the quick brown fox "));
        if (!written.wait(kPatience)) return false;
        m_size.reset();
        if (!QTest::qWaitFor([this] { return m_size.has_value(); }, kPatience)) return false;
        if (m_size->leftOut > 0) return true;
        if (!send() || m_app->last().record.leftOut > 0) return false;
    }
    return false;
}

void TestFullContext::whatNoLongerFitsIsSaidBeforeItIsSent() {
    QVERIFY(fill());
    const qsizetype messages = m_app->chats.conversation().path().size();
    QVERIFY2(said().contains(QLatin1String("messages no longer fit")), qPrintable(said()));
    const quint32 told = m_size->leftOut;
    QVERIFY(send());
    const ReplyRecord record = m_app->last().record;
    QCOMPARE(record.leftOut, told);
    QVERIFY(record.leftOut < messages && record.promptTokens < 512 * 3 / 4);
    // Nothing is deleted, and another chat is not concerned.
    QCOMPARE(m_app->chats.conversation().path().size(), messages + 2);
    m_app->chats.newChat();
    QTRY_VERIFY(!said().contains(QLatin1String("no longer fit")));
}

void TestFullContext::whatWasLeftOutStaysLeftOut() {
    QVERIFY(fill());
    QVERIFY(send());
    const ReplyRecord first = m_app->last().record;
    m_app->part<Composer>()->setText(QStringLiteral("And then?"));
    QVERIFY(send());
    // So that what is computed already serves again.
    QVERIFY(first.leftOut > 0);
    QCOMPARE(m_app->last().record.leftOut, first.leftOut);
    QVERIFY(m_app->last().record.reusedTokens >= first.promptTokens);
}

void TestFullContext::aMessageThatAloneIsTooLongIsToldWhileItIsWritten() {
    auto* composer = m_app->part<Composer>();
    composer->setText(QStringLiteral("Hello"));
    QVERIFY(send());
    composer->setText(QStringLiteral("word ").repeated(600));
    QTRY_VERIFY2(said().contains(QLatin1String("tokens too long")), qPrintable(said()));
    QSignalSpy refused(&m_app->chats, &ChatController::refused);
    m_app->say(m_app->draft());
    QVERIFY(refused.wait(kPatience));
    QCOMPARE(m_app->chats.conversation().path().size(), 2);
    QVERIFY(said().contains(QLatin1String("tokens too long")));
    composer->setText(QStringLiteral("short"));
    QTRY_VERIFY(!said().contains(QLatin1String("tokens too long")));
}

QTEST_MAIN(TestFullContext)
#include "test_full_context.moc"
