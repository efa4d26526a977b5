#include "gguf/gguf_file.h"

#include <QTest>
#include <chrono>
#include <filesystem>

#include "support/gguf_builder.h"
#include "support/paths.h"
#include "support/temporary_file.h"

using namespace monochord;
using namespace monochord::test;

namespace {

struct Opened {
    explicit Opened(std::string_view bytes) : temporary(bytes), file(GgufFile::open(temporary.path())) {}
    TemporaryFile temporary;
    Result<std::unique_ptr<GgufFile>> file;
};

GgufBuilder withTensor(const std::vector<uint64_t>& shape, uint32_t type, uint64_t offset, size_t dataBytes = 1024) {
    GgufBuilder builder;
    builder.tensorRecord("t", shape, type, offset).data(std::string(dataBytes, '\0'));
    return builder;
}

}  // namespace

/// Compares the code of the failure and looks for a part of the sentence.
#define REFUSED(bytes, expectedCode, part)                                                                          \
    do {                                                                                                            \
        const Opened opened(bytes);                                                                                 \
        QVERIFY2(!opened.file, "was accepted");                                                                     \
        QVERIFY2(opened.file.error().message.find(part) != std::string::npos, opened.file.error().message.c_str()); \
        QCOMPARE(opened.file.error().code, ErrorCode::expectedCode);                                                \
    } while (false)

class TestGgufFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsValuesOfEveryType();
    void readsLists();
    void readsTensors();
    void readsVersionTwo();
    void readsAFileWithoutTensors();
    void acceptsOtherAlignments();
    void readsTheStarterModel();
    void namesTheKeyOfAnotherKind();
    void convertsWholeNumbersThatFit();

    void refusesOtherFiles();
    void refusesOtherVersions();
    void refusesBigEndian();
    void refusesAbsurdCounts();
    void refusesEveryTruncation();
    void saysHowManyBytesAreMissing();
    void refusesAStringOfAnExabyte();
    void refusesAListOfAnExabyte();
    void refusesUnknownValueTypes();
    void refusesKeysWithoutName();
    void refusesAKeyTwice();
    void refusesDeeplyNestedLists();
    void skipsNestedLists();
    void refusesBadAlignments();
    void refusesATensorTwice();
    void refusesTensorsWithoutName();
    void refusesBadDimensions();
    void refusesOverflowingShapes();
    void refusesUnknownTensorTypes();
    void refusesRowsOfPartBlocks();
    void refusesUnalignedTensors();
    void refusesTensorsPastTheEnd();
    void refusesOverlappingTensors();
    void refusesPartsOfSplitModels();
    void escapesNamesInMessages();
    void refusesALargeHeaderQuickly();
};

void TestGgufFile::readsValuesOfEveryType() {
    const Opened opened(smallFile().build());
    QVERIFY(opened.file.has_value());
    const GgufFile& file = **opened.file;
    QCOMPARE(file.version(), 3u);
    QCOMPARE(**file.get<std::string_view>("general.name"), std::string_view("small"));
    QCOMPARE(**file.get<uint32_t>("t.u8"), 200u);
    QCOMPARE(**file.get<int64_t>("t.i8"), int64_t{-100});
    QCOMPARE(**file.get<uint32_t>("t.u16"), 60000u);
    QCOMPARE(**file.get<int64_t>("t.i16"), int64_t{-30000});
    QCOMPARE(**file.get<uint32_t>("t.u32"), 4000000000u);
    QCOMPARE(**file.get<int64_t>("t.i32"), int64_t{-2000000000});
    QCOMPARE(**file.get<uint64_t>("t.u64"), uint64_t{1} << 63);
    QCOMPARE(**file.get<int64_t>("t.i64"), -(int64_t{1} << 40));
    QVERIFY(**file.get<float>("t.f32") == 0.1f);
    QVERIFY(**file.get<float>("t.f64") == 0.5f);
    QVERIFY(**file.get<bool>("t.bool"));
    QVERIFY(!*file.get<bool>("t.absent"));
    QVERIFY(!file.find("t.absent"));
}

