#include "app/storage/promises.h"

#include <QCryptographicHash>
#include <QFile>
#include <QHash>
#include <QMap>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QVariantList>
#include <cstdio>

#include "app/storage/store_reader.h"

namespace monochord::test {

using namespace app;

namespace {

constexpr qint64 kSecond = 1000;  // ms
constexpr qsizetype kHashLength = 16;

QByteArray hashOf(QStringView text) {
    return QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().left(kHashLength);
}

void promiseText(const char* what, qint64 id, QStringView text) {
    std::printf("%s %lld %lld %s\n", what, static_cast<long long>(id), static_cast<long long>(text.size()),
                hashOf(text).constData());
    std::fflush(stdout);
}

/// As the kill left it, log and all.
class Copy final {
    Q_DISABLE_COPY_MOVE(Copy)
public:
    explicit Copy(const QString& database) {
        QFile::copy(database, path());
        QFile::copy(database + QStringLiteral("-wal"), path() + QStringLiteral("-wal"));
    }
    QString path() const { return m_folder.filePath(QStringLiteral("chats.sqlite")); }
    /// The answer's rows; none where it fails.
    QList<QVariantList> ask(const QString& sql) const {
        QList<QVariantList> rows;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("copy"));
            database.setDatabaseName(path());
            QSqlQuery query(database);
            for (bool good = database.open() && query.exec(sql); good && query.next();)
                rows.append({query.value(0), query.value(1), query.value(2)});
        }
        QSqlDatabase::removeDatabase(QStringLiteral("copy"));
        return rows;
    }

private:
    QTemporaryDir m_folder;
};

struct Promise {
    bool finished = false;
    qsizetype length = 0;
    QByteArray hash;
};

struct Log {
    QMap<qint64, Promise> promises;
    QHash<QByteArray, int> counts;  // of lines without a text
};

Log readLog(const QString& path) {
    Log log;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return log;
    while (!file.atEnd()) {
        const QList<QByteArray> words = file.readLine().trimmed().split(' ');
        if (words.size() == 2) ++log.counts[words[0]];
        if (words.size() != 4 || words[3].size() != kHashLength) continue;  // the kill cut it off
        log.promises[words[1].toLongLong()] = {words[0] == "durable", words[2].toLongLong(), words[3]};
    }
    return log;
}

/// What is wrong with a message, or nothing.
QString complaint(const MessageRow& row, const Promise& promise) {
    const MessageState state = promise.finished ? MessageState::Complete : MessageState::Interrupted;
    const bool finishedUnheard = !promise.finished && row.state == MessageState::Complete;
    if (row.state != state && !finishedUnheard) return QStringLiteral("has state %1").arg(int(row.state));
    const bool whole = promise.finished ? row.text.size() == promise.length : row.text.size() >= promise.length;
    if (!whole) return QStringLiteral("has %1 characters instead of %2").arg(row.text.size()).arg(promise.length);
    if (hashOf(QStringView(row.text).left(promise.length)) != promise.hash) return QStringLiteral("has another text");
    return {};
}

QMap<qint64, MessageRow> allMessages(ChatStore& store) {
    QMap<qint64, MessageRow> rows;
    for (const ChatRow& chat : chatsOf(store))
        for (const MessageRow& row : messagesOf(store, chat.id)) rows.insert(row.id, row);
    return rows;
}

}  // namespace

void promiseDurable(qint64 id, const QString& text) {
    promiseText("durable", id, text);
}

void sayOf(const char* what, qint64 id) {
    std::printf("%s %lld\n", what, static_cast<long long>(id));
    std::fflush(stdout);
}

void SecondAgo::begin(qint64 id) {
    m_reply = id;
    m_lengths.clear();
    m_clock.start();
}

void SecondAgo::promise(const QString& text) {
    const qint64 now = m_clock.elapsed();
    m_lengths.enqueue({now, text.size()});
    qsizetype length = -1;
    while (!m_lengths.isEmpty() && m_lengths.head().first <= now - kSecond) length = m_lengths.dequeue().second;
    if (length > 0 && text[length - 1].isHighSurrogate()) --length;  // its other half may not have been there yet
    if (length >= 0) promiseText("running", m_reply, QStringView(text).left(length));
}

QList<MessageRow> cutReplies(const QString& database) {
    QList<MessageRow> replies;
    const Copy copy(database);
    const auto rows = copy.ask(QStringLiteral("SELECT id, chat, text FROM messages WHERE state = 1"));
    for (const QVariantList& row : rows) {
        replies.append({.id = row[0].toLongLong(),
                        .chat = row[1].toLongLong(),
                        .role = Role::Assistant,
                        .state = MessageState::Generating,
                        .text = row[2].toString()});
    }
    return replies;
}

int checkPromises(const QString& database, const QString& log,
                  const std::function<bool(const MessageRow&)>& isOwnText) {
    const Copy copy(database);
    const QList<QVariantList> integrity = copy.ask(QStringLiteral("PRAGMA integrity_check"));
    if (integrity.isEmpty() || integrity[0][0].toString() != u"ok") {
        std::printf("bad: integrity_check: %s\n",
                    integrity.isEmpty() ? "" : qUtf8Printable(integrity[0][0].toString()));
        return 1;
    }
    for (const MessageRow& cut : cutReplies(database))
        std::printf("cut: a reply of %lld characters\n", static_cast<long long>(cut.text.size()));
    ChatStore store(copy.path());
    const QMap<qint64, MessageRow> rows = allMessages(store);
    const Log said = readLog(log);
    int bad = 0, finished = 0;
    for (auto it = said.promises.begin(); it != said.promises.end(); ++it) {
        finished += it->finished;
        const auto row = rows.constFind(it.key());
        QString wrong = row == rows.constEnd() ? QStringLiteral("is missing") : complaint(*row, *it);
        if (wrong.isEmpty() && isOwnText && !isOwnText(*row)) wrong = QStringLiteral("has another text");
        if (wrong.isEmpty()) continue;
        ++bad;
        std::printf("bad: message %lld %s\n", static_cast<long long>(it.key()), qUtf8Printable(wrong));
    }
    std::printf("ok: integrity; %d finished and %d running messages promised, %d bad\n", finished,
                int(said.promises.size()) - finished, bad);
    if (const int seen = said.counts.value("seen"))
        std::printf("%d times an interrupted reply was found and Continue offered, %d times it was used\n", seen,
                    said.counts.value("continued"));
    return bad ? 1 : 0;
}

}  // namespace monochord::test
