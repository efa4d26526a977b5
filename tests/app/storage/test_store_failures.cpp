#include <sys/resource.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <memory>

#include "app/storage/store_reader.h"
#include "storage/chat_store.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

/// No file can grow beyond `bytes` while this lives: what a full disk does, without the rights to make one.
class SmallDisk {
    Q_DISABLE_COPY_MOVE(SmallDisk)
public:
    explicit SmallDisk(qint64 bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit small = m_before;
        small.rlim_cur = rlim_t(bytes);
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before{};
};

MessageRow message(qint64 id, const QString& text, MessageState state = MessageState::Complete) {
    MessageRow row;
    row.id = id;
    row.chat = 1;
    row.state = state;
    row.text = text;
    return row;
}

ChatRow chat(const QString& title) {
    ChatRow row;
    row.id = 1;
    row.title = title;
    return row;
}

const QString kLong = QStringLiteral("A text that needs some room. ").repeated(1000);

}  // namespace

class TestStoreFailures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("chats.sqlite"));
        open();
    }
    void cleanup() {
        m_spies.reset();
        m_store.reset();
        m_folder.reset();
    }

    void onAFullDiskTheChatGoesOnAndIsSavedOnceThereIsRoom() {
        m_store->putChat(chat(QStringLiteral("before")));
        m_store->putMessage(message(2, QStringLiteral("first")));
        QCOMPARE(messagesOf(*m_store, 1).size(), 1);
        m_spies->durable.clear();
        {
            const SmallDisk disk(QFileInfo(m_path + QStringLiteral("-wal")).size());
            m_store->putChat(chat(QStringLiteral("while full")));
            m_store->putMessage(message(3, kLong));
            m_store->putMessage(message(4, QString(), MessageState::Generating));
            m_store->journal(4, {QStringLiteral("so far")});
            m_store->putMessage(message(2, QStringLiteral("first, changed")));
            QTRY_COMPARE(m_spies->durable.size(), 3);
            QCOMPARE(m_spies->failed.size(), 1);
            const auto failure = m_spies->failed[0][0].value<Failure>();
            QCOMPARE(failure.task, Task::Store);
            QCOMPARE(failure.subject, m_path);
            QVERIFY(!failure.detail.isEmpty());
            // Shown from memory meanwhile, and not lost by looking at it.
            QCOMPARE(chatsOf(*m_store)[0].title, QStringLiteral("while full"));
            const QList<MessageRow> rows = messagesOf(*m_store, 1);
            QCOMPARE(rows.size(), 3);
            QCOMPARE(rows[0].text, QStringLiteral("first, changed"));
            QCOMPARE(rows[2].text, QStringLiteral("so far"));
            QCOMPARE(m_spies->failed.size(), 1);
        }
        QVERIFY(m_spies->recovered.isEmpty());
        m_store->putMessage(message(5, QStringLiteral("last")));
        QTRY_COMPARE(m_spies->recovered.size(), 1);
        reopen();
        QCOMPARE(chatsOf(*m_store)[0].title, QStringLiteral("while full"));
        const QList<MessageRow> rows = messagesOf(*m_store, 1);
        QCOMPARE(rows.size(), 4);
        QCOMPARE(rows[0].text, QStringLiteral("first, changed"));
        QCOMPARE(rows[1].text, kLong);
        QCOMPARE(rows[2].text, QStringLiteral("so far"));
        QCOMPARE(rows[2].state, MessageState::Interrupted);
        QVERIFY(m_spies->failed.isEmpty());
    }

    void itTriesAgainByItself() {
        chatsOf(*m_store);
        {
            const SmallDisk disk(0);
            m_store->putMessage(message(2, kLong));
            QTRY_COMPARE(m_spies->failed.size(), 1);
        }
        QTRY_COMPARE_WITH_TIMEOUT(m_spies->recovered.size(), 1, 6000);
    }

    void itFailsAgainAfterItRecovered() {
        chatsOf(*m_store);
        for (int round = 1; round <= 2; ++round) {
            {
                const SmallDisk disk(0);
                m_store->putMessage(message(round * 2, kLong));
                QTRY_COMPARE(m_spies->failed.size(), round);
            }
            m_store->putMessage(message(round * 2 + 1, kLong));
            QTRY_COMPARE(m_spies->recovered.size(), round);
        }
    }

    void aFullDiskAtTheStartHidesNothing() {
        m_store->putChat(chat(QStringLiteral("old")));
        m_store->putMessage(message(2, QStringLiteral("cut off"), MessageState::Generating));
        close();
        {
            const SmallDisk disk(0);
            open();
            QCOMPARE(chatsOf(*m_store)[0].title, QStringLiteral("old"));
            QCOMPARE(messagesOf(*m_store, 1)[0].state, MessageState::Interrupted);
            QCOMPARE(m_spies->failed.size(), 1);
            m_store->putMessage(message(3, kLong));
            QTRY_COMPARE(m_spies->durable.size(), 1);
            QCOMPARE(messagesOf(*m_store, 1).size(), 2);
        }
        m_store->putMessage(message(4, QStringLiteral("more")));
        QTRY_COMPARE(m_spies->recovered.size(), 1);
        reopen();
        QCOMPARE(messagesOf(*m_store, 1).size(), 3);
        QCOMPARE(messagesOf(*m_store, 1)[0].state, MessageState::Interrupted);
        QVERIFY(damaged().isEmpty());
    }

    void aFullDiskAtTheVeryFirstStart() {
        close();
        QVERIFY(QFile::remove(m_path));
        {
            const SmallDisk disk(0);
            open();
            m_store->putMessage(message(2, QStringLiteral("hello")));
            QTRY_COMPARE(m_spies->durable.size(), 1);
            QCOMPARE(m_spies->failed.size(), 1);
            QCOMPARE(chatsOf(*m_store).size(), 1);
            m_store->deleteChat(1);
            QCOMPARE(chatsOf(*m_store).size(), 0);
            m_store->undeleteChat(1);
        }
        m_store->putMessage(message(3, QStringLiteral("more")));
        QTRY_COMPARE(m_spies->recovered.size(), 1);
        reopen();
        QCOMPARE(messagesOf(*m_store, 1).size(), 2);
    }

    void withoutAFolderChatsLiveInMemory() {
        QFile file(m_folder->filePath(QStringLiteral("file")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        close();
        m_path = m_folder->filePath(QStringLiteral("file/chats.sqlite"));
        open();
        m_store->putChat(chat(QStringLiteral("in memory")));
        m_store->putMessage(message(2, QStringLiteral("hello")));
        QTRY_COMPARE(m_spies->durable.size(), 1);
        QCOMPARE(m_spies->failed.size(), 1);
        QCOMPARE(chatsOf(*m_store)[0].title, QStringLiteral("in memory"));
        QCOMPARE(messagesOf(*m_store, 1).size(), 1);
    }

    void whatIsNoDatabaseIsSetAside_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("Dear diary,\n").repeated(1000);
        QTest::newRow("the right beginning") << "SQLite format 3" + QByteArray(1, '\0') + QByteArray(8000, '\x7f');
    }
    void whatIsNoDatabaseIsSetAside() {
        QFETCH(QByteArray, bytes);
        close();
        overwrite(0, bytes);
        expectSetAside();
        QFile kept(m_folder->filePath(damaged().first()));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QVERIFY(kept.readAll().startsWith(bytes));
    }

    void aDamagedDatabaseIsSetAside_data() {
        QTest::addColumn<bool>("truncate");
        QTest::newRow("cut off") << true;
        QTest::newRow("pages overwritten") << false;
    }
    void aDamagedDatabaseIsSetAside() {
        QFETCH(bool, truncate);
        for (qint64 id = 2; id < 40; ++id) m_store->putMessage(message(id, kLong));
        close();
        const qint64 half = QFileInfo(m_path).size() / 8192 * 4096;
        if (truncate) {
            QVERIFY(QFile::resize(m_path, half));
        } else {
            overwrite(4096, QByteArray(20 * 4096, '\xa5'));
        }
        expectSetAside();
    }

    void aDatabaseOfAnotherProgramIsSetAside() {
        close();
        QVERIFY(QFile::remove(m_path));
        sql(QStringLiteral("CREATE TABLE chats (name TEXT)"));
        expectSetAside();
    }

    void aSecondProgramReadsAndWaitsForItsTurn() {
        m_store->putChat(chat(QStringLiteral("shared")));
        reopen();
        chatsOf(*m_store);  // it is open now
        ChatStore second(m_path);
        QSignalSpy failed(&second, &ChatStore::failed), recovered(&second, &ChatStore::recovered);
        QCOMPARE(chatsOf(second).size(), 1);
        QCOMPARE(failed.size(), 1);
        second.putMessage(message(7, QStringLiteral("from the second")));
        QCOMPARE(messagesOf(second, 1).size(), 1);
        close();
        second.putMessage(message(8, QStringLiteral("again")));
        QTRY_COMPARE(recovered.size(), 1);
        QCOMPARE(messagesOf(second, 1).size(), 2);
        QVERIFY(damaged().isEmpty());
    }

private:
    struct Spies {
        explicit Spies(ChatStore* store)
            : durable(store, &ChatStore::durable),
              failed(store, &ChatStore::failed),
              recovered(store, &ChatStore::recovered) {}
        QSignalSpy durable, failed, recovered;
    };

    void open() {
        m_store = std::make_unique<ChatStore>(m_path);
        m_spies = std::make_unique<Spies>(m_store.get());
    }
    void close() {
        m_spies.reset();
        m_store.reset();
    }
    void reopen() {
        close();
        open();
    }
    QStringList damaged() const {
        QStringList names =
            QFileInfo(m_path).dir().entryList({QFileInfo(m_path).fileName() + QStringLiteral(".damaged-*")});
        names.removeIf([](const QString& name) { return name.endsWith(QStringLiteral("-wal")); });
        return names;
    }
    void overwrite(qint64 at, const QByteArray& bytes) {
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(at));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    void sql(const QString& statement) {
        {
            QSqlDatabase raw = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("raw"));
            raw.setDatabaseName(m_path);
            QVERIFY(raw.open());
            QVERIFY(QSqlQuery(raw).exec(statement));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("raw"));
    }
    /// Opens: it says that the file is damaged and where it is kept, and a new database works at once.
    void expectSetAside() {
        open();
        m_store->putMessage(message(100, QStringLiteral("new")));
        QTRY_COMPARE(m_spies->durable.size(), 1);
        QCOMPARE(m_spies->failed.size(), 1);
        const auto failure = m_spies->failed[0][0].value<Failure>();
        QCOMPARE(failure.code, ErrorCode::Corrupt);
        QCOMPARE(damaged().size(), 1);
        QVERIFY(failure.detail.contains(damaged().first()));
        reopen();
        QCOMPARE(messagesOf(*m_store, 1).last().text, QStringLiteral("new"));
        QVERIFY(m_spies->failed.isEmpty());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<ChatStore> m_store;
    std::unique_ptr<Spies> m_spies;
};

QTEST_GUILESS_MAIN(TestStoreFailures)
#include "test_store_failures.moc"
