#include "gguf/gguf_writer.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <iterator>

#include "support/gguf_builder.h"
#include "support/temporary_file.h"

using namespace monochord;
using namespace monochord::test;

namespace {

std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string bytesOf(const GgufFile& file, std::string_view tensor) {
    const auto bytes = file.bytes(*file.tensor(tensor));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A folder of its own, to see that nothing is left in it.
struct Folder {
    QTemporaryDir folder;
    std::filesystem::path file() const { return std::filesystem::path(folder.path().toStdString()) / "out.gguf"; }
    int count() const { return static_cast<int>(QDir(folder.path()).count() - 2); }  // without . and ..
};

const std::vector<TensorPlan> kPlan = {{"a", TensorType::F32, {3}}, {"b", TensorType::Q8_0, {32, 2}}};
const std::string kData(12 + 68, 'x');

}  // namespace

class TestGgufWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesKeysOfEveryType();
    void writesTensorsInPieces();
    void writesACopyByteForByte();
    void respectsTheAlignment();
    void refusesImpossiblePlans();
    void refusesWhatDoesNotFitOnTheDisk();
    void leavesNothingWithoutCommit();
    void stopsWhenAsked();
};

void TestGgufWriter::writesKeysOfEveryType() {
    const Folder folder;
    GgufMetadata metadata;
    metadata.set("u8", uint8_t{200});
    metadata.set("i8", int8_t{-3});
    metadata.set("u16", uint16_t{60000});
    metadata.set("i16", int16_t{-300});
    metadata.set("u32", uint32_t{1});
    metadata.set("i32", int32_t{-5});
    metadata.set("u64", uint64_t{1} << 40);
    metadata.set("i64", int64_t{-1});
    metadata.set("f32", 1.5f);
    metadata.set("f64", 0.1);
    metadata.set("bool", true);
    metadata.set("text", "grüß");
    metadata.setList("texts", std::vector<std::string>{"a", "", "b"});
    metadata.setList("numbers", std::vector<int32_t>{1, -2});
    metadata.set("u32", uint32_t{7});
    auto writer = GgufWriter::create(folder.file(), metadata, {});
    QVERIFY(writer && writer->commit());
    const auto file = GgufFile::open(folder.file());
    QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
    QCOMPARE((*file)->metadata().size(), size_t{14});
    QCOMPARE((*file)->metadata()[4].key, std::string_view("u32"));
    QCOMPARE((*file)->get<uint32_t>("u32")->value(), 7u);
    QCOMPARE((*file)->get<int64_t>("i8")->value(), int64_t{-3});
    QCOMPARE((*file)->get<uint64_t>("u64")->value(), uint64_t{1} << 40);
    QCOMPARE((*file)->get<float>("f32")->value(), 1.5f);
    QCOMPARE((*file)->find("f64")->type, MetadataType::F64);
    QCOMPARE((*file)->get<bool>("bool")->value(), true);
    QCOMPARE((*file)->get<std::string_view>("text")->value(), std::string_view("grüß"));
    QCOMPARE((*file)->getArray<std::string_view>("texts")->value().size(), size_t{3});
    QCOMPARE((*file)->getArray<int32_t>("numbers")->value(), (std::vector<int32_t>{1, -2}));
}

void TestGgufWriter::writesTensorsInPieces() {
    const Folder folder;
    std::string data;
    for (int i = 0; i < 12 + 68; i++) data += static_cast<char>(i);
    auto writer = GgufWriter::create(folder.file(), {}, kPlan);
    QVERIFY(writer.has_value());
    QCOMPARE(writer->dataBytes(), data.size());
    for (size_t at = 0; at < data.size(); at += 7)
        QVERIFY(writer->write(std::as_bytes(std::span(data).subspan(at, std::min<size_t>(7, data.size() - at)))));
    QVERIFY(!std::filesystem::exists(folder.file()));
    QVERIFY(writer->commit());
    const auto file = GgufFile::open(folder.file());
    QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
    QCOMPARE(bytesOf(**file, "a"), data.substr(0, 12));
    QCOMPARE(bytesOf(**file, "b"), data.substr(12));
    QCOMPARE(folder.count(), 1);
    QVERIFY(QFile::permissions(QString::fromStdString(folder.file())) & QFile::ReadOwner);
}

