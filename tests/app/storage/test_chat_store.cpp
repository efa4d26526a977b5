#include <QFile>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <memory>

#include "app/storage/store_reader.h"
#include "storage/chat_store.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

MessageRow message(qint64 id, qint64 chat, qint64 parent, Role role, const QString& text,
                   MessageState state = MessageState::Complete) {
    MessageRow row;
    row.id = id;
    row.chat = chat;
    row.parent = parent;
    row.role = role;
    row.state = state;
    row.text = text;
    return row;
}

ChatRow chat(qint64 id, const QString& title, qint64 leaf = 0, qint64 updatedMs = 1) {
    ChatRow row;
    row.id = id;
    row.title = title;
    row.leaf = leaf;
    row.updatedMs = updatedMs;
    return row;
}

}  // namespace

class TestChatStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("new folder/chats.sqlite"));
        reopen();
    }
    void cleanup() {
        m_store.reset();
        m_folder.reset();
    }

    void aNewStoreIsEmpty() {
        QCOMPARE(chatsOf(*m_store), QList<ChatRow>());
        QCOMPARE(messagesOf(*m_store, 7), QList<MessageRow>());
    }

    void aTreeComesBackAfterARestart() {
        const ChatRow row = {1, QStringLiteral("Räuber"), QStringLiteral("Be brief."), 4, 1234};
        QList<MessageRow> tree = {message(2, 1, 0, Role::User, QStringLiteral("Hello")),
                                  message(3, 1, 2, Role::Assistant, QStringLiteral("a"), MessageState::Stopped),
                                  message(4, 1, 2, Role::Assistant, QStringLiteral("b"), MessageState::Failed)};
        tree[1].record.modelName = QStringLiteral("SmolLM2");
        tree[1].record.replyTokens = 17;
        tree[2].note = QStringLiteral("The disk caught fire.");
        m_store->putChat(row);
        for (const qsizetype i : {2, 0, 1}) m_store->putMessage(tree[i]);
        reopen();
        QCOMPARE(chatsOf(*m_store), QList<ChatRow>{row});
        QCOMPARE(messagesOf(*m_store, 1), tree);
    }

    void rowsAreReplacedByTheirIds() {
        m_store->putChat(chat(1, QStringLiteral("old")));
        m_store->putMessage(message(2, 1, 0, Role::User, QStringLiteral("old")));
        chatsOf(*m_store);
        m_store->putChat(chat(1, QStringLiteral("new"), 2));
        m_store->putMessage(message(2, 1, 0, Role::User, QStringLiteral("new")));
        QCOMPARE(chatsOf(*m_store), QList<ChatRow>{chat(1, QStringLiteral("new"), 2)});
        QCOMPARE(messagesOf(*m_store, 1), QList<MessageRow>{message(2, 1, 0, Role::User, QStringLiteral("new"))});
    }

    void newestChatsComeFirst() {
        m_store->putChat(chat(1, QStringLiteral("a"), 0, 10));
        m_store->putChat(chat(2, QStringLiteral("b"), 0, 30));
        m_store->putChat(chat(3, QStringLiteral("c"), 0, 20));
        QStringList titles;
        for (const ChatRow& row : chatsOf(*m_store)) titles << row.title;
        QCOMPARE(titles, QStringList({QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("a")}));
    }

    void aMessageIsDurableOnceAndInOrder() {
        QSignalSpy durable(m_store.get(), &ChatStore::durable);
        for (qint64 id = 10; id < 15; ++id) m_store->putMessage(message(id, 1, 0, Role::User, QStringLiteral("x")));
        QTRY_COMPARE(durable.size(), 5);
        for (qsizetype i = 0; i < 5; ++i) QCOMPARE(durable[i][0].toLongLong(), 10 + i);
    }

    void aMessageOfAChatThatWasNotPutBeginsIt() {
        m_store->putMessage(message(2'000'000, 1, 0, Role::User, QStringLiteral("first")));
        reopen();
        QCOMPARE(chatsOf(*m_store), QList<ChatRow>{chat(1, QString(), 2'000'000, 2'000)});
        QCOMPARE(messagesOf(*m_store, 1).size(), 1);
    }

    void whatACrashLeftGeneratingIsInterruptedWithItsJournal() {
        m_store->putChat(chat(1, QStringLiteral("c"), 3));
        m_store->putMessage(message(3, 1, 0, Role::Assistant, QString(), MessageState::Generating));
        m_store->journal(3, {QStringLiteral("So far"), QByteArray("\1\0", 2)});
        QCOMPARE(messagesOf(*m_store, 1)[0].state, MessageState::Generating);
        reopen();
        MessageRow left = message(3, 1, 0, Role::Assistant, QStringLiteral("So far"), MessageState::Interrupted);
        left.trace = QByteArray("\1\0", 2);
        QCOMPARE(messagesOf(*m_store, 1), QList<MessageRow>{left});
    }

    void aFinishedReplyWinsOverAJournalThatWaits() {
        m_store->putMessage(message(3, 1, 0, Role::Assistant, QString(), MessageState::Generating));
        m_store->journal(3, {QStringLiteral("a")});
        m_store->journal(3, {QStringLiteral("a b")});
        m_store->putMessage(message(3, 1, 0, Role::Assistant, QStringLiteral("a b c")));
        m_store->journal(3, {QStringLiteral("late")});
        reopen();
        QCOMPARE(messagesOf(*m_store, 1)[0].text, QStringLiteral("a b c"));
    }

    void theJournalReachesTheDiskWithinASecondAndNotAtEveryCall() {
        m_store->putMessage(message(3, 1, 0, Role::Assistant, QString(), MessageState::Generating));
        m_store->journal(3, {QStringLiteral("1")});
        chatsOf(*m_store);
        const auto logSize = [this] { return QFile(m_path + QStringLiteral("-wal")).size(); };
        const qint64 before = logSize();
        for (int i = 0; i < 20; ++i) {
            m_store->journal(3, {QStringLiteral("1 2")});
            QTest::qWait(5);
        }
        QCOMPARE(logSize(), before);
        QTRY_VERIFY_WITH_TIMEOUT(logSize() > before, 1000);
    }

    void aDeletedChatIsHiddenAndComesBack() {
        m_store->putChat(chat(1, QStringLiteral("keep me"), 2));
        m_store->putMessage(message(2, 1, 0, Role::User, QStringLiteral("x")));
        m_store->deleteChat(1);
        QVERIFY(chatsOf(*m_store).isEmpty());
        QVERIFY(messagesOf(*m_store, 1).isEmpty());
        m_store->putMessage(message(3, 1, 2, Role::Assistant, QStringLiteral("a reply that was still running")));
        m_store->putChat(chat(1, QStringLiteral("keep me"), 3));
        QVERIFY(chatsOf(*m_store).isEmpty());
        m_store->undeleteChat(1);
        reopen();
        QCOMPARE(chatsOf(*m_store), QList<ChatRow>{chat(1, QStringLiteral("keep me"), 3)});
        QCOMPARE(messagesOf(*m_store, 1).size(), 2);
    }

    void aDeletedChatLeavesNoBytesAfterTheNextStart() {
        m_store->putChat(chat(1, QStringLiteral("title-of-the-secret")));
        m_store->putMessage(message(2, 1, 0, Role::User, QStringLiteral("text-of-the-secret").repeated(2000)));
        m_store->putMessage(message(5, 4, 0, Role::User, QStringLiteral("stays")));
        m_store->deleteChat(1);
        reopen();
        QCOMPARE(chatsOf(*m_store).size(), 1);
        for (const char* suffix : {"", "-wal"}) {
            QFile file(m_path + QLatin1String(suffix));
            if (!file.open(QIODevice::ReadOnly)) continue;
            QVERIFY2(!file.readAll().contains("of-the-secret"), suffix);
        }
        m_store->undeleteChat(1);
        QCOMPARE(chatsOf(*m_store).size(), 1);
    }

    void awkwardTextComesBack_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("back");
        const QString nul = QStringLiteral("a\0b");
        const QString quotes = QStringLiteral("'; DROP TABLE chats; -- \" ? :id %1 %2");
        const QString high(QChar(0xd83d)), low(QChar(0xde00)), unknown(QChar(0xfffd));
        QTest::newRow("nul") << QStringLiteral("a") + QChar(0) + QStringLiteral("b")
                             << QStringLiteral("a") + QChar(0) + QStringLiteral("b");
        QTest::newRow("sql") << quotes << quotes;
        QTest::newRow("emoji") << high + low << high + low;
        QTest::newRow("lone surrogates") << low + QStringLiteral("x") + high + QStringLiteral("y") + high
                                         << unknown + QStringLiteral("x") + unknown + QStringLiteral("y") + unknown;
        QTest::newRow("empty") << QString() << QString();
        QTest::newRow("5 MB") << QStringLiteral("0123456789abcdé\n").repeated(330'000)
                              << QStringLiteral("0123456789abcdé\n").repeated(330'000);
    }
    void awkwardTextComesBack() {
        QFETCH(QString, text);
        QFETCH(QString, back);
        m_store->putChat(chat(1, text.left(100)));
        m_store->putMessage(message(2, 1, 0, Role::User, text));
        reopen();
        QCOMPARE(chatsOf(*m_store)[0].title, back.left(100));
        QVERIFY(messagesOf(*m_store, 1)[0].text == back);
    }

    void rowsThatMakeNoSenseAreReadAllTheSame() {
        m_store->putChat(chat(1, QStringLiteral("c")));
        m_store.reset();
        execute(QStringLiteral("INSERT INTO messages (id, chat, parent, role, state, text, note, record) VALUES(2, 1, 3, 99, -1, x'ff00', 12, '{\"replyTokens\": [')"));
        execute(QStringLiteral("INSERT INTO messages (id, chat, parent, role, state, text, note, record) VALUES(3, 1, 2, 'user', 'no', 'text', '', '[]')"));
        reopen();
        const QList<MessageRow> rows = messagesOf(*m_store, 1);
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[0].role, Role::User);
        QCOMPARE(rows[0].state, MessageState::Complete);
        QCOMPARE(rows[0].record, ReplyRecord());
        QCOMPARE(rows[1], message(3, 1, 2, Role::User, QStringLiteral("text")));
    }

    void opening20000MessagesIsQuick() {
        for (qint64 i = 1; i <= 1000; ++i) {
            m_store->putChat(chat(i, QStringLiteral("chat %1").arg(i), i * 100 + 19, i));
            for (qint64 j = 0; j < 20; ++j) {
                m_store->putMessage(message(i * 100 + j, i, j ? i * 100 + j - 1 : 0,
                                            j % 2 ? Role::Assistant : Role::User,
                                            QStringLiteral("Some text of a usual length. ").repeated(40)));
            }
        }
        m_store.reset();
        QElapsedTimer clock;
        clock.start();
        m_store = std::make_unique<ChatStore>(m_path);
        QCOMPARE(chatsOf(*m_store).size(), 1000);
        const qint64 opened = clock.restart();
        QCOMPARE(chatsOf(*m_store).size(), 1000);
        const qint64 listed = clock.restart();
        QCOMPARE(messagesOf(*m_store, 500).size(), 20);
        qInfo("%lld MB: open and list %lld ms, list %lld ms, one chat %lld ms", QFile(m_path).size() / 1'000'000,
              opened, listed, clock.elapsed());
        QVERIFY(listed <
                200);  // a scan of all messages takes longer than this list by far; the margin is for slow machines
    }

    void idsAscend() {
        qint64 last = 0;
        for (int i = 0; i < 10'000; ++i) {
            const qint64 id = newId();
            QVERIFY(id > last);
            last = id;
        }
    }

private:
    void reopen() {
        m_store.reset();
        m_store = std::make_unique<ChatStore>(m_path);
    }
    void execute(const QString& sql) {
        {
            QSqlDatabase raw = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("raw"));
            raw.setDatabaseName(m_path);
            QVERIFY(raw.open());
            QSqlQuery query(raw);
            QVERIFY(query.exec(sql));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("raw"));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<ChatStore> m_store;
};

QTEST_GUILESS_MAIN(TestChatStore)
#include "test_chat_store.moc"