void TestGgufFile::readsLists() {
    const Opened opened(smallFile().build());
    QVERIFY(opened.file.has_value());
    const GgufFile& file = **opened.file;
    QCOMPARE(**file.getArray<uint32_t>("t.numbers"), (std::vector<uint32_t>{1, 2, 3}));
    QCOMPARE(**file.getArray<int32_t>("t.numbers"), (std::vector<int32_t>{1, 2, 3}));
    QCOMPARE(**file.getArray<std::string_view>("t.texts"), (std::vector<std::string_view>{"one", "", "three"}));
    QCOMPARE(**file.getArray<bool>("t.flags"), (std::vector<bool>{true, false}));
    QCOMPARE(**file.getArray<float>("t.fractions"), (std::vector<float>{0.25f, -1}));
    QVERIFY(!*file.getArray<float>("t.absent"));
    QCOMPARE(file.find("t.texts")->count, uint64_t{3});
}

void TestGgufFile::readsTensors() {
    const Opened opened(smallFile().build());
    QVERIFY(opened.file.has_value());
    const GgufFile& file = **opened.file;
    QCOMPARE(file.tensors().size(), size_t{3});
    const TensorInfo* b = file.tensor("b");
    QVERIFY(b);
    QCOMPARE(b->type, TensorType::Q8_0);
    QCOMPARE(b->columns(), uint64_t{32});
    QCOMPARE(b->rows(), uint64_t{2});
    QCOMPARE(b->rowBytes(), uint64_t{34});
    QCOMPARE(std::to_integer<int>(file.bytes(*b)[67]), 3);
    QVERIFY(!file.tensor("d"));
}

void TestGgufFile::readsVersionTwo() {
    QVERIFY(Opened(smallFile().version(2).build()).file.has_value());
}

void TestGgufFile::readsAFileWithoutTensors() {
    QVERIFY(Opened(GgufBuilder().text("general.architecture", "llama").build()).file.has_value());
    QVERIFY(Opened(GgufBuilder().build()).file.has_value());
}

void TestGgufFile::acceptsOtherAlignments() {
    for (const uint32_t alignment : {8u, 4096u}) {
        GgufBuilder builder;
        builder.alignment(alignment).key("general.alignment", alignment);
        builder.tensorF32("x", {1}, {1}).tensorF32("y", {1}, {2});
        const Opened opened(builder.build());
        QVERIFY(opened.file.has_value());
        QCOMPARE(std::to_integer<int>((*opened.file)->bytes(*(*opened.file)->tensor("y"))[3]), 0x40);
    }
}

void TestGgufFile::readsTheStarterModel() {
    const auto path = starterModel();
    if (!path && !modelsRequired()) QSKIP("no starter model");
    QVERIFY(path);
    const auto file = GgufFile::open(*path);
    QVERIFY(file.has_value());
    QCOMPARE((*file)->tensors().size(), size_t{272});
    QCOMPARE((**(*file)->getArray<std::string_view>("tokenizer.ggml.tokens")).size(), size_t{49152});
}

void TestGgufFile::namesTheKeyOfAnotherKind() {
    const Opened opened(smallFile().build());
    const GgufFile& file = **opened.file;
    const auto refused = [](const auto& result, const char* key) {
        return !result && result.error().code == ErrorCode::Corrupt &&
               result.error().message.find(key) != std::string::npos;
    };
    QVERIFY(refused(file.get<uint32_t>("t.f32"), "t.f32"));
    QVERIFY(refused(file.get<float>("t.u8"), "t.u8"));
    QVERIFY(refused(file.get<bool>("t.u8"), "t.u8"));
    QVERIFY(refused(file.get<uint32_t>("t.bool"), "t.bool"));
    QVERIFY(refused(file.get<std::string_view>("t.texts"), "t.texts"));
    QVERIFY(refused(file.get<uint32_t>("t.numbers"), "t.numbers"));
    QVERIFY(refused(file.getArray<uint32_t>("t.u32"), "t.u32"));
    QVERIFY(refused(file.getArray<float>("t.numbers"), "t.numbers"));
    QVERIFY(refused(file.getArray<std::string_view>("t.numbers"), "t.numbers"));
}

