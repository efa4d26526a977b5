#include <QTest>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/kernels.h"
#include "model/kv_cache.h"

using namespace monochord;

namespace {

constexpr float kScale = 0.25f;

std::vector<float> someNumbers(size_t count, uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> numbers(count);
    for (float& x : numbers) x = normal(random);
    return numbers;
}

constexpr CacheType kTypes[] = {CacheType::F32, CacheType::F16, CacheType::Q8_0, CacheType::Q4_0};

/// Queries of the last tokens of a cache of random keys and values.
struct Example {
    size_t positions, keyLength, valueLength, tokens, heads;
    std::vector<float> keys, values, queries;

    Example(size_t all, size_t length, size_t valueSize, size_t last = 1, size_t shared = 1)
        : positions(all),
          keyLength(length),
          valueLength(valueSize),
          tokens(last),
          heads(shared),
          keys(someNumbers(all * length, 7)),
          values(someNumbers(all * valueSize, 8)),
          queries(someNumbers(last * shared * length, 9)) {}

    KvCache cache(CacheType keyType, CacheType valueType) const {
        HyperParameters p;
        p.blockCount = p.headCountKv = 1;
        p.keyLength = static_cast<uint32_t>(keyLength);
        p.valueLength = static_cast<uint32_t>(valueLength);
        KvCache cache = *KvCache::create(p, keyType, valueType, static_cast<uint32_t>(positions));
        for (size_t j = 0; j < positions; j++)
            cache.write(kScalarKernels, 0, 0, j, &keys[j * keyLength], &values[j * valueLength]);
        return cache;
    }
    KvCache cache(CacheType type = CacheType::F32) const { return cache(type, type); }

    /// The cache must outlive the task.
    AttentionTask task(const KvCache& cache) const {
        AttentionTask task;
        cache.describe(0, 0, task);
        task.queries = queries.data();
        task.queryStride = heads * keyLength;
        task.tokens = tokens;
        task.heads = heads;
        task.position = positions - tokens;
        task.scale = kScale;
        return task;
    }
};

/// [tokens, heads, valueStride], span after span.
std::vector<float> attended(const Kernels& kernels, const AttentionTask& task) {
    const size_t queries = task.tokens * task.heads;
    std::vector<float> values(queries * task.valueStride, -7), part(values.size(), -9), out(values.size());
    std::vector<Attended> all(queries), some(queries);
    for (size_t span = 0; span * kSpan < task.position + task.tokens; span++) {
        kernels.attend(task, span, some.data(), part.data());
        kernels.merge(some.data(), part.data(), queries, task.valueStride, all.data(), values.data());
    }
    for (size_t i = 0; i < queries; i++)
        kernels.divide(values.data() + i * task.valueStride, all[i].sum, task.valueStride,
                       out.data() + i * task.valueStride);
    return out;
}

bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// The largest distance to what the first head of the first token sees, computed in f64.
double distance(const std::vector<float>& out, const Example& e, size_t window = 0, double cap = 0) {
    const size_t end = e.positions - e.tokens + 1, begin = window != 0 && window < end ? end - window : 0;
    std::vector<double> mean(e.valueLength);
    double sum = 0;
    for (size_t j = begin; j < end; j++) {
        double score = 0;
        for (size_t k = 0; k < e.keyLength; k++) score += double(e.keys[j * e.keyLength + k]) * e.queries[k];
        score *= double(kScale);
        if (cap != 0) score = cap * std::tanh(score / cap);
        sum += std::exp(score);
        for (size_t d = 0; d < e.valueLength; d++) mean[d] += std::exp(score) * e.values[j * e.valueLength + d];
    }
    double largest = 0;
    for (size_t d = 0; d < e.valueLength; d++) largest = std::max(largest, std::abs(out[d] - mean[d] / sum));
    return largest;
}

}  // namespace

class TestAttention : public QObject {
    Q_OBJECT
    static void tables() {
        QTest::addColumn<QString>("name");
        for (const Kernels* table : availableKernels())
            QTest::newRow(std::string(table->name).c_str()) << QString::fromLatin1(table->name.data());
    }
    static const Kernels& chosen() {
        QFETCH(QString, name);
        return *kernelsNamed(name.toStdString());
    }

private Q_SLOTS:
    void everyTableEqualsTheSpecification_data() { tables(); }
    void everyTableEqualsTheSpecification() {
        for (const CacheType type : kTypes)
            for (const size_t length : {16u, 40u, 64u, 128u})
                for (const size_t positions : {9u, 64u, 65u, 321u, 777u})
                    for (const auto& [tokens, heads] : {std::pair{1u, 1u}, {1u, 3u}, {1u, 8u}, {8u, 3u}, {5u, 4u}}) {
                        const Example e(positions, length, length == 128 ? 96 : length, tokens, heads);
                        const KvCache cache = e.cache(type);
                        const AttentionTask task = e.task(cache);
                        QVERIFY(sameBits(attended(chosen(), task), attended(kScalarKernels, task)));
                    }
    }

