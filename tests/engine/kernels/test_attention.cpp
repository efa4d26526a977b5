#include <QTest>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/kernels.h"

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

/// Queries of the last tokens of a cache of random keys and values.
struct Example {
    size_t positions, keyLength, valueStride, tokens, heads;
    std::vector<float> keys, values, queries;  // keys: [position, keyLength]
    std::vector<float> segments;               // keys as the cache has them
    std::vector<uint16_t> halfSegments, halfValues;

    Example(size_t all, size_t length, size_t stride, size_t last = 1, size_t shared = 1)
        : positions(all),
          keyLength(length),
          valueStride(stride),
          tokens(last),
          heads(shared),
          keys(someNumbers(all * length, 7)),
          values(someNumbers(all * stride, 8)),
          queries(someNumbers(last * shared * length, 9)) {
        arrange();
    }

    void arrange() {
        segments.assign((positions + kSegment - 1) / kSegment * kSegment * keyLength, 0);
        for (size_t j = 0; j < positions; j++)
            for (size_t k = 0; k < keyLength; k++)
                segments[(j / kSegment * keyLength + k) * kSegment + j % kSegment] = keys[j * keyLength + k];
        halfSegments.resize(segments.size());
        halfValues.resize(values.size());
        kScalarKernels.toHalf(segments.data(), segments.size(), halfSegments.data());
        kScalarKernels.toHalf(values.data(), values.size(), halfValues.data());
    }

    AttentionTask task(CacheType type = CacheType::F32) const {
        const bool f32 = type == CacheType::F32;
        AttentionTask task;
        task.type = type;
        task.keys = f32 ? static_cast<const void*>(segments.data()) : halfSegments.data();
        task.values = f32 ? static_cast<const void*>(values.data()) : halfValues.data();
        task.keyLength = keyLength;
        task.valueStride = valueStride;
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

/// What the first head of the first token sees, in f64.
std::vector<double> weightedMean(const Example& e, size_t window = 0, double cap = 0) {
    const size_t end = e.positions - e.tokens + 1, begin = window != 0 && window < end ? end - window : 0;
    std::vector<double> mean(e.valueStride);
    double sum = 0;
    for (size_t j = begin; j < end; j++) {
        double score = 0;
        for (size_t k = 0; k < e.keyLength; k++) score += double(e.keys[j * e.keyLength + k]) * e.queries[k];
        score *= double(kScale);
        if (cap != 0) score = cap * std::tanh(score / cap);
        sum += std::exp(score);
        for (size_t d = 0; d < e.valueStride; d++) mean[d] += std::exp(score) * e.values[j * e.valueStride + d];
    }
    for (double& x : mean) x /= sum;
    return mean;
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
        for (const CacheType type : {CacheType::F32, CacheType::F16})
            for (const size_t length : {16u, 40u, 64u, 128u})
                for (const size_t positions : {9u, 63u, 64u, 65u, 130u, 321u, 777u})
                    for (const auto& [tokens, heads] : {std::pair{1u, 1u}, {1u, 3u}, {1u, 8u}, {8u, 3u}, {5u, 4u}}) {
                        const Example e(positions, length, length == 128 ? 48 : (length + 15) / 16 * 16, tokens, heads);
                        const AttentionTask task = e.task(type);
                        QVERIFY(sameBits(attended(chosen(), task), attended(kScalarKernels, task)));
                    }
    }

    void windowsAndSoftCapsEqualTheSpecification_data() { tables(); }
    void windowsAndSoftCapsEqualTheSpecification() {
        for (const size_t positions : {7u, 63u, 65u, 130u, 321u, 600u})
            for (const size_t window : {1u, 2u, 12u, 64u, 65u, 200u})
                for (const float cap : {0.0f, 2.0f}) {
                    const Example e(positions, 48, 48, 6, 2);
                    AttentionTask task = e.task();
                    task.window = window;
                    task.softCap = cap;
                    QVERIFY(sameBits(attended(chosen(), task), attended(kScalarKernels, task)));
                }
    }

    void tokensSeeTheSameTogetherAndAlone_data() { tables(); }
    void tokensSeeTheSameTogetherAndAlone() {
        const Example e(300, 64, 64, 8, 3);
        const AttentionTask together = e.task();
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
        const Example e(700, 16, 16);
        const auto out = attended(kScalarKernels, e.task());
        const auto expected = weightedMean(e);
        for (size_t d = 0; d < out.size(); d++) QVERIFY(std::abs(out[d] - expected[d]) < 1e-6);
    }

    void windowsAndSoftCapsAreTheWeightedMean() {
        const Example e(400, 16, 16, 3);
        AttentionTask task = e.task();
        task.window = 129;
        task.softCap = 1.5f;
        const auto out = attended(kScalarKernels, task);
        const auto expected = weightedMean(e, 129, 1.5);
        for (size_t d = 0; d < 16; d++) QVERIFY(std::abs(out[d] - expected[d]) < 1e-6);
    }

    void notFiniteScoresReachTheResult_data() { tables(); }
    void notFiniteScoresReachTheResult() {
        Example e(100, 16, 16);
        e.keys[70 * 16] = std::nanf("");
        e.arrange();
        const auto out = attended(chosen(), e.task());
        QVERIFY(!chosen().allFinite(out.data(), out.size()));
    }

    void whatIsNotSeenDoesNotMatter_data() { tables(); }
    void whatIsNotSeenDoesNotMatter() {
        Example e(100, 16, 16, 2);
        const auto before = attended(chosen(), e.task());
        e.keys[99 * 16] = std::nanf("");  // the last token's own: the one before it must not notice
        e.values[99 * 16] = std::nanf("");
        e.arrange();
        const auto after = attended(chosen(), e.task());
        QVERIFY(sameBits({before.begin(), before.begin() + 16}, {after.begin(), after.begin() + 16}));
    }
};

QTEST_APPLESS_MAIN(TestAttention)
#include "test_attention.moc"
