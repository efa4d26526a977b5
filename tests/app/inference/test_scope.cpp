#include "inference/scope.h"

#include <QtTest>

#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::app;

namespace {

/// The tiny model's vocabulary: <unk>, <s>, </s>, the bytes, words.
Distribution distribution() {
    const test::TemporaryFile file(test::TinyModel().build().build());
    Distribution d;
    d.model = *Model::open(file.path());
    d.logits.assign(test::TinyModel::kVocabulary, -10.0f);
    d.history = {1, 100};
    return d;
}

constexpr TokenId byteToken(char byte) {
    return 3 + static_cast<unsigned char>(byte);
}
float& logit(Distribution& d, TokenId id) {
    return d.logits[static_cast<size_t>(id)];
}

}  // namespace

class TestScope : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void likeliestComeFirstAndCutOnesSayWhy() {
        Distribution d = distribution();
        logit(d, byteToken('a')) = 3;
        logit(d, byteToken('b')) = 5;
        logit(d, byteToken('c')) = 1;
        d.drawn = byteToken('a');
        const auto rows = scopeRows(d, {.temperature = 1, .topK = 2, .topP = 1, .minP = 0}, 3);
        QCOMPARE(rows.size(), 3);
        QCOMPARE(rows.at(0).word, QStringLiteral("b"));
        QVERIFY(rows.at(0).chance > rows.at(0).before && rows.at(0).cutBy.isEmpty() && !rows.at(0).drawn);
        QCOMPARE(rows.at(1).word, QStringLiteral("a"));
        QVERIFY(rows.at(1).drawn);
        QVERIFY(qAbs(rows.at(0).chance + rows.at(1).chance - 1) < 1e-9);
        QCOMPARE(rows.at(2).word, QStringLiteral("c"));
        QCOMPARE(rows.at(2).cutBy, QStringLiteral("top-k"));
        QVERIFY(rows.at(2).chance == 0 && rows.at(2).before > 0);
    }

    void temperatureZeroNamesItself() {
        const auto rows = scopeRows(distribution(), {.temperature = 0}, 3);
        QVERIFY(rows.at(0).cutBy.isEmpty());
        QCOMPARE(rows.at(1).cutBy, QStringLiteral("temperature"));
    }

    void blanksAndLineBreaksAreVisible() {
        Distribution d = distribution();
        logit(d, byteToken('\n')) = 9;
        logit(d, byteToken(' ')) = 8;
        logit(d, byteToken('\xe4')) = 7;
        const auto rows = scopeRows(d, {}, 3);
        QCOMPARE(rows.at(0).word, QStringLiteral("↵"));
        QCOMPARE(rows.at(1).word, QStringLiteral("·"));
        QCOMPARE(rows.at(2).word, QStringLiteral("\\xe4"));
    }

    void settingsThatCannotBeShowNothing() {
        QVERIFY(scopeRows(distribution(), {.repeatPenalty = 0}, 5).isEmpty());
        QVERIFY(scopeRows(distribution(), {}, -1).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestScope)
#include "test_scope.moc"
