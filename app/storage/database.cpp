#include "storage/database.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QUrl>
#include <QUuid>
#include <QVariant>

#include "storage/message_search.h"
#include "storage/migrations.h"

namespace monochord::app {
namespace {

struct DatabaseText {
    Q_DECLARE_TR_FUNCTIONS(DatabaseText)
};

// Primary result codes of SQLite, https://sqlite.org/rescode.html
constexpr int kError = 1, kCorrupt = 11, kConstraint = 19, kMismatch = 20, kNotADatabase = 26;

ErrorCode meaning(int sqliteCode) {
    switch (sqliteCode & 0xff) {
        case kError:  // our statements are right: the schema is not
        case kCorrupt:
        case kConstraint:
        case kMismatch:
        case kNotADatabase:
            return ErrorCode::Corrupt;
        default:
            return ErrorCode::NotReadable;
    }
}

DatabaseError errorOf(const QSqlError& error) {
    QString text = error.databaseText();
    // Qt's driver says what it was doing beside what SQLite answered; without an answer only the former is there.
    if (text.isEmpty()) text = error.driverText();
    return {meaning(error.nativeErrorCode().toInt()), text};
}

tl::unexpected<DatabaseError> refuse(ErrorCode code, const QString& detail) {
    return tl::unexpected(DatabaseError{code, detail});
}

QString backupName(const QString& path, qint64 version) {
    return path + QStringLiteral(".backup-v%1").arg(version);
}

/// Copies the database, with what its log holds.
DatabaseResult<void> backUp(const Database& database, const QString& target) {
    const QString unfinished = target + QStringLiteral(".part");
    QFile::remove(unfinished);
    return database.run(QStringLiteral("VACUUM INTO ?"), {unfinished})
        .and_then([&](const QSqlQuery&) -> DatabaseResult<void> {
            QFile::remove(target);
            if (QFile::rename(unfinished, target)) return {};
            return refuse(ErrorCode::NotReadable, DatabaseText::tr("the backup %1 cannot be written").arg(target));
        });
}

}  // namespace

DatabaseResult<std::unique_ptr<Database>> Database::open(const QString& path, const DatabaseOptions& options) {
    QDir().mkpath(QFileInfo(path).absolutePath());
    auto opened = connect(path, QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(options.lockTimeoutMs));
    if (!opened) return opened;
    const Database& database = **opened;
    return database.configure()
        .and_then([&] { return database.check(); })
        .and_then([&] {
            // With a full disk this waits for the next start; the chats stay hidden.
            (void)database.purge(path);
            return database.migrate(path, options.migrations);
        })
        .map([&] { return std::move(*opened); });
}

DatabaseResult<std::unique_ptr<Database>> Database::openReadOnly(const QString& path) {
    if (!QFileInfo(path).isFile()) return refuse(ErrorCode::NotFound, DatabaseText::tr("there is no such file"));
    const QString uri = QString::fromLatin1(QUrl::fromLocalFile(path).toEncoded()) + QStringLiteral("?immutable=1");
    auto opened = connect(uri, QStringLiteral("QSQLITE_OPEN_URI;QSQLITE_OPEN_READONLY"));
    if (!opened) return opened;
    return (*opened)->number(QStringLiteral("SELECT count(*) FROM chats")).map([&](qint64) {
        return std::move(*opened);
    });
}

Database::~Database() {
    if (!m_name.isEmpty()) QSqlDatabase::removeDatabase(m_name);
}

DatabaseResult<QSqlQuery> Database::run(const QString& sql, const QVariantList& values) const {
    QSqlQuery query(QSqlDatabase::database(m_name, false));
    query.setForwardOnly(true);
    if (!query.prepare(sql)) return tl::unexpected(errorOf(query.lastError()));
    for (const QVariant& value : values) query.addBindValue(value);
    if (!query.exec()) return tl::unexpected(errorOf(query.lastError()));
    return query;
}

DatabaseResult<std::unique_ptr<Database>> Database::connect(const QString& name, const QString& options) {
    std::unique_ptr<Database> database(new Database);
    database->m_name = QUuid::createUuid().toString();
    QSqlDatabase connection = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), database->m_name);
    connection.setDatabaseName(name);
    connection.setConnectOptions(options);
    if (!connection.open()) return refuse(ErrorCode::NotReadable, errorOf(connection.lastError()).detail);
    return database;
}

DatabaseResult<void> Database::configure() const {
    // The lock comes first: without it WAL would need shared memory, which a full disk may not give.
    for (const QString& pragma : {QStringLiteral("locking_mode = EXCLUSIVE"), QStringLiteral("journal_mode = WAL"),
                                  QStringLiteral("synchronous = FULL"), QStringLiteral("foreign_keys = ON"),
                                  QStringLiteral("secure_delete = ON"), QStringLiteral("trusted_schema = OFF")}) {
        if (const auto done = run(QStringLiteral("PRAGMA ") + pragma); !done) return tl::unexpected(done.error());
    }
    return {};
}

