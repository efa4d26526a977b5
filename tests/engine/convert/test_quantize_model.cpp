#include "monochord/quantize.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <fstream>
#include <iterator>

#include "monochord/model.h"
#include "quant/dequantize.h"
#include "quant/quantize.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A folder of its own, to see that nothing is left in it.
struct Folder {
    QTemporaryDir folder;
    std::filesystem::path file(const char* name = "out.gguf") const {
        return std::filesystem::path(folder.path().toStdString()) / name;
    }
    int count() const { return static_cast<int>(QDir(folder.path()).count() - 2); }  // without . and ..
};

std::string textOf(const Result<QuantizeReport>& result) {
    return result ? "" : result.error().message;
}

size_t tensorsOf(const std::vector<QuantizeReport::Type>& types, std::string_view name) {
    const auto found = std::ranges::find(types, name, &QuantizeReport::Type::name);
    return found != types.end() ? found->tensors : 0;
}

}  // namespace

class TestQuantizeModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesWhatQuantizedRowsAre();
    void keepsKeysAndSaysWhatItIs();
    void makesModelsThatOpen();
    void isTheSameWithAnyNumberOfThreads();
    void tellsOfWeightsThatWereQuantizedBefore();
    void tellsOfOtherTypes();
    void tellsHowFarItIs();
    void replacesAFileWhole();
    void refusesNanByTensor();
    void refusesToReplaceTheModelItself();
    void refusesWhatItCannotDo();
    void stopsWhenAsked();
};

void TestQuantizeModel::writesWhatQuantizedRowsAre() {
    const TemporaryFile original(TinyModel().build().build());
    const Folder folder;
    QCOMPARE(textOf(quantizeModel(original.path(), folder.file(), "Q8_0")), std::string());
    const auto before = GgufFile::open(original.path()), after = GgufFile::open(folder.file());
    QVERIFY(before && after);
    QCOMPARE((*after)->tensors().size(), (*before)->tensors().size());
    for (const TensorInfo& tensor : (*before)->tensors()) {
        const TensorInfo& made = *(*after)->tensor(tensor.name);
        const bool norm = tensor.name.find("norm") != tensor.name.npos;
        QCOMPARE(made.type, norm ? TensorType::F32 : TensorType::Q8_0);
        QVERIFY(made.shape == tensor.shape && made.dimensions == tensor.dimensions);
        std::vector<float> values(tensor.columns() * tensor.rows());
        QVERIFY(dequantizeRow(TensorType::F32, (*before)->bytes(tensor), values).has_value());
        std::vector<std::byte> expected(made.bytes);
        QVERIFY(quantizeRow(made.type, values, expected).has_value());
        QVERIFY(std::ranges::equal(expected, (*after)->bytes(made)));
    }
}

void TestQuantizeModel::keepsKeysAndSaysWhatItIs() {
    GgufBuilder model = TinyModel{.chatTemplate = true}.build();
    model.key<uint32_t>("general.file_type", 0).rawList("odd", 9, 0, "");
    const TemporaryFile original(model.build());
    const Folder folder;
    QCOMPARE(textOf(quantizeModel(original.path(), folder.file(), "Q5_K_M")), std::string());
    const auto before = GgufFile::open(original.path()), after = GgufFile::open(folder.file());
    QCOMPARE(*(*after)->get<uint32_t>("general.file_type"), std::optional<uint32_t>(17));
    QCOMPARE(*(*after)->get<uint32_t>("general.quantization_version"), std::optional<uint32_t>(2));
    QCOMPARE((*after)->metadata().size(), (*before)->metadata().size() + 1);
    for (const MetadataEntry& entry : (*before)->metadata()) {
        if (entry.key == "general.file_type") continue;
        const MetadataEntry* kept = (*after)->find(entry.key);
        QVERIFY(kept && kept->type == entry.type && std::ranges::equal(kept->raw, entry.raw));
    }
}

void TestQuantizeModel::makesModelsThatOpen() {
    for (const TensorType type : {TensorType::F32, TensorType::Q6_K}) {  // rows of 64, and of 256
        const TemporaryFile original(TinyModel{.type = type}.build().build());
        for (const std::string_view name : quantizations()) {
            const Folder folder;
            QCOMPARE(textOf(quantizeModel(original.path(), folder.file(), name)), std::string());
            QVERIFY2(Model::open(folder.file()).has_value(), name.data());
        }
    }
}

void TestQuantizeModel::isTheSameWithAnyNumberOfThreads() {
    const TemporaryFile original(TinyModel{.type = TensorType::Q6_K}.build().build());
    const Folder folder;
    for (const char* name : {"Q4_K_M", "IQ4_XS"}) {
        QVERIFY(quantizeModel(original.path(), folder.file("one"), name, {.threads = 1}).has_value());
        QVERIFY(quantizeModel(original.path(), folder.file("four"), name, {.threads = 4}).has_value());
        QVERIFY(contents(folder.file("one")) == contents(folder.file("four")));
    }
}

