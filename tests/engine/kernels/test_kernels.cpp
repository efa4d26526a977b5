#include <QTest>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "base/half.h"
#include "kernels/activation_buffer.h"
#include "kernels/kernels.h"
#include "quant/dequantize.h"
#include "support/random_tensor.h"

using namespace monochord;

namespace {

/// Activations of `count` rows in both forms, quantized by `kernels`.
struct Input {
    std::vector<float> values;
    ActivationBuffer blocks;
    PackedRows packed;
    Activations view;

    Input(const Kernels& kernels, size_t count, size_t length, uint32_t seed, bool quantized) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal;
        values.resize(count * length);
        for (float& x : values) x = normal(random);
        quantize(kernels, count, length, quantized);
    }
    Input(const Kernels& kernels, std::vector<float> x, size_t count) : values(std::move(x)) {
        quantize(kernels, count, values.size() / count, true);
    }

private:
    void quantize(const Kernels& kernels, size_t count, size_t length, bool quantized) {
        blocks = *ActivationBuffer::create(Checked(count * length), Checked(count), Checked(length));
        packed = blocks.packed(count);
        view = blocks.view(values.data(), count, length, quantized ? &packed : nullptr);
        for (size_t i = 0; quantized && i < count; i++)
            finite = kernels.quantize(&values[i * length], length, blocks.row(i, length)) && finite;
        for (size_t i = 0; quantized && i < ActivationBuffer::groups(count); i++) blocks.pack(i, count, length);
    }

public:
    bool finite = true;
};

std::vector<std::byte> randomWeights(TensorType type, size_t rows, size_t length, uint32_t seed) {
    std::mt19937 random(seed);
    const std::string bytes = test::randomTensor(type, rows, length, 0.1f, random);
    const auto view = std::as_bytes(std::span(bytes));
    return {view.begin(), view.end()};
}

bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// Every type that the specification computes with.
std::vector<TensorType> computedTypes() {
    std::vector<TensorType> types;
    for (const TensorTypeInfo& info : tensorTypes())
        if (kScalarKernels.multiply(info.type)) types.push_back(info.type);
    return types;
}

}  // namespace

class TestKernels : public QObject {
    Q_OBJECT

    /// One row a table that this machine has, but the scalar one.
    static void tables() {
        QTest::addColumn<QString>("name");
        QTest::newRow("scalar") << "scalar";
        for (const Kernels* table : availableKernels())
            if (table != &kScalarKernels)
                QTest::newRow(std::string(table->name).c_str()) << QString::fromStdString(std::string(table->name));
    }
    static const Kernels& chosen() {
        QFETCH(QString, name);
        return *kernelsNamed(name.toStdString());
    }

private Q_SLOTS:
    void bestTableIsChosenForAnEmptyName() {
        QCOMPARE(kernelsNamed(""), availableKernels().front());
        QCOMPARE(availableKernels().back(), &kScalarKernels);
        QVERIFY(!kernelsNamed("sse9"));
    }

    void quantizedValuesAreNear_data() { tables(); }
    void quantizedValuesAreNear() {
        const Input in(chosen(), 3, 96, 1, true);
        for (size_t i = 0; i < in.values.size(); i++) {
            const float d = in.view.scales[i / 32];
            QVERIFY(std::abs(in.values[i] - static_cast<float>(in.view.quants[i]) * d) <= d * 0.5001f);
        }
    }

    /// The two largest of a stretch of 32 blocks, one of a shorter one, and nearer by two digits there.
    void largestBlocksHaveSecondTerms_data() { tables(); }
    void largestBlocksHaveSecondTerms() {
        std::vector<float> x = Input(kScalarKernels, 1, 32 * 40, 3, false).values;
        for (const size_t block : {30u, 7u, 39u}) x[block * 32 + 5] = 100.0f + static_cast<float>(block);
        const Input in(chosen(), x, 1);
        QCOMPARE(secondCount(x.size()), size_t{3});
        QCOMPARE(std::vector<uint32_t>(in.view.secondPlaces, in.view.secondPlaces + 3),
                 (std::vector<uint32_t>{7, 30, 39}));
        for (size_t j = 0; j < 3; j++)
            for (size_t i = 0; i < 32; i++) {
                const size_t at = in.view.secondPlaces[j] * 32 + i;
                const float d = in.view.scales[at / 32],
                            near = static_cast<float>(in.view.quants[at]) * d +
                                   static_cast<float>(in.view.secondQuants[j * 32 + i]) * in.view.secondScales[j];
                QVERIFY(std::abs(in.values[at] - near) <= d / 500);
            }
    }

