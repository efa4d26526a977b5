#include "monochord/tensor_file.h"

#include <QTest>

#include "support/gguf_builder.h"
#include "support/temporary_file.h"

using namespace monochord;
using namespace monochord::test;

// What loading means is tested with the loader that stands behind it (test_tensor_loader.cpp).
class TestTensorFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsLoadsAndForgets();
    void loadsABatchAndRows();
    void reportsErrors();
};

void TestTensorFile::listsLoadsAndForgets() {
    const TemporaryFile temporary(smallFile().build());
    const auto file = TensorFile::open(temporary.path(), 1 << 20);
    QVERIFY(file.has_value());
    QCOMPARE((*file)->tensors().size(), size_t{3});
    const TensorEntry& b = (*file)->tensors()[1];
    QCOMPARE(b.name, std::string_view("b"));
    QCOMPARE(b.type, std::string_view("Q8_0"));
    QCOMPARE(b.shape[0], uint64_t{32});
    QCOMPARE(b.bytes, uint64_t{68});

    const auto values = (*file)->load("b");
    QVERIFY(values && values->size() == 64);
    QVERIFY((*values)[31] == 0 && (*values)[63] == 3);
    QCOMPARE((*file)->memoryUsed(), uint64_t{64 * 4});
    (*file)->release("b");
    QCOMPARE((*file)->memoryUsed(), uint64_t{0});
    QVERIFY((*file)->load("c").has_value());
    (*file)->clear();
    QCOMPARE((*file)->memoryUsed(), uint64_t{0});
}

void TestTensorFile::loadsABatchAndRows() {
    const TemporaryFile temporary(smallFile().build());
    const auto file = TensorFile::open(temporary.path(), 1 << 20);
    const std::vector<std::string_view> names = {"c", "a"};
    const auto both = (*file)->load(names);
    QVERIFY(both && both->size() == 2);
    QCOMPARE((*both)[0].size(), size_t{3});
    QCOMPARE((*both)[1][7], 8.0f);
    std::vector<float> row(32);
    QVERIFY((*file)->loadRows("b", 1, row));
    QCOMPARE(row[0], 3.0f);
    QCOMPARE((*file)->memoryUsed(), uint64_t{3 * 4});
}

void TestTensorFile::reportsErrors() {
    QCOMPARE(TensorFile::open("/no/such/file.gguf", 0).error().code, ErrorCode::NotFound);
    const TemporaryFile temporary(smallFile().build());
    const auto file = TensorFile::open(temporary.path(), 0);
    std::vector<float> row(32);
    QCOMPARE((*file)->load("nothing").error().code, ErrorCode::NotFound);
    QCOMPARE((*file)->loadRows("nothing", 0, row).error().code, ErrorCode::NotFound);
    QCOMPARE((*file)->loadRows("b", 2, row).error().code, ErrorCode::InvalidArgument);
    QCOMPARE((*file)->load("b").error().code, ErrorCode::OutOfMemory);
}

QTEST_APPLESS_MAIN(TestTensorFile)
#include "test_tensor_file.moc"
