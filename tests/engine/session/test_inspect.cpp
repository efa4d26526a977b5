#include "monochord/inspect.h"

#include <QTest>

#include "support/gguf_builder.h"
#include "support/paths.h"
#include "support/temporary_file.h"

using namespace monochord;
using namespace monochord::test;

namespace {

/// Two layers, embeddings of 8 values, 4 heads of 2, trained for 100 tokens.
GgufBuilder twoLayers() {
    GgufBuilder builder;
    builder.text("general.architecture", "new").text("general.name", "two layers");
    builder.key<uint32_t>("new.block_count", 2).key<uint32_t>("new.context_length", 100);
    builder.key<uint32_t>("new.embedding_length", 8).key<uint32_t>("new.attention.head_count", 4);
    return builder;
}

Result<ModelSummary> summaryOf(const GgufBuilder& builder, const InspectSettings& settings = {}) {
    const TemporaryFile file(builder.build());
    return inspectModel(file.path(), settings);
}

std::optional<uint64_t> kvBytes(const GgufBuilder& builder, const InspectSettings& settings = {}) {
    const auto summary = summaryOf(builder, settings);
    return summary ? summary->memory.kvCacheBytes : std::nullopt;
}

}  // namespace

class TestInspect : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sumsTensors();
    void listsMetadata();
    void tellsHyperParameters();
    void estimatesTheCache();
    void estimatesAnotherContextAndType();
    void countsHeadsOfEachLayer();
    void usesKeyAndValueLengths();
    void saysWhyItCannotEstimate();
    void survivesAbsurdHyperParameters();
    void readsAFileWithoutArchitecture();
    void refusesDamagedFiles();
    void showsValuesSafely();
    void readsTheStarterModel();
};

void TestInspect::sumsTensors() {
    const auto summary = summaryOf(smallFile());
    QVERIFY(summary.has_value());
    QCOMPARE(summary->tensorCount, uint64_t{3});
    QCOMPARE(summary->parameters, uint64_t{8 + 64 + 3});
    QCOMPARE(summary->tensorTypes.size(), size_t{3});
    QCOMPARE(summary->tensorTypes[0].type, std::string_view("Q8_0"));
    QCOMPARE(summary->tensorTypes[0].bytes, uint64_t{68});
}

void TestInspect::listsMetadata() {
    const auto summary = summaryOf(smallFile());
    QCOMPARE(summary->metadata.size(), size_t{17});
    const auto shown = [&](std::string_view key) {
        for (const MetadataItem& item : summary->metadata)
            if (item.key == key) return displayText(item);
        return std::string("missing");
    };
    QCOMPARE(shown("general.name"), std::string("small"));
    QCOMPARE(shown("t.u8"), std::string("200"));
    QCOMPARE(shown("t.i8"), std::string("-100"));
    QCOMPARE(shown("t.i16"), std::string("-30000"));
    QCOMPARE(shown("t.u64"), std::string("9223372036854775808"));
    QCOMPARE(shown("t.i64"), std::string("-1099511627776"));
    QCOMPARE(shown("t.f32"), std::string("0.1"));
    QCOMPARE(shown("t.f64"), std::string("0.5"));
    QCOMPARE(shown("t.bool"), std::string("true"));
    QCOMPARE(shown("t.numbers"), std::string("list of 3 × u32"));
}

void TestInspect::tellsHyperParameters() {
    const auto summary = summaryOf(twoLayers().key<uint32_t>("newer.x", 1).list<uint32_t>("new.list", {1}));
    std::vector<std::string> names;
    for (const MetadataItem& item : summary->metadata)
        if (const auto name = summary->hyperParameter(item)) names.emplace_back(*name);
    QCOMPARE(names,
             (std::vector<std::string>{"block_count", "context_length", "embedding_length", "attention.head_count"}));
    QCOMPARE(summary->contextLength, std::optional<uint64_t>(100));
}

void TestInspect::estimatesTheCache() {
    const GgufBuilder builder = twoLayers();
    const auto summary = summaryOf(builder);
    QCOMPARE(summary->memory.kvCacheBytes, std::optional<uint64_t>(2 * 100 * 4 * (2 + 2) * 2));
    QCOMPARE(summary->memory.totalBytes, std::optional<uint64_t>(6400 + builder.build().size()));
    QVERIFY(summary->memory.unknown.empty());
}

void TestInspect::estimatesAnotherContextAndType() {
    QCOMPARE(kvBytes(twoLayers(), {.context = 7, .kv = KvType::F32}), std::optional<uint64_t>(2 * 7 * 4 * 4 * 4));
    QCOMPARE(kvBytes(twoLayers(), {.context = ~uint64_t{0}}), std::nullopt);
}

