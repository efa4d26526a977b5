#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <bit>
#include <map>

#include "kernels/kernels.h"
#include "model/architecture.h"
#include "monochord/evaluator.h"
#include "quant/dequantize.h"
#include "support/paths.h"
#include "support/temporary_file.h"
#include "support/tiny_architecture.h"

using namespace monochord;
using namespace monochord::test;

namespace {

using Logits = std::map<size_t, std::vector<float>>;  // by position

Result<std::shared_ptr<const Model>> opened(const TinyArchitecture& tiny) {
    const TemporaryFile file(tiny.build().build());
    return Model::open(file.path());
}

std::vector<TokenId> someTokens(size_t count) {
    std::vector<TokenId> tokens;
    for (size_t i = 0; i < count; i++) tokens.push_back(static_cast<TokenId>((7 * i * i + 3 * i + 1) % 300));
    return tokens;
}

Logits logitsOf(Evaluator& evaluator, std::span<const TokenId> tokens, const std::vector<size_t>& positions) {
    Logits logits;
    const auto work = evaluator.evaluate(tokens, positions, [&](size_t position, std::span<const float> values) {
        logits[position].assign(values.begin(), values.end());
    });
    if (!work) qWarning("%s", work.error().message.c_str());
    return logits;
}

Logits logitsOf(const std::shared_ptr<const Model>& model, ComputeOptions options, std::span<const TokenId> tokens,
                const std::vector<size_t>& positions) {
    options.kv = KvType::F32;
    return logitsOf(**Evaluator::create(model, options), tokens, positions);
}

/// To the bit; nothing at all equals nothing.
bool same(const Logits& a, const Logits& b) {
    const auto bits = [](const std::vector<float>& x, const std::vector<float>& y) {
        return std::ranges::equal(x, y, {}, std::bit_cast<uint32_t, float>, std::bit_cast<uint32_t, float>);
    };
    return !a.empty() && a.size() == b.size() && std::ranges::equal(a, b, [&](const auto& x, const auto& y) {
        return x.first == y.first && bits(x.second, y.second);
    });
}

TinyArchitecture caseNamed(const QString& title) {
    for (const TinyCase& c : tinyCases())
        if (c.title == title.toStdString()) return c.model;
    return {};
}

void addCases() {
    QTest::addColumn<QString>("title");
    for (const TinyCase& c : tinyCases()) QTest::newRow(c.title.c_str()) << QString::fromStdString(c.title);
}

const char* const kWholeNumbers[] = {"block_count",
                                     "context_length",
                                     "embedding_length",
                                     "feed_forward_length",
                                     "attention.head_count",
                                     "attention.head_count_kv",
                                     "attention.key_length",
                                     "attention.value_length",
                                     "rope.dimension_count",
                                     "attention.sliding_window",
                                     "expert_count",
                                     "expert_used_count",
                                     "expert_feed_forward_length",
                                     "expert_shared_feed_forward_length"};
const char* const kFractions[] = {"attention.layer_norm_rms_epsilon",
                                  "attention.layer_norm_epsilon",
                                  "attn_logit_softcapping",
                                  "final_logit_softcapping",
                                  "attention.scale",
                                  "embedding_scale",
                                  "residual_scale",
                                  "logit_scale"};

}  // namespace

class TestArchitectures : public QObject {
    Q_OBJECT

