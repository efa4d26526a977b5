// A program to be killed while it streams replies into a ChatStore as the window does, and to look afterwards at what
// is left. tests/kill_while_streaming.sh drives it.
//   store_kill_victim DATABASE             streams until it is killed, and prints what must survive from then on:
//       "durable ID LENGTH"                the message is finished and on disk
//       "running ID LENGTH"                the reply had this many characters a second ago
//   store_kill_victim --check DATABASE LOG reads such lines and compares; 0: everything is there and whole
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QHash>
#include <QMap>
#include <QQueue>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTimer>
#include <cstdio>

#include "app/storage/store_reader.h"
#include "storage/chat_store.h"

using namespace monochord::app;

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

void say(const char* what, qint64 id, qsizetype length) {
    std::printf("%s %lld %lld\n", what, static_cast<long long>(id), static_cast<long long>(length));
    std::fflush(stdout);
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
        if (state == MessageState::Complete) say("durable", id, length);
        if (id == m_question) {
            m_reply = newId();
            m_length = 0;
            m_wanted = 1000 + QRandomGenerator::global()->bounded(20'000);
            m_history.clear();
            m_clock.start();
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
        m_store.journal(m_reply, textOf(m_reply, m_length));
        const qint64 now = m_clock.elapsed();
        m_history.enqueue({now, m_length});
        qsizetype old = -1;
        while (!m_history.isEmpty() && m_history.head().first <= now - 1000) old = m_history.dequeue().second;
        if (old >= 0) say("running", m_reply, old);
    }

    ChatStore m_store;
    QTimer m_tick{this};
    QHash<qint64, std::pair<MessageState, qsizetype>> m_expected;  // put, not yet durable
    qint64 m_question = 0, m_reply = 0;
    qsizetype m_length = 0, m_wanted = 0;
    QElapsedTimer m_clock;
    QQueue<std::pair<qint64, qsizetype>> m_history;  // when, and how much had been journaled
};

QString integrity(const QString& path) {
    QString answer;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("check"));
        database.setDatabaseName(path);
        QSqlQuery query(database);
        if (!database.open() || !query.exec(QStringLiteral("PRAGMA integrity_check")) || !query.next()) return {};
        answer = query.value(0).toString();
    }
    QSqlDatabase::removeDatabase(QStringLiteral("check"));
    return answer;
}

struct Promise {
    bool finished = false;
    qsizetype length = 0;
};

QMap<qint64, Promise> promisesIn(const QString& log) {
    QMap<qint64, Promise> promises;
    QFile file(log);
    if (!file.open(QIODevice::ReadOnly)) return promises;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        const QList<QByteArray> words = line.trimmed().split(' ');
        if (!line.endsWith('\n') || words.size() != 3) continue;  // the kill cut it off
        promises[words[1].toLongLong()] = {words[0] == "durable", words[2].toLongLong()};
    }
    return promises;
}

/// What is wrong with a message, or nothing.
QString complaint(const MessageRow* row, qint64 id, const Promise& promise) {
    if (!row) return QStringLiteral("is missing");
    if (row->text != textOf(id, row->text.size())) return QStringLiteral("has another text");
    const MessageState state = promise.finished ? MessageState::Complete : MessageState::Interrupted;
    const bool finishedUnheard = !promise.finished && row->state == MessageState::Complete;
    if (row->state != state && !finishedUnheard) return QStringLiteral("has state %1").arg(int(row->state));
    const bool whole = promise.finished ? row->text.size() == promise.length : row->text.size() >= promise.length;
    if (!whole) return QStringLiteral("has %1 characters instead of %2").arg(row->text.size()).arg(promise.length);
    return {};
}

int check(const QString& path, const QString& log) {
    if (const QString answer = integrity(path); answer != u"ok") {
        std::printf("bad: integrity_check: %s\n", qUtf8Printable(answer));
        return 1;
    }
    ChatStore store(path);
    QMap<qint64, MessageRow> rows;
    for (const MessageRow& row : monochord::test::messagesOf(store, kChat)) rows.insert(row.id, row);
    const QMap<qint64, Promise> promises = promisesIn(log);
    int bad = 0, finished = 0;
    for (auto it = promises.begin(); it != promises.end(); ++it) {
        const auto row = rows.constFind(it.key());
        const QString wrong = complaint(row == rows.constEnd() ? nullptr : &*row, it.key(), it.value());
        finished += it->finished;
        if (wrong.isEmpty()) continue;
        ++bad;
        std::printf("bad: message %lld %s\n", static_cast<long long>(it.key()), qUtf8Printable(wrong));
    }
    std::printf("ok: integrity; %d finished and %d running messages promised, %d bad\n", finished,
                int(promises.size()) - finished, bad);
    return bad ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    const QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() == 4 && arguments[1] == u"--check") return check(arguments[2], arguments[3]);
    if (arguments.size() != 2) {
        std::fprintf(stderr, "usage: store_kill_victim [--check] DATABASE [LOG]\n");
        return 2;
    }
    const Victim victim(arguments[1]);
    return app.exec();
}
