#include "monochord/validate.h"

#include <QTest>
#include <algorithm>
#include <cmath>

#include "gguf/gguf_file.h"
#include "monochord/model.h"
#include "quant/dequantize.h"
#include "support/bad_models.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

std::vector<std::string> problemsOf(const std::filesystem::path& path, bool deep = false) {
    std::vector<std::string> texts;
    const auto problems = validateModel(path, {.deep = deep});
    if (!problems) return {"error: " + problems.error().message};
    for (const Error& problem : *problems) texts.push_back(problem.message);
    return texts;
}
std::vector<std::string> problemsOf(const GgufBuilder& file, bool deep = false) {
    const TemporaryFile written(file.build());
    return problemsOf(written.path(), deep);
}

bool names(const std::vector<std::string>& problems, std::string_view part) {
    return std::ranges::any_of(problems, [&](const auto& text) { return text.find(part) != std::string::npos; });
}

/// The tiny model, one block of a tensor all ones.
struct Damaged {
    std::string bytes;
    uint64_t row = 0, column = 0;  // of the block
    Damaged(TensorType type, const char* name) : bytes(TinyModel{.type = type}.build().build()) {
        const TemporaryFile whole(bytes);
        const auto file = GgufFile::open(whole.path());
        const TensorInfo& tensor = *(*file)->tensor(name);
        const TensorTypeInfo& info = tensorTypeInfo(type);
        row = tensor.rows() - 2;
        column = tensor.columns() - info.blockSize;
        const uint64_t block = (row * tensor.columns() + column) / info.blockSize;
        std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(tensor.offset + block * info.bytesPerBlock),
                    info.bytesPerBlock, '\xff');
    }
};

}  // namespace

class TestValidate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsNothingInModelsOfEveryType();
    void saysFirstWhatOpeningSays();
    void goesOnAfterAProblem();
    void listsAllHyperParameters();
    void namesATensorOnce();
    void countsRowsAndTokens();
    void findsMergesThatNameNoToken();
    void hasAnEndOfPatience();
    void findsDamagedBlocksOfEveryType();
    void findsOneInfinityInANorm();
    void readsNoWeightsUnlessAsked();
    void noticesAShrinkingFile();
    void refusesWhatIsNoFile();
    void canBeStopped();
};

void TestValidate::findsNothingInModelsOfEveryType() {
    for (const TensorTypeInfo& info : tensorTypes())
        if (canDequantize(info.type))
            QCOMPARE(problemsOf(TinyModel{.type = info.type}.build(), true).size(), size_t{0});
}

void TestValidate::saysFirstWhatOpeningSays() {
    for (const BadModel& bad : modelsWithBadHeaders() + filesThatAreNoModel()) {
        const TemporaryFile file({bad.bytes.constData(), static_cast<size_t>(bad.bytes.size())});
        const auto opened = Model::open(file.path());
        const auto problems = validateModel(file.path());
        QVERIFY2(!opened && problems && !problems->empty(), bad.title);
        QVERIFY2(problems->front() == opened.error(), bad.title);
    }
}

void TestValidate::goesOnAfterAProblem() {
    GgufBuilder file = TinyModel{.missingTensor = "blk.1.ffn_up.weight", .extraTensor = "blk.0.attn_sinks"}.build();
    file.text("tokenizer.chat_template", "{% if %}").key<uint32_t>("tokenizer.ggml.eot_token_id", 9999);
    const auto problems = problemsOf(file);
    for (const char* part : {"blk.1.ffn_up.weight is missing", "blk.0.attn_sinks is not known", "line 1", "9999"})
        QVERIFY2(names(problems, part), part);
    QCOMPARE(problems.size(), size_t{4});
}

