#include "quant/tensor_loader.h"

#include <QTest>
#include <filesystem>
#include <limits>
#include <thread>

#include "support/gguf_builder.h"
#include "support/paths.h"
#include "support/temporary_file.h"

using namespace monochord;
using namespace monochord::test;

namespace {

constexpr uint64_t kPlenty = 1 << 20;

/// smallFile() and a loader over it.
struct Fixture {
    explicit Fixture(uint64_t budget, const std::string& bytes = smallFile().build())
        : temporary(bytes), file(std::move(*GgufFile::open(temporary.path()))), loader(*file, budget) {}
    TemporaryFile temporary;
    std::unique_ptr<GgufFile> file;
    TensorLoader loader;
};

std::vector<float> copied(std::span<const float> values) {
    return {values.begin(), values.end()};
}

}  // namespace

class TestTensorLoader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void viewsFloatsInTheFile();
    void dequantizesAndKeeps();
    void loadsABatch();
    void loadsRowsWithoutKeeping();
    void forgets();
    void keepsToItsBudget();
    void loadsAllOfABatchOrNothing();
    void refusesUnknownNames();
    void refusesTypesThatItCannotCompute();
    void refusesRowsThatAreNotThere();
    void noticesAShrunkenFile();
    void servesManyThreads();
    void loadsTheStarterModel();
};

void TestTensorLoader::viewsFloatsInTheFile() {
    Fixture fixture(0);
    const auto values = fixture.loader.load("a");
    QVERIFY(values.has_value());
    QCOMPARE(copied(*values), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}));
    QCOMPARE(static_cast<const void*>(values->data()),
             static_cast<const void*>(fixture.file->bytes(*fixture.file->tensor("a")).data()));
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{0});
}

void TestTensorLoader::dequantizesAndKeeps() {
    Fixture fixture(kPlenty);
    const auto first = fixture.loader.load("b"), second = fixture.loader.load("b");
    QVERIFY(first && second);
    QCOMPARE(first->size(), size_t{64});
    QVERIFY((*first)[31] == 0 && (*first)[32] == 3 && (*first)[63] == 3);
    QCOMPARE(first->data(), second->data());
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{64 * 4});
}

void TestTensorLoader::loadsABatch() {
    Fixture fixture(kPlenty);
    const std::vector<std::string_view> names = {"c", "a", "b", "c"};
    const auto all = fixture.loader.load(names);
    QVERIFY(all && all->size() == 4);
    QCOMPARE(copied((*all)[0]), (std::vector<float>{1, -2, 0}));
    QCOMPARE((*all)[1].size(), size_t{8});
    QCOMPARE((*all)[0].data(), (*all)[3].data());
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{67 * 4});
}

void TestTensorLoader::loadsRowsWithoutKeeping() {
    Fixture fixture(0);
    std::vector<float> row(32);
    QVERIFY(fixture.loader.loadRows(*fixture.file->tensor("b"), 1, row).has_value());
    QCOMPARE(row, std::vector<float>(32, 3.0f));
    QVERIFY(fixture.loader.loadRows(*fixture.file->tensor("a"), 2, {}).has_value());
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{0});
}

void TestTensorLoader::forgets() {
    Fixture fixture(kPlenty);
    QVERIFY(fixture.loader.load("b") && fixture.loader.load("c"));
    fixture.loader.release("b");
    fixture.loader.release("b");
    fixture.loader.release("no such tensor");
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{12});
    fixture.loader.clear();
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{0});
    QVERIFY(fixture.loader.load("b").has_value());
}

void TestTensorLoader::keepsToItsBudget() {
    Fixture fixture(64 * 4);
    QVERIFY(fixture.loader.load("b").has_value());
    const auto refused = fixture.loader.load("c");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::OutOfMemory);
    QVERIFY(refused.error().message.find("12 bytes") != std::string::npos);
    QVERIFY(refused.error().message.find("0 of 256") != std::string::npos);
    fixture.loader.release("b");
    QVERIFY(fixture.loader.load("c").has_value());
}

void TestTensorLoader::loadsAllOfABatchOrNothing() {
    Fixture fixture(64 * 4);
    const std::vector<std::string_view> tooMuch = {"c", "b"}, unknown = {"c", "d"};
    QVERIFY(!fixture.loader.load(tooMuch) && !fixture.loader.load(unknown));
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{0});
}

void TestTensorLoader::refusesUnknownNames() {
    Fixture fixture(kPlenty);
    const auto refused = fixture.loader.load("blk.0.x");
    QVERIFY(!refused && refused.error().code == ErrorCode::NotFound);
    QVERIFY(refused.error().message.find("blk.0.x") != std::string::npos);
}

void TestTensorLoader::refusesTypesThatItCannotCompute() {
    GgufBuilder builder;
    builder.tensor("i", TensorType::I32, {4}, std::string(16, '\0'));
    Fixture fixture(kPlenty, builder.build());
    const auto refused = fixture.loader.load("i");
    QVERIFY(!refused && refused.error().code == ErrorCode::Unsupported);
    QVERIFY(refused.error().message.find("I32") != std::string::npos);
    std::vector<float> row(4);
    QVERIFY(!fixture.loader.loadRows(*fixture.file->tensor("i"), 0, row));
}

void TestTensorLoader::refusesRowsThatAreNotThere() {
    Fixture fixture(kPlenty);
    const TensorInfo& b = *fixture.file->tensor("b");
    std::vector<float> part(31), row(32), rows(96);
    QVERIFY(!fixture.loader.loadRows(b, 0, part));
    QVERIFY(!fixture.loader.loadRows(b, 2, row));
    QVERIFY(!fixture.loader.loadRows(b, 0, rows));
    QVERIFY(!fixture.loader.loadRows(b, std::numeric_limits<uint64_t>::max(), row));
}

void TestTensorLoader::noticesAShrunkenFile() {
    GgufBuilder builder;
    builder.tensor("b", TensorType::Q8_0, {32, 1000}, std::string(34000, '\1'));
    Fixture fixture(kPlenty, builder.build());
    std::filesystem::resize_file(fixture.temporary.path(), 4096);
    const auto refused = fixture.loader.load("b");
    QVERIFY(!refused && refused.error().code == ErrorCode::FileChanged);
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{0});
}

void TestTensorLoader::servesManyThreads() {
    Fixture fixture(kPlenty);
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&] {
            for (int j = 0; j < 50; j++) {
                const auto values = fixture.loader.load("b");
                right += values && (*values)[63] == 3;
            }
        });
    for (std::thread& thread : threads) thread.join();
    QCOMPARE(right.load(), 200);
    QCOMPARE(fixture.loader.memoryUsed(), uint64_t{256});
}

void TestTensorLoader::loadsTheStarterModel() {
    const auto path = starterModel();
    if (!path && !modelsRequired()) QSKIP("no starter model");
    QVERIFY(path);
    const auto file = std::move(*GgufFile::open(*path));
    TensorLoader loader(*file, 8 << 20);
    const auto norm = loader.load("blk.0.attn_norm.weight"), weights = loader.load("blk.0.attn_q.weight");
    QVERIFY(norm && norm->size() == 576);
    QVERIFY(weights && weights->size() == 576 * 576);
    QVERIFY(!loader.load("token_embd.weight"));
    std::vector<float> row(576);
    QVERIFY(loader.loadRows(*file->tensor("blk.0.attn_q.weight"), 100, row).has_value());
    QCOMPARE(row, copied(weights->subspan(100 * 576, 576)));
}

QTEST_APPLESS_MAIN(TestTensorLoader)
#include "test_tensor_loader.moc"
