#include <QTest>
#include <cmath>
#include <random>

#include "gguf/gguf_file.h"
#include "monochord/evaluator.h"
#include "monochord/validate.h"
#include "support/temporary_file.h"
#include "support/tiny_architecture.h"

using namespace monochord;
using namespace monochord::test;

// Damaged models, the same ones at every run: each is refused with sentences, or computes numbers or an error.
namespace {

constexpr int kMutants = 400;  // of each kind
constexpr uint64_t kEdges[] = {0,
                               1,
                               2,
                               3,
                               7,
                               0x7F,
                               0xFF,
                               0xFFFF,
                               0x7FFFFFFF,
                               0x80000000,
                               0xFFFFFFFF,
                               uint64_t{1} << 32,
                               uint64_t{1} << 60,
                               uint64_t{1} << 62,
                               ~uint64_t{0} >> 1,
                               uint64_t{1} << 63,
                               ~uint64_t{0} - 31,
                               ~uint64_t{0}};

struct Whole {
    std::string bytes;
    size_t header = 0;  // bytes before the data
};

std::vector<Whole> wholeModels() {
    std::vector<Whole> models;
    for (const TinyArchitecture& tiny :
         {TinyArchitecture{.name = "llama", .type = TensorType::Q4_0, .blockCount = 1},
          TinyArchitecture{.name = "gemma3", .blockCount = 1}, TinyArchitecture{.name = "gpt2", .blockCount = 1},
          TinyArchitecture{.name = "phi3", .type = TensorType::F16, .blockCount = 1},
          TinyArchitecture{.name = "qwen2moe", .blockCount = 1, .experts = true}}) {
        Whole model{tiny.build().build()};
        const TemporaryFile file(model.bytes);
        const auto opened = GgufFile::open(file.path());
        model.header = model.bytes.size();
        if (opened)
            for (const TensorInfo& tensor : (*opened)->tensors()) model.header = std::min(model.header, tensor.offset);
        models.push_back(std::move(model));
    }
    return models;
}

using Random = std::mt19937;

size_t below(Random& random, size_t end) {
    return random() % end;
}

void flipBits(Whole& model, Random& random) {
    for (size_t i = 0, n = 1 + below(random, 8); i < n; i++)
        model.bytes[below(random, model.header)] ^= static_cast<char>(1 << below(random, 8));
}

/// A number of four or eight bytes, where one lies or across two.
void edgeNumber(Whole& model, Random& random) {
    const uint64_t value = kEdges[below(random, std::size(kEdges))];
    const std::string bytes = GgufBuilder::bytesOf(value).substr(0, below(random, 2) ? 4 : 8);
    model.bytes.replace(below(random, model.header - 8), bytes.size(), bytes);
}

void cut(Whole& model, Random& random) {
    model.bytes.resize(below(random, below(random, 2) ? model.header : model.bytes.size()));
}

/// A stretch of the header again in another place of it.
void copyStretch(Whole& model, Random& random) {
    const size_t length = 1 + below(random, 200);
    const std::string stretch = model.bytes.substr(below(random, model.header - length), length);
    model.bytes.replace(below(random, model.header - length), length, stretch);
}

void insertBytes(Whole& model, Random& random) {
    model.bytes.insert(below(random, model.header), std::string(1 + below(random, 64), static_cast<char>(random())));
}

/// NaN, infinity and anything else among the weights.
void weights(Whole& model, Random& random) {
    const size_t length = 1 + below(random, 600), at = below(random, model.bytes.size() - model.header - length);
    for (size_t i = 0; i < length; i++) model.bytes[model.header + at + i] = static_cast<char>(random() | 0x70);
}

}  // namespace

class TestMutants : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void harmNobody_data();
    void harmNobody();
};

using Mutation = void (*)(Whole&, Random&);
Q_DECLARE_METATYPE(Mutation)

void TestMutants::harmNobody_data() {
    QTest::addColumn<Mutation>("mutate");
    QTest::newRow("bits of the header") << Mutation(flipBits);
    QTest::newRow("numbers at the edge") << Mutation(edgeNumber);
    QTest::newRow("cut") << Mutation(cut);
    QTest::newRow("copied stretches") << Mutation(copyStretch);
    QTest::newRow("inserted bytes") << Mutation(insertBytes);
    QTest::newRow("weights") << Mutation(weights);
}

void TestMutants::harmNobody() {
    QFETCH(Mutation, mutate);
    static const std::vector<Whole> models = wholeModels();
    Random random(7);
    int refused = 0;
    for (int i = 0; i < kMutants; i++) {
        Whole mutant = models[static_cast<size_t>(i) % models.size()];
        mutate(mutant, random);
        const TemporaryFile file(mutant.bytes);
        const auto problems = validateModel(file.path(), {.deep = true});
        QVERIFY(problems);
        for (const Error& problem : *problems) QVERIFY(!problem.message.empty() && problem.message.size() < 1000);
        const auto model = Model::open(file.path());
        refused += model ? 0 : 1;
        if (!model) continue;
        const auto evaluator = Evaluator::create(*model, {.threads = 1, .context = 8});
        if (!evaluator) continue;
        const TokenId tokens[] = {1, 2, 0};
        const size_t last[] = {2};
        bool finite = true;
        const auto work = (*evaluator)->evaluate(tokens, last, [&](size_t, std::span<const float> logits) {
            for (const float x : logits) finite = finite && std::isfinite(x);
        });
        QVERIFY(finite);
        if (!work) QVERIFY(!work.error().message.empty());
    }
    QVERIFY2(mutate == Mutation(weights) ? refused == 0 : refused > kMutants / 4, std::to_string(refused).c_str());
}

QTEST_APPLESS_MAIN(TestMutants)
#include "test_mutants.moc"
