#include "quant/dequantize.h"

#include <QRegularExpression>
#include <QTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "monochord/dequantize.h"
#include "support/paths.h"

using namespace monochord;

namespace {

// 1.0 and 0.5 as binary16, in the file's byte order.
const std::string kOne("\x00\x3c", 2), kHalf("\x00\x38", 2);

std::vector<float> valuesOf(std::string_view type, const std::string& bytes) {
    const auto values = dequantizeBlocks(type, bytes);
    return values ? *values : std::vector<float>();
}

ErrorCode codeOf(std::string_view type, const std::string& bytes) {
    const auto values = dequantizeBlocks(type, bytes);
    return values ? ErrorCode::Cancelled : values.error().code;  // Cancelled: was accepted
}

}  // namespace

class TestDequantize : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void widensFloats();
    void placesNibbles();
    void addsMinimums();
    void placesFifthBits();
    void readsBlocksAnywhere();
    void keepsInfinityAndNan();
    void readsMicroscalingBlocks();
    void placesScalesOfSuperBlocks();
    void refusesOtherTypesByName();
    void refusesPartsOfBlocks();
    void refusesRowsOfAnotherLength();
    void agreesWithTheReference();
};

void TestDequantize::widensFloats() {
    QCOMPARE(valuesOf("F32", std::string("\0\0\x80\x3f\0\0\0\xc0", 8)), (std::vector<float>{1, -2}));
    QCOMPARE(valuesOf("F16", kOne + kHalf), (std::vector<float>{1, 0.5f}));
    QCOMPARE(valuesOf("BF16", std::string("\x80\x3f\x40\xc0", 4)), (std::vector<float>{1, -3}));
    QCOMPARE(valuesOf("F32", ""), std::vector<float>());
}

void TestDequantize::placesNibbles() {
    const auto values = valuesOf("Q4_0", kHalf + "\xf1" + std::string(15, '\x88'));
    QCOMPARE(values.size(), size_t{32});
    QVERIFY(values[0] == 0.5f * (1 - 8) && values[16] == 0.5f * (15 - 8));
    QVERIFY(values[1] == 0 && values[31] == 0);
}

void TestDequantize::addsMinimums() {
    const auto values = valuesOf("Q4_1", kHalf + kOne + std::string(16, '\x20'));
    QVERIFY(values.size() == 32 && values[0] == 1 && values[16] == 0.5f * 2 + 1);
    const auto fives = valuesOf("Q5_1", kHalf + kOne + std::string(4, '\xff') + std::string(16, '\x20'));
    QVERIFY(fives.size() == 32 && fives[0] == 0.5f * 16 + 1 && fives[16] == 0.5f * 18 + 1);
}

void TestDequantize::placesFifthBits() {
    const std::string bits("\x01\0\x02\0", 4);  // of the values 0 and 17
    const auto values = valuesOf("Q5_0", kOne + bits + std::string(16, '\0'));
    QCOMPARE(values.size(), size_t{32});
    for (size_t i = 0; i < 32; i++) QVERIFY(values[i] == (i == 0 || i == 17 ? 0.0f : -16.0f));
}

void TestDequantize::readsBlocksAnywhere() {
    const std::string shifted = "x" + kHalf + std::string(32, '\xfe');
    std::vector<float> values(32);
    const auto bytes = std::as_bytes(std::span(shifted.data() + 1, 34));
    QVERIFY(dequantizeRow(TensorType::Q8_0, bytes, values).has_value());
    QCOMPARE(values, std::vector<float>(32, -1.0f));
}

void TestDequantize::keepsInfinityAndNan() {
    const auto values = valuesOf("F16", std::string("\0\x7c\x01\x7c", 4));
    QVERIFY(std::isinf(values[0]) && std::isnan(values[1]));
    QVERIFY(std::isnan(valuesOf("Q8_0", std::string("\0\x7c", 2) + std::string(32, '\0'))[0]));  // infinity · 0
}

