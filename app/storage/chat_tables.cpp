#include "storage/chat_tables.h"

#include <QDateTime>
#include <QJsonDocument>

#include "storage/message_search.h"

namespace monochord::app {
namespace {

// The numbers that are on people's disks.
static_assert(int(Role::System) == 0 && int(Role::User) == 1 && int(Role::Assistant) == 2);
static_assert(int(MessageState::Complete) == 0 && int(MessageState::Generating) == 1 &&
              int(MessageState::Stopped) == 2 && int(MessageState::Interrupted) == 3 && int(MessageState::Failed) == 4);

const QString kChatColumns = QStringLiteral("id, title, system_prompt, leaf, updated_ms, folder, place, deleted_ms");
const QString kMessageColumns = QStringLiteral("id, chat, parent, role, state, text, note, record, trace");

/// What SQLite can hold. Its own conversion to UTF-8 would take the character behind a lone surrogate for the other
/// half. A null string would become NULL.
QString storable(const QString& text) {
    if (text.isNull()) return QStringLiteral("");
    if (text.isValidUtf16()) return text;
    QString repaired = text;
    for (qsizetype i = 0; i < repaired.size(); ++i) {
        if (!repaired[i].isSurrogate()) continue;
        const bool paired =
            repaired[i].isHighSurrogate() && i + 1 < repaired.size() && repaired[i + 1].isLowSurrogate();
        if (paired) {
            ++i;
        } else {
            repaired[i] = QChar::ReplacementCharacter;
        }
    }
    return repaired;
}

QByteArray storable(const QByteArray& bytes) {
    return bytes.isNull() ? QByteArray("") : bytes;
}

QString recordText(const ReplyRecord& record) {
    if (record == ReplyRecord{}) return QStringLiteral("");
    return QString::fromUtf8(QJsonDocument(record.toJson()).toJson(QJsonDocument::Compact));
}

ReplyRecord recordFrom(const QString& text) {
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    return document.isObject() ? ReplyRecord::fromJson(document.object()) : ReplyRecord{};
}

template <class Enum>
Enum enumFrom(const QVariant& value, Enum last, Enum otherwise) {
    bool isNumber = false;
    const qint64 number = value.toLongLong(&isNumber);
    return isNumber && number >= 0 && number <= qint64(last) ? Enum(number) : otherwise;
}

StoredChat chatFrom(const QSqlQuery& query) {
    return {ChatRow{.id = query.value(0).toLongLong(),
                    .title = query.value(1).toString(),
                    .systemPrompt = query.value(2).toString(),
                    .leaf = query.value(3).toLongLong(),
                    .updatedMs = query.value(4).toLongLong(),
                    .folder = query.value(5).toLongLong(),
                    .place = query.value(6).toLongLong()},
            query.value(7).toLongLong() != 0};
}

FolderRow folderFrom(const QSqlQuery& query) {
    return {.id = query.value(0).toLongLong(),
            .title = query.value(1).toString(),
            .place = query.value(2).toLongLong(),
            .collapsed = query.value(3).toBool()};
}

MessageRow messageFrom(const QSqlQuery& query) {
    return {.id = query.value(0).toLongLong(),
            .chat = query.value(1).toLongLong(),
            .parent = query.value(2).toLongLong(),
            .role = enumFrom(query.value(3), Role::Assistant, Role::User),
            .state = enumFrom(query.value(4), MessageState::Failed, MessageState::Complete),
            .text = query.value(5).toString(),
            .note = query.value(6).toString(),
            .record = recordFrom(query.value(7).toString()),
            .trace = query.value(8).toByteArray()};
}

/// All rows of a query; an error in the midst of them is an error.
template <class Row, class Make>
DatabaseResult<QMap<qint64, Row>> rows(QSqlQuery& query, Make make) {
    QMap<qint64, Row> found;
    while (query.next()) found.insert(query.value(0).toLongLong(), make(query));
    if (const auto error = lastErrorOf(query)) return tl::unexpected(*error);
    return found;
}

DatabaseResult<void> done(const DatabaseResult<QSqlQuery>& result) {
    return result.map([](const QSqlQuery&) {});
}

}  // namespace

DatabaseResult<StoredChats> readChats(const Database& database) {
    return database.run(QStringLiteral("SELECT %1 FROM chats").arg(kChatColumns)).and_then([](QSqlQuery query) {
        return rows<StoredChat>(query, chatFrom);
    });
}

DatabaseResult<StoredChats> readChat(const Database& database, qint64 id) {
    return database.run(QStringLiteral("SELECT %1 FROM chats WHERE id = ?").arg(kChatColumns), {id})
        .and_then([](QSqlQuery query) { return rows<StoredChat>(query, chatFrom); });
}

DatabaseResult<StoredFolders> readFolders(const Database& database) {
    return database.run(QStringLiteral("SELECT id, title, place, collapsed FROM folders"))
        .and_then([](QSqlQuery query) { return rows<FolderRow>(query, folderFrom); });
}

DatabaseResult<StoredMessages> readMessages(const Database& database, qint64 chat) {
    return database
        .run(QStringLiteral("SELECT %1 FROM messages WHERE chat = ? AND deleted_ms = 0 ORDER BY id")
                 .arg(kMessageColumns),
             {chat})
        .and_then([](QSqlQuery query) { return rows<MessageRow>(query, messageFrom); });
}

DatabaseResult<void> write(const Database& database, const ChatRow& chat) {
    return done(database.run(
        QStringLiteral("INSERT INTO chats(id, title, system_prompt, leaf, updated_ms, folder, place) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?) "
                       "ON CONFLICT(id) DO UPDATE SET title = excluded.title, system_prompt = excluded.system_prompt, "
                       "leaf = excluded.leaf, updated_ms = excluded.updated_ms, folder = excluded.folder, "
                       "place = excluded.place"),
        {chat.id, storable(chat.title), storable(chat.systemPrompt), chat.leaf, chat.updatedMs, chat.folder,
         chat.place}));
}

DatabaseResult<void> write(const Database& database, const FolderRow& folder) {
    return done(
        database.run(QStringLiteral("INSERT OR REPLACE INTO folders(id, title, place, collapsed) VALUES(?, ?, ?, ?)"),
                     {folder.id, storable(folder.title), folder.place, int(folder.collapsed)}));
}

DatabaseResult<void> removeFolder(const Database& database, qint64 id) {
    return done(database.run(QStringLiteral("DELETE FROM folders WHERE id = ?"), {id}));
}

DatabaseResult<void> write(const Database& database, const MessageRow& message) {
    const QString kThis = QStringLiteral("id = ?");
    return database
        .run(QStringLiteral("INSERT INTO chats(id, title, system_prompt, leaf, updated_ms) VALUES(?, '', '', ?, ?) "
                            "ON CONFLICT(id) DO NOTHING"),
             {message.chat, message.id, message.id / 1000})
        .and_then([&](const QSqlQuery&) { return removeWords(database, kThis, {message.id}); })
        .and_then([&] {
            return database.run(
                QStringLiteral(
                    "INSERT INTO messages(%1) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET "
                    "chat = excluded.chat, parent = excluded.parent, role = excluded.role, "
                    "state = excluded.state, text = excluded.text, note = excluded.note, "
                    "record = excluded.record, trace = excluded.trace")
                    .arg(kMessageColumns),
                {message.id, message.chat, message.parent, int(message.role), int(message.state),
                 storable(message.text), storable(message.note), recordText(message.record), storable(message.trace)});
        })
        .and_then([&](const QSqlQuery&) { return addWords(database, kThis, {message.id}); });
}

DatabaseResult<void> writeJournal(const Database& database, qint64 message, const Journal& journal) {
    return done(database.run(QStringLiteral("UPDATE messages SET text = ?, trace = ? WHERE id = ? AND state = 1"),
                             {storable(journal.text), storable(journal.trace), message}));
}

DatabaseResult<void> writeMessageHidden(const Database& database, qint64 message, bool hidden) {
    return done(database.run(QStringLiteral("UPDATE messages SET deleted_ms = ? WHERE id = ?"),
                             {hidden ? QDateTime::currentMSecsSinceEpoch() : 0, message}));
}

DatabaseResult<void> writeHidden(const Database& database, qint64 chat, bool hidden) {
    return done(database.run(QStringLiteral("UPDATE chats SET deleted_ms = ? WHERE id = ?"),
                             {hidden ? QDateTime::currentMSecsSinceEpoch() : 0, chat}));
}

DatabaseResult<void> markInterrupted(const Database& database) {
    // The literal 1, not a parameter: only so does SQLite use the index of such rows.
    return database
        .run(QStringLiteral("INSERT INTO message_words(rowid, text) SELECT id, text FROM messages WHERE state = 1"))
        .and_then([&](const QSqlQuery&) {
            return done(database.run(QStringLiteral("UPDATE messages SET state = 3 WHERE state = 1")));
        });
}

}  // namespace monochord::app
