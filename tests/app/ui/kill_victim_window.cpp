// The whole application with the starter model, to be killed while it writes replies: a person who asks one thing after
// the other and, after a kill, looks for the reply that was cut off and sometimes has it continued.
// tests/kill_while_streaming.sh --window drives it.
//   window_kill_victim DATABASE             goes on until it is killed, and prints what must survive (promises.h);
//                                           ends with 1 where the window does not show what it should, and with 77
//                                           where the model is missing
//   window_kill_victim --check DATABASE LOG reads such lines and compares; 0: everything is there and whole
#include <QAbstractButton>
#include <QApplication>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QTest>
#include <QTimer>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/storage/promises.h"
#include "support/paths.h"
#include "support/window.h"
#include "ui/panels/sidebar.h"
#include "ui/view/chat_view.h"
#include "ui/view/message_actions.h"
#include "ui/view_messages.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr int kPatience = 60'000;               // ms; the kill comes long before, except where something hangs
constexpr int kNoModel = 77;                    // what ctest takes for a skipped test
constexpr qsizetype kLongestChat = 4;           // messages: after a kill all of them are read again
constexpr qsizetype kLongestToContinue = 3000;  // characters: the context is not to be full

int below(int end) {
    return QRandomGenerator::global()->bounded(end);
}

/// Without a destructor that would write anything.
[[noreturn]] void giveUp(const QString& problem) {
    std::fprintf(stderr, "window_kill_victim: %s\n", qUtf8Printable(problem));
    std::_Exit(1);
}

void waitUntil(const std::function<bool()>& happened, const QString& what) {
    if (!QTest::qWaitFor(happened, kPatience)) giveUp(QStringLiteral("waited in vain until %1").arg(what));
}

QString question() {
    const QStringList questions = {
        QStringLiteral("Write a long story about a lighthouse keeper and the sea."),
        QStringLiteral("Explain how bread is made, step by step."),
        QStringLiteral("List twenty animals with a sentence about each."),
        QStringLiteral("Write a Python program that prints the first prime numbers, and explain it."),
        QStringLiteral("Describe the four seasons in detail. 漢字 naïve 😀"),
        QStringLiteral("Say hello."),
    };
    return questions[below(static_cast<int>(questions.size()))];
}

/// A selection is copied with its blocks apart, however they were written.
QString withoutSpaces(QString text) {
    text.removeIf([](QChar character) { return character.isSpace(); });
    return text;
}

class Victim final : public QObject {
    Q_DISABLE_COPY_MOVE(Victim)
public:
    Victim(const QString& folder, const QString& starter) : m_app(folder) {
        connect(&m_app.chats, &ChatController::branchChanged, this, &Victim::remember);
        connect(&m_app.chats, &ChatController::messageChanged, this, &Victim::remember);
        connect(&m_app.store, &ChatStore::durable, this, [this](qint64 id) {
            const auto row = m_known.constFind(id);
            if (row != m_known.constEnd() && row->state == MessageState::Complete) promiseDurable(id, row->text);
        });
        connect(&m_app.store, &ChatStore::failed, this, [](const Failure& failure) { giveUp(failure.detail); });
        connect(&m_app.engine, &Engine::loadFailed, this, [](const Failure& failure) { giveUp(failure.detail); });
        connect(&m_tick, &QTimer::timeout, this, &Victim::promiseRunning);
        m_tick.start(20);
        // As main.cpp does with --first-model.
        // Not the remembered one: after two crashes in a row that is not loaded.
        m_app.window.openModel(starter);
    }

    void waitForModel() {
        waitUntil([this] { return m_app.engine.state() == Engine::State::Ready; },
                  QStringLiteral("the model is loaded"));
    }

    /// The reply that the kill cut off is in the chat, said to be interrupted, and Continue is there for it.
    void findCut(const MessageRow& cut) {
        if (m_app.settings.currentChat() != cut.chat) Q_EMIT m_app.part<Sidebar>()->chatActivated(cut.chat);
        waitUntil([&] { return m_app.last().id == cut.id; }, QStringLiteral("the reply that was cut off is shown"));
        waitForModel();
        const MessageRow shown = m_app.last();
        if (shown.state != MessageState::Interrupted)
            giveUp(QStringLiteral("the reply has state %1").arg(int(shown.state)));
        if (shown.text != cut.text)
            giveUp(QStringLiteral("the reply has another text than on disk: %1").arg(shown.text));
        const QString note = viewMessage(m_app.chats.conversation(), cut.id).note;
        if (!note.startsWith(QLatin1String("Interrupted"))) giveUp(QStringLiteral("the note says “%1”").arg(note));
        auto* view = m_app.part<ChatView>();
        view->selectAll();
        if (!withoutSpaces(view->selectedMarkdown()).contains(withoutSpaces(cut.text)))
            giveUp(QStringLiteral("the page does not show “%1”").arg(cut.text));
        waitUntil([&] { return continueButton(cut.id) != nullptr; }, QStringLiteral("Continue is offered"));
        sayOf("seen", cut.id);
    }

