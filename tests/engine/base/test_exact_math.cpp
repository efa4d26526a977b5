#include "base/exact_math.h"

#include <QtTest>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

using namespace monochord;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Distance in units of the last place of the true value. long double has 11 bits more than f64.
double ulpsApart(double got, long double expected) {
    const double nearest = static_cast<double>(expected);
    if (got == nearest) return 0;
    if (!std::isfinite(got) || !std::isfinite(nearest)) return kInfinity;
    const double magnitude = std::max(std::abs(nearest), std::numeric_limits<double>::min());
    const long double ulp = std::ldexp(1.0L, std::ilogb(magnitude) - 52);
    return static_cast<double>(std::abs(static_cast<long double>(got) - expected) / ulp);
}

/// Deterministic points: a linear congruence, its upper bits as a number in [0, 1).
class Points {
public:
    double next(double from, double to) {
        m_state = m_state * 6364136223846793005u + 1442695040888963407u;
        return from + (to - from) * static_cast<double>(m_state >> 11) * 0x1p-53;
    }

private:
    uint64_t m_state = 1;
};

constexpr int kPoints = 100000;

double worst(const std::function<double(Points&)>& error) {
    Points points;
    double largest = 0;
    for (int i = 0; i < kPoints; i++) largest = std::max(largest, error(points));
    return largest;
}

uint64_t bitsOf(double value) {
    return std::bit_cast<uint64_t>(value);
}

}  // namespace

class TestExactMath : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void exponentialIsWithinTwoUlp();
    void logarithmIsWithinTwoUlp();
    void logarithmNearOneIsWithinTwoUlp();
    void powerIsWithinTwoUlp();
    void rotaryFrequenciesAreWithinTwoUlp();
    void sineAndCosineAreWithinTwoUlp();
    void anglesNearMultiplesOfHalfPiAreWithinTwoUlp();
    void exponentialAtItsEdges();
    void logarithmAtItsEdges();
    void powerAtItsEdges();
    void sineAndCosineAtTheirEdges();
    void wholePowersOfSmallNumbersAreExact();
    void bitsArePinned();
};

void TestExactMath::exponentialIsWithinTwoUlp() {
    QVERIFY(worst([](Points& points) {
                const double x = points.next(-745, 709.7), small = points.next(-1, 1);
                return std::max(ulpsApart(exactExp(x), std::exp(static_cast<long double>(x))),
                                ulpsApart(exactExp(small), std::exp(static_cast<long double>(small))));
            }) < 1.0);
}

void TestExactMath::logarithmIsWithinTwoUlp() {
    QVERIFY(worst([](Points& points) {
                const double x = std::exp2(points.next(-1074, 1024));
                return ulpsApart(exactLog(x), std::log(static_cast<long double>(x)));
            }) < 0.6);
}

void TestExactMath::logarithmNearOneIsWithinTwoUlp() {
    QVERIFY(worst([](Points& points) {
                const double x = 1 + std::ldexp(points.next(-1, 1), -static_cast<int>(points.next(1, 50)));
                return ulpsApart(exactLog(x), std::log(static_cast<long double>(x)));
            }) < 0.6);
}

void TestExactMath::powerIsWithinTwoUlp() {
    QVERIFY(worst([](Points& points) {
                const double x = std::exp(points.next(-30, 30)), y = points.next(-20, 20);
                return ulpsApart(exactPow(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y)));
            }) < 1.0);
}

void TestExactMath::rotaryFrequenciesAreWithinTwoUlp() {
    for (const double base : {1e4, 1e5, 5e5, 1e6, 8e6}) {
        for (int size : {16, 64, 80, 96, 128, 256}) {
            for (int i = 0; i < size / 2; i++) {
                const double y = -2.0 * i / size;
                QVERIFY(ulpsApart(exactPow(base, y),
                                  std::pow(static_cast<long double>(base), static_cast<long double>(y))) < 1);
            }
        }
    }
}

void TestExactMath::sineAndCosineAreWithinTwoUlp() {
    for (const double limit : {1.0, 100.0, 1e7, 1e9}) {
        QVERIFY(worst([limit](Points& points) {
                    const double x = points.next(-limit, limit);
                    return std::max(ulpsApart(exactSin(x), std::sin(static_cast<long double>(x))),
                                    ulpsApart(exactCos(x), std::cos(static_cast<long double>(x))));
                }) < 1.0);
    }
}

void TestExactMath::anglesNearMultiplesOfHalfPiAreWithinTwoUlp() {
    constexpr long double kHalfPi = 1.57079632679489661923132169163975144L;
    for (int k = -2000000; k <= 6366197; k += 977) {  // up to 1e7
        const double x = static_cast<double>(static_cast<long double>(k) * kHalfPi);
        QVERIFY(ulpsApart(exactSin(x), std::sin(static_cast<long double>(x))) < 1);
        QVERIFY(ulpsApart(exactCos(x), std::cos(static_cast<long double>(x))) < 1);
    }
}

