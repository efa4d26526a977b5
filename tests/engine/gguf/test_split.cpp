#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <iterator>

#include "gguf/gguf_file.h"
#include "gguf/gguf_writer.h"
#include "gguf/split_name.h"
#include "support/gguf_builder.h"

using namespace monochord;
using namespace monochord::test;

namespace {

/// A folder of its own, to see what is in it.
struct Folder {
    QTemporaryDir folder;
    std::filesystem::path file(std::string_view name) const {
        return std::filesystem::path(folder.path().toStdString()) / name;
    }
    std::filesystem::path part(uint32_t number, uint32_t count) const { return partPath(file("m"), number, count); }
    void write(uint32_t number, uint32_t count, const GgufBuilder& bytes) const {
        std::ofstream(part(number, count), std::ios::binary) << bytes.build();
    }
    int count() const { return static_cast<int>(QDir(folder.path()).count() - 2); }  // without . and ..
};

/// Part of a model with a tensor "t<number>" of the value `number` in each; number: from 1.
GgufBuilder part(uint16_t number, uint16_t count, int32_t tensors) {
    GgufBuilder file;
    if (number == 1) file.text("general.name", "whole");
    file.key<uint16_t>("split.no", static_cast<uint16_t>(number - 1)).key<uint16_t>("split.count", count);
    file.key<int32_t>("split.tensors.count", tensors);
    return file.tensorF32("t" + std::to_string(number), {1}, {static_cast<float>(number)});
}

float valueOf(const GgufFile& file, std::string_view tensor) {
    float value = 0;
    std::memcpy(&value, file.bytes(*file.tensor(tensor)).data(), sizeof(value));
    return value;
}

#define REFUSED(path, expectedCode, ...)                                                                      \
    do {                                                                                                      \
        const auto opened = GgufFile::open(path);                                                             \
        QVERIFY(!opened);                                                                                     \
        QCOMPARE(opened.error().code, ErrorCode::expectedCode);                                               \
        for (const char* text : {__VA_ARGS__})                                                                \
            QVERIFY2(opened.error().message.find(text) != std::string::npos, opened.error().message.c_str()); \
    } while (false)

const std::vector<TensorPlan> kPlan = {{"a", TensorType::F32, {16}},
                                       {"b", TensorType::F32, {8}},
                                       {"c", TensorType::F32, {100}},
                                       {"d", TensorType::F32, {1}}};
constexpr size_t kBytes = (16 + 8 + 100 + 1) * sizeof(float);

}  // namespace

class TestSplit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsNames();
    void anyPartOpensAll();
    void namesWhatIsMissing();
    void refusesPartsThatDisagree();
    void refusesDamagedParts();
    void refusesOtherNames();
    void writesWhatItReads();
    void writesOneFileWhereAllFits();
    void refusesTooManyParts();
    void leavesNothingWithoutAll();
};

void TestSplit::readsNames() {
    const auto name = splitName("/models/big-00002-of-00010.gguf");
    QVERIFY(name && name->model == "/models/big" && name->number == 2 && name->count == 10);
    QVERIFY(partPath(name->model, 2, 10) == "/models/big-00002-of-00010.gguf");
    for (const char* other : {"big.gguf", "big-2-of-10.gguf", "-00001-of-00002.gguf", "big-00001-of-00002.bin",
                              "big-0000a-of-00002.gguf", "big 00001-of-00002.gguf", ""})
        QVERIFY2(!splitName(other), other);
}

void TestSplit::anyPartOpensAll() {
    const Folder folder;
    for (uint16_t i = 1; i <= 3; i++) folder.write(i, 3, part(i, 3, 3));
    for (uint16_t i = 1; i <= 3; i++) {
        const auto file = GgufFile::open(folder.part(i, 3));
        QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
        QCOMPARE((*file)->tensors().size(), size_t{3});
        for (const char* name : {"t1", "t2", "t3"}) QCOMPARE(valueOf(**file, name), static_cast<float>(name[1] - '0'));
        QCOMPARE(*(*file)->get<std::string_view>("general.name"), std::optional<std::string_view>("whole"));
        uint64_t bytes = 0;
        for (uint16_t k = 1; k <= 3; k++) bytes += std::filesystem::file_size(folder.part(k, 3));
        QCOMPARE((*file)->fileBytes(), bytes);
    }
}

void TestSplit::namesWhatIsMissing() {
    const Folder folder;
    folder.write(1, 3, part(1, 3, 3));
    folder.write(3, 3, part(3, 3, 3));
    for (uint32_t i : {1u, 3u})
        REFUSED(folder.part(i, 3), NotFound, "part 2 of 3 is missing", "\"m-00002-of-00003.gguf\"");
    std::filesystem::create_directory(folder.part(2, 3));
    REFUSED(folder.part(1, 3), NotReadable, "part 2 of 3", "this is a folder");
}

void TestSplit::refusesPartsThatDisagree() {
    const Folder folder;
    folder.write(1, 2, part(1, 2, 2));
    folder.write(2, 2, part(1, 2, 2));
    REFUSED(folder.part(1, 2), Corrupt, "part 2 of 2 (\"m-00002-of-00002.gguf\")", "says that it is part 1 of 2");
    folder.write(2, 2, part(2, 3, 2));
    REFUSED(folder.part(1, 2), Corrupt, "says that it is part 2 of 3");
    folder.write(2, 2, part(2, 2, 5));
    REFUSED(folder.part(1, 2), Corrupt, "part 2 of 2", "another model");
    folder.write(2, 2, GgufBuilder().tensorF32("t", {1}, {1}));
    REFUSED(folder.part(1, 2), Corrupt, "part 2 of 2", "says that it is part 1 of 1");
    folder.write(2, 2, part(2, 2, 2).tensorF32("more", {1}, {1}));
    REFUSED(folder.part(1, 2), Corrupt, "3 tensors together, but there should be 2");
    folder.write(1, 2, part(1, 2, 3));
    folder.write(2, 2, part(2, 2, 3).tensorF32("t1", {1}, {1}));
    REFUSED(folder.part(1, 2), Corrupt, "\"t1\" appears twice");
}

