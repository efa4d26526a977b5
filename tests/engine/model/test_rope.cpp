#include <QTest>
#include <cmath>

#include "model/rope.h"

using namespace monochord;

namespace {

HyperParameters parameters() {
    HyperParameters p;
    p.keyLength = p.ropeDimensionCount = 8;
    p.ropeFreqBase = 10000;
    p.contextLength = p.ropeOriginalContext = 32;
    return p;
}

std::vector<float> anglesAt(const Rope& rope, size_t position) {
    std::vector<float> angles(2 * rope.pairs());
    rope.angles(position, angles.data());
    return angles;
}

}  // namespace

class TestRope : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void positionZeroTurnsNothing() {
        const Rope rope(parameters(), RopePairing::Neighbours, {});
        float head[8] = {1, 2, 3, 4, 5, 6, 7, 8};
        rope.rotate(kScalarKernels, anglesAt(rope, 0).data(), head);
        for (int i = 0; i < 8; i++) QCOMPARE(head[i], float(i + 1));
    }

    void neighboursTurnByTheirFrequency() {
        const Rope rope(parameters(), RopePairing::Neighbours, {});
        float head[8] = {1, 0, 1, 0, 1, 0, 1, 0};
        rope.rotate(kScalarKernels, anglesAt(rope, 5).data(), head);
        for (int i = 0; i < 4; i++) {
            const double angle = 5 * std::pow(10000.0, -i / 4.0);
            QVERIFY(std::abs(head[2 * i] - std::cos(angle)) < 1e-7);
            QVERIFY(std::abs(head[2 * i + 1] - std::sin(angle)) < 1e-7);
        }
    }

    void halvesAreTheSameTurnsInAnotherOrder() {
        const Rope a(parameters(), RopePairing::Neighbours, {}), b(parameters(), RopePairing::Halves, {});
        float neighbours[8] = {1, 5, 2, 6, 3, 7, 4, 8}, halves[8] = {1, 2, 3, 4, 5, 6, 7, 8};
        a.rotate(kScalarKernels, anglesAt(a, 9).data(), neighbours);
        b.rotate(kScalarKernels, anglesAt(b, 9).data(), halves);
        for (int i = 0; i < 4; i++) {
            QCOMPARE(halves[i], neighbours[2 * i]);
            QCOMPARE(halves[i + 4], neighbours[2 * i + 1]);
        }
    }

    void linearScalingDividesPositions() {
        HyperParameters p = parameters();
        const Rope plain(p, RopePairing::Neighbours, {});
        p.ropeScaling = RopeScaling::Linear;
        p.ropeScalingFactor = 4;
        QCOMPARE(anglesAt(Rope(p, RopePairing::Neighbours, {}), 12), anglesAt(plain, 3));
    }

    void factorsDivideFrequencies() {
        const std::vector<float> factors = {1, 2, 4, 8};
        const auto angles = anglesAt(Rope(parameters(), RopePairing::Neighbours, factors), 8),
                   plain = anglesAt(Rope(parameters(), RopePairing::Neighbours, {}), 2);
        QCOMPARE(angles[4], plain[4]);
        QCOMPARE(angles[5], plain[5]);
    }

    void longFactorsAreForExtendedSequences() {
        const std::vector<float> shorter = {1, 1, 2, 2}, longer = {4, 4, 8, 8};
        HyperParameters p = parameters();
        p.ropeAttentionFactor = 1.5f;
        const Ropes ropes(p, RopePairing::Halves, shorter, longer);
        QVERIFY(ropes.extended && !ropes.windowed);
        const auto usual = anglesAt(ropes.usual, 4), extended = anglesAt(*ropes.extended, 16);
        for (size_t i = 0; i < usual.size(); i++) QVERIFY(std::abs(usual[i] - extended[i]) < 1e-6f);
        QVERIFY(std::abs(std::hypot(usual[0], usual[1]) - 1.5f) < 1e-6f);
    }

    void windowedLayersHaveTheirOwnBaseAndNoScaling() {
        HyperParameters p = parameters();
        p.ropeFreqBaseSwa = 10000;
        const Rope plain(p, RopePairing::Halves, {});
        p.ropeFreqBase = 1000000;
        p.ropeScaling = RopeScaling::Linear;
        p.ropeScalingFactor = 8;
        const Ropes ropes(p, RopePairing::Halves, {}, {});
        QVERIFY(ropes.windowed && !ropes.extended);
        QCOMPARE(anglesAt(*ropes.windowed, 7), anglesAt(plain, 7));
    }

    void yarnKeepsFastPairsAndStretchesSlowOnes() {
        HyperParameters p = parameters();
        p.keyLength = p.ropeDimensionCount = 64;
        p.contextLength = p.ropeOriginalContext = 4096;
        const Rope plain(p, RopePairing::Neighbours, {});
        p.ropeScaling = RopeScaling::Yarn;
        p.ropeScalingFactor = 4;
        const Rope yarn(p, RopePairing::Neighbours, {});
        const float magnitude = static_cast<float>(1 + 0.1 * std::log(4.0));
        const auto stretched = anglesAt(yarn, 100), usual = anglesAt(plain, 100), slow = anglesAt(plain, 25);
        QVERIFY(std::abs(stretched[0] - usual[0] * magnitude) < 1e-6f);
        QVERIFY(std::abs(stretched[1] - usual[1] * magnitude) < 1e-6f);
        QVERIFY(std::abs(stretched[63] - slow[63] * magnitude) < 1e-6f);
        QVERIFY(std::abs(stretched[62] - slow[62] * magnitude) < 1e-6f);
    }
};

QTEST_APPLESS_MAIN(TestRope)
#include "test_rope.moc"
