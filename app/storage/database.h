#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>
#include <memory>
#include <optional>
#include <tl/expected.hpp>

#include "monochord/error.h"

namespace monochord::app {

/// SQLite's sentence, and what it means for the file.
struct DatabaseError {
    ErrorCode code = ErrorCode::NotReadable;  ///< Corrupt: no database, or one that cannot be trusted any more
    QString detail;
};

template <class T>
using DatabaseResult = tl::expected<T, DatabaseError>;

struct DatabaseOptions {
    QString migrations = QStringLiteral(":/sql");
    int lockTimeoutMs = 3000;  ///< how long to wait for another program that holds the file
};

/// The one connection to the chats: WAL, synchronous=FULL, foreign keys, secure_delete. It belongs to the thread that
/// opened it. The file is locked while it is open: a second writer in WAL mode could lose commits (SQLite
/// before 3.51.3), and a second Monochord would take the running replies of the first for ones that a crash left
/// behind.
class Database final {
    Q_DISABLE_COPY_MOVE(Database)
public:
    /// Opens or creates, checks the integrity of the whole file, removes for good what was deleted, and brings the
    /// schema up to date; before an existing file is migrated it is copied to "<path>.backup-v<version>". A schema
    /// newer than ours is Unsupported and stays untouched.
    static DatabaseResult<std::unique_ptr<Database>> open(const QString& path, const DatabaseOptions& options = {});
    /// The file as it is, without writing or locking anything: what is still to be had where open() was refused. What
    /// only stands in the log is not seen.
    static DatabaseResult<std::unique_ptr<Database>> openReadOnly(const QString& path);
    ~Database();

    /// Runs one statement with `values` bound to its question marks.
    DatabaseResult<QSqlQuery> run(const QString& sql, const QVariantList& values = {}) const;

    /// Runs `work`, which returns DatabaseResult<void>, as one transaction.
    template <class Work>
    DatabaseResult<void> transaction(Work work) const {
        return run(QStringLiteral("BEGIN IMMEDIATE"))
            .and_then([&](const QSqlQuery&) { return work(); })
            .and_then([&] { return run(QStringLiteral("COMMIT")); })
            .map([](const QSqlQuery&) {})
            .map_error([&](const DatabaseError& error) {
                // A failed COMMIT leaves the transaction open; where SQLite has already undone it, this does nothing.
                (void)run(QStringLiteral("ROLLBACK"));
                return error;
            });
    }

private:
    Database() = default;
    static DatabaseResult<std::unique_ptr<Database>> connect(const QString& name, const QString& options);
    DatabaseResult<void> configure() const;
    DatabaseResult<void> check() const;
    DatabaseResult<void> migrate(const QString& path, const QString& folder) const;
    DatabaseResult<void> purge(const QString& path) const;
    DatabaseResult<qint64> number(const QString& sql) const;

    QString m_name;  // of the connection
};

/// What ended next() before the last row, or nothing.
std::optional<DatabaseError> lastErrorOf(const QSqlQuery& query);

/// Renames the database with its log to "<path>.damaged-<time>", so that a new one can begin. The new name, or empty
/// where renaming failed.
QString setAside(const QString& path);

}  // namespace monochord::app