    void equalBlocksAreChosenFromTheFront_data() { tables(); }
    void equalBlocksAreChosenFromTheFront() {
        const Input in(chosen(), std::vector<float>(32 * 24, 1.0f), 1);
        QCOMPARE(in.view.secondPlaces[0], 0u);
        QCOMPARE(in.view.secondPlaces[1], 1u);
    }

    void quantizeEqualsTheSpecification_data() { tables(); }
    void quantizeEqualsTheSpecification() {
        std::vector<float> x = Input(kScalarKernels, 1, 32 * 64, 2, false).values;
        for (size_t i = 0; i < 32; i++) x[i] = 0;
        for (size_t i = 32; i < 64; i++) x[i] = 1e-40f;                 // a subnormal scale
        for (size_t i = 64; i < 96; i++) x[i] = i % 2 ? 0.5f : 127.0f;  // ties
        for (size_t i = 96; i < 128; i++) x[i] *= 1e37f;
        const Input in(chosen(), x, 1), expected(kScalarKernels, x, 1);
        QVERIFY(in.finite && expected.finite);
        const size_t blocks = x.size() / 32, seconds = secondCount(x.size());
        const auto same = [](const auto* a, const auto* b, size_t n) { return std::memcmp(a, b, n * sizeof *a) == 0; };
        QVERIFY(same(in.view.quants, expected.view.quants, x.size()));
        QVERIFY(same(in.view.scales, expected.view.scales, blocks));
        QVERIFY(same(in.view.sums, expected.view.sums, 2 * blocks));
        QVERIFY(same(in.view.secondPlaces, expected.view.secondPlaces, seconds));
        QVERIFY(same(in.view.secondQuants, expected.view.secondQuants, 32 * seconds));
        QVERIFY(same(in.view.secondScales, expected.view.secondScales, seconds));
        QVERIFY(same(in.view.secondSums, expected.view.secondSums, 2 * seconds));
        QCOMPARE(in.view.scales[1], 0.0f);
    }

    void notFiniteIsReported_data() { tables(); }
    void notFiniteIsReported() {
        for (const float bad : {std::nanf(""), -std::nanf(""), INFINITY, -INFINITY})
            for (const size_t at : {0u, 17u, 40u, 63u}) {
                std::vector<float> x(64, 1.0f);
                QVERIFY(chosen().allFinite(x.data(), x.size()));
                x[at] = bad;
                QVERIFY(!Input(chosen(), x, 1).finite);
                QVERIFY(!chosen().allFinite(x.data(), x.size()));
                QVERIFY(at == 63 || !chosen().allFinite(x.data(), 63));
                QVERIFY(at != 63 || chosen().allFinite(x.data(), 63));
            }
    }

    void productsEqualTheSpecification_data() { tables(); }
    void productsEqualTheSpecification() {
        uint32_t seed = 0;
        for (const TensorType type : computedTypes())
            for (const size_t length : {32u, 96u, 256u, 576u, 1568u, 1792u, 3200u, 4096u})
                for (const size_t rows : {1u, 7u, 16u, 35u})
                    for (const size_t count : {1u, 2u, 3u, 4u, 13u, 29u, 67u}) {
                        if (rows * count * length > 1500000 || length % tensorTypeInfo(type).blockSize != 0) continue;
                        const auto w = randomWeights(type, rows, length, ++seed);
                        const Input in(kScalarKernels, count, length, ++seed, usesQuantizedActivations(type));
                        std::vector<float> out(count * (rows + 3), 7.0f), expected = out;
                        const WeightRows view{w.data(), w.size() / rows, rows, length};
                        chosen().multiply(type)(view, in.view, out.data(), rows + 3);
                        kScalarKernels.multiply(type)(view, in.view, expected.data(), rows + 3);
                        QVERIFY2(sameBits(out, expected), qPrintable(QString("type %1, %2 rows of %3, %4 tokens")
                                                                         .arg(tensorTypeInfo(type).name.data())
                                                                         .arg(rows)
                                                                         .arg(length)
                                                                         .arg(count)));
                    }
    }