void TestGgufFile::convertsWholeNumbersThatFit() {
    GgufBuilder builder;
    builder.key<int64_t>("i", 5).key<int32_t>("n", -1).key<uint64_t>("u", 1ull << 32);
    builder.key<double>("d", 1e300).list<uint8_t>("l", {200}).list<int64_t>("s", {-1});
    const Opened opened(builder.build());
    const GgufFile& file = **opened.file;
    QCOMPARE(**file.get<uint32_t>("i"), 5u);
    QVERIFY(!file.get<uint32_t>("n"));
    QVERIFY(!file.get<uint64_t>("n"));
    QVERIFY(!file.get<uint32_t>("u"));
    QCOMPARE(**file.get<uint64_t>("u"), uint64_t{1} << 32);
    QVERIFY(!file.get<float>("d"));
    QCOMPARE(**file.getArray<uint32_t>("l"), std::vector<uint32_t>{200});
    QCOMPARE(**file.getArray<int32_t>("s"), std::vector<int32_t>{-1});
    QVERIFY(!file.getArray<uint32_t>("s"));
}

void TestGgufFile::refusesOtherFiles() {
    REFUSED("GGU", NotGguf, "not a GGUF file");
    REFUSED("PK\3\4 something else entirely, long enough", NotGguf, "not a GGUF file");
    REFUSED("", Truncated, "empty");
}

void TestGgufFile::refusesOtherVersions() {
    for (const uint32_t version : {0u, 1u, 4u, 0xffffffffu})
        REFUSED(smallFile().version(version).build(), Unsupported, "version " + std::to_string(version));
}

void TestGgufFile::refusesBigEndian() {
    REFUSED(smallFile().version(3u << 24).build(), Unsupported, "big endian");
}

void TestGgufFile::refusesAbsurdCounts() {
    for (const uint64_t count : {uint64_t{1} << 32, uint64_t{1} << 63, ~uint64_t{0}}) {
        REFUSED(smallFile().keyCount(count).build(), Corrupt, std::to_string(count));
        REFUSED(smallFile().tensorCount(count).build(), Corrupt, std::to_string(count));
    }
    REFUSED(smallFile().keyCount(60000).build(), Truncated, "60000 keys");
    REFUSED(smallFile().tensorCount(60000).build(), Truncated, "60000 tensors");
}

void TestGgufFile::refusesEveryTruncation() {
    const std::string whole = smallFile().build();
    for (size_t size = 4; size < whole.size(); size++) {
        const Opened opened(whole.substr(0, size));
        QVERIFY2(!opened.file && opened.file.error().code == ErrorCode::Truncated, std::to_string(size).c_str());
    }
}

void TestGgufFile::saysHowManyBytesAreMissing() {
    const std::string whole = smallFile().build();
    REFUSED(whole.substr(0, whole.size() - 5), Truncated, "5 are missing");
    REFUSED(GgufBuilder().keyCount(1).build() + GgufBuilder::bytesOf(uint64_t{100}) + "0123456789", Truncated,
            "100 bytes are needed");
}

void TestGgufFile::refusesAStringOfAnExabyte() {
    for (const uint64_t length : {uint64_t{1} << 60, uint64_t{1} << 63, ~uint64_t{0}, ~uint64_t{0} - 8}) {
        const std::string text = GgufBuilder::bytesOf(length) + "some text behind it";
        REFUSED(GgufBuilder().rawKey("k", 8, text).build(), Truncated, std::to_string(length));
        REFUSED(GgufBuilder().keyCount(1).build() + text, Truncated, std::to_string(length));
    }
}

void TestGgufFile::refusesAListOfAnExabyte() {
    for (const uint32_t type : {0u, 4u, 7u, 8u, 9u, 10u})
        for (const uint64_t count : {uint64_t{1} << 60, uint64_t{1} << 61, ~uint64_t{0}})
            REFUSED(GgufBuilder().rawList("k", type, count, std::string(60, '\0')).build(), Truncated,
                    "ends too early");
}

