#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "storage/chat_tables.h"
#include "storage/database.h"

using namespace monochord;
using namespace monochord::app;

namespace {

qint64 number(const Database& database, const QString& sql) {
    auto query = database.run(sql);
    return query && query->next() ? query->value(0).toLongLong() : -1;
}

}  // namespace

class TestDatabase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("chats.sqlite"));
        m_steps.migrations = m_folder->filePath(QStringLiteral("sql"));
        QDir().mkpath(m_steps.migrations);
        m_current = 0;
        for (const QString& name : QDir(QStringLiteral(":/sql")).entryList({QStringLiteral("0*.sql")})) {
            QFile::copy(QStringLiteral(":/sql/") + name, m_steps.migrations + u'/' + name);
            m_current++;
        }
        const auto database = Database::open(m_path, m_steps);
        QVERIFY(database);
        ChatRow chat;
        chat.id = 1;
        chat.title = QStringLiteral("old");
        QVERIFY(write(**database, chat));
        chat.id = 2;
        chat.title = QStringLiteral("secret title");
        QVERIFY(write(**database, chat));
    }

    void itIsConfiguredForSafety() {
        const auto database = Database::open(m_path);
        QVERIFY(database);
        auto mode = (*database)->run(QStringLiteral("PRAGMA journal_mode"));
        QVERIFY(mode && mode->next());
        QCOMPARE(mode->value(0).toString(), QStringLiteral("wal"));
        QCOMPARE(number(**database, QStringLiteral("PRAGMA synchronous")), 2);
        QCOMPARE(number(**database, QStringLiteral("PRAGMA foreign_keys")), 1);
        QCOMPARE(number(**database, QStringLiteral("PRAGMA secure_delete")), 1);
        QCOMPARE(number(**database, QStringLiteral("PRAGMA user_version")), m_current);
        QVERIFY(!QFile::exists(backup(0)));  // there was nothing to keep
    }

    void anOlderDatabaseIsMigratedBesideABackup() {
        step(1, "ALTER TABLE chats ADD COLUMN pinned INTEGER NOT NULL DEFAULT 7;");
        step(2, "CREATE TABLE more (id INTEGER PRIMARY KEY); INSERT INTO more VALUES(5);");
        {
            const auto database = Database::open(m_path, m_steps);
            QVERIFY(database);
            QCOMPARE(number(**database, QStringLiteral("PRAGMA user_version")), m_current + 2);
            QCOMPARE(number(**database, QStringLiteral("SELECT pinned FROM chats WHERE title = 'old'")), 7);
            QCOMPARE(number(**database, QStringLiteral("SELECT id FROM more")), 5);
        }
        const auto before = Database::openReadOnly(backup(m_current));
        QVERIFY(before);
        QCOMPARE(number(**before, QStringLiteral("PRAGMA user_version")), m_current);
        QCOMPARE(number(**before, QStringLiteral("SELECT count(*) FROM chats")), 2);
        QVERIFY(Database::open(m_path, m_steps));  // and stays so
    }

    void aMigrationThatFailsChangesNothing() {
        step(1, "ALTER TABLE chats ADD COLUMN pinned INTEGER; INSERT INTO nowhere VALUES(1);");
        QVERIFY(!Database::open(m_path, m_steps));
        const auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE(number(**database, QStringLiteral("PRAGMA user_version")), m_current);
        QCOMPARE(number(**database, QStringLiteral("SELECT count(*) FROM pragma_table_info('chats')")), 6);
    }

    void aNewerDatabaseIsLeftAlone() {
        step(1, "CREATE TABLE newer (id INTEGER PRIMARY KEY);");
        QVERIFY(Database::open(m_path, m_steps));
        const auto database = Database::open(m_path);
        QVERIFY(!database);
        QCOMPARE(database.error().code, ErrorCode::Unsupported);
        QVERIFY(Database::open(m_path, m_steps));
    }

    void whatWasDeletedIsInNoBackup() {
        step(1, "CREATE TABLE newer (id INTEGER PRIMARY KEY);");
        QFile old(backup(0));
        QVERIFY(old.open(QIODevice::WriteOnly));
        old.close();
        {
            const auto database = Database::open(m_path);
            QVERIFY(database);
            QVERIFY(writeHidden(**database, 2, true));
        }
        QVERIFY(Database::open(m_path, m_steps));
        QVERIFY(!old.exists());
        QFile made(backup(m_current));
        QVERIFY(made.open(QIODevice::ReadOnly));
        QVERIFY(!made.readAll().contains("secret title"));
        const auto before = Database::openReadOnly(backup(m_current));
        QVERIFY(before);
        QCOMPARE(number(**before, QStringLiteral("SELECT count(*) FROM chats")), 1);
    }

    void transactionsAreWholeOrNothing() {
        const auto database = Database::open(m_path);
        QVERIFY(database);
        const auto done = (*database)->transaction([&]() -> DatabaseResult<void> {
            ChatRow chat;
            chat.id = 9;
            (void)write(**database, chat);
            return tl::unexpected(DatabaseError{});
        });
        QVERIFY(!done);
        QCOMPARE(number(**database, QStringLiteral("SELECT count(*) FROM chats")), 2);
        QVERIFY((*database)->transaction([] { return DatabaseResult<void>{}; }));
    }

    void messagesOfAChatAreFoundByTheIndex() {
        const auto database = Database::open(m_path);
        QVERIFY(database);
        for (const char* sql :
             {"SELECT id FROM messages WHERE chat = 5 ORDER BY id", "UPDATE messages SET state = 3 WHERE state = 1"}) {
            auto plan = (*database)->run(QStringLiteral("EXPLAIN QUERY PLAN ") + QLatin1String(sql));
            QVERIFY(plan && plan->next());
            QVERIFY2(plan->value(3).toString().startsWith(QStringLiteral("SEARCH")),
                     qPrintable(plan->value(3).toString()));
            QVERIFY(!plan->next());  // no sorting either
        }
    }

private:
    QString backup(int version) const { return m_path + QStringLiteral(".backup-v%1").arg(version); }
    /// A migration behind the ones there are, the first or the second.
    void step(int behind, const char* sql) {
        QFile file(m_steps.migrations +
                   QStringLiteral("/%1_step.sql").arg(m_current + behind, 4, 10, QLatin1Char('0')));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(sql);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    DatabaseOptions m_steps;
    int m_current = 0;  // migrations there are
};

QTEST_GUILESS_MAIN(TestDatabase)
#include "test_database.moc"
