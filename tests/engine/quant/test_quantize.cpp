#include "quant/quantize.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <random>

#include "base/cpu_features.h"
#include "quant/blocks.h"
#include "quant/dequantize.h"

using namespace monochord;

namespace {

using Floats = std::vector<float>;

std::vector<TensorType> allTypes() {
    std::vector<TensorType> types;
    for (const TensorTypeInfo& info : tensorTypes())
        if (canQuantize(info.type)) types.push_back(info.type);
    return types;
}

std::string bytesOf(TensorType type, const Floats& values) {
    const TensorTypeInfo& info = tensorTypeInfo(type);
    std::string bytes(values.size() / info.blockSize * info.bytesPerBlock, '\xee');
    const auto done = quantizeRow(type, values, std::as_writable_bytes(std::span(bytes)));
    return done ? bytes : std::string("error: " + done.error().message);
}

/// What is left of the values.
Floats afterwards(TensorType type, const Floats& values) {
    const std::string bytes = bytesOf(type, values);
    Floats back(values.size());
    return dequantizeRow(type, std::as_bytes(std::span(bytes)), back) ? back : Floats();
}

Floats normalValues(size_t count, float deviation, uint32_t seed) {
    std::mt19937 random(seed);
    Floats values(count);
    for (float& value : values) {  // a sum of uniform numbers: the same on every machine
        float sum = 0;
        for (int i = 0; i < 12; i++) sum += static_cast<float>(random()) * 0x1p-32f;
        value = deviation * (sum - 6);
    }
    return values;
}

double rootMeanSquare(const Floats& a, const Floats& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); i++) sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
    return std::sqrt(sum / static_cast<double>(a.size()));
}

Floats ramp(size_t count, float first, float step) {
    Floats values(count);
    for (size_t i = 0; i < count; i++) values[i] = first + step * static_cast<float>(i);
    return values;
}

}  // namespace

class TestQuantize : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void makesAllTypesThatPeopleUse();
    void roundsFloatsToTheNearest();
    void followsTheFormulasOfBlocks();
    void roundsHalvesOfEightBitsAwayFromZero();
    void keepsWhatATypeCanSay();
    void staysWithinTheErrorOfATypesBits();
    void keepsZerosAndRowsOfOneValue();
    void endsWellWithTinyNumbers();
    void dependsOnEachBlockAlone();
    void givesTheSameBitsWithEveryInstructionSet();
    void refusesWhatIsNoNumber();
    void refusesWhatIsTooLarge();
    void refusesPartsOfBlocksAndOtherTypes();
};

void TestQuantize::makesAllTypesThatPeopleUse() {
    for (const char* name : {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K",
                             "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"})
        QVERIFY2(canQuantize(tensorTypeInfo(name)->type), name);
    QVERIFY(!canQuantize(TensorType::IQ1_S) && !canQuantize(TensorType::MXFP4));
}

void TestQuantize::roundsFloatsToTheNearest() {
    QCOMPARE(bytesOf(TensorType::F32, {1, -2}), std::string("\0\0\x80\x3f\0\0\0\xc0", 8));
    QCOMPARE(bytesOf(TensorType::F16, {1, 0.5f}), std::string("\x00\x3c\x00\x38", 4));
    // Half way between two: to the even one.
    QCOMPARE(bytesOf(TensorType::BF16, {1 + 0x1p-8f, 1 + 3 * 0x1p-8f, -3}), std::string("\x80\x3f\x82\x3f\x40\xc0", 6));
}

