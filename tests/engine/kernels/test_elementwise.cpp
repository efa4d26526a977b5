#include <QTest>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/kernels.h"

using namespace monochord;

namespace {

std::vector<float> randomValues(size_t count, uint32_t seed, float deviation) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.1f, deviation);
    std::vector<float> values(count);
    for (float& x : values) x = normal(random);
    return values;
}

bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// Every 1009th f32 from zero up to `limit`, of both signs: all magnitudes.
std::vector<float> manyNumbers(float limit) {
    std::vector<float> values;
    for (uint32_t bits = 0; bits < std::bit_cast<uint32_t>(limit); bits += 1009 * 16) {
        values.push_back(std::bit_cast<float>(bits));
        values.push_back(-values.back());
    }
    return values;
}

/// The distance of an f32 from the true value in units of its last place.
double ulps(float got, double expected) {
    const float near = static_cast<float>(std::abs(expected));
    const double unit = double(std::nextafter(near, INFINITY)) - double(near);
    return std::abs(double(got) - expected) / unit;
}

double gelu(Nonlinearity f, double x) {
    if (f == Nonlinearity::GeluErf) return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
    const double u = std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x);
    return x / (1 + std::exp(-2 * u));
}

}  // namespace

class TestElementwise : public QObject {
    Q_OBJECT

    static void tables() {
        QTest::addColumn<QString>("name");
        for (const Kernels* table : availableKernels())
            QTest::newRow(std::string(table->name).c_str()) << QString::fromStdString(std::string(table->name));
    }
    static const Kernels& chosen() {
        QFETCH(QString, name);
        return *kernelsNamed(name.toStdString());
    }

private Q_SLOTS:
    void functionsEqualTheSpecification_data() { tables(); }
    void functionsEqualTheSpecification() {
        auto gate = manyNumbers(200);
        gate.push_back(INFINITY);
        gate.push_back(-1e30f);
        const auto up = randomValues(gate.size(), 1, 1);
        std::vector<float> out(gate.size()), expected(gate.size());
        for (const auto f : {Nonlinearity::Silu, Nonlinearity::GeluTanh, Nonlinearity::GeluErf})
            for (const float* other : {up.data(), static_cast<const float*>(nullptr)}) {
                chosen().activate(f, gate.data(), other, gate.size(), out.data());
                kScalarKernels.activate(f, gate.data(), other, gate.size(), expected.data());
                QVERIFY(sameBits(out, expected));
            }
        for (const auto& [step, distance] : {std::pair<size_t, size_t>{2, 1}, {1, 19}}) {
            out = expected = randomValues(40, 2, 1);
            chosen().rotate(up.data(), 19, step, distance, out.data());
            kScalarKernels.rotate(up.data(), 19, step, distance, expected.data());
            QVERIFY(sameBits(out, expected));
        }
        out = expected = std::vector<float>(gate.size());
        for (const float cap : {1.0f, 6.0f, 30.0f}) {
            out = expected = gate;
            chosen().softCap(out.data(), cap, out.size());
            kScalarKernels.softCap(expected.data(), cap, out.size());
            QVERIFY(sameBits(out, expected));
        }
    }

    void layerNormEqualsTheSpecification_data() { tables(); }
    void layerNormEqualsTheSpecification() {
        for (const size_t length : {1u, 7u, 15u, 16u, 33u, 64u, 576u, 1531u}) {
            const auto x = randomValues(length, 2, 5), weight = randomValues(length, 3, 1),
                       bias = randomValues(length, 4, 1);
            std::vector<float> out(length), expected(length);
            for (const float* b : {bias.data(), static_cast<const float*>(nullptr)}) {
                chosen().layerNorm(x.data(), weight.data(), b, 1e-5f, length, out.data());
                kScalarKernels.layerNorm(x.data(), weight.data(), b, 1e-5f, length, expected.data());
                QVERIFY(sameBits(out, expected));
                auto inPlace = x;
                chosen().layerNorm(inPlace.data(), weight.data(), b, 1e-5f, length, inPlace.data());
                QVERIFY(sameBits(inPlace, expected));
            }
        }
    }

    void layerNormIsItsFormula() {
        const auto x = randomValues(100, 5, 3), weight = randomValues(100, 6, 1), bias = randomValues(100, 7, 1);
        std::vector<float> out(100);
        kScalarKernels.layerNorm(x.data(), weight.data(), bias.data(), 1e-5f, 100, out.data());
        double mean = 0, variance = 0;
        for (const float v : x) mean += v / 100.0;
        for (const float v : x) variance += (v - mean) * (v - mean) / 100;
        for (size_t i = 0; i < 100; i++)
            QVERIFY(std::abs(out[i] - ((x[i] - mean) / std::sqrt(variance + 1e-5) * weight[i] + bias[i])) < 2e-6);
    }

    void tanhIsWithinTwoUlp() {  // seen through a soft cap of one
        for (const float x : manyNumbers(20)) {
            float y = x;
            kScalarKernels.softCap(&y, 1, 1);
            QVERIFY2(ulps(y, std::tanh(double(x))) <= 2, qPrintable(QString::number(x)));
        }
    }

    void erfIsWithinTwoUlp() {  // seen through GELU: ½x·(1 + erf(x / √2)), where the sum loses nothing
        for (float x = 0.01f; x < 8; x += 0.00037f) {
            float y = x;
            kScalarKernels.activate(Nonlinearity::GeluErf, &x, nullptr, 1, &y);
            QVERIFY2(ulps(y, gelu(Nonlinearity::GeluErf, x)) <= 4, qPrintable(QString::number(x)));
        }
    }

    void geluIsNearItsFormula() {
        for (const float x : manyNumbers(30)) {
            float y = x;
            kScalarKernels.activate(Nonlinearity::GeluTanh, &x, nullptr, 1, &y);
            const double expected = gelu(Nonlinearity::GeluTanh, x);
            QVERIFY2(std::abs(y - expected) <= 1e-5 * std::abs(expected) + 1e-36, qPrintable(QString::number(x)));
            kScalarKernels.activate(Nonlinearity::GeluErf, &x, nullptr, 1, &y);
            QVERIFY2(std::abs(y - gelu(Nonlinearity::GeluErf, x)) <= 2.5e-7 * std::abs(x) + 1e-36,
                     qPrintable(QString::number(x)));
        }
    }

    void notANumberStays_data() { tables(); }
    void notANumberStays() {
        const float bad = std::nanf("");
        float y = 0;
        for (const auto f : {Nonlinearity::Silu, Nonlinearity::GeluTanh, Nonlinearity::GeluErf}) {
            chosen().activate(f, &bad, nullptr, 1, &y);
            QVERIFY(std::isnan(y));
        }
        y = bad;
        chosen().softCap(&y, 30, 1);
        QVERIFY(std::isnan(y));
        std::vector<float> x(20, 1.0f), weight(20, 1.0f), out(20);
        x[3] = bad;
        chosen().layerNorm(x.data(), weight.data(), nullptr, 1e-5f, 20, out.data());
        QVERIFY(std::isnan(out[19]));
    }
};

QTEST_APPLESS_MAIN(TestElementwise)
#include "test_elementwise.moc"