void TestQuantizeModel::tellsOfWeightsThatWereQuantizedBefore() {
    const Folder folder;
    const TemporaryFile original(TinyModel{.type = TensorType::Q6_K}.build().build());
    const auto again = quantizeModel(original.path(), folder.file(), "Q4_K_S");
    QVERIFY(again && tensorsOf(again->quantizedBefore, "Q6_K") == 14);  // the embedding is Q6_K as it was
    const TemporaryFile floats(TinyModel{.type = TensorType::F16}.build().build());
    QVERIFY(quantizeModel(floats.path(), folder.file(), "Q4_0")->quantizedBefore.empty());
}

void TestQuantizeModel::tellsOfOtherTypes() {
    const Folder folder;
    const TemporaryFile original(TinyModel().build().build());
    const auto narrow = quantizeModel(original.path(), folder.file(), "Q4_K_S");
    QVERIFY(narrow.has_value());
    QCOMPARE(narrow->otherTypes, size_t{14});  // the embedding is Q8_0 by choice
    QCOMPARE(tensorsOf(narrow->types, "Q8_0"), size_t{1});
    QCOMPARE(tensorsOf(narrow->types, "F32"), size_t{5});
    QCOMPARE(quantizeModel(original.path(), folder.file(), "Q8_0")->otherTypes, size_t{0});
    QVERIFY(narrow->bytesAfter < narrow->bytesBefore / 4);
}

void TestQuantizeModel::tellsHowFarItIs() {
    const TemporaryFile original(TinyModel().build().build());
    const Folder folder;
    uint64_t last = 0, all = 0;
    bool rises = true;
    const auto report = quantizeModel(original.path(), folder.file(), "Q4_0",
                                      {.progress = [&](uint64_t done, uint64_t total, std::string_view tensor) {
                                          rises = rises && done > last && !tensor.empty();
                                          last = done;
                                          all = total;
                                      }});
    QVERIFY(report && rises);
    QVERIFY(last == all && all == report->weights);
}

void TestQuantizeModel::replacesAFileWhole() {
    const TemporaryFile original(TinyModel().build().build());
    const Folder folder;
    std::ofstream(folder.file()) << "old";
    QVERIFY(quantizeModel(original.path(), folder.file(), "Q8_0").has_value());
    QVERIFY(GgufFile::open(folder.file()).has_value());
    QCOMPARE(folder.count(), 1);
}

void TestQuantizeModel::refusesNanByTensor() {
    for (const char* name : {"blk.1.ffn_up.weight", "blk.0.ffn_norm.weight"}) {  // one is quantized, one is copied
        const TemporaryFile original(TinyModel{.notFiniteTensor = name}.build().build());
        const Folder folder;
        const auto refused = quantizeModel(original.path(), folder.file(), "Q4_K_M");
        QVERIFY(!refused && refused.error().code == ErrorCode::NotFinite);
        QVERIFY2(refused.error().message.find(name) != std::string::npos, refused.error().message.c_str());
        QVERIFY(refused.error().message.find("NaN") != std::string::npos);
        QCOMPARE(folder.count(), 0);
    }
}

void TestQuantizeModel::refusesToReplaceTheModelItself() {
    const TemporaryFile original(TinyModel().build().build());
    const std::string before = contents(original.path());
    const auto refused = quantizeModel(original.path(), original.path(), "Q8_0");
    QVERIFY(!refused && refused.error().code == ErrorCode::InvalidArgument);
    QVERIFY(contents(original.path()) == before);
}

void TestQuantizeModel::refusesWhatItCannotDo() {
    const Folder folder;
    const TemporaryFile original(TinyModel().build().build()), text("no model");
    const auto codeOf = [&](const std::filesystem::path& from, const char* name) {
        const auto result = quantizeModel(from, folder.file(), name);
        return result ? ErrorCode::Cancelled : result.error().code;
    };
    QCOMPARE(codeOf(original.path(), "Q4_K_XL"), ErrorCode::InvalidArgument);
    QVERIFY(textOf(quantizeModel(original.path(), folder.file(), "Q9")).find("Q4_K_M") != std::string::npos);
    QCOMPARE(codeOf(text.path(), "Q8_0"), ErrorCode::NotGguf);
    QCOMPARE(codeOf("/nowhere", "Q8_0"), ErrorCode::NotFound);
    GgufBuilder strange;
    strange.tensor("a.weight", TensorType::IQ1_S, {256, 2}, std::string(100, '\0'));
    const TemporaryFile unreadable(strange.build());
    QCOMPARE(codeOf(unreadable.path(), "Q8_0"), ErrorCode::Unsupported);
    QVERIFY(!quantizeModel(original.path(), "/nowhere/out.gguf", "Q8_0"));
    QCOMPARE(folder.count(), 0);
}

void TestQuantizeModel::stopsWhenAsked() {
    const TemporaryFile original(TinyModel().build().build());
    const Folder folder;
    std::stop_source stop;
    const auto stopped = quantizeModel(
        original.path(), folder.file(), "Q8_0",
        {.progress = [&](uint64_t, uint64_t, std::string_view) { stop.request_stop(); }, .stop = stop.get_token()});
    QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    QCOMPARE(folder.count(), 0);
}

QTEST_GUILESS_MAIN(TestQuantizeModel)
#include "test_quantize_model.moc"
