#include <QTest>

#include "model/parts.h"
#include "monochord/model.h"
#include "monochord/prompt.h"
#include "quant/dequantize.h"
#include "support/cli.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

Result<std::shared_ptr<const Model>> opened(const GgufBuilder& file) {
    const TemporaryFile written(file.build());
    return Model::open(written.path());
}

/// The tiny model with one more or another key.
Result<std::shared_ptr<const Model>> openedWith(const std::function<void(GgufBuilder&)>& before) {
    GgufBuilder file = TinyModel().build();
    before(file);
    return opened(file);
}

}  // namespace

#define EXPECT_ERROR(result, expectedCode, words)                                                            \
    do {                                                                                                     \
        const auto outcome = result;                                                                         \
        QVERIFY(!outcome);                                                                                   \
        QCOMPARE(outcome.error().code, ErrorCode::expectedCode);                                             \
        QVERIFY2(outcome.error().message.find(words) != std::string::npos, outcome.error().message.c_str()); \
    } while (false)

class TestModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatItIs() {
        const auto model = opened(TinyModel().build());
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QCOMPARE((*model)->info().architecture, std::string("llama"));
        QCOMPARE((*model)->info().name, std::string("tiny"));
        QCOMPARE((*model)->info().contextLength, 256u);
        QCOMPARE((*model)->info().vocabularySize, TinyModel::kVocabulary);
        QVERIFY(!(*model)->info().hasChatTemplate);
    }

    void progressLeadsFromNothingToTheWholeFile() {
        const TemporaryFile file(TinyModel().build().build());
        std::vector<std::pair<uint64_t, uint64_t>> seen;
        const auto model = Model::open(file.path(), {.progress = [&](uint64_t done, uint64_t all) {
                                           seen.push_back({done, all});
                                       }});
        QVERIFY(model);
        const uint64_t bytes = (*model)->info().fileBytes;
        QCOMPARE(seen.front(), (std::pair{uint64_t{0}, bytes}));
        QCOMPARE(seen.back(), (std::pair{bytes, bytes}));
        QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    }
    void weightsAreReadBehindWhoeverHasEnough() {
        const TemporaryFile file(TinyModel().build().build());
        std::filesystem::resize_file(file.path(), 64u << 20);
        std::stop_source enough;
        size_t calls = 0;
        const auto model = Model::open(file.path(), {.progress =
                                                         [&](uint64_t, uint64_t) {
                                                             calls++;
                                                             enough.request_stop();
                                                         },
                                                     .enough = enough.get_token()});
        QVERIFY(model);
        QCOMPARE(calls, size_t{1});
        const auto& parts = (*model)->parts();
        QTRY_COMPARE(parts.reading->done(), parts.file->fileBytes());
        size_t present = 0;  // most of the megabytes: a busy system may have dropped some again
        for (uint64_t at = 0; at < parts.file->fileBytes(); at += 1u << 20)
            if (parts.file->parts().front().file->isInMemory(at, 1u << 20)) present++;
        QVERIFY2(present > 32, qPrintable(QString::number(present)));
    }
    void countsWhatATokenReads_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("head");
        QTest::newRow("head of its own") << smallModel("gqa-f16") << "output.weight";
        QTest::newRow("tied") << smallModel("tied-spm-f32") << "token_embd.weight";
    }
    void countsWhatATokenReads() {
        QFETCH(QString, file);
        QFETCH(QString, head);
        const auto model = Model::open(file.toStdString());
        QVERIFY(model);
        uint64_t bytes = 0, weights = 0;
        for (const TensorInfo& tensor : (*model)->parts().file->tensors()) {
            const bool inLayer = tensor.name.starts_with("blk.");
            if (inLayer || tensor.name == head.toStdString()) bytes += tensor.bytes;
            if (inLayer && tensor.dimensions == 2) weights += tensor.shape[0] * tensor.shape[1];
        }
        QVERIFY(weights > 0 && bytes > weights * 2);
        QCOMPARE((*model)->info().bytesPerToken, bytes);
        QCOMPARE((*model)->info().layerWeights, weights);
    }
    void stopWhileReadingIsCancelled() {
        const TemporaryFile file(TinyModel().build().build());
        std::stop_source stop;
        uint64_t read = 1;
        EXPECT_ERROR(Model::open(file.path(), {.progress =
                                                   [&](uint64_t done, uint64_t) {
                                                       read = done;
                                                       stop.request_stop();
                                                   },
                                               .stop = stop.get_token()}),
                     Cancelled, "stopped");
        QCOMPARE(read, uint64_t{0});
    }
    void stopBeforeOpeningIsCancelled() {
        const TemporaryFile file(TinyModel().build().build());
        std::stop_source stop;
        stop.request_stop();
        EXPECT_ERROR(Model::open(file.path(), {.stop = stop.get_token()}), Cancelled, "stopped");
    }
    void damagedFileIsRefusedBeforeItsWeightsAreRead() {
        const TemporaryFile file(TinyModel{.missingTensor = "blk.1.ffn_up.weight"}.build().build());
        bool read = false;
        EXPECT_ERROR(Model::open(file.path(), {.progress = [&](uint64_t, uint64_t) { read = true; }}), NotFound,
                     "blk.1.ffn_up.weight");
        QVERIFY(!read);
    }

    void missingTensorIsNamed() {
        EXPECT_ERROR(opened(TinyModel{.missingTensor = "blk.1.ffn_up.weight"}.build()), NotFound,
                     "blk.1.ffn_up.weight");
    }
    void missingEmbeddingIsNamed() {
        EXPECT_ERROR(opened(TinyModel{.missingTensor = "token_embd.weight"}.build()), NotFound, "token_embd.weight");
    }
    void unknownTensorIsNamed() {
        EXPECT_ERROR(opened(TinyModel{.extraTensor = "blk.0.attn_sinks"}.build()), Unsupported, "blk.0.attn_sinks");
    }
    void wrongShapeIsNamedWithBoth() {
        EXPECT_ERROR(opened(TinyModel{.headCountKv = 4}.build()), Corrupt,
                     "attn_k.weight has 32 rows of 64, expected 64");
    }
    void headsThatDoNotShareEvenly() { EXPECT_ERROR(opened(TinyModel{.headCountKv = 3}.build()), Corrupt, "4 heads"); }
    void zeroHeads() { EXPECT_ERROR(opened(TinyModel{.headCount = 0}.build()), Corrupt, "head_count is 0"); }

    void unknownArchitectureIsNamed() {
        GgufBuilder file;
        file.text("general.architecture", "brontosaurus");
        EXPECT_ERROR(opened(file), Unsupported, "brontosaurus");
    }
    void missingExpertsAreNamed() {
        EXPECT_ERROR(openedWith([](GgufBuilder& f) {
                         f.key("llama.expert_count", uint32_t{8}).key("llama.expert_used_count", uint32_t{2});
                     }),
                     NotFound, "blk.0.ffn_gate_inp.weight");
    }
    void moreExpertsUsedThanThereAre() {
        EXPECT_ERROR(openedWith([](GgufBuilder& f) {
                         f.key("llama.expert_count", uint32_t{8}).key("llama.expert_used_count", uint32_t{9});
                     }),
                     Corrupt, "expert_used_count is 9");
    }
    void unknownRotaryScalingIsNamed() {
        EXPECT_ERROR(openedWith([](GgufBuilder& f) { f.text("llama.rope.scaling.type", "dynamic"); }), Unsupported,
                     "dynamic");
    }
    void scalingWithoutFactor() {
        EXPECT_ERROR(openedWith([](GgufBuilder& f) { f.text("llama.rope.scaling.type", "linear"); }), Corrupt,
                     "rope.scaling.factor is missing");
    }
    void absurdRotaryDimension() {
        EXPECT_ERROR(openedWith([](GgufBuilder& f) { f.key("llama.rope.dimension_count", uint32_t{4000000000}); }),
                     Corrupt, "rope.dimension_count");
    }
    void notANumberAsFrequencyBase() {
        EXPECT_ERROR(openedWith([](GgufBuilder& f) { f.key("llama.rope.freq_base", std::nanf("")); }), Corrupt,
                     "rope.freq_base");
    }
    void brokenChatTemplateSaysWhere() {
        GgufBuilder file = TinyModel{}.build();
        file.text("tokenizer.chat_template", "{% if %}");
        const TemporaryFile temporary(file.build());
        const Message message{"user", "Hi"};
        const auto model = Model::open(temporary.path());
        QVERIFY(model && (*model)->chatTemplate().error());
        const auto refused = chatPrompt(**model, {&message, 1}, "2025-01-02");
        QCOMPARE(refused.error().code, ErrorCode::Template);
        QVERIFY(refused.error().message.starts_with("line 1"));
    }
    void anotherChatTemplateCanBeGiven() {
        const TemporaryFile temporary(TinyModel{.chatTemplate = true}.build().build());
        const Message message{"user", "Hi"};
        const auto model = Model::open(temporary.path(), {.chatTemplate = "{{ messages[0].content }}"});
        QVERIFY(model && (*model)->info().hasChatTemplate);
        QCOMPARE((*model)->chatTemplate().source(), std::string_view("{{ messages[0].content }}"));
        QCOMPARE(*chatPrompt(**model, {&message, 1}, "2025-01-02"), rawPrompt(**model, "Hi"));
    }
    void unsupportedTensorTypeIsNamed() {
        for (const TensorTypeInfo& info : tensorTypes()) {
            if (canDequantize(info.type)) continue;
            GgufBuilder file = TinyModel{.type = TensorType::Q4_K, .missingTensor = "blk.0.ffn_up.weight"}.build();
            file.tensor("blk.0.ffn_up.weight", info.type, {256, 512},
                        std::string(256 * 512 / info.blockSize * info.bytesPerBlock, '\0'));
            EXPECT_ERROR(opened(file), Unsupported, std::string(info.name));
        }
    }
};

QTEST_APPLESS_MAIN(TestModel)
#include "test_model.moc"