void TestGgufFile::refusesUnknownValueTypes() {
    for (const uint32_t type : {13u, 255u, 0x80000000u}) {
        REFUSED(GgufBuilder().rawKey("k", type, "01234567").build(), Corrupt, "unknown type");
        REFUSED(GgufBuilder().rawList("k", type, 1, "01234567").build(), Corrupt, "unknown type");
        const std::string inner = GgufBuilder::bytesOf(type) + GgufBuilder::bytesOf(uint64_t{1}) + "01234567";
        REFUSED(GgufBuilder().rawList("k", 9, 1, inner).build(), Corrupt, "unknown type");
    }
}

void TestGgufFile::refusesKeysWithoutName() {
    REFUSED(GgufBuilder().key<uint32_t>("", 1).build(), Corrupt, "empty name");
}

void TestGgufFile::refusesAKeyTwice() {
    REFUSED(GgufBuilder().key<uint32_t>("k", 1).key<uint32_t>("l", 1).text("k", "x").build(), Corrupt, "\"k\"");
}

void TestGgufFile::refusesDeeplyNestedLists() {
    std::string nested;
    for (int i = 0; i < 100000; i++) nested += GgufBuilder::bytesOf(9u) + GgufBuilder::bytesOf(uint64_t{1});
    REFUSED(GgufBuilder().rawList("k", 9, 1, nested).build(), Corrupt, "nests lists deeper");
}

void TestGgufFile::skipsNestedLists() {
    const std::string inner = GgufBuilder::bytesOf(8u) + GgufBuilder::bytesOf(uint64_t{2}) +
                              GgufBuilder::stringOf("one") + GgufBuilder::stringOf("two");
    const std::string empty = GgufBuilder::bytesOf(4u) + GgufBuilder::bytesOf(uint64_t{0});
    const Opened opened(GgufBuilder().rawList("k", 9, 3, inner + empty + inner).key<uint32_t>("next", 7).build());
    QVERIFY(opened.file.has_value());
    QCOMPARE(**(*opened.file)->get<uint32_t>("next"), 7u);
    QVERIFY(!(*opened.file)->getArray<std::string_view>("k"));
}

void TestGgufFile::refusesBadAlignments() {
    for (const uint32_t alignment : {0u, 1u, 4u, 24u, 33u, 0xffffffffu})
        REFUSED(GgufBuilder().key("general.alignment", alignment).build(), Corrupt, "general.alignment");
    REFUSED(GgufBuilder().key<uint64_t>("general.alignment", 32).build(), Corrupt, "general.alignment");
    REFUSED(GgufBuilder().text("general.alignment", "32").build(), Corrupt, "general.alignment");
    REFUSED(GgufBuilder().list<uint32_t>("general.alignment", {}).build(), Corrupt, "general.alignment");
}

void TestGgufFile::refusesATensorTwice() {
    REFUSED(GgufBuilder().tensorF32("x", {1}, {1}).tensorF32("y", {1}, {1}).tensorF32("x", {1}, {1}).build(), Corrupt,
            "\"x\" appears twice");
}

void TestGgufFile::refusesTensorsWithoutName() {
    REFUSED(GgufBuilder().tensorF32("", {1}, {1}).build(), Corrupt, "empty name");
}

void TestGgufFile::refusesBadDimensions() {
    REFUSED(withTensor({}, 0, 0).build(), Corrupt, "0 dimensions");
    REFUSED(withTensor({1, 1, 1, 1, 1}, 0, 0).build(), Corrupt, "5 dimensions");
    REFUSED(withTensor({0}, 0, 0).build(), Corrupt, "dimension 1 is zero");
    REFUSED(withTensor({4, 0}, 0, 0).build(), Corrupt, "dimension 2 is zero");
}

