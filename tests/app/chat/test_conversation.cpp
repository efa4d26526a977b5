#include <QElapsedTimer>
#include <QTest>
#include <algorithm>

#include "chat/conversation.h"

using namespace monochord::app;

namespace {

MessageRow message(qint64 id, qint64 parent, Role role = Role::User) {
    MessageRow row;
    row.id = id;
    row.chat = 1;
    row.parent = parent;
    row.role = role;
    return row;
}

ChatRow chat(qint64 leaf) {
    ChatRow row;
    row.id = 1;
    row.leaf = leaf;
    return row;
}

/// 1 ← 2, 3, 6 (three replies); 2 ← 4 ← 7; 3 ← 5
QList<MessageRow> tree() {
    return {message(1, 0), message(2, 1, Role::Assistant), message(3, 1, Role::Assistant), message(4, 2),
            message(5, 3), message(6, 1, Role::Assistant), message(7, 4, Role::Assistant)};
}

}  // namespace

class TestConversation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyChatHasNoPath() {
        const Conversation empty(chat(0), {});
        QVERIFY(empty.isEmpty());
        QVERIFY(empty.path().isEmpty());
        QVERIFY(Conversation().path().isEmpty());
        QCOMPARE(empty.message(0), nullptr);
    }

    void thePathLeadsToTheLeaf() {
        QCOMPARE(Conversation(chat(5), tree()).path(), QList<qint64>({1, 3, 5}));
        QList<MessageRow> rows = tree();
        std::ranges::reverse(rows);
        QCOMPARE(Conversation(chat(7), rows).path(), QList<qint64>({1, 2, 4, 7}));
    }

    void aLeafThatDoesNotExistShowsTheNewestBranch() {
        const Conversation shown(chat(99), tree());
        QCOMPARE(shown.path(), QList<qint64>({1, 2, 4, 7}));
        QCOMPARE(shown.chat().leaf, 7);
    }

    void siblingsHaveTheSameParentAndRole() {
        QList<MessageRow> rows = tree();
        rows.append(message(8, 1, Role::User));
        const Conversation conversation(chat(7), rows);
        QCOMPARE(conversation.siblings(3), QList<qint64>({2, 3, 6}));
        QCOMPARE(conversation.siblings(8), QList<qint64>({8}));
        QCOMPARE(conversation.siblings(1), QList<qint64>({1}));
        QCOMPARE(conversation.siblings(99), QList<qint64>());
    }

    void selectingASiblingShowsItsNewestDescendant() {
        Conversation conversation(chat(5), tree());
        QVERIFY(conversation.selectSibling(3, -1));
        QCOMPARE(conversation.path(), QList<qint64>({1, 2, 4, 7}));
        QVERIFY(!conversation.selectSibling(2, -1));
        QVERIFY(conversation.selectSibling(2, 2));
        QCOMPARE(conversation.path(), QList<qint64>({1, 6}));
        QVERIFY(!conversation.selectSibling(6, 1));
        QVERIFY(!conversation.selectSibling(99, 0));
        QCOMPARE(conversation.path(), QList<qint64>({1, 6}));
    }

    void theNewestDescendantMayHangBelowAnOlderChild() {
        QList<MessageRow> rows = tree();
        rows.append(message(8, 5, Role::Assistant));  // 1 ← 3 ← 5 ← 8, though 6 is a newer child of 1
        Conversation conversation(chat(6), rows);
        conversation.select(1);
        QCOMPARE(conversation.path(), QList<qint64>({1, 3, 5, 8}));
    }

    void addingShowsTheNewMessageAndKeepsTheOthers() {
        Conversation conversation(chat(7), tree());
        conversation.add(message(9, 1, Role::Assistant));
        QCOMPARE(conversation.path(), QList<qint64>({1, 9}));
        QCOMPARE(conversation.siblings(9), QList<qint64>({2, 3, 6, 9}));
        QVERIFY(conversation.message(7));
        conversation.add(message(10, 77));
        QCOMPARE(conversation.path(), QList<qint64>({10}));
    }

    void addingTheSameIdAgainChangesItsText() {
        Conversation conversation(chat(7), tree());
        MessageRow again = message(1, 7);
        again.text = QStringLiteral("new");
        conversation.add(again);
        QCOMPARE(conversation.path(), QList<qint64>({1, 2, 4, 7}));
        QCOMPARE(conversation.message(1)->text, QStringLiteral("new"));
    }

    void updatingKeepsTheMessagesPlace() {
        Conversation conversation(chat(7), tree());
        MessageRow changed = message(4, 3, Role::Assistant);
        changed.text = QStringLiteral("text");
        changed.state = MessageState::Stopped;
        changed.note = QStringLiteral("note");
        changed.record.replyTokens = 3;
        conversation.update(changed);
        changed.parent = 2;
        changed.role = Role::User;
        QCOMPARE(*conversation.message(4), changed);
        conversation.update(message(99, 0));
        QVERIFY(!conversation.message(99));
        conversation.appendText(4, QStringLiteral(" more"));
        conversation.appendText(99, QStringLiteral(" more"));
        QCOMPARE(conversation.message(4)->text, QStringLiteral("text more"));
    }

    void rowsWithoutTheirParentsAreFirstMessages() {
        const Conversation conversation(chat(3), {message(2, 77), message(3, 2)});
        QCOMPARE(conversation.path(), QList<qint64>({2, 3}));
    }

    void circlesAreCutAndNothingIsLost() {
        // 2 → 3 → 4 → 2, 5 below 3, 6 its own parent
        const QList<MessageRow> rows = {message(2, 3), message(3, 4), message(4, 2), message(5, 3), message(6, 6)};
        for (qint64 leaf = 2; leaf <= 6; ++leaf) {
            const Conversation conversation(chat(leaf), rows);
            QCOMPARE(conversation.siblings(2), QList<qint64>({2, 3, 4, 6}));
            QCOMPARE(conversation.path(), leaf == 5 ? QList<qint64>({3, 5}) : QList<qint64>({leaf}));
        }
    }

    void aRowWithoutAnIdIsKept() {
        const Conversation conversation(chat(0), {message(0, 0), message(1, 0)});
        QCOMPARE(conversation.siblings(1).size(), 2);
        QCOMPARE(conversation.path().size(), 1);
    }

    void aLineOf100000MessagesWorks() {
        QList<MessageRow> rows;
        constexpr qint64 kCount = 100'000;
        // Backwards: each row's parent is yet to come.
        for (qint64 id = kCount; id >= 1; --id) rows.append(message(id, id - 1));
        QElapsedTimer clock;
        clock.start();
        Conversation conversation(chat(0), rows);
        QCOMPARE(conversation.path().size(), kCount);
        conversation.select(1);
        QCOMPARE(conversation.chat().leaf, kCount);
        conversation.add(message(kCount + 1, kCount));
        QCOMPARE(conversation.path().last(), kCount + 1);
        QVERIFY2(clock.elapsed() < 8000, qPrintable(QString::number(clock.elapsed())));
    }

    void aCircleOf100000MessagesWorks() {
        QList<MessageRow> rows;
        constexpr qint64 kCount = 100'000;
        for (qint64 id = 1; id <= kCount; ++id) rows.append(message(id, id % kCount + 1));
        const Conversation conversation(chat(0), rows);
        QCOMPARE(conversation.siblings(1).size(), kCount);
    }
};

QTEST_APPLESS_MAIN(TestConversation)
#include "test_conversation.moc"