    /// From within a packed group, up to within one, and more than are computed at once.
    void someOfThePackedRowsEqualTheSpecification_data() { tables(); }
    void someOfThePackedRowsEqualTheSpecification() {
        struct Part {
            size_t all, first, count;
        };
        for (const Part& part : {Part{29, 0, 5}, Part{29, 0, 17}, Part{29, 3, 9}, Part{530, 0, 530}})
            for (const TensorType type : {TensorType::Q4_0, TensorType::Q4_1, TensorType::Q2_K, TensorType::F16}) {
                constexpr size_t kLength = 256, kRows = 18;
                const auto w = randomWeights(type, kRows, kLength, 23);
                const Input in(kScalarKernels, part.all, kLength, 24, usesQuantizedActivations(type));
                const Activations some = in.view.part(part.first, part.count);
                std::vector<float> out(part.count * kRows), expected = out;
                const WeightRows view{w.data(), w.size() / kRows, kRows, kLength};
                chosen().multiply(type)(view, some, out.data(), kRows);
                kScalarKernels.multiply(type)(view, some, expected.data(), kRows);
                QVERIFY(sameBits(out, expected));
            }
    }

    void everyTableComputesTheSameTypes() {
        QVERIFY(computedTypes().size() >= 16);
        for (const Kernels* table : availableKernels())
            for (const TensorTypeInfo& info : tensorTypes()) {
                QCOMPARE(table->multiply(info.type) != nullptr, kScalarKernels.multiply(info.type) != nullptr);
                QCOMPARE(canDequantize(info.type), kScalarKernels.multiply(info.type) != nullptr);
            }
    }

    /// A row of zeros but for one 1 picks one weight: what dequantizing gives for it.
    void aProductWithOneIsTheWeight_data() { tables(); }
    void aProductWithOneIsTheWeight() {
        constexpr size_t kLength = 512;
        for (const TensorType type : computedTypes()) {
            const auto w = randomWeights(type, 1, kLength, 17);
            std::vector<float> weights(kLength);
            QVERIFY(dequantizeRow(type, w, weights));
            for (size_t k = 0; k < kLength; k++) {
                std::vector<float> x(kLength);
                x[k] = 1;
                const auto blocks =
                    *ActivationBuffer::create(Checked(kLength), Checked(1u), Checked(kLength));  // all zero
                const QuantizedRow row = blocks.row(0, kLength);
                row.quants[k] = 1;
                row.scales[k / 32] = 1;
                row.sums[k / 16] = 1;
                float product;
                chosen().multiply(type)({w.data(), w.size(), 1, kLength}, blocks.view(x.data(), 1, kLength, nullptr),
                                        &product, 1);
                QCOMPARE(product, weights[k]);
            }
        }
    }

    void floatProductsOfOddLengths_data() { tables(); }
    void floatProductsOfOddLengths() {
        for (const TensorType type : {TensorType::F32, TensorType::F16, TensorType::BF16})
            for (size_t length = 1; length < 50; length++) {
                const auto w = randomWeights(type, 5, length, 3);
                const Input in(kScalarKernels, 5, length, 4, false);
                std::vector<float> out(25), expected(25);
                chosen().multiply(type)({w.data(), w.size() / 5, 5, length}, in.view, out.data(), 5);
                kScalarKernels.multiply(type)({w.data(), w.size() / 5, 5, length}, in.view, expected.data(), 5);
                QVERIFY(sameBits(out, expected));
            }
    }

