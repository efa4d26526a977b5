#include <QTest>
#include <bit>
#include <map>
#include <numeric>
#include <random>

#include "kernels/kernels.h"
#include "monochord/evaluator.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::test;

namespace {

using Logits = std::map<size_t, std::vector<uint32_t>>;  // position → bits

std::vector<TokenId> randomTokens(size_t count, uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<TokenId> tokens(count);
    for (TokenId& id : tokens) id = static_cast<TokenId>(random() % TinyModel::kVocabulary);
    return tokens;
}

std::shared_ptr<const Model> open(const TinyModel& tiny) {
    const TemporaryFile file(tiny.build().build());
    auto model = Model::open(file.path());
    return model ? *model : nullptr;
}

Result<Logits> logitsOf(Evaluator& evaluator, std::span<const TokenId> tokens, std::vector<size_t> positions = {}) {
    if (positions.empty()) {
        positions.resize(tokens.size());
        std::iota(positions.begin(), positions.end(), size_t{0});
    }
    Logits logits;
    const auto work = evaluator.evaluate(tokens, positions, [&](size_t position, std::span<const float> values) {
        for (const float x : values) logits[position].push_back(std::bit_cast<uint32_t>(x));
    });
    if (!work) return tl::unexpected(work.error());
    return logits;
}

std::unique_ptr<Evaluator> evaluator(const std::shared_ptr<const Model>& model, ComputeOptions options) {
    return std::move(*Evaluator::create(model, options));
}

}  // namespace