void TestInspect::countsHeadsOfEachLayer() {
    const char* key = "new.attention.head_count_kv";
    QCOMPARE(kvBytes(twoLayers().key<uint32_t>(key, 1)), std::optional<uint64_t>(2 * 100 * 1 * 4 * 2));
    QCOMPARE(kvBytes(twoLayers().list<uint32_t>(key, {3, 0})), std::optional<uint64_t>(100 * 3 * 4 * 2));
}

void TestInspect::usesKeyAndValueLengths() {
    GgufBuilder builder = twoLayers();
    builder.key<uint32_t>("new.attention.key_length", 16).key<uint32_t>("new.attention.value_length", 32);
    QCOMPARE(kvBytes(builder), std::optional<uint64_t>(2 * 100 * 4 * 48 * 2));
    // Heads of 16 have no room for a scale of 32 values.
    QCOMPARE(kvBytes(builder, {.context = 100, .kv = KvType::Q8_0}),
             std::optional<uint64_t>(2 * 100 * 4 * (16 * 2 + 34)));
    QCOMPARE(kvBytes(builder, {.context = 100, .kv = KvType::Q4_0}),
             std::optional<uint64_t>(2 * 100 * 4 * (16 * 2 + 18)));
    QCOMPARE(kvBytes(builder, {.context = 100, .kv = KvType::F32, .kvValues = KvType::Q8_0}),
             std::optional<uint64_t>(2 * 100 * 4 * (16 * 4 + 34)));
}

void TestInspect::saysWhyItCannotEstimate() {
    GgufBuilder builder;
    builder.text("general.architecture", "new");
    QVERIFY(summaryOf(builder)->memory.unknown.find("context length") != std::string::npos);
    builder.key<uint32_t>("new.context_length", 100);
    QVERIFY(summaryOf(builder)->memory.unknown.find("new.block_count") != std::string::npos);
    builder.text("new.block_count", "two");
    QVERIFY(summaryOf(builder)->memory.unknown.find("new.block_count") != std::string::npos);
}

void TestInspect::survivesAbsurdHyperParameters() {
    for (const uint64_t absurd : {uint64_t{0}, uint64_t{1} << 32, uint64_t{1} << 62, ~uint64_t{0}})
        for (const char* key : {"block_count", "embedding_length", "attention.head_count", "attention.head_count_kv",
                                "attention.key_length", "attention.value_length", "context_length"}) {
            GgufBuilder builder;
            builder.text("general.architecture", "new").key<uint64_t>(std::string("new.") + key, absurd);
            for (const char* other : {"block_count", "embedding_length", "attention.head_count", "context_length"})
                if (std::string_view(other) != key) builder.key<uint64_t>(std::string("new.") + other, 8);
            const auto summary = summaryOf(builder);
            QVERIFY2(summary.has_value(), key);
            QCOMPARE(summary->memory.totalBytes.has_value(), summary->memory.unknown.empty());
        }
}

void TestInspect::readsAFileWithoutArchitecture() {
    const auto summary = summaryOf(GgufBuilder().key<uint32_t>(".block_count", 1));
    QVERIFY(summary.has_value());
    QVERIFY(summary->architecture.empty() && !summary->hyperParameter(summary->metadata[0]));
}

void TestInspect::refusesDamagedFiles() {
    const std::string whole = smallFile().build();
    const TemporaryFile file(whole.substr(0, whole.size() / 2));
    const auto summary = inspectModel(file.path(), {});
    QVERIFY(!summary);
    QCOMPARE(summary.error().code, ErrorCode::Truncated);
    QCOMPARE(inspectModel("/nonexistent/file", {}).error().code, ErrorCode::NotFound);
}

void TestInspect::showsValuesSafely() {
    const auto summary = summaryOf(GgufBuilder().text("t", "\x1b]0;owned\x07" + std::string(1000, 'x')));
    const std::string text = displayText(summary->metadata[0]);
    QVERIFY(text.starts_with("\\x1b]0;owned\\x07xxx"));
    QVERIFY(text.size() < 100);
}

void TestInspect::readsTheStarterModel() {
    const auto path = starterModel();
    if (!path && !modelsRequired()) QSKIP("no starter model");
    QVERIFY(path);
    const auto summary = inspectModel(*path, {});
    QCOMPARE(summary->architecture, std::string("llama"));
    QCOMPARE(summary->parameters, uint64_t{134515008});
    QCOMPARE(summary->memory.kvCacheBytes, std::optional<uint64_t>(uint64_t{30} * 8192 * 3 * 128 * 2));
}

QTEST_APPLESS_MAIN(TestInspect)
#include "test_inspect.moc"
