#include <QTest>
#include <vector>

#include "model/weight_stream.h"

using namespace monochord;

/// A pass of two steps on two threads. Weights are only pointed at, never read.
class TestWeightStream : public QObject {
    Q_OBJECT

    static constexpr size_t kRowBytes = 4096, kGroupBytes = kRowBytes * kRowGroup;
    struct Item {
        Matrix matrix;
    };
    std::vector<std::byte> m_file = std::vector<std::byte>(64 * kGroupBytes);
    ThreadTeam m_team{2};

    Item item(size_t firstGroup, size_t groups) const {
        return {{TensorType::Q8_0, {m_file.data() + firstGroup * kGroupBytes, kRowBytes, groups * kRowGroup, 3855}}};
    }
    size_t groupOf(const WeightStream::Piece& piece) const {
        return static_cast<size_t>(piece.data - m_file.data()) / kGroupBytes;
    }

private Q_SLOTS:
    void withinAProductTheNextGroupOfTheThreadIsAhead() {
        WeightStream stream;
        stream.begin(m_team);
        stream.enter(std::vector{item(0, 16)}, 16, 8);
        QCOMPARE(groupOf(stream.ahead(0, 0)), 1);
        QCOMPARE(groupOf(stream.ahead(1, 3)), 4);  // of the next chunk, which the same thread computes
        QCOMPARE(stream.ahead(1, 3).bytes, 4 * kGroupBytes);
        QCOMPARE(groupOf(stream.ahead(4, 8)), 9);
    }

    void behindTheLastComesTheNextStepOfThePassBefore() {
        WeightStream stream;
        const std::vector first{item(0, 10), item(40, 6)}, second{item(20, 8)}, other{item(30, 8)};
        const auto pass = [&](const std::vector<Item>& then) {
            stream.begin(m_team);
            stream.enter(first, 16, 8);
            const auto behind = stream.ahead(3, 7), last = stream.ahead(7, 15);
            stream.enter(then, 8, 8);
            return std::pair{behind, last};
        };
        const auto nothingYet = pass(second);
        QVERIFY(!nothingYet.first.data && !nothingYet.second.data);
        pass(second);  // the same once more
        const auto known = pass(second);
        QCOMPARE(groupOf(known.first), 20);   // of the first thread: the first half
        QCOMPARE(groupOf(known.second), 24);  // of the second
        QCOMPARE(groupOf(stream.ahead(7, 7)), 8);  // behind the pass its first step again
        pass(other);
        QVERIFY(!pass(second).first.data);  // changed in between
    }

    void aStepOfSeveralMatricesIsOneStream() {
        WeightStream stream;
        stream.begin(m_team);
        stream.enter(std::vector{item(0, 10), item(40, 6)}, 16, 8);
        QCOMPARE(groupOf(stream.ahead(4, 9)), 40);
        QCOMPARE(stream.ahead(4, 8).bytes, kGroupBytes);  // to the end of the first
    }
};

QTEST_MAIN(TestWeightStream)
#include "test_weight_stream.moc"
