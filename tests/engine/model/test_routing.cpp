#include <QTest>
#include <cmath>

#include "model/routing.h"

using namespace monochord;

class TestRouting : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLargestAreChosenInAscendingOrder() {
        const float logits[] = {1, 4, -2, 3, 4.5f};
        ChosenExpert out[3];
        chooseExperts(logits, 5, 3, true, out);
        const double sum = std::exp(4.0) + std::exp(3.0) + std::exp(4.5);
        QCOMPARE(out[0].expert, 1u);
        QCOMPARE(out[1].expert, 3u);
        QCOMPARE(out[2].expert, 4u);
        QCOMPARE(out[0].weight, float(std::exp(4.0) / sum));
        QCOMPARE(out[2].weight, float(std::exp(4.5) / sum));
    }

    void weightsThatAreNotNormalizedCountAllExperts() {
        const float logits[] = {0, 0, 0, 0};
        ChosenExpert out[2];
        chooseExperts(logits, 4, 2, false, out);
        QCOMPARE(out[0].weight, 0.25f);
        QCOMPARE(out[1].weight, 0.25f);
    }

    void equalLogitsGoToTheLowerNumber() {
        const float logits[] = {1, 2, 2, 2, 0, 2};
        ChosenExpert out[3];
        chooseExperts(logits, 6, 3, true, out);
        QCOMPARE(out[0].expert, 1u);
        QCOMPARE(out[1].expert, 2u);
        QCOMPARE(out[2].expert, 3u);
    }

    void hugeLogitsDoNotOverflow() {
        const float logits[] = {3e38f, -3e38f, 3e38f};
        ChosenExpert out[3];
        chooseExperts(logits, 3, 3, true, out);
        QCOMPARE(out[0].weight, 0.5f);
        QCOMPARE(out[1].weight, 0.0f);
    }

    void logitsThatAreNotFiniteStillNameExperts() {
        for (const float bad : {std::nanf(""), INFINITY, -INFINITY}) {
            const float logits[] = {1, bad, 3};
            ChosenExpert out[2];
            chooseExperts(logits, 3, 2, true, out);
            QCOMPARE(out[0].expert, 0u);
            QCOMPARE(out[1].expert, 1u);
            QCOMPARE(out[1].weight, 0.0f);
        }
    }

    void logisticIsItsFormula() {
        QCOMPARE(logistic(0), 0.5f);
        QCOMPARE(logistic(1.5f), float(1 / (1 + std::exp(-1.5))));
        QCOMPARE(logistic(-1000), 0.0f);
    }
};

QTEST_APPLESS_MAIN(TestRouting)
#include "test_routing.moc"
