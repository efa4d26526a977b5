#include "session/lookup.h"

#include <QTest>
#include <numeric>

using namespace monochord;

namespace {

std::vector<TokenId> guesses(const std::vector<TokenId>& text, size_t most = Lookup::kMost) {
    Lookup lookup;
    const auto found = lookup.guess(text, most);
    return {found.begin(), found.end()};
}

}  // namespace

class TestLookup : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goesOnAsWhereTheEndWasSaidBefore() {
        QCOMPARE(guesses({1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3}, 4), (std::vector<TokenId>{4, 5, 6, 7}));
    }

    void theLongerEndIsBelievedMore() {
        QCOMPARE(guesses({1, 2, 3, 77, 9, 2, 3, 88, 1, 2, 3}, 1), std::vector<TokenId>{77});
    }

    void ofEquallyLongEndsTheLastIsBelieved() {
        QCOMPARE(guesses({1, 2, 3, 77, 1, 2, 3, 88, 1, 2, 3}, 1), std::vector<TokenId>{88});
    }

    void aSingleTokenSaidBeforeIsNoReason() {
        QVERIFY(guesses({1, 2, 3, 4, 9, 2}).empty());
        QVERIFY(guesses({}).empty());
        QVERIFY(guesses({5}).empty());
        QVERIFY(guesses({5, 5}).empty());
        QVERIFY(guesses({1, 2, 3, 4, 1, 2, 3}, 0).empty());
    }

    void aTextThatGoesInCirclesGoesOn() {
        QCOMPARE(guesses({8, 9, 8, 9, 8}), (std::vector<TokenId>{9, 8, 9, 8, 9, 8, 9, 8}));
        QCOMPARE(guesses({7, 7, 7}), std::vector<TokenId>(8, 7));
    }

    void wrongGuessesBecomeRare() {
        Lookup lookup;
        const std::vector<TokenId> text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2, 3};
        size_t computed = 0;
        for (int pass = 0; pass < 1600; pass++) {
            const size_t count = lookup.guess(text, Lookup::kMost).size();
            computed += count;
            lookup.judge(count, 0);
        }
        QVERIFY2(computed >= 100 && computed <= 110, qPrintable(QString::number(computed)));
    }

    void rightGuessesBringThemBack() {
        Lookup lookup;
        const std::vector<TokenId> text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2, 3};
        for (int pass = 0; pass < 100; pass++) lookup.judge(lookup.guess(text, Lookup::kMost).size(), 0);
        size_t passes = 0;
        for (size_t count = 0; count < Lookup::kMost; passes++) {
            count = lookup.guess(text, Lookup::kMost).size();
            lookup.judge(count, count);
        }
        QVERIFY2(passes <= 24, qPrintable(QString::number(passes)));
    }
};

QTEST_APPLESS_MAIN(TestLookup)
#include "test_lookup.moc"