class TestEvaluator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bitsDoNotDependOnHowTheyAreComputed_data() {
        QTest::addColumn<uint32_t>("type");
        QTest::addColumn<bool>("half");
        for (const TensorTypeInfo& info : tensorTypes())
            for (const bool half : {false, true})
                if (kScalarKernels.multiply(info.type))
                    QTest::addRow("%s, %s cache", std::string(info.name).c_str(), half ? "F16" : "F32")
                        << static_cast<uint32_t>(info.type) << half;
    }
    void bitsDoNotDependOnHowTheyAreComputed() {
        QFETCH(uint32_t, type);
        QFETCH(bool, half);
        const auto model = open({.type = static_cast<TensorType>(type), .tied = half});
        QVERIFY(model);
        const KvType kv = half ? KvType::F16 : KvType::F32;
        const auto tokens = randomTokens(150, type);
        const auto expected =
            logitsOf(*evaluator(model, {.threads = 1, .isa = "scalar", .kv = kv, .batch = 512}), tokens);
        QVERIFY2(expected, expected ? "" : expected.error().message.c_str());
        constexpr std::pair<int, uint32_t> kWays[] = {{1, 512}, {2, 1}, {3, 7}, {2, 64}};  // threads, batch
        for (const std::string_view isa : instructionSets())
            for (const auto& [threads, batch] : kWays)
                QVERIFY(
                    logitsOf(*evaluator(model, {.threads = threads, .isa = std::string(isa), .kv = kv, .batch = batch}),
                             tokens) == expected);
    }

    void bitsDoNotDependOnItWithAQuantizedCacheEither() {
        const auto model = open({.type = TensorType::Q8_0});
        const auto tokens = randomTokens(150, 5);
        for (const KvType kv : {KvType::Q8_0, KvType::Q4_0}) {
            const auto expected = logitsOf(*evaluator(model, {.threads = 1, .isa = "scalar", .kv = kv}), tokens);
            QVERIFY(expected);
            for (const std::string_view isa : instructionSets())
                for (const uint32_t batch : {1u, 7u, 512u})
                    QVERIFY(
                        logitsOf(*evaluator(model, {.threads = 3, .isa = std::string(isa), .kv = kv, .batch = batch}),
                                 tokens) == expected);
        }
    }

    void reusedPrefixGivesTheSameBits() {
        const auto model = open({.type = TensorType::Q4_0});
        const auto tokens = randomTokens(120, 1), other = randomTokens(120, 2);
        const auto expected = logitsOf(*evaluator(model, {}), tokens);
        for (const size_t common : {0u, 1u, 63u, 64u, 119u, 120u}) {
            const auto e = evaluator(model, {.threads = 2, .batch = 32});
            std::vector<TokenId> before(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(common));
            before.insert(before.end(), other.begin(), other.begin() + 30);
            QVERIFY(logitsOf(*e, before, {before.size() - 1}));
            const auto got = logitsOf(*e, tokens, {119});
            QVERIFY(got);
            QVERIFY(got->at(119) == expected->at(119));
            QVERIFY(logitsOf(*e, tokens) == expected);
        }
    }

    void onlyWhatIsNewIsComputed() {
        const auto model = open({});
        const auto e = evaluator(model, {});
        auto tokens = randomTokens(50, 3);
        const auto ignore = [](size_t, std::span<const float>) {};
        size_t last = 49;
        auto work = e->evaluate(tokens, {&last, 1}, ignore);
        QCOMPARE(work->processed, size_t{50});
        tokens.push_back(5);
        last = 50;
        work = e->evaluate(tokens, {&last, 1}, ignore);
        QCOMPARE(work->reused, size_t{50});
        QCOMPARE(work->processed, size_t{1});
        tokens[20] = tokens[20] == 7 ? 8 : 7;
        work = e->evaluate(tokens, {&last, 1}, ignore);
        QCOMPARE(work->reused, size_t{20});
        e->clear();
        work = e->evaluate(tokens, {&last, 1}, ignore);
        QCOMPARE(work->reused, size_t{0});
    }

    void cancelledWorkGoesOnWhereItStopped() {
        const auto model = open({});
        const auto tokens = randomTokens(200, 4);
        const auto expected = logitsOf(*evaluator(model, {}), tokens, {199});
        const auto e = evaluator(model, {.batch = 10});
        std::stop_source stop;
        const std::vector<size_t> positions = {55, 199};
        const auto work = e->evaluate(
            tokens, positions, [&](size_t, std::span<const float>) { stop.request_stop(); }, stop.get_token());
        QVERIFY(!work);
        QCOMPARE(work.error().code, ErrorCode::Cancelled);
        QVERIFY(logitsOf(*e, tokens, {199}) == expected);
    }

    void badRequestsAreRefusedWithTheNumbers() {
        const auto model = open({});
        const auto e = evaluator(model, {.context = 20});
        const auto message = [&](std::vector<TokenId> tokens, std::vector<size_t> positions) {
            const auto work = e->evaluate(tokens, positions, [](size_t, std::span<const float>) {});
            return work ? std::string() : work.error().message;
        };
        QVERIFY(message({}, {}).find("no tokens") != std::string::npos);
        QVERIFY(message({1, 300}, {0}).find("300") != std::string::npos);
        QVERIFY(message({1, -1}, {0}).find("-1") != std::string::npos);
        QVERIFY(message({1, 2}, {2}).find("position 2") != std::string::npos);
        QVERIFY(message({1, 2}, {1, 0}).find("position 0") != std::string::npos);
        const std::string full = message(randomTokens(21, 1), {20});
        QVERIFY(full.find("21") != std::string::npos && full.find("20") != std::string::npos);
        QVERIFY(message(randomTokens(20, 1), {19}).empty());
    }

    void notFiniteNamesTheLayer() {
        const auto model = open({.notFiniteTensor = "blk.1.ffn_down.weight"});
        const auto result = logitsOf(*evaluator(model, {}), randomTokens(5, 5));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::NotFinite);
        QVERIFY2(result.error().message.find("layer 1") != std::string::npos, result.error().message.c_str());
    }

    void notFiniteAnywhereIsAnError_data() {
        QTest::addColumn<QString>("tensor");
        for (const char* name :
             {"token_embd.weight", "output_norm.weight", "output.weight", "blk.0.attn_norm.weight",
              "blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight", "blk.0.attn_output.weight",
              "blk.0.ffn_norm.weight", "blk.0.ffn_gate.weight", "blk.0.ffn_up.weight", "blk.1.ffn_down.weight"})
            QTest::newRow(name) << name;
    }
    void notFiniteAnywhereIsAnError() {
        QFETCH(QString, tensor);
        const auto model = open({.tied = false, .notFiniteTensor = tensor.toStdString()});
        for (const std::string_view isa : instructionSets()) {
            const auto result = logitsOf(*evaluator(model, {.isa = std::string(isa)}), std::vector<TokenId>{0, 1, 2});
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::NotFinite);
        }
    }

    void unknownInstructionSetIsRefused() {
        const auto e = Evaluator::create(open({}), {.isa = "mmx"});
        QVERIFY(!e);
        QVERIFY(e.error().message.find("mmx") != std::string::npos);
        QVERIFY(e.error().message.find("scalar") != std::string::npos);
    }

    void twoEvaluatorsOnOneModelDoNotDisturbEachOther() {
        const auto model = open({});
        const auto a = evaluator(model, {}), b = evaluator(model, {});
        const auto tokens = randomTokens(30, 6), other = randomTokens(30, 7);
        const auto expected = logitsOf(*evaluator(model, {}), tokens);
        QVERIFY(logitsOf(*b, other));
        QVERIFY(logitsOf(*a, tokens) == expected);
        QVERIFY(logitsOf(*b, tokens) == expected);
    }

    void progressCountsTheTokensThatAreComputed() {
        const auto computing = evaluator(open({}), {.batch = 40});
        const auto tokens = randomTokens(100, 1);
        const size_t last = tokens.size() - 1;
        const auto ignore = [](size_t, std::span<const float>) {};
        QVERIFY(computing->evaluate(std::span(tokens).first(30), {}, ignore));
        std::vector<size_t> seen;
        size_t total = 0;
        QVERIFY(computing->evaluate(tokens, {&last, 1}, ignore, {}, [&](size_t done, size_t all) {
            seen.push_back(done);
            total = all;
        }));
        QCOMPARE(total, size_t{70});                               // 30 were there
        QCOMPARE(seen, (std::vector<size_t>{0, 20, 40, 55, 70}));  // two layers of a batch of 40 and one of 30
    }
};

QTEST_APPLESS_MAIN(TestEvaluator)
#include "test_evaluator.moc"