    void extremeWeightsDoNotOverflow_data() { tables(); }
    void extremeWeightsDoNotOverflow() {
        std::vector<std::byte> w(34 * 4);
        for (size_t b = 0; b < 4; b++) {
            const uint16_t one = floatToHalf(1.0f);
            std::memcpy(&w[b * 34], &one, 2);
            for (size_t i = 0; i < 32; i++) w[b * 34 + 2 + i] = static_cast<std::byte>(b % 2 ? 127 : -128);
        }
        std::vector<float> x(64, 127.0f);  // a scale of 1
        std::fill_n(x.begin(), 32, -127.0f);
        const Input in(kScalarKernels, x, 1);
        float out[2];
        chosen().multiply(TensorType::Q8_0)({w.data(), 68, 2, 64}, in.view, out, 2);
        QCOMPARE(out[0], float(32 * 127 * 128 + 32 * 127 * 127));
        QCOMPARE(out[1], out[0]);
    }

    /// Sums are kept in as few bits as they need: the largest integers, times the largest activations.
    void extremesOfEveryTypeDoNotOverflow_data() { tables(); }
    void extremesOfEveryTypeDoNotOverflow() {
        for (const TensorType type : computedTypes())
            for (const int byte : {0x00, 0xff, 0x77, 0x80})
                for (const int sign : {-1, 1}) {
                    const std::string w = test::uniformTensor(type, 3, 256, static_cast<uint8_t>(byte));
                    const Input in(kScalarKernels, std::vector<float>(256 * 5, static_cast<float>(127 * sign)), 5);
                    const WeightRows rows{reinterpret_cast<const std::byte*>(w.data()), w.size() / 3, 3, 256};
                    std::vector<float> out(15), expected(15);
                    chosen().multiply(type)(rows, in.view, out.data(), 3);
                    kScalarKernels.multiply(type)(rows, in.view, expected.data(), 3);
                    QVERIFY2(sameBits(out, expected), tensorTypeInfo(type).name.data());
                }
    }

    void elementwiseFunctionsEqualTheSpecification_data() { tables(); }
    void elementwiseFunctionsEqualTheSpecification() {
        for (const size_t length : {1u, 15u, 16u, 33u, 576u, 1536u}) {
            auto x = Input(kScalarKernels, 1, length, 5, false).values,
                 y = Input(kScalarKernels, 1, length, 6, false).values;
            for (float& v : x) v *= 30;
            std::vector<float> out(length), expected(length);
            chosen().rmsNorm(x.data(), y.data(), 1e-5f, length, out.data());
            kScalarKernels.rmsNorm(x.data(), y.data(), 1e-5f, length, expected.data());
            QVERIFY(sameBits(out, expected));
            chosen().activate(Nonlinearity::Silu, x.data(), y.data(), length, out.data());
            kScalarKernels.activate(Nonlinearity::Silu, x.data(), y.data(), length, expected.data());
            QVERIFY(sameBits(out, expected));
            std::vector<uint16_t> half(length), expectedHalf(length);
            chosen().toHalf(x.data(), length, half.data());
            kScalarKernels.toHalf(x.data(), length, expectedHalf.data());
            QCOMPARE(half, expectedHalf);
            auto sum = x;
            chosen().add(sum.data(), y.data(), length);
            kScalarKernels.add(x.data(), y.data(), length);
            QVERIFY(sameBits(sum, x));
        }
    }

    void exponentialIsWithinTwoUlp() {  // seen through SiLU: gate / (1 + e^-gate)
        for (float gate = -87; gate < 100; gate += 0.0137f) {
            const float one = 1;
            float out;
            kScalarKernels.activate(Nonlinearity::Silu, &gate, &one, 1, &out);
            const double expected = gate / (1 + std::exp(-double(gate)));
            QVERIFY2(std::abs(out - expected) <= 4e-7 * std::abs(expected) + 1e-44, qPrintable(QString::number(gate)));
        }
    }
};

QTEST_APPLESS_MAIN(TestKernels)
#include "test_kernels.moc"