DatabaseResult<void> Database::check() const {
    return run(QStringLiteral("PRAGMA integrity_check(1)")).and_then([](QSqlQuery answer) -> DatabaseResult<void> {
        const QString text = answer.next() ? answer.value(0).toString() : errorOf(answer.lastError()).detail;
        if (text == u"ok") return {};
        return refuse(ErrorCode::Corrupt, text.simplified());
    });
}

DatabaseResult<void> Database::migrate(const QString& path, const QString& folder) const {
    const auto version = number(QStringLiteral("PRAGMA user_version"));
    const auto tables = number(QStringLiteral("SELECT count(*) FROM sqlite_schema"));
    if (!version || !tables) return tl::unexpected(version ? tables.error() : version.error());
    const QList<Migration> migrations = migrationsIn(folder);
    const int newest = migrations.isEmpty() ? 0 : migrations.last().number;
    if (*version > newest) {
        return refuse(ErrorCode::Unsupported,
                      DatabaseText::tr("the database has version %1, this program knows %2").arg(*version).arg(newest));
    }
    if (*version == newest) return {};
    if (*tables > 0) {
        if (const auto done = backUp(*this, backupName(path, *version)); !done) return done;
    }
    return transaction([&]() -> DatabaseResult<void> {
        for (const Migration& migration : migrations) {
            if (migration.number <= *version) continue;
            for (const QString& statement : migration.statements) {
                if (const auto done = run(statement); !done) return tl::unexpected(done.error());
            }
        }
        return run(QStringLiteral("PRAGMA user_version = %1").arg(newest)).map([](const QSqlQuery&) {});
    });
}

DatabaseResult<void> Database::purge(const QString& path) const {
    // Before a migration, so that its backup does not keep what was deleted. Version 1 has these columns already.
    // That of messages came with version 4, the index of words with version 5.
    QStringList tables;
    for (const QString& table : {QStringLiteral("chats"), QStringLiteral("messages")}) {
        const auto hidden = number(QStringLiteral("SELECT count(*) FROM %1 WHERE deleted_ms <> 0").arg(table));
        if (hidden && *hidden > 0) tables.append(table);
    }
    if (tables.isEmpty()) return {};
    const auto index = number(QStringLiteral("SELECT count(*) FROM sqlite_master WHERE name = 'message_words'"));
    const bool hasIndex = index && *index > 0;
    auto done = transaction([&]() -> DatabaseResult<void> {
        if (hasIndex) {
            const auto removed = removeWords(*this, QStringLiteral("deleted_ms <> 0 OR chat IN (SELECT id FROM chats "
                                                                   "WHERE deleted_ms <> 0)"));
            if (!removed) return removed;
        }
        for (const QString& table : tables) {
            const auto deleted = run(QStringLiteral("DELETE FROM %1 WHERE deleted_ms <> 0").arg(table));
            if (!deleted) return tl::unexpected(deleted.error());
        }
        return {};
    });
    // Words of what was removed stay in the index until its parts are merged.
    const QString merge = QStringLiteral("INSERT INTO message_words(message_words) VALUES('optimize')");
    for (const QString& last : {hasIndex ? merge : QString(), QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)")}) {
        if (!done) return done;
        if (!last.isEmpty()) done = run(last).map([](const QSqlQuery&) {});
    }
    const QFileInfo file(path);
    for (const QFileInfo& backup : file.dir().entryInfoList({file.fileName() + QStringLiteral(".backup-v*")})) {
        QFile::remove(backup.filePath());
    }
    return done;
}

DatabaseResult<qint64> Database::number(const QString& sql) const {
    return run(sql).and_then([](QSqlQuery answer) -> DatabaseResult<qint64> {
        if (!answer.next()) return tl::unexpected(errorOf(answer.lastError()));
        return answer.value(0).toLongLong();
    });
}

std::optional<DatabaseError> lastErrorOf(const QSqlQuery& query) {
    if (!query.lastError().isValid()) return std::nullopt;
    return errorOf(query.lastError());
}

QString setAside(const QString& path) {
    const QString aside =
        path + QDateTime::currentDateTimeUtc().toString(QStringLiteral("'.damaged-'yyyyMMdd-HHmmss-zzz"));
    if (!QFile::rename(path, aside)) return {};
    // A log that stayed would be taken for the new database's.
    QFile::rename(path + QStringLiteral("-wal"), aside + QStringLiteral("-wal"));
    QFile::remove(path + QStringLiteral("-shm"));
    return aside;
}

}  // namespace monochord::app
