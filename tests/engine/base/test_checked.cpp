#include "base/checked.h"

#include <QTest>

using monochord::Checked;

namespace {
constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
}

class TestChecked : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void computesWhatFits();
    void noticesOverflow();
    void noticesDivisionByZero();
    void staysInvalid();
    void comparesWithALimit();
    void aligns();
};

void TestChecked::computesWhatFits() {
    QCOMPARE((Checked(3u) + 4u).value(), std::optional<uint64_t>(7));
    QCOMPARE((Checked(9u) - 4u).value(), std::optional<uint64_t>(5));
    QCOMPARE((Checked(3u) * 4u).value(), std::optional<uint64_t>(12));
    QCOMPARE((Checked(9u) / 4u).value(), std::optional<uint64_t>(2));
    QCOMPARE((Checked(kMost) - kMost).value(), std::optional<uint64_t>(0));
}

void TestChecked::noticesOverflow() {
    QVERIFY(!(Checked(kMost) + 1u).valid());
    QVERIFY(!(Checked(3u) - 4u).valid());
    QVERIFY(!(Checked(uint64_t{1} << 32) * (uint64_t{1} << 32)).valid());
    QVERIFY(!(Checked(kMost) * 2u).value());
}

void TestChecked::noticesDivisionByZero() {
    QVERIFY(!(Checked(1u) / 0u).valid());
    QVERIFY(!(Checked(0u) / 0u).valid());
}

void TestChecked::staysInvalid() {
    const Checked invalid = Checked(0u) - 1u;
    QVERIFY(!(invalid + 1u).valid());
    QVERIFY(!(invalid * 0u).valid());
    QVERIFY(!(Checked(5u) - invalid).valid());
    QVERIFY(!(Checked(5u) / invalid).valid());
}

void TestChecked::comparesWithALimit() {
    QVERIFY(Checked(5u).atMost(5));
    QVERIFY(!Checked(6u).atMost(5));
    QVERIFY(!(Checked(0u) - 1u).atMost(kMost));
    QVERIFY(!Checked(6u).value(5));
}

void TestChecked::aligns() {
    QCOMPARE(Checked(0u).alignedTo(32u).value(), std::optional<uint64_t>(0));
    QCOMPARE(Checked(1u).alignedTo(32u).value(), std::optional<uint64_t>(32));
    QCOMPARE(Checked(64u).alignedTo(32u).value(), std::optional<uint64_t>(64));
    QVERIFY(!Checked(kMost).alignedTo(32u).valid());
    QVERIFY(!Checked(1u).alignedTo(0u).valid());
}

QTEST_APPLESS_MAIN(TestChecked)
#include "test_checked.moc"