void TestQuantize::followsTheFormulasOfBlocks() {
    Floats values(32, 0.0f);
    values[0] = -8;
    values[1] = 7;
    values[16] = 1;
    // d = 1; -8 is 0, 7 is 15, 0 is 8, 1 is 9.
    QCOMPARE(bytesOf(TensorType::Q4_0, values), std::string("\x00\x3c\x90\x8f", 4) + std::string(14, '\x88'));
    values[0] = 8;  // the largest magnitude becomes -8: d = -1
    QCOMPARE(bytesOf(TensorType::Q4_0, values), std::string("\x00\xbc\x70\x81", 4) + std::string(14, '\x88'));
    QCOMPARE(bytesOf(TensorType::Q4_1, ramp(32, 2, 15 / 31.0f)).substr(0, 6),
             std::string("\x00\x3c\x00\x40\x80\x80", 6));
    // Five bits: the fifth of value 0 in bit 0 of the third byte.
    QCOMPARE(bytesOf(TensorType::Q5_1, ramp(32, -1, 1)),
             std::string("\x00\x3c\x00\xbc\0\0\xff\xff", 8) +
                 std::string("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16));
    QCOMPARE(bytesOf(TensorType::Q5_0, ramp(32, -16, 1)),
             std::string("\x00\x3c\0\0\xff\xff", 6) +
                 std::string("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16));
}

void TestQuantize::roundsHalvesOfEightBitsAwayFromZero() {
    Floats values(32, 0.0f);
    values[0] = 127;
    values[1] = 2.5f;
    values[2] = -2.5f;
    values[3] = 0.49999997f;
    values[31] = -127;
    QCOMPARE(bytesOf(TensorType::Q8_0, values),
             std::string("\x00\x3c\x7f\x03\xfd\x00", 6) + std::string(27, '\0') + "\x81");
}

/// Values that the type can say, with scales that leave no doubt, come back as they were.
void TestQuantize::keepsWhatATypeCanSay() {
    const struct {
        TensorType type;
        int first, count;  // the whole numbers that it can say
    } ranges[] = {{TensorType::Q4_0, -8, 16},  {TensorType::Q4_1, -3, 16},   {TensorType::Q5_0, -16, 32},
                  {TensorType::Q5_1, -3, 32},  {TensorType::Q8_0, -127, 1},  {TensorType::Q2_K, -1, 4},
                  {TensorType::Q3_K, -4, 8},   {TensorType::Q4_K, -3, 16},   {TensorType::Q5_K, -9, 32},
                  {TensorType::Q6_K, -32, 16}, {TensorType::F16, -999, 512}, {TensorType::BF16, -128, 256}};
    for (const auto& [type, first, count] : ranges) {
        Floats values(512);
        for (size_t i = 0; i < values.size(); i++)
            values[i] = 0.25f * static_cast<float>(first + static_cast<int>(i) % count);
        const double error = rootMeanSquare(afterwards(type, values), values);
        QVERIFY2(error < 1e-3, qPrintable(QString("%1: %2").arg(tensorTypeInfo(type).name.data()).arg(error)));
    }
    for (const TensorType type : {TensorType::IQ4_NL, TensorType::IQ4_XS}) {
        Floats values(512);
        for (size_t i = 0; i < values.size(); i++) values[i] = 0.25f * static_cast<float>(kIq4Values[i % 16]);
        QVERIFY(rootMeanSquare(afterwards(type, values), values) < 1e-2);
    }
}

/// Bits of a code → an error of about 1 / (√12 · codes in six deviations) and what the scales cost.
void TestQuantize::staysWithinTheErrorOfATypesBits() {
    const struct {
        TensorType type;
        double most;  // root mean square error for a deviation of 1
    } bounds[] = {{TensorType::F16, 3e-4},   {TensorType::BF16, 3e-3},    {TensorType::Q8_0, 0.007},
                  {TensorType::Q6_K, 0.019}, {TensorType::Q5_1, 0.04},    {TensorType::Q5_0, 0.045},
                  {TensorType::Q5_K, 0.037}, {TensorType::Q4_K, 0.073},   {TensorType::Q4_1, 0.083},
                  {TensorType::Q4_0, 0.092}, {TensorType::IQ4_NL, 0.076}, {TensorType::IQ4_XS, 0.08},
                  {TensorType::Q3_K, 0.145}, {TensorType::Q2_K, 0.30}};
    const Floats values = normalValues(8192, 1, 7);
    for (const auto& [type, most] : bounds) {
        const double error = rootMeanSquare(afterwards(type, values), values);
        QVERIFY2(error < most && error > most / 3,
                 qPrintable(QString("%1: %2").arg(tensorTypeInfo(type).name.data()).arg(error)));
    }
}

void TestQuantize::keepsZerosAndRowsOfOneValue() {
    for (const TensorType type : allTypes()) {
        for (const float zero : afterwards(type, Floats(256, 0.0f))) QVERIFY(zero == 0);
        for (const float value : {0.3f, -0.3f, 0.06f, -100.0f})
            for (const float back : afterwards(type, Floats(256, value)))
                QVERIFY2(std::abs(back / value - 1) < 0.01, tensorTypeInfo(type).name.data());
    }
}

void TestQuantize::endsWellWithTinyNumbers() {
    for (const TensorType type : allTypes())
        for (const float scale : {1e-6f, 1e-12f, 1e-20f, 1e-30f, 1e-38f, 1e-44f})
            for (const float back : afterwards(type, normalValues(256, scale, 3)))
                QVERIFY2(std::isfinite(back) && std::abs(back) <= 8 * scale + 1e-5f, tensorTypeInfo(type).name.data());
}

void TestQuantize::dependsOnEachBlockAlone() {
    const Floats values = normalValues(256 * 3, 0.02f, 5);
    for (const TensorType type : allTypes()) {
        const size_t block = tensorTypeInfo(type).blockSize;
        std::string pieces;
        for (size_t at = 0; at < values.size(); at += block) {
            const auto begin = values.begin() + static_cast<ptrdiff_t>(at);
            pieces += bytesOf(type, Floats(begin, begin + static_cast<ptrdiff_t>(block)));
        }
        QVERIFY2(pieces == bytesOf(type, values), tensorTypeInfo(type).name.data());
    }
}

void TestQuantize::givesTheSameBitsWithEveryInstructionSet() {
#if defined(__x86_64__)
    if (!cpuFeatures().avx2) QSKIP("this processor has no AVX2");
    Floats values;
    for (const float deviation : {1.0f, 0.02f, 1e-6f, 1e-19f, 1e7f})
        for (const float value : normalValues(2048, deviation, 11)) values.push_back(value);
    values.insert(values.end(), 512, 0.5f);
    for (const BlockSearch BlockSearches::*search :
         {&BlockSearches::q2K, &BlockSearches::q3K, &BlockSearches::q4K, &BlockSearches::q5K, &BlockSearches::q6K,
          &BlockSearches::iq4Nl, &BlockSearches::iq4Xs}) {
        std::vector<std::byte> plain(values.size()), avx2(values.size());
        (kPlainSearches.*search)(values.data(), values.size(), plain.data());
        (kAvx2Searches.*search)(values.data(), values.size(), avx2.data());
        QVERIFY(plain == avx2);
    }
#else
    QSKIP("there is one instruction set");
#endif
}

void TestQuantize::refusesWhatIsNoNumber() {
    for (const TensorType type : allTypes())
        for (const float bad : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
            Floats values = normalValues(256, 1, 2);
            values[200] = bad;
            std::string bytes = bytesOf(type, values);
            QVERIFY2(
                bytes.starts_with("error: it holds ") && bytes.find(std::isnan(bad) ? "NaN" : "infinity") != bytes.npos,
                tensorTypeInfo(type).name.data());
        }
}

void TestQuantize::refusesWhatIsTooLarge() {
    for (const TensorType type : allTypes()) {
        Floats values(256, 0.0f);
        values[3] = 3e38f;
        const std::string bytes = bytesOf(type, values);
        const bool holds = type == TensorType::F32 || type == TensorType::BF16;
        QVERIFY2(bytes.starts_with("error: ") != holds, tensorTypeInfo(type).name.data());
        values[3] = 60000;
        QVERIFY2(!bytesOf(type, values).starts_with("error: "), tensorTypeInfo(type).name.data());
    }
}

void TestQuantize::refusesPartsOfBlocksAndOtherTypes() {
    std::vector<std::byte> bytes(144);
    Floats values(256);
    QCOMPARE(quantizeRow(TensorType::Q4_K, std::span(values).first(128), bytes).error().code,
             ErrorCode::InvalidArgument);
    QCOMPARE(quantizeRow(TensorType::Q4_K, values, std::span(bytes).first(143)).error().code,
             ErrorCode::InvalidArgument);
    QVERIFY(quantizeRow(TensorType::Q4_K, values, bytes).has_value());
    const auto refused = quantizeRow(TensorType::IQ2_XXS, values, bytes);
    QVERIFY(!refused && refused.error().code == ErrorCode::Unsupported &&
            refused.error().message.find("IQ2_XXS") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestQuantize)
#include "test_quantize.moc"
