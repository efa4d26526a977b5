#include "base/exact_math.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace monochord {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// ln 2 = high + low; the high part has 32 bits, so that its products with exponents are exact.
constexpr double kLn2High = 0x1.62e42fee00000p-1, kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kInverseLn2 = 0x1.71547652b82fep+0;
// pi / 2 as a sum of three f64.
constexpr double kHalfPi[3] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110};
constexpr double kInverseHalfPi = 0x1.45f306dc9c883p-1;
constexpr double kLargestAngle = 0x1p30;  // up to here the multiple of pi / 2 is exact in the reduction below

/// An unevaluated sum with about 106 bits; |low| is at most half an ulp of high.
struct DoubleDouble {
    double high = 0, low = 0;
};

/// a + b exactly, for |a| >= |b| or a = 0 (Dekker).
DoubleDouble quickSum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

/// a + b exactly, for any order (Knuth).
DoubleDouble exactSum(double a, double b) {
    const double sum = a + b, bPart = sum - a;
    return {sum, (a - (sum - bPart)) + (b - bPart)};
}

DoubleDouble exactProduct(double a, double b) {
    const double product = a * b;
    return {product, std::fma(a, b, -product)};
}

DoubleDouble product(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble p = exactProduct(a.high, b.high);
    return quickSum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

/// The nearest integer, ties to even, for |x| < 2^51.
double nearestInteger(double x) {
    constexpr double kShift = 0x1.8p52;
    return (x + kShift) - kShift;
}

/// 2^exponent for -1022 … 1023.
double powerOfTwo(int64_t exponent) {
    return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

/// coefficients[0] + coefficients[1] · x + … Plain products and sums: the callers need only a few bits less than f64
/// here, and a fused step is a slow library call on processors that lack it.
template <size_t N>
double polynomial(const double (&coefficients)[N], double x) {
    double sum = coefficients[N - 1];
    for (size_t i = N - 1; i-- > 0;) sum = sum * x + coefficients[i];
    return sum;
}

/// e^(high + low). Reduction to |r| <= ln 2 / 2, then the Taylor series up to r^13.
double exponential(double high, double low) {
    if (high != high) return kNan;
    if (high > 709.8) return kInfinity;
    if (high < -745.2) return 0;
    const double k = nearestInteger(high * kInverseLn2);
    const DoubleDouble r = exactSum(high - k * kLn2High, low - k * kLn2Low);
    static constexpr double kEven[] = {1.0 / 2, 1.0 / 24, 1.0 / 720, 1.0 / 40320, 1.0 / 3628800, 1.0 / 479001600};
    static constexpr double kOdd[] = {1.0 / 6, 1.0 / 120, 1.0 / 5040, 1.0 / 362880, 1.0 / 39916800, 1.0 / 6227020800};
    const double square = r.high * r.high;
    const double tail = square * (polynomial(kEven, square) + r.high * polynomial(kOdd, square));
    const double mantissa = 1 + (r.high + (tail + (r.low + r.low * r.high)));
    const auto exponent = static_cast<int64_t>(k);
    const int64_t half = exponent / 2;  // in two steps: 2^k itself may lie outside of the range of f64
    return mantissa * powerOfTwo(half) * powerOfTwo(exponent - half);
}

/// ln x with about 65 good bits, for finite x > 0: x = m · 2^k with m near 1, and
/// ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m - 1) / (m + 1), the first two terms in extra precision.
DoubleDouble logarithm(double x) {
    int64_t k = 0;
    if (x < std::numeric_limits<double>::min()) {
        x *= 0x1p54;
        k = -54;
    }
    const auto bits = std::bit_cast<uint64_t>(x);
    constexpr uint64_t kMantissa = (uint64_t{1} << 52) - 1;
    double m = std::bit_cast<double>((bits & kMantissa) | uint64_t{1023} << 52);
    k += static_cast<int64_t>(bits >> 52) - 1023;
    if (m > 1.4142135623730951) {
        m *= 0.5;
        k++;
    }
    const double numerator = m - 1;  // exact
    const DoubleDouble denominator = exactSum(m, 1);
    DoubleDouble s;
    s.high = numerator / denominator.high;
    s.low = (std::fma(-s.high, denominator.high, numerator) - s.high * denominator.low) / denominator.high;

    static constexpr double kTail[] = {2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                                       2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
    const DoubleDouble square = product(s, s);
    const DoubleDouble cubic = product(product(square, s), {0x1.5555555555555p-1, 0x1.5555555555555p-55});
    const double tail = square.high * square.high * s.high * polynomial(kTail, square.high);

    const DoubleDouble whole = exactSum(static_cast<double>(k) * kLn2High, 2 * s.high);
    const DoubleDouble sum = exactSum(whole.high, cubic.high);
    const double rest = static_cast<double>(k) * kLn2Low + 2 * s.low + cubic.low + tail;
    return quickSum(sum.high, sum.low + (whole.low + rest));
}

/// An angle less its multiple of pi / 2: |r| <= pi / 4, in extra precision.
struct ReducedAngle {
    DoubleDouble r;
    uint64_t quadrant = 0;  // multiple of pi / 2, modulo 4
};

/// For |x| <= kLargestAngle. Cody and Waite's reduction; the first difference is exact because both its terms are
/// multiples of 2^-53 and it is below 1.
ReducedAngle reduceAngle(double x) {
    const double k = nearestInteger(x * kInverseHalfPi);
    const double first = std::fma(-k, kHalfPi[0], x);
    const DoubleDouble second = exactProduct(k, kHalfPi[1]);
    const DoubleDouble difference = exactSum(first, -second.high);
    const DoubleDouble r = exactSum(difference.high, difference.low - second.low - k * kHalfPi[2]);
    return {r, static_cast<uint64_t>(static_cast<int64_t>(k)) & 3};
}

/// sin(r), Taylor series up to r^17.
double sineOf(DoubleDouble r) {
    static constexpr double kSeries[] = {
        -1.0 / 6,        1.0 / 120,        -1.0 / 5040,          1.0 / 362880,
        -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
    const double square = r.high * r.high;
    return r.high + (square * r.high * polynomial(kSeries, square) + (r.low - 0.5 * square * r.low));
}

/// cos(r), Taylor series up to r^18.
double cosineOf(DoubleDouble r) {
    static constexpr double kSeries[] = {
        1.0 / 24,        -1.0 / 720,         1.0 / 40320,          -1.0 / 3628800,
        1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000, -1.0 / 6402373705728000};
    const DoubleDouble square = exactProduct(r.high, r.high);
    const DoubleDouble start = quickSum(1, -0.5 * square.high);
    const double tail = square.high * square.high * polynomial(kSeries, square.high);
    return start.high + (start.low + (tail - (0.5 * square.low + r.high * r.low)));
}

}  // namespace

double exactExp(double x) {
    return exponential(x, 0);
}

double exactLog(double x) {
    if (!(x >= 0)) return kNan;
    if (x == 0) return -kInfinity;
    if (x == kInfinity) return x;
    const DoubleDouble log = logarithm(x);
    return log.high + log.low;
}

double exactPow(double x, double y) {
    if (x == 1 || y == 0) return 1;
    if (!(x >= 0) || y != y) return kNan;
    if (x == 0 || x == kInfinity) return (x == 0) == (y < 0) ? kInfinity : 0;
    const DoubleDouble log = logarithm(x);
    const double high = y * log.high;
    if (high > 710 || high < -746) return high > 0 ? kInfinity : 0;  // also keeps infinity out of the next line
    return exponential(high, std::fma(y, log.high, -high) + y * log.low);
}

double exactSin(double x) {
    if (!(x >= -kLargestAngle && x <= kLargestAngle)) return kNan;
    if (x == 0) return x;  // keeps the sign of -0
    const auto [r, quadrant] = reduceAngle(x);
    const double value = quadrant & 1 ? cosineOf(r) : sineOf(r);
    return quadrant & 2 ? -value : value;
}

double exactCos(double x) {
    if (!(x >= -kLargestAngle && x <= kLargestAngle)) return kNan;
    const auto [r, quadrant] = reduceAngle(x);
    const double value = quadrant & 1 ? sineOf(r) : cosineOf(r);
    return quadrant == 1 || quadrant == 2 ? -value : value;
}

}  // namespace monochord