void TestGgufWriter::writesACopyByteForByte() {
    const Folder folder;
    const TemporaryFile original(smallFile().build());
    const auto file = GgufFile::open(original.path());
    QVERIFY(file.has_value());
    GgufMetadata metadata;
    for (const MetadataEntry& entry : (*file)->metadata()) metadata.copy(entry);
    std::vector<TensorPlan> plan;
    for (const TensorInfo& tensor : (*file)->tensors())
        plan.push_back(
            {std::string(tensor.name), tensor.type, {tensor.shape.begin(), tensor.shape.begin() + tensor.dimensions}});
    auto writer = GgufWriter::create(folder.file(), metadata, plan);
    QVERIFY(writer.has_value());
    for (const TensorInfo& tensor : (*file)->tensors()) QVERIFY(writer->write((*file)->bytes(tensor)));
    QVERIFY(writer->commit());
    std::string expected = contents(original.path());
    expected.resize((expected.size() + 31) / 32 * 32);  // the last tensor is padded, too
    QCOMPARE(contents(folder.file()), expected);
}

void TestGgufWriter::respectsTheAlignment() {
    const Folder folder;
    GgufMetadata metadata;
    metadata.set("general.alignment", uint32_t{256});
    auto writer = GgufWriter::create(folder.file(), metadata, kPlan);
    QVERIFY(writer && writer->write(std::as_bytes(std::span(kData))) && writer->commit());
    const auto file = GgufFile::open(folder.file());
    QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
    for (const TensorInfo& tensor : (*file)->tensors()) QCOMPARE(tensor.offset % 256, uint64_t{0});
}

void TestGgufWriter::refusesImpossiblePlans() {
    const Folder folder;
    const std::vector<std::vector<TensorPlan>> plans = {
        {{"a", TensorType::F32, {}}},
        {{"a", TensorType::F32, {1, 1, 1, 1, 1}}},
        {{"a", TensorType::F32, {4, 0}}},
        {{"a", TensorType::Q8_0, {33}}},
        {{"a", TensorType::F32, {uint64_t{1} << 40, uint64_t{1} << 40}}},
        {{"a", TensorType::F32, {1}}, {"a", TensorType::F32, {1}}},
    };
    for (const auto& plan : plans) {
        const auto writer = GgufWriter::create(folder.file(), {}, plan);
        QVERIFY(!writer && writer.error().code == ErrorCode::InvalidArgument);
    }
    GgufMetadata metadata;
    metadata.set("general.alignment", uint32_t{24});
    QVERIFY(!GgufWriter::create(folder.file(), metadata, kPlan));
    QCOMPARE(folder.count(), 0);
}

void TestGgufWriter::refusesWhatDoesNotFitOnTheDisk() {
    const Folder folder;
    const auto writer = GgufWriter::create(folder.file(), {}, {{"a", TensorType::F32, {uint64_t{1} << 55}}});
    QVERIFY(!writer);
    QCOMPARE(writer.error().code, ErrorCode::NotReadable);
    QVERIFY2(writer.error().message.starts_with("the file needs 144115188075855936 bytes, but the disk has room for "),
             writer.error().message.c_str());
    QCOMPARE(folder.count(), 0);
}

void TestGgufWriter::leavesNothingWithoutCommit() {
    const Folder folder;
    std::ofstream(folder.file()) << "before";
    {
        auto writer = GgufWriter::create(folder.file(), {}, kPlan);
        QVERIFY(writer && writer->write(std::as_bytes(std::span(kData).first(20))));
        QCOMPARE(folder.count(), 2);
        QVERIFY(!writer->commit());
        QVERIFY(writer->write(std::as_bytes(std::span(kData).subspan(20))));
        QVERIFY(!writer->write(std::as_bytes(std::span(kData))));
    }
    QCOMPARE(folder.count(), 1);
    QCOMPARE(contents(folder.file()), std::string("before"));
    QVERIFY(!GgufWriter::create(folder.file() / "no-folder", {}, kPlan));
}

void TestGgufWriter::stopsWhenAsked() {
    const Folder folder;
    std::stop_source stop;
    {
        auto writer = GgufWriter::create(folder.file(), {}, kPlan, stop.get_token());
        QVERIFY(writer && writer->write(std::as_bytes(std::span(kData))));
        stop.request_stop();
        const auto done = writer->commit();
        QVERIFY(!done && done.error().code == ErrorCode::Cancelled);
    }
    QCOMPARE(folder.count(), 0);
}

QTEST_GUILESS_MAIN(TestGgufWriter)
#include "test_gguf_writer.moc"