void TestValidate::listsAllHyperParameters() {
    GgufBuilder file = TinyModel().build();
    file.key("llama.rope.freq_base", std::nanf("")).key<uint32_t>("llama.rope.dimension_count", 4'000'000'000);
    file.text("llama.rope.scaling.type", "dynamic");
    const auto problems = problemsOf(file);
    for (const char* part : {"rope.freq_base is nan", "rope.dimension_count is 4000000000", "\"dynamic\""})
        QVERIFY2(names(problems, part), part);
    QCOMPARE(problems.size(), size_t{3});
}

void TestValidate::namesATensorOnce() {
    QCOMPARE(problemsOf(TinyModel{.missingTensor = "token_embd.weight"}.build()),
             std::vector<std::string>{"the tensor token_embd.weight is missing"});
}

void TestValidate::countsRowsAndTokens() {
    GgufBuilder file = TinyModel{.missingTensor = "token_embd.weight"}.build();
    file.tensorF32("token_embd.weight", {64, 299}, std::vector<float>(64 * 299, 0.5f));
    QCOMPARE(problemsOf(file),
             std::vector<std::string>{"the vocabulary has 300 tokens, but token_embd.weight 299 rows"});
}

void TestValidate::findsMergesThatNameNoToken() {
    GgufBuilder file;
    file.text("general.architecture", "gpt2").text("tokenizer.ggml.model", "gpt2");
    file.text("tokenizer.ggml.pre", "gpt-2").texts("tokenizer.ggml.tokens", {"a", "b", "ab"});
    file.texts("tokenizer.ggml.merges", {"a b", "b c", "ab a"});
    QVERIFY(
        names(problemsOf(file), "of the 3 merges in tokenizer.ggml.merges, 2 name no token; the first is number 2"));
}

void TestValidate::hasAnEndOfPatience() {
    GgufBuilder file;
    for (int i = 0; i < 3000; i++) file.tensorF32("odd." + std::to_string(i), {1}, {0});
    file.text("general.architecture", "llama");
    for (const char* key : {"block_count", "context_length", "embedding_length", "feed_forward_length"})
        file.key<uint32_t>(std::string("llama.") + key, 64);
    file.key<uint32_t>("llama.attention.head_count", 4).key("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    addTinyVocabulary(file);
    QCOMPARE(problemsOf(file).size(), size_t{1000});
}

void TestValidate::findsDamagedBlocksOfEveryType() {
    for (const TensorTypeInfo& info : tensorTypes()) {
        if (!canDequantize(info.type)) continue;
        const Damaged model(info.type, "blk.1.attn_q.weight");
        const TemporaryFile file(model.bytes);
        const auto problems = problemsOf(file.path(), true);
        const std::string place = "blk.1.attn_q.weight (" + std::string(info.name) + ") holds ";
        const std::string where = " in row " + std::to_string(model.row) + ", column " + std::to_string(model.column);
        QVERIFY2(problems.size() == 1 && names(problems, place) && names(problems, where),
                 problems.empty() ? info.name.data() : problems[0].c_str());
    }
}

void TestValidate::findsOneInfinityInANorm() {
    GgufBuilder file = TinyModel{.missingTensor = "output_norm.weight"}.build();
    std::vector<float> norm(64, 1.0f);
    norm[17] = -INFINITY;
    file.tensorF32("output_norm.weight", {64}, norm);
    QCOMPARE(problemsOf(file, true),
             std::vector<std::string>{"the tensor output_norm.weight (F32) holds infinity in row 0, column 17"});
}

void TestValidate::readsNoWeightsUnlessAsked() {
    const TemporaryFile file(Damaged(TensorType::F16, "blk.1.attn_q.weight").bytes);
    QVERIFY(problemsOf(file.path()).empty());
    uint64_t read = 0, all = 0;
    QVERIFY(validateModel(file.path(), {.deep = true, .progress = [&](uint64_t done, uint64_t total) {
                                            read = done;
                                            all = total;
                                        }}));
    QVERIFY(all > 0);
    QCOMPARE(read, all);
}

void TestValidate::noticesAShrinkingFile() {
    const TemporaryFile file(TinyModel().build().build());
    const auto shrink = [&](uint64_t, uint64_t) { std::filesystem::resize_file(file.path(), 4096); };
    const auto problems = validateModel(file.path(), {.deep = true, .progress = shrink});
    QVERIFY(problems && !problems->empty());
    QCOMPARE(problems->back().code, ErrorCode::FileChanged);
}

void TestValidate::refusesWhatIsNoFile() {
    for (const char* path : {"/nowhere/model.gguf", "/tmp", "/dev/zero"}) {
        const auto problems = validateModel(path);
        QVERIFY(!problems);
        QVERIFY(problems.error().code == ErrorCode::NotFound || problems.error().code == ErrorCode::NotReadable);
    }
}

void TestValidate::canBeStopped() {
    const TemporaryFile file(TinyModel().build().build());
    std::stop_source before;
    before.request_stop();
    QCOMPARE(validateModel(file.path(), {.stop = before.get_token()}).error().code, ErrorCode::Cancelled);
    std::stop_source during;
    const auto stopSoon = [&](uint64_t, uint64_t) { during.request_stop(); };
    QCOMPARE(validateModel(file.path(), {.deep = true, .progress = stopSoon, .stop = during.get_token()}).error().code,
             ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestValidate)
#include "test_validate.moc"