    void continueCut(const MessageRow& cut) {
        if (cut.text.size() > kLongestToContinue) return;
        QTest::mouseClick(continueButton(cut.id), Qt::LeftButton);
        waitUntil([this] { return m_app.chats.isGenerating(); }, QStringLiteral("the reply is continued"));
        sayOf("continued", cut.id);
        waitForReply();
        if (m_app.last().id != cut.id || !m_app.last().text.startsWith(cut.text))
            giveUp(QStringLiteral("the continued reply does not begin as it was: %1").arg(m_app.last().text));
    }

    void ask() {
        if (m_app.chats.conversation().path().size() >= kLongestChat || below(3) == 0) {
            QTest::keyClick(&m_app.window, Qt::Key_N, Qt::ControlModifier);
            waitUntil([this] { return m_app.chats.conversation().isEmpty(); }, QStringLiteral("a new chat is shown"));
        }
        const qsizetype before = m_app.chats.conversation().path().size();
        m_app.say(question());
        waitUntil([&] { return m_app.chats.conversation().path().size() == before + 2; },
                  QStringLiteral("the question is accepted"));
        waitForReply();
    }

private:
    void waitForReply() {
        waitUntil([this] { return !m_app.chats.isGenerating(); }, QStringLiteral("the reply ends"));
        const MessageRow reply = m_app.last();
        if (reply.role != Role::Assistant || reply.state != MessageState::Complete)
            giveUp(QStringLiteral("the reply ended with state %1: %2").arg(int(reply.state)).arg(reply.note));
    }

    /// That can be pressed; null where there is none.
    QAbstractButton* continueButton(qint64 reply) {
        for (const ActionBar* bar : m_app.part<ChatView>()->findChildren<ActionBar*>()) {
            if (bar->id() != reply || !bar->isVisible()) continue;
            for (QAbstractButton* button : bar->findChildren<QAbstractButton*>()) {
                if (button->accessibleName() == u"Continue reply" && button->isVisible() && button->isEnabled())
                    return button;
            }
        }
        return nullptr;
    }

    /// A reply that has ended may be off the page before it is durable.
    void remember() {
        const Conversation& shown = m_app.chats.conversation();
        for (const qint64 id : shown.path()) m_known.insert(id, *shown.message(id));
    }

    void promiseRunning() {
        const qint64 running = m_app.chats.runningReply();
        const MessageRow* row = running == 0 ? nullptr : m_app.chats.conversation().message(running);
        if (row == nullptr) return m_ago.begin(0);
        if (m_ago.reply() != running) m_ago.begin(running);
        m_ago.promise(row->text);
    }

    ApplicationUnderTest m_app;
    QTimer m_tick;
    SecondAgo m_ago;
    QHash<qint64, MessageRow> m_known;
};

int run(const QString& database) {
    const auto model = starterModel();
    if (!model) {
        std::fprintf(stderr, "window_kill_victim: the starter model is missing\n");
        return modelsRequired() ? 1 : kNoModel;
    }
    const QString folder = QFileInfo(database).absolutePath();
    // No model of this computer is looked for.
    useAsHome(folder);
    {
        // Some replies end between two kills, and many do not.
        Settings settings(folder + QStringLiteral("/monochord.ini"));
        GenerationSettings generation;
        generation.longestReply = 200 + static_cast<uint32_t>(below(200));
        settings.setGeneration(generation);
    }
    const QList<MessageRow> cut = cutReplies(database);
    if (cut.size() > 1) giveUp(QStringLiteral("%1 replies were running at once").arg(cut.size()));
    Victim victim(folder, QString::fromStdString(model->string()));
    victim.waitForModel();
    if (!cut.isEmpty()) {
        victim.findCut(cut.first());
        if (below(2) == 0) victim.continueCut(cut.first());
    }
    for (;;) victim.ask();
}

}  // namespace

int main(int argc, char** argv) {
    const QApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() == 4 && arguments[1] == u"--check") return checkPromises(arguments[2], arguments[3]);
    if (arguments.size() == 2) return run(arguments[1]);
    std::fprintf(stderr, "usage: window_kill_victim [--check] DATABASE [LOG]\n");
    return 2;
}
