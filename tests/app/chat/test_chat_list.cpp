#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

#include "chat/chat_list.h"

using namespace monochord::app;

namespace {

ChatRow chat(qint64 id, qint64 updatedMs, const QString& title = {}) {
    ChatRow row;
    row.id = id;
    row.title = title;
    row.updatedMs = updatedMs;
    return row;
}

QList<qint64> ids(const ChatList& list) {
    QList<qint64> all;
    for (int i = 0; i < list.rowCount(); ++i) all << list.index(i).data(ChatIdRole).toLongLong();
    return all;
}

}  // namespace

class TestChatList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void newestComeFirst() {
        ChatList list;
        list.setChats({chat(1, 10), chat(2, 30), chat(3, 20), chat(4, 20)});
        QCOMPARE(ids(list), QList<qint64>({2, 4, 3, 1}));
        list.setChats({});
        QCOMPARE(list.rowCount(), 0);
    }

    void rowsTellTitleAndTime() {
        ChatList list;
        list.setChats({chat(1, 1'700'000'000'000, QStringLiteral("Title")), chat(2, 1)});
        const QModelIndex first = list.index(0);
        QCOMPARE(first.data().toString(), QStringLiteral("Title"));
        QCOMPARE(first.data(ChatUpdatedRole).toDateTime(), QDateTime::fromMSecsSinceEpoch(1'700'000'000'000));
        QCOMPARE(first.data(ChatUpdatedRole).toDateTime().timeSpec(), Qt::LocalTime);
        QCOMPARE(list.index(1).data().toString(), QStringLiteral("New chat"));
        QVERIFY(!first.data(Qt::DecorationRole).isValid());
    }

    void aChangedChatMovesToItsPlace_data() {
        QTest::addColumn<qint64>("id");
        QTest::addColumn<qint64>("updatedMs");
        QTest::addColumn<QList<qint64>>("order");
        QTest::newRow("to the top") << 1LL << 99LL << QList<qint64>({1, 4, 3, 2});
        QTest::newRow("up by one") << 2LL << 31LL << QList<qint64>({4, 2, 3, 1});
        QTest::newRow("down by one") << 4LL << 25LL << QList<qint64>({3, 4, 2, 1});
        QTest::newRow("to the end") << 4LL << 1LL << QList<qint64>({3, 2, 1, 4});
        QTest::newRow("stays") << 3LL << 33LL << QList<qint64>({4, 3, 2, 1});
    }
    void aChangedChatMovesToItsPlace() {
        QFETCH(qint64, id);
        QFETCH(qint64, updatedMs);
        QFETCH(QList<qint64>, order);
        ChatList list;
        const QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
        list.setChats({chat(1, 10), chat(2, 20), chat(3, 30), chat(4, 40)});
        QSignalSpy moved(&list, &ChatList::rowsMoved), changed(&list, &ChatList::dataChanged);
        const QPersistentModelIndex row = list.index(int(ids(list).indexOf(id)));
        list.put(chat(id, updatedMs, QStringLiteral("changed")));
        QCOMPARE(ids(list), order);
        QCOMPARE(row.data(ChatIdRole).toLongLong(), id);  // what is selected stays selected
        QCOMPARE(row.data().toString(), QStringLiteral("changed"));
        QCOMPARE(moved.size(), ids(list) == QList<qint64>({4, 3, 2, 1}) ? 0 : 1);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.first().first().toModelIndex().row(), row.row());
    }

    void chatsAreInsertedInTheirPlaceAndRemoved() {
        ChatList list;
        const QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (const auto& [id, ms] : {std::pair{1, 10}, {2, 30}, {3, 20}, {4, 5}}) list.put(chat(id, ms));
        QCOMPARE(ids(list), QList<qint64>({2, 3, 1, 4}));
        list.remove(3);
        list.remove(99);
        QCOMPARE(ids(list), QList<qint64>({2, 1, 4}));
    }

    void chatsAreFoundById() {
        ChatList list;
        list.setChats({chat(1, 10, QStringLiteral("a"))});
        QCOMPARE(*list.chat(1), chat(1, 10, QStringLiteral("a")));
        QCOMPARE(list.chat(2), nullptr);
    }
};

QTEST_GUILESS_MAIN(TestChatList)
#include "test_chat_list.moc"
