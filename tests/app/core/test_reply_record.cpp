#include "core/reply_record.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>
#include <limits>

using namespace monochord;
using namespace monochord::app;

namespace {

ReplyRecord someRecord() {
    ReplyRecord record;
    record.modelName = QStringLiteral("Modell „Ü“");
    record.modelPath = QStringLiteral("/models/a b.gguf");
    record.engineVersion = QStringLiteral("0.1.0");
    record.modelDigest = QStringLiteral("0123456789abcdef");
    record.kvType = QStringLiteral("f16/q8_0");
    record.settings = {{0, {.temperature = 0.1f, .topK = 3, .minP = 0.3f, .seed = 0xfedcba9876543211u}},
                       {17, {.temperature = 1.3f, .topP = 0.7f, .repeatWindow = -1, .frequencyPenalty = -0.25f}}};
    record.longestReply = std::numeric_limits<quint32>::max();
    record.promptTokens = 3112;
    record.reusedTokens = 3080;
    record.replyTokens = 40;
    record.leftOut = 6;
    record.promptSeconds = 0.1234567890123;
    record.generationSeconds = 1.5;
    record.reason = StopReason::ContextFull;
    return record;
}

/// Through bytes, as the store keeps it.
ReplyRecord stored(const ReplyRecord& record) {
    return ReplyRecord::fromJson(QJsonDocument::fromJson(QJsonDocument(record.toJson()).toJson()).object());
}

}  // namespace

class TestReplyRecord : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas() { QVERIFY(stored(someRecord()) == someRecord()); }

    void seedsOf64BitsSurvive() {
        for (const quint64 seed : {quint64{0}, (quint64{1} << 53) + 1, std::numeric_limits<quint64>::max()}) {
            ReplyRecord record;
            record.modelDigest = QStringLiteral("0123456789abcdef");
    record.kvType = QStringLiteral("f16/q8_0");
    record.settings = {{0, {.seed = seed}}};
            QCOMPARE(stored(record).settings.front().sampling.seed, seed);
        }
    }

    void everyReasonComesBack() {
        for (int number = 0; number <= static_cast<int>(StopReason::Cancelled); number++) {
            ReplyRecord record;
            record.reason = static_cast<StopReason>(number);
            QCOMPARE(stored(record).reason, record.reason);
        }
    }

    void missingKeysAreDefaults() { QVERIFY(ReplyRecord::fromJson({}) == ReplyRecord()); }

    void damagedValuesAreDefaults() {
        const QByteArray damaged = R"({"modelName": 3, "settings": [5, {"topK": "x", "seed": -1, "token": -3,
            "temperature": 1e300}, null], "promptTokens": 1e30, "replyTokens": -1, "promptSeconds": "soon",
            "reason": "boredom", "generationSeconds": [], "longestReply": true})";
        const auto record = ReplyRecord::fromJson(QJsonDocument::fromJson(damaged).object());
        ReplyRecord expected;
        expected.settings = {SettingsChange()};
        QVERIFY(record == expected);
    }

    void settingsThatAreNoListAreNone() {
        QVERIFY(ReplyRecord::fromJson({{QStringLiteral("settings"), 7}}).settings.isEmpty());
    }

    void speedLeavesTheFirstTokenOut() {
        QCOMPARE(someRecord().tokensPerSecond(), 26.0);
        QCOMPARE(ReplyRecord().tokensPerSecond(), 0.0);
    }
};

QTEST_APPLESS_MAIN(TestReplyRecord)
#include "test_reply_record.moc"