    QJsonObject m_expected;

private Q_SLOTS:
    void initTestCase() {
        QFile file(QString::fromStdString(dataFile("architectures.json").string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_expected = QJsonDocument::fromJson(file.readAll()).object();
    }

    void logitsAreThoseOfTheDefinition_data() { addCases(); }
    void logitsAreThoseOfTheDefinition() {
        QFETCH(QString, title);
        const auto model = opened(caseNamed(title));
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        std::vector<TokenId> tokens;
        for (const QJsonValue token : m_expected["tokens"].toArray()) tokens.push_back(token.toInt());
        const auto got = logitsOf(*model, {}, tokens, {20, 39});
        const QJsonObject expected = m_expected["models"].toObject()[title].toObject();
        QCOMPARE(expected.size(), qsizetype{2});
        for (const size_t position : {20u, 39u}) {
            const QJsonArray values = expected[QString::number(position)].toArray();
            QVERIFY(values.size() > 20);
            for (qsizetype i = 0; i < values.size(); i++) {
                const float ours = got.at(position).at(static_cast<size_t>(i) * 11);
                QVERIFY2(std::abs(ours - values[i].toDouble()) < 2e-5 * (1 + std::abs(values[i].toDouble())),
                         qPrintable(QString("%1, expected %2").arg(ours).arg(values[i].toDouble())));
            }
        }
    }

    void bitsDoNotDependOnHowTheyAreComputed_data() { addCases(); }
    void bitsDoNotDependOnHowTheyAreComputed() {
        QFETCH(QString, title);
        const auto result = opened(caseNamed(title));
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        const auto model = *result;
        const auto tokens = someTokens(80);
        const std::vector<size_t> positions = {0, 11, 12, 40, 63, 64, 79};
        const auto expected = logitsOf(model, {.threads = 1, .isa = "scalar"}, tokens, positions);
        constexpr std::pair<int, uint32_t> kWays[] = {{1, 512}, {2, 1}, {3, 7}, {4, 64}};  // threads, batch
        for (const std::string_view isa : instructionSets())
            for (const auto& [threads, batch] : kWays)
                QVERIFY(same(
                    logitsOf(model, {.threads = threads, .isa = std::string(isa), .batch = batch}, tokens, positions),
                    expected));
        const auto evaluator = *Evaluator::create(model, {.threads = 2, .kv = KvType::F32, .batch = 16});
        auto other = tokens;  // 33 tokens in common, then a shorter and a longer sequence
        other[33] = (other[33] + 1) % 300;
        logitsOf(*evaluator, other, {79});
        logitsOf(*evaluator, std::span(tokens).first(20), {19});
        const auto reused = logitsOf(*evaluator, tokens, {79});
        QVERIFY(same(reused, {{79, expected.at(79)}}));
    }

    void everyTensorTypeGivesTheSameBits_data() {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<uint32_t>("type");
        for (const Architecture* architecture : architectures())
            for (const TensorTypeInfo& info : tensorTypes())
                if (kScalarKernels.multiply(info.type) && canDequantize(info.type))
                    QTest::addRow("%s, %s", std::string(architecture->name).c_str(), std::string(info.name).c_str())
                        << QString::fromStdString(std::string(architecture->name)) << static_cast<uint32_t>(info.type);
    }
    void everyTensorTypeGivesTheSameBits() {
        QFETCH(QString, architecture);
        QFETCH(uint32_t, type);
        const bool experts = findArchitecture(architecture.toStdString())->experts != Experts::Never;
        const auto model = opened({.name = architecture.toStdString(),
                                   .type = static_cast<TensorType>(type),
                                   .blockCount = 2,
                                   .experts = experts});
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const auto tokens = someTokens(20);
        const auto expected = logitsOf(*model, {.threads = 1, .isa = "scalar"}, tokens, {0, 19});
        for (const std::string_view isa : instructionSets())
            for (const uint32_t batch : {1u, 20u})
                QVERIFY(same(logitsOf(*model, {.threads = 2, .isa = std::string(isa), .batch = batch}, tokens, {0, 19}),
                             expected));
    }

    void everyMissingTensorIsNamed_data() {
        QTest::addColumn<QString>("architecture");
        for (const Architecture* architecture : architectures())
            QTest::newRow(std::string(architecture->name).c_str())
                << QString::fromStdString(std::string(architecture->name));
    }
    void everyMissingTensorIsNamed() {
        QFETCH(QString, architecture);
        const bool experts = findArchitecture(architecture.toStdString())->experts == Experts::Always;
        TinyArchitecture tiny{.name = architecture.toStdString(), .blockCount = 1, .experts = experts};
        const auto names = tiny.tensorNames();
        QVERIFY(names.size() > 8);
        for (const std::string& name : names) {
            tiny.missingTensor = name;
            const auto model = opened(tiny);
            QVERIFY2(!model, name.c_str());
            QVERIFY2(model.error().message.find(name) != std::string::npos, model.error().message.c_str());
        }
    }

    void notFiniteWeightsAreAnError_data() { everyMissingTensorIsNamed_data(); }
    void notFiniteWeightsAreAnError() {
        QFETCH(QString, architecture);
        const bool experts = findArchitecture(architecture.toStdString())->experts == Experts::Always;
        TinyArchitecture tiny{.name = architecture.toStdString(), .blockCount = 1, .experts = experts};
        for (const std::string& name : tiny.tensorNames()) {
            tiny.notFiniteTensor = name;
            const auto model = opened(tiny);
            QVERIFY2(model, model ? "" : model.error().message.c_str());
            const auto evaluator = *Evaluator::create(*model, {});
            const size_t last = 39;  // enough tokens for every expert
            const auto work = evaluator->evaluate(someTokens(40), {&last, 1}, [](size_t, std::span<const float>) {});
            QVERIFY2(!work, name.c_str());
            QCOMPARE(work.error().code, ErrorCode::NotFinite);
        }
    }

    void absurdNumbersAreRefusedOrNotRead_data() { everyMissingTensorIsNamed_data(); }
    void absurdNumbersAreRefusedOrNotRead() {
        QFETCH(QString, architecture);
        const bool experts = findArchitecture(architecture.toStdString())->experts == Experts::Always;
        TinyArchitecture tiny{.name = architecture.toStdString(), .blockCount = 1, .experts = experts};
        const auto refusedOrComputed = [&](const char* key, uint32_t value) {
            tiny.oddKey = key;
            tiny.oddValue = value;
            const auto model = opened(tiny);
            if (model) {
                const auto evaluator = Evaluator::create(*model, {.kv = KvType::F32, .context = 16});
                return evaluator ? !logitsOf(**evaluator, someTokens(3), {2}).empty()
                                 : evaluator.error().code == ErrorCode::InvalidArgument;
            }
            const ErrorCode code = model.error().code;
            return code == ErrorCode::Corrupt || code == ErrorCode::NotFound || code == ErrorCode::Unsupported;
        };
        for (const char* key : kWholeNumbers)
            for (const uint32_t value : {0u, 1u, 3u, 0x7fffffffu, 0xffffffffu})
                QVERIFY2(refusedOrComputed(key, value), qPrintable(QString("%1 = %2").arg(key).arg(value)));
        for (const char* key : kFractions)
            for (const float value : {std::nanf(""), INFINITY, -1.0f, 1e30f})
                QVERIFY2(refusedOrComputed(key, std::bit_cast<uint32_t>(value)),
                         qPrintable(QString("%1 = %2").arg(key).arg(value)));
    }

    void learnedPositionsLimitTheContext() {
        const auto model = *opened({.name = "gpt2", .blockCount = 1});
        const auto evaluator = Evaluator::create(model, {.context = 257});
        QVERIFY(!evaluator);
        QVERIFY(evaluator.error().message.find("256 positions") != std::string::npos);
        QVERIFY(Evaluator::create(model, {.context = 256}));
    }
};

QTEST_APPLESS_MAIN(TestArchitectures)
#include "test_architectures.moc"
