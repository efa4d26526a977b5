// A program to be killed while it streams replies into a ChatStore as the window does, and to look afterwards at what
// is left. tests/kill_while_streaming.sh drives it.
//   store_kill_victim DATABASE             streams until it is killed, and prints what must survive (promises.h)
//   store_kill_victim --check DATABASE LOG reads such lines and compares; 0: everything is there and whole
#include <QCoreApplication>
#include <QHash>
#include <QRandomGenerator>
#include <QTimer>
#include <cstdio>

#include "app/storage/promises.h"
#include "storage/chat_store.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

constexpr qint64 kChat = 1;

/// The first `length` characters of the text of a message: each message has its own, so that a mix-up is seen.
QString textOf(qint64 id, qsizetype length) {
    const QString word = QString::fromUtf8(u8"%1 · naïve 漢字 😀\n").arg(id);
    QString text = word.repeated(length / word.size() + 1).left(length);
    // As the engine never hands out half a character.
    if (text.endsWith(QChar(0xd83d))) text.back() = u'.';
    return text;
}

MessageRow rowOf(qint64 id, qint64 parent, Role role, MessageState state, qsizetype length) {
    MessageRow row;
    row.id = id;
    row.chat = kChat;
    row.parent = parent;
    row.role = role;
    row.state = state;
    row.text = textOf(id, length);
    return row;
}

/// One question and answer after the other, for ever.
class Victim final : public QObject {
    Q_DISABLE_COPY_MOVE(Victim)
public:
    explicit Victim(const QString& path) : m_store(path) {
        connect(&m_store, &ChatStore::durable, this, &Victim::onDurable);
        connect(&m_store, &ChatStore::failed, this, [](const Failure& failure) {
            std::fprintf(stderr, "failed: %s\n", qUtf8Printable(failure.detail));
            QCoreApplication::exit(1);
        });
        connect(&m_tick, &QTimer::timeout, this, &Victim::stream);
        ask();
    }

private:
    void put(qint64 id, qint64 parent, Role role, MessageState state, qsizetype length) {
        m_expected.insert(id, {state, length});
        m_store.putMessage(rowOf(id, parent, role, state, length));
    }

    void ask() {
        m_question = newId();
        ChatRow chat;
        chat.id = kChat;
        chat.leaf = m_question;
        chat.updatedMs = m_question / 1000;
        m_store.putChat(chat);
        put(m_question, m_reply, Role::User, MessageState::Complete, QRandomGenerator::global()->bounded(3000));
    }

    void onDurable(qint64 id) {
        const auto [state, length] = m_expected.take(id);
        if (state == MessageState::Complete) promiseDurable(id, textOf(id, length));
        if (id == m_question) {
            m_reply = newId();
            m_length = 0;
            m_wanted = 1000 + QRandomGenerator::global()->bounded(20'000);
            m_ago.begin(m_reply);
            put(m_reply, m_question, Role::Assistant, MessageState::Generating, 0);
        } else if (state == MessageState::Generating) {
            m_tick.start(10);
        } else {
            ask();
        }
    }

    void stream() {
        m_length += QRandomGenerator::global()->bounded(100);
        if (m_length >= m_wanted) {
            m_tick.stop();
            put(m_reply, m_question, Role::Assistant, MessageState::Complete, m_length);
            return;
        }
        const QString text = textOf(m_reply, m_length);
        m_store.journal(m_reply, {text});
        m_ago.promise(text);
    }

    ChatStore m_store;
    QTimer m_tick{this};
    QHash<qint64, std::pair<MessageState, qsizetype>> m_expected;  // put, not yet durable
    qint64 m_question = 0, m_reply = 0;
    qsizetype m_length = 0, m_wanted = 0;
    SecondAgo m_ago;
};

bool isOwnText(const MessageRow& row) {
    return row.text == textOf(row.id, row.text.size());
}

}  // namespace

int main(int argc, char** argv) {
    const QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() == 4 && arguments[1] == u"--check")
        return checkPromises(arguments[2], arguments[3], isOwnText);
    if (arguments.size() != 2) {
        std::fprintf(stderr, "usage: store_kill_victim [--check] DATABASE [LOG]\n");
        return 2;
    }
    const Victim victim(arguments[1]);
    return app.exec();
}