void TestSplit::refusesDamagedParts() {
    const Folder folder;
    folder.write(1, 2, part(1, 2, 2));
    std::string bytes = part(2, 2, 2).build();
    bytes.resize(bytes.size() - 1);
    std::ofstream(folder.part(2, 2), std::ios::binary) << bytes;
    REFUSED(folder.part(1, 2), Truncated, "part 2 of 2", "1 are missing");
    std::ofstream(folder.part(2, 2), std::ios::binary | std::ios::trunc) << "text";
    REFUSED(folder.part(1, 2), NotGguf, "part 2 of 2");
    folder.write(1, 1, GgufBuilder().key<uint16_t>("split.no", 5).key<uint16_t>("split.count", 3));
    REFUSED(folder.part(1, 1), Corrupt, "part 6 of 3");
    folder.write(1, 60000, GgufBuilder().key<uint16_t>("split.no", 0).key<uint16_t>("split.count", 60000));
    REFUSED(folder.part(1, 60000), Unsupported, "60000 parts", "up to 128");
    folder.write(1, 3, GgufBuilder().text("split.count", "3"));
    REFUSED(folder.part(1, 3), Corrupt, "split.count");
}

void TestSplit::refusesOtherNames() {
    const Folder folder;
    for (uint16_t i = 1; i <= 2; i++) folder.write(i, 2, part(i, 2, 2));
    for (const char* name : {"model.gguf", "m-00002-of-00002.gguf", "m-00001-of-00003.gguf"}) {
        const Folder other;
        std::filesystem::copy(folder.part(1, 2), other.file(name));
        REFUSED(other.file(name), Corrupt, "part 1 of 2", "\"-00001-of-00002.gguf\"");
    }
}

void TestSplit::writesWhatItReads() {
    const Folder folder;
    GgufMetadata metadata;
    metadata.set("general.name", "whole");
    metadata.set("general.alignment", uint32_t{64});
    std::string data;
    for (size_t i = 0; i < kBytes; i++) data += static_cast<char>(i * 7);
    auto writer = GgufWriter::create(folder.file("m.gguf"), metadata, kPlan, {}, 200);  // c does not fit in any part
    QVERIFY2(writer.has_value(), writer ? "" : writer.error().message.c_str());
    QVERIFY(GgufFile::openParts(writer->temporaryPaths()).has_value());
    for (size_t at = 0; at < kBytes; at += 30)
        QVERIFY(writer->write(std::as_bytes(std::span(data).subspan(at, std::min<size_t>(30, kBytes - at)))));
    QVERIFY(!std::filesystem::exists(folder.part(1, 3)));
    QVERIFY(writer->commit());
    QCOMPARE(folder.count(), 3);
    QVERIFY(writer->paths().back() == folder.part(3, 3));
    const auto file = GgufFile::open(folder.part(2, 3));
    QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
    std::string read;
    for (const TensorInfo& tensor : (*file)->tensors()) {
        const auto bytes = (*file)->bytes(tensor);
        read.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        QCOMPARE(tensor.offset % 64, uint64_t{0});
    }
    QVERIFY(read == data);
    QCOMPARE((*file)->tensor("b")->part, 0u);
    QCOMPARE((*file)->tensor("d")->part, 2u);
    QCOMPARE(*(*file)->get<std::string_view>("general.name"), std::optional<std::string_view>("whole"));
    QVERIFY((*file)->find("split.tensors.count")->type == MetadataType::I32);  // as gguf-split writes them
    QVERIFY((*file)->find("split.no")->type == MetadataType::U16 &&
            (*file)->find("split.count")->type == MetadataType::U16);
}

void TestSplit::writesOneFileWhereAllFits() {
    const Folder folder;
    const std::string data(kBytes, 'x');
    auto writer = GgufWriter::create(folder.file("m.gguf"), {}, kPlan, {}, 1000);
    QVERIFY(writer && writer->write(std::as_bytes(std::span(data))) && writer->commit());
    const auto file = GgufFile::open(folder.file("m.gguf"));
    QVERIFY(file && !(*file)->find("split.count"));
    QCOMPARE(folder.count(), 1);
}

void TestSplit::refusesTooManyParts() {
    const Folder folder;
    std::vector<TensorPlan> plan;
    for (int i = 0; i < 129; i++) plan.push_back({std::to_string(i), TensorType::F32, {1}});
    const auto writer = GgufWriter::create(folder.file("m.gguf"), {}, plan, {}, 1);
    QVERIFY(!writer && writer.error().code == ErrorCode::InvalidArgument);
    QVERIFY(writer.error().message.find("129 parts; up to 128") != std::string::npos);
    QCOMPARE(folder.count(), 0);
}

void TestSplit::leavesNothingWithoutAll() {
    const Folder folder;
    const std::string data(kBytes, 'x');
    for (const bool whole : {false, true}) {
        auto writer = GgufWriter::create(folder.file("m.gguf"), {}, kPlan, {}, 128);
        QVERIFY(writer && writer->write(std::as_bytes(std::span(data).first(whole ? kBytes : 200))));
        QVERIFY(!whole || std::filesystem::create_directory(folder.part(3, 3)));  // in the way of the last part
        QVERIFY(!writer->commit());
    }
    QCOMPARE(folder.count(), 1);
}

QTEST_APPLESS_MAIN(TestSplit)
#include "test_split.moc"