void TestGgufFile::refusesOverflowingShapes() {
    const uint64_t two = 2, four = 4;
    for (const auto& shape : {std::vector<uint64_t>{two << 31, two << 31},
                              {two << 61, four},
                              {two << 62, two},
                              {two << 15, two << 15, two << 15, two << 15},
                              {(two << 32), (two << 30) + 1}})
        REFUSED(withTensor(shape, 0, 0).build(), Corrupt, "impossible shape");
    REFUSED(withTensor({~uint64_t{0}}, 0, 0).build(), Corrupt, "impossible shape");
    REFUSED(withTensor({uint64_t{1} << 62}, 0, 0).build(), Corrupt, "impossible shape");
}

void TestGgufFile::refusesUnknownTensorTypes() {
    for (const uint32_t type : {4u, 5u, 31u, 36u, 41u, 0xffffffffu})
        REFUSED(withTensor({32}, type, 0).build(), Unsupported, "unknown type " + std::to_string(type));
}

void TestGgufFile::refusesRowsOfPartBlocks() {
    REFUSED(withTensor({33}, 8, 0).build(), Corrupt, "no multiple of the 32");
    REFUSED(withTensor({16, 2}, 2, 0).build(), Corrupt, "no multiple of the 32");
    REFUSED(withTensor({128, 2}, 12, 0).build(), Corrupt, "no multiple of the 256");
}

void TestGgufFile::refusesUnalignedTensors() {
    REFUSED(withTensor({1}, 0, 4).build(), Corrupt, "offset 4");
}

void TestGgufFile::refusesTensorsPastTheEnd() {
    REFUSED(withTensor({256}, 0, 32).build(), Truncated, "32 are missing");
    REFUSED(withTensor({8}, 0, uint64_t{1} << 40).build(), Truncated, "missing");
    REFUSED(withTensor({8}, 0, ~uint64_t{0} - 31).build(), Corrupt, "impossible offset");
    REFUSED(withTensor({8}, 0, uint64_t{1} << 63).build(), Truncated, "missing");
}

void TestGgufFile::refusesOverlappingTensors() {
    GgufBuilder builder = withTensor({16}, 0, 32);
    REFUSED(GgufBuilder(builder).tensorRecord("same", {1}, 0, 32).build(), Corrupt, "overlap");
    REFUSED(GgufBuilder(builder).tensorRecord("inside", {1}, 0, 64).build(), Corrupt, "overlap");
    QVERIFY(Opened(GgufBuilder(builder).tensorRecord("before", {8}, 0, 0).build()).file.has_value());
}

void TestGgufFile::refusesPartsOfSplitModels() {
    GgufBuilder builder;
    builder.key<uint16_t>("split.no", 1).key<uint16_t>("split.count", 5);
    REFUSED(builder.build(), Corrupt, "part 2 of 5");
    QVERIFY(Opened(GgufBuilder().key<uint16_t>("split.count", 1).build()).file.has_value());
}

void TestGgufFile::escapesNamesInMessages() {
    const std::string name = "\x1b[31m\n\xff" + std::string(100000, 'x');
    const Opened opened(GgufBuilder().rawKey(name, 99, "").build());
    QVERIFY(!opened.file);
    const std::string& message = opened.file.error().message;
    QVERIFY2(message.find("\\x1b[31m\\n\\xff") != std::string::npos, message.c_str());
    QVERIFY(message.size() < 300);
}

void TestGgufFile::refusesALargeHeaderQuickly() {
    GgufBuilder builder;
    builder.texts("vocabulary", std::vector<std::string>(1000000, "word"));
    for (int i = 0; i < 60000; i++) builder.key<uint32_t>("key " + std::to_string(i), 1);
    for (int i = 0; i < 60000; i++) builder.tensorRecord("tensor " + std::to_string(i), {8}, 0, 32 * uint64_t(i));
    const std::string bytes = builder.data(std::string(64, '\0')).build();
    const auto start = std::chrono::steady_clock::now();
    REFUSED(bytes, Truncated, "missing");
    QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));  // 0.1 s without a sanitizer
}

QTEST_APPLESS_MAIN(TestGgufFile)
#include "test_gguf_file.moc"
