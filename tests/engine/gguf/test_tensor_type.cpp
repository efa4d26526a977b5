#include "gguf/tensor_type.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <fstream>

#include "support/paths.h"

using namespace monochord;

class TestTensorType : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsEveryTypeByNumberAndName();
    void knowsNoOtherNumbers();
    void agreesWithTheReference();
};

void TestTensorType::findsEveryTypeByNumberAndName() {
    QVERIFY(tensorTypes().size() > 30);
    for (const TensorTypeInfo& info : tensorTypes()) {
        QCOMPARE(tensorTypeInfo(info.type).name, info.name);
        QCOMPARE(tensorTypeInfo(info.name), &info);
        QVERIFY(info.blockSize > 0 && info.bytesPerBlock > 0);
    }
}

void TestTensorType::knowsNoOtherNumbers() {
    for (const uint32_t number : {4u, 5u, 31u, 32u, 33u, 36u, 37u, 38u, 41u, 1000u, 0xffffffffu})
        QVERIFY(!tensorTypeInfo(number));
    QVERIFY(!tensorTypeInfo("Q4_2"));
    QVERIFY(!tensorTypeInfo(""));
}

void TestTensorType::agreesWithTheReference() {
    const auto path = test::sharedFile("reference/quantised/blocks.json");
    if (!path) QSKIP("no reference data");
    const auto types = nlohmann::json::parse(std::ifstream(*path))["types"];
    for (const auto& [name, expected] : types.items()) {
        const TensorTypeInfo* info = tensorTypeInfo(expected["type_id"].get<uint32_t>());
        QVERIFY2(info && info->name == name, name.c_str());
        QCOMPARE(info->blockSize, expected["block_size"].get<uint32_t>());
        QCOMPARE(info->bytesPerBlock, expected["bytes_per_block"].get<uint32_t>());
    }
}

QTEST_APPLESS_MAIN(TestTensorType)
#include "test_tensor_type.moc"
