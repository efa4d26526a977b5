#include "storage/message_search.h"

#include <algorithm>

namespace monochord::app {
namespace {

constexpr int kMostMessages = 5000, kMostChats = 200;

bool hasGapsBetweenWords(char32_t c) {
    switch (QChar::script(c)) {
        case QChar::Script_Han:
        case QChar::Script_Hiragana:
        case QChar::Script_Katakana:
        case QChar::Script_Bopomofo:
        case QChar::Script_Thai:
        case QChar::Script_Lao:
        case QChar::Script_Khmer:
        case QChar::Script_Myanmar:
            return false;
        default:
            return true;
    }
}

/// Each word in quotes, so that nothing in it is an operator; empty: the index holds no such words.
QString indexQuery(const QString& text) {
    const auto characters = text.toUcs4();
    if (!std::ranges::all_of(characters, hasGapsBetweenWords)) return {};
    QStringList words;
    for (QString word : text.split(u' ', Qt::SkipEmptyParts)) {
        const auto letters = word.toUcs4();
        if (std::ranges::none_of(letters, [](char32_t c) { return QChar::isLetterOrNumber(c); })) return {};
        words.append(u'"' + word.replace(u'"', QLatin1String("\"\"")) + QLatin1String("\"*"));
    }
    return words.join(u' ');
}

QString likePattern(QString text) {
    for (const char* special : {"\\", "%", "_"})
        text.replace(QLatin1String(special), u'\\' + QLatin1String(special));
    return u'%' + text + u'%';
}

/// The newest message of each chat among those that the statement gives, which are in descending order.
DatabaseResult<QList<ChatHit>> newestOfChats(const Database& database, const QString& ids, const QString& wanted) {
    const QString sql = QStringLiteral(
                            "SELECT m.chat, max(m.id) FROM (%1 ORDER BY 1 DESC LIMIT %2) AS hit "
                            "JOIN messages m ON m.id = hit.id "
                            "WHERE m.id NOT IN (SELECT id FROM messages WHERE deleted_ms <> 0) "
                            "AND m.chat NOT IN (SELECT id FROM chats WHERE deleted_ms <> 0) "
                            "GROUP BY m.chat ORDER BY 2 DESC LIMIT %3")
                            .arg(ids)
                            .arg(kMostMessages)
                            .arg(kMostChats);
    return database.run(sql, {wanted}).and_then([](QSqlQuery query) -> DatabaseResult<QList<ChatHit>> {
        QList<ChatHit> hits;
        while (query.next())
            hits.append({.chat = query.value(0).toLongLong(), .message = query.value(1).toLongLong()});
        if (const auto error = lastErrorOf(query)) return tl::unexpected(*error);
        return hits;
    });
}

}  // namespace

DatabaseResult<void> removeWords(const Database& database, const QString& condition, const QVariantList& values) {
    return database
        .run(QStringLiteral("INSERT INTO message_words(message_words, rowid, text) "
                            "SELECT 'delete', id, text FROM messages WHERE state <> 1 AND (%1)")
                 .arg(condition),
             values)
        .map([](const QSqlQuery&) {});
}

DatabaseResult<void> addWords(const Database& database, const QString& condition, const QVariantList& values) {
    return database
        .run(QStringLiteral("INSERT INTO message_words(rowid, text) "
                            "SELECT id, text FROM messages WHERE state <> 1 AND (%1)")
                 .arg(condition),
             values)
        .map([](const QSqlQuery&) {});
}

DatabaseResult<QList<ChatHit>> searchMessages(const Database& database, const QString& text) {
    const QString plain = text.simplified(), words = indexQuery(plain);
    if (plain.isEmpty()) return {};
    const bool indexed = !words.isEmpty();
    const QString found =
        indexed ? QStringLiteral("SELECT rowid AS id FROM message_words WHERE message_words MATCH ?")
                : QStringLiteral("SELECT id FROM messages WHERE state <> 1 AND text LIKE ? ESCAPE '\\'");
    auto hits = newestOfChats(database, found, indexed ? words : likePattern(plain));
    if (!hits) return hits;
    for (ChatHit& hit : *hits) {
        auto excerpt =
            indexed ? database.run(QStringLiteral("SELECT snippet(message_words, 0, '', '', '…', 12) "
                                                  "FROM message_words WHERE message_words MATCH ? AND rowid = ?"),
                                   {words, hit.message})
                    : database.run(QStringLiteral("SELECT substr(text, max(1, instr(text, ?) - 12), 60) "
                                                  "FROM messages WHERE id = ?"),
                                   {plain, hit.message});
        if (!excerpt) return tl::unexpected(excerpt.error());
        QSqlQuery row = *std::move(excerpt);
        if (row.next()) hit.excerpt = row.value(0).toString().simplified();
    }
    return hits;
}

}  // namespace monochord::app