    void windowsAndSoftCapsEqualTheSpecification_data() { tables(); }
    void windowsAndSoftCapsEqualTheSpecification() {
        for (const size_t positions : {7u, 63u, 65u, 130u, 321u, 600u})
            for (const size_t window : {1u, 2u, 12u, 64u, 65u, 200u})
                for (const float cap : {0.0f, 2.0f}) {
                    const Example e(positions, 48, 48, 6, 2);
                    const KvCache cache = e.cache();
                    AttentionTask task = e.task(cache);
                    task.window = window;
                    task.softCap = cap;
                    QVERIFY(sameBits(attended(chosen(), task), attended(kScalarKernels, task)));
                }
    }

    void keysAndValuesHaveTypesOfTheirOwn_data() { tables(); }
    void keysAndValuesHaveTypesOfTheirOwn() {
        const Example e(150, 64, 32, 2, 3);
        for (const CacheType keys : kTypes)
            for (const CacheType values : kTypes) {
                const KvCache cache = e.cache(keys, values);
                QVERIFY(cache.keyType() == keys && cache.valueType() == values);
                QVERIFY(sameBits(attended(chosen(), e.task(cache)), attended(kScalarKernels, e.task(cache))));
            }
    }

    void tokensSeeTheSameTogetherAndAlone_data() { tables(); }
    void tokensSeeTheSameTogetherAndAlone() {
        const Example e(300, 64, 64, 8, 3);
        const KvCache cache = e.cache(CacheType::Q8_0);
        const AttentionTask together = e.task(cache);
        std::vector<float> alone;
        for (size_t t = 0; t < e.tokens; t++)
            for (size_t h = 0; h < e.heads; h++) {
                AttentionTask one = together;
                one.queries += (t * e.heads + h) * e.keyLength;
                one.position += t;
                one.tokens = one.heads = 1;
                const auto out = attended(chosen(), one);
                alone.insert(alone.end(), out.begin(), out.end());
            }
        QVERIFY(sameBits(attended(chosen(), together), alone));
    }

    void isTheSoftmaxWeightedMean() {
        const Example e(700, 32, 32);
        const std::pair<CacheType, double> cases[] = {
            {CacheType::F32, 1e-6}, {CacheType::F16, 1e-3}, {CacheType::Q8_0, 0.01}, {CacheType::Q4_0, 0.15}};
        double before = 0;
        for (const auto& [type, tolerance] : cases) {
            const KvCache cache = e.cache(type);
            const double far = distance(attended(kScalarKernels, e.task(cache)), e);
            QVERIFY2(far > before && far < tolerance, qPrintable(QString::number(far)));
            before = far;
        }
    }

    void windowsAndSoftCapsAreTheWeightedMean() {
        const Example e(400, 16, 16, 3);
        const KvCache cache = e.cache();
        AttentionTask task = e.task(cache);
        task.window = 129;
        task.softCap = 1.5f;
        QVERIFY(distance(attended(kScalarKernels, task), e, 129, 1.5) < 1e-6);
    }

    void headsThatScalesDoNotFitAreHalves() {
        const Example e(10, 40, 64);
        const KvCache cache = e.cache(CacheType::Q8_0);
        QVERIFY(cache.keyType() == CacheType::F16 && cache.valueType() == CacheType::Q8_0);
    }

    void largeNumbersAreRefused() {
        for (const CacheType type : kTypes)
            for (const float bad : {std::nanf(""), HUGE_VALF, 1e38f}) {
                Example e(1, 32, 32);
                KvCache cache = e.cache(type);
                e.keys[3] = bad;
                const bool fits = type == CacheType::F32 && bad == 1e38f;
                QCOMPARE(cache.write(kScalarKernels, 0, 0, 0, e.keys.data(), e.values.data()), fits);
                QCOMPARE(cache.write(kScalarKernels, 0, 0, 0, e.values.data(), e.keys.data()), fits);
            }
    }

    void notFiniteScoresReachTheResult_data() { tables(); }
    void notFiniteScoresReachTheResult() {
        Example e(100, 16, 16);
        e.queries[3] = std::nanf("");
        const KvCache cache = e.cache();
        const auto out = attended(chosen(), e.task(cache));
        QVERIFY(!chosen().allFinite(out.data(), out.size()));
    }

    void whatIsNotSeenDoesNotMatter_data() { tables(); }
    void whatIsNotSeenDoesNotMatter() {
        Example e(100, 16, 16, 2);
        const KvCache cache = e.cache();
        const auto before = attended(chosen(), e.task(cache));
        for (size_t i = 99 * 16; i < 100 * 16; i++) e.keys[i] = e.values[i] = 1e38f;  // the last token's own
        const KvCache changed = e.cache();
        const auto after = attended(chosen(), e.task(changed));
        QVERIFY(sameBits({before.begin(), before.begin() + 16}, {after.begin(), after.begin() + 16}));
    }
};

QTEST_APPLESS_MAIN(TestAttention)
#include "test_attention.moc"
