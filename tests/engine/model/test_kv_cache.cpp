#include <QTest>
#include <cmath>

#include "base/half.h"
#include "model/kv_cache.h"

using namespace monochord;

namespace {

HyperParameters parameters() {
    HyperParameters p;
    p.blockCount = 2;
    p.headCountKv = 3;
    p.keyLength = 8;
    p.valueLength = 20;
    return p;
}

}  // namespace

class TestKvCache : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keysLieSideBySideAndValuesInPaddedRows() {
        auto cache = KvCache::create(parameters(), CacheType::F16, CacheType::F16, 70);
        QVERIFY(cache);
        QCOMPARE(cache->valueStride(), size_t{32});
        std::vector<float> key(8), value(20, -2.5f);
        for (size_t k = 0; k < 8; k++) key[k] = static_cast<float>(k) + 0.1f;
        QVERIFY(cache->write(kScalarKernels, 1, 2, 67, key.data(), value.data()));
        AttentionTask task;
        cache->describe(1, 2, task);
        for (size_t k = 0; k < 8; k++)
            QCOMPARE(static_cast<const uint16_t*>(task.keys)[64 * 8 + k * 64 + 3], floatToHalf(key[k]));
        QCOMPARE(static_cast<const uint16_t*>(task.values)[67 * 32 + 19], floatToHalf(-2.5f));
        QCOMPARE(static_cast<const uint16_t*>(task.values)[67 * 32 + 20], uint16_t{0});
    }

    void headsAndLayersDoNotOverlap() {
        auto cache = KvCache::create(parameters(), CacheType::F32, CacheType::F32, 5);
        QVERIFY(cache);
        for (size_t layer = 0; layer < 2; layer++)
            for (size_t head = 0; head < 3; head++)
                for (size_t position = 0; position < 5; position++) {
                    const std::vector<float> row(20, static_cast<float>(layer * 100 + head * 10 + position));
                    QVERIFY(cache->write(kScalarKernels, layer, head, position, row.data(), row.data()));
                }
        for (size_t layer = 0; layer < 2; layer++)
            for (size_t head = 0; head < 3; head++)
                for (size_t position = 0; position < 5; position++) {
                    AttentionTask task;
                    cache->describe(layer, head, task);
                    const auto expected = static_cast<float>(layer * 100 + head * 10 + position);
                    QCOMPARE(static_cast<const float*>(task.keys)[7 * 64 + position], expected);
                    QCOMPARE(static_cast<const float*>(task.values)[position * 32 + 19], expected);
                }
    }

    void appendTruncateClear() {
        auto cache = KvCache::create(parameters(), CacheType::F16, CacheType::F16, 10);
        QVERIFY(cache);
        cache->append(7);
        cache->truncate(9);
        QCOMPARE(cache->length(), 7u);
        cache->truncate(3);
        QCOMPARE(cache->length(), 3u);
        cache->clear();
        QCOMPARE(cache->length(), 0u);
        QCOMPARE(cache->capacity(), 10u);
    }

    void whatHalfCannotHoldIsReported() {
        auto half = KvCache::create(parameters(), CacheType::F16, CacheType::F16, 1),
             full = KvCache::create(parameters(), CacheType::F32, CacheType::F32, 1);
        std::vector<float> row(20, 70000.0f);
        QVERIFY(!half->write(kScalarKernels, 0, 0, 0, row.data(), row.data()));
        QVERIFY(full->write(kScalarKernels, 0, 0, 0, row.data(), row.data()));
        row[3] = std::nanf("");
        QVERIFY(!full->write(kScalarKernels, 0, 0, 0, row.data(), row.data()));
    }

    void absurdSizeIsRefusedWithTheNumber() {
        HyperParameters p = parameters();
        p.blockCount = 4096;
        p.headCountKv = 65536;
        const auto cache = KvCache::create(p, CacheType::F32, CacheType::F32, 1u << 24);
        QVERIFY(!cache);
        QCOMPARE(cache.error().code, ErrorCode::OutOfMemory);
    }
};

QTEST_APPLESS_MAIN(TestKvCache)
#include "test_kv_cache.moc"
