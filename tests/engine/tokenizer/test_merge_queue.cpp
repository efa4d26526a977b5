#include "tokenizer/merge_queue.h"

#include <QTest>
#include <random>
#include <set>

using namespace monochord;

class TestMergeQueue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void setGivesItsLowest();
    void popsByRankThenPosition();
    void agreesWithASortedSet();
    void canBeUsedAgain();
};

void TestMergeQueue::setGivesItsLowest() {
    RankSet set(300'000);
    QVERIFY(!set.lowest());
    for (const uint32_t rank : {299'999u, 64u, 4096u, 63u}) set.insert(rank);
    for (const uint32_t rank : {63u, 64u, 4096u, 299'999u}) {
        QCOMPARE(set.lowest(), std::optional(rank));
        set.erase(rank);
    }
    QVERIFY(!set.lowest());
}

void TestMergeQueue::popsByRankThenPosition() {
    MergeQueue queue(10);
    queue.push({5, 8, 2});
    queue.push({5, 3, 2});
    queue.push({1, 9, 2});
    QCOMPARE(queue.pop()->position, 9u);
    QCOMPARE(queue.pop()->position, 3u);
    queue.push({0, 100, 2});  // lower than the rank in work
    queue.push({5, 1, 2});    // and one more of that
    QCOMPARE(queue.pop()->position, 100u);
    QCOMPARE(queue.pop()->position, 1u);
    QCOMPARE(queue.pop()->position, 8u);
    QVERIFY(!queue.pop());
}

void TestMergeQueue::agreesWithASortedSet() {
    std::mt19937 random(7);
    MergeQueue queue(500);
    std::multiset<std::pair<uint32_t, uint32_t>> expected;
    for (int step = 0; step < 200'000; step++) {
        if (random() % 2 == 0 || expected.empty()) {
            const auto rank = static_cast<uint32_t>(random() % 500);
            const auto position = static_cast<uint32_t>(random() % 1000);
            queue.push({rank, position, 1});
            expected.insert({rank, position});
        } else {
            const auto entry = queue.pop();
            QVERIFY(entry.has_value());
            QCOMPARE(std::pair(entry->rank, entry->position), *expected.begin());
            expected.erase(expected.begin());
        }
    }
}

void TestMergeQueue::canBeUsedAgain() {
    MergeQueue queue(100);
    for (int text = 0; text < 3; text++) {
        for (uint32_t i = 0; i < 1000; i++) queue.push({i % 100, i, 1});
        for (uint32_t i = 0; i < 1000; i++) QCOMPARE(queue.pop()->rank, i / 10);
        QVERIFY(!queue.pop());
    }
}

QTEST_APPLESS_MAIN(TestMergeQueue)
#include "test_merge_queue.moc"