void TestExactMath::exponentialAtItsEdges() {
    QCOMPARE(exactExp(0), 1.0);
    QCOMPARE(exactExp(-kInfinity), 0.0);
    QCOMPARE(exactExp(kInfinity), kInfinity);
    QCOMPARE(exactExp(-1e300), 0.0);
    QCOMPARE(exactExp(-750), 0.0);
    QCOMPARE(exactExp(710), kInfinity);
    QVERIFY(std::isfinite(exactExp(709.78)));
    QVERIFY(exactExp(-745) > 0);  // subnormal
    QVERIFY(std::isnan(exactExp(std::nan(""))));
}

void TestExactMath::logarithmAtItsEdges() {
    QCOMPARE(exactLog(1), 0.0);
    QCOMPARE(exactLog(0), -kInfinity);
    QCOMPARE(exactLog(-0.0), -kInfinity);
    QCOMPARE(exactLog(kInfinity), kInfinity);
    QVERIFY(std::isnan(exactLog(-1)));
    QVERIFY(std::isnan(exactLog(std::nan(""))));
    QVERIFY(ulpsApart(exactLog(5e-324), std::log(static_cast<long double>(5e-324))) < 1);
}

void TestExactMath::powerAtItsEdges() {
    QCOMPARE(exactPow(1, kInfinity), 1.0);
    QCOMPARE(exactPow(std::nan(""), 0), 1.0);
    QCOMPARE(exactPow(0, 2), 0.0);
    QCOMPARE(exactPow(0, -2), kInfinity);
    QCOMPARE(exactPow(kInfinity, 2), kInfinity);
    QCOMPARE(exactPow(kInfinity, -2), 0.0);
    QCOMPARE(exactPow(0.5, kInfinity), 0.0);
    QCOMPARE(exactPow(0.5, -kInfinity), kInfinity);
    QCOMPARE(exactPow(10, 400), kInfinity);
    QCOMPARE(exactPow(10, -400), 0.0);
    QCOMPARE(exactPow(1e300, 1e300), kInfinity);
    QVERIFY(std::isnan(exactPow(-2, 2)));
    QVERIFY(std::isnan(exactPow(2, std::nan(""))));
}

void TestExactMath::sineAndCosineAtTheirEdges() {
    QCOMPARE(exactSin(0), 0.0);
    QVERIFY(std::signbit(exactSin(-0.0)));
    QCOMPARE(exactCos(0), 1.0);
    QCOMPARE(exactSin(5e-324), 5e-324);
    for (const double outside : {2e9, -2e9, 1e300, kInfinity, -kInfinity, std::nan("")}) {
        QVERIFY(std::isnan(exactSin(outside)));
        QVERIFY(std::isnan(exactCos(outside)));
    }
}

void TestExactMath::wholePowersOfSmallNumbersAreExact() {
    for (int base = 2; base <= 10; base++) {
        double power = 1;
        for (int y = 0; power < 0x1p53; y++, power *= base) QCOMPARE(exactPow(base, y), power);
    }
}

/// The same bits on every machine: these were computed once, on x86-64.
void TestExactMath::bitsArePinned() {
    QCOMPARE(bitsOf(exactExp(1)), uint64_t{0x4005bf0a8b145769u});
    QCOMPARE(bitsOf(exactExp(-3.7)), uint64_t{0x3f99511fc6871044u});
    QCOMPARE(bitsOf(exactLog(10)), uint64_t{0x40026bb1bbb55516u});
    QCOMPARE(bitsOf(exactLog(1e-5)), uint64_t{0xc027069e2aa2aa5bu});
    QCOMPARE(bitsOf(exactPow(10000, -0.03125)), uint64_t{0x3fe7ff2224115d9au});
    QCOMPARE(bitsOf(exactPow(1e6, -0.984375)), uint64_t{0x3eb4d1c97f4e952fu});
    QCOMPARE(bitsOf(exactSin(8191)), uint64_t{0xbfe86a8d36dca1dbu});
    QCOMPARE(bitsOf(exactSin(9999999.5)), uint64_t{0x3fe9baa584a18724u});
    QCOMPARE(bitsOf(exactCos(0.7853981633974483)), uint64_t{0x3fe6a09e667f3bcdu});
    QCOMPARE(bitsOf(exactCos(131071)), uint64_t{0xbfea2cebbb513e7cu});
}

QTEST_APPLESS_MAIN(TestExactMath)
#include "test_exact_math.moc"