void TestDequantize::readsMicroscalingBlocks() {
    const auto values = valuesOf("MXFP4", "\x7f" + std::string(16, '\x7f'));  // 2^0, twice: 6 and −6
    QVERIFY(values.size() == 32 && values[0] == -6 && values[16] == 6);
    QCOMPARE(valuesOf("MXFP4", std::string(1, '\0') + std::string(16, '\x11'))[0], 0x1p-128f);
    QCOMPARE(valuesOf("MXFP4", std::string(1, '\1') + std::string(16, '\x11'))[0], 0x1p-127f);
    QCOMPARE(valuesOf("MXFP4", "\xff" + std::string(16, '\x11'))[0], 0x1p127f);
}

/// One scale of 1, the others 0: the values of its sub-block alone differ from zero.
void TestDequantize::placesScalesOfSuperBlocks() {
    for (size_t j = 0; j < 16; j++) {
        std::string scales(16, '\0');
        scales[j] = 1;
        const auto values = valuesOf("Q6_K", std::string(192, '\0') + scales + kOne);
        QCOMPARE(values.size(), size_t{256});
        for (size_t i = 0; i < 256; i++) QCOMPARE(values[i], i / 16 == j ? -32.0f : -0.0f);
    }
}

void TestDequantize::refusesOtherTypesByName() {
    for (const char* name :
         {"IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "TQ1_0", "TQ2_0", "NVFP4"}) {
        const auto refused = dequantizeBlocks(name, "");
        QVERIFY2(!refused && refused.error().code == ErrorCode::Unsupported &&
                     refused.error().message.find(name) != std::string::npos,
                 name);
    }
    const auto unsupported = dequantizeBlocks("Q8_K", std::string(292, '\0'));
    QVERIFY(!unsupported && unsupported.error().code == ErrorCode::Unsupported);
    QVERIFY(unsupported.error().message.find("Q8_K") != std::string::npos);
    QVERIFY(!canDequantize(TensorType::Q8_K));
    QCOMPARE(codeOf("Q4_2", ""), ErrorCode::InvalidArgument);
    QCOMPARE(codeOf("", ""), ErrorCode::InvalidArgument);
}

void TestDequantize::refusesPartsOfBlocks() {
    QCOMPARE(codeOf("Q4_0", std::string(17, '\0')), ErrorCode::InvalidArgument);
    QCOMPARE(codeOf("F32", std::string(3, '\0')), ErrorCode::InvalidArgument);
}

void TestDequantize::refusesRowsOfAnotherLength() {
    const std::string block(18, '\0');
    const auto bytes = std::as_bytes(std::span(block.data(), block.size()));
    for (const size_t size : {0u, 31u, 33u, 64u}) {
        std::vector<float> values(size);
        QVERIFY(!dequantizeRow(TensorType::Q4_0, bytes, values));
    }
}

void TestDequantize::agreesWithTheReference() {
    const auto path = test::sharedFile("reference/quantised/blocks.json");
    if (!path) QSKIP("no reference data");
    const auto types = nlohmann::json::parse(std::ifstream(*path))["types"];
    for (const auto& [name, type] : types.items()) {
        if (!canDequantize(tensorTypeInfo(name)->type)) {
            QVERIFY2(QRegularExpression("^(IQ[123]|TQ|NVFP4)").match(name.c_str()).hasMatch(), name.c_str());
            continue;
        }
        for (const auto& block : type["blocks"]) {
            const QByteArray raw = QByteArray::fromHex(QByteArray::fromStdString(block["hex"].get<std::string>()));
            const auto values = valuesOf(name, raw.toStdString());
            const auto expected = block["values"].get<std::vector<float>>();
            QVERIFY2(values.size() == expected.size() &&
                         std::memcmp(values.data(), expected.data(), values.size() * sizeof(float)) == 0,
                     name.c_str());
        }
    }
}

QTEST_APPLESS_MAIN(TestDequantize)
#include "test_dequantize.moc"
