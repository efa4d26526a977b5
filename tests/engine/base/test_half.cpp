#include "base/half.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace monochord;

namespace {

/// The meaning of the bits, from the definition.
double meaningOf(uint16_t half) {
    const int exponent = half >> 10 & 31, fraction = half & 1023;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return half & 0x8000 ? -magnitude : magnitude;
}

bool isNumber(uint32_t half) {
    return (half & 0x7c00) != 0x7c00;
}

uint32_t bitsOf(float value) {
    return std::bit_cast<uint32_t>(value);
}

}  // namespace

class TestHalf : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void widensEveryNumberExactly();
    void widensInfinityAndNan();
    void narrowsWhatItWidened();
    void roundsToNearestAndTiesToEven();
    void narrowsLargeNumbersToInfinity();
    void narrowsSmallNumbers();
    void widensBfloats();
    void narrowsToBfloats();
};

void TestHalf::widensEveryNumberExactly() {
    for (uint32_t half = 0; half < 0x10000; half++) {
        if (!isNumber(half)) continue;
        const auto bits = static_cast<uint16_t>(half);
        QVERIFY(static_cast<double>(halfToFloat(bits)) == meaningOf(bits));
        QCOMPARE(std::signbit(halfToFloat(bits)), half >= 0x8000);
    }
}

void TestHalf::widensInfinityAndNan() {
    QVERIFY(halfToFloat(0x7c00) == std::numeric_limits<float>::infinity());
    QVERIFY(halfToFloat(0xfc00) == -std::numeric_limits<float>::infinity());
    QVERIFY(std::isnan(halfToFloat(0x7c01)) && std::isnan(halfToFloat(0xffff)));
}

void TestHalf::narrowsWhatItWidened() {
    for (uint32_t half = 0; half < 0x10000; half++) {
        const auto bits = static_cast<uint16_t>(half);
        const uint16_t back = floatToHalf(halfToFloat(bits));
        if (isNumber(half) || (half & 0x3ff) == 0)
            QCOMPARE(back, bits);
        else
            QVERIFY(std::isnan(halfToFloat(back)));
    }
}

void TestHalf::roundsToNearestAndTiesToEven() {
    for (uint32_t half = 0; half < 0x7bff; half++) {
        const float low = halfToFloat(static_cast<uint16_t>(half)), high = halfToFloat(static_cast<uint16_t>(half + 1));
        const float middle = (low + high) / 2;  // exact in f32
        QCOMPARE(floatToHalf(middle), static_cast<uint16_t>(half + (half & 1)));
        QCOMPARE(floatToHalf(std::nextafter(middle, 0.0f)), static_cast<uint16_t>(half));
        QCOMPARE(floatToHalf(std::nextafter(middle, 1e9f)), static_cast<uint16_t>(half + 1));
        QCOMPARE(floatToHalf(-middle), static_cast<uint16_t>(0x8000 | (half + (half & 1))));
    }
}

void TestHalf::narrowsLargeNumbersToInfinity() {
    QCOMPARE(floatToHalf(65504.0f), uint16_t{0x7bff});
    QCOMPARE(floatToHalf(65519.996f), uint16_t{0x7bff});
    QCOMPARE(floatToHalf(65520.0f), uint16_t{0x7c00});
    QCOMPARE(floatToHalf(-1e30f), uint16_t{0xfc00});
    QCOMPARE(floatToHalf(std::numeric_limits<float>::infinity()), uint16_t{0x7c00});
}

void TestHalf::narrowsSmallNumbers() {
    QCOMPARE(floatToHalf(0x1p-25f), uint16_t{0});
    QCOMPARE(floatToHalf(std::nextafter(0x1p-25f, 1.0f)), uint16_t{1});
    QCOMPARE(floatToHalf(std::numeric_limits<float>::denorm_min()), uint16_t{0});
    QCOMPARE(floatToHalf(-0.0f), uint16_t{0x8000});
}

void TestHalf::widensBfloats() {
    QVERIFY(bfloatToFloat(0x3f80) == 1.0f);
    QVERIFY(bfloatToFloat(0xc040) == -3.0f);
    QCOMPARE(bitsOf(bfloatToFloat(0x0001)), 0x00010000u);
    QVERIFY(std::isnan(bfloatToFloat(0x7fc0)));
}

void TestHalf::narrowsToBfloats() {
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        const auto half = static_cast<uint16_t>(bits);
        const float value = bfloatToFloat(half);
        if (std::isnan(value))
            QVERIFY(std::isnan(bfloatToFloat(floatToBfloat(value))));
        else
            QCOMPARE(floatToBfloat(value), half);
    }
    QCOMPARE(floatToBfloat(1 + 0x1p-8f), uint16_t{0x3f80});      // half way: to the even one
    QCOMPARE(floatToBfloat(1 + 3 * 0x1p-8f), uint16_t{0x3f82});  // likewise
    QCOMPARE(floatToBfloat(1 + 0x1.02p-8f), uint16_t{0x3f81});
    QCOMPARE(floatToBfloat(std::numeric_limits<float>::max()), uint16_t{0x7f80});
    QVERIFY(std::isnan(bfloatToFloat(floatToBfloat(std::bit_cast<float>(0x7f800001u)))));
}

QTEST_APPLESS_MAIN(TestHalf)
#include "test_half.moc"
