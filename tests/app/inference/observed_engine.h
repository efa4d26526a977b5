#pragma once

#include <QtTest>
#include <filesystem>
#include <memory>

#include "inference/engine.h"
#include "support/cli.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

namespace monochord::test {

inline constexpr int kPatience = 30000;  // ms: only a hang lasts that long

/// An engine and everything that it said.
struct ObservedEngine {
    app::Engine engine;
    QString text;
    QList<app::Failure> failures;     // of loads and replies
    QList<app::ReplyRecord> records;  // of replies, finished or failed
    QList<quint32> promptProgress;    // done
    QStringList order;
    int loads = 0, texts = 0;
    std::shared_ptr<const app::Distribution> distribution;

    ObservedEngine() {
        QObject::connect(&engine, &app::Engine::loaded, &engine,
                         [this] { loads++, order.append(QStringLiteral("loaded")); });
        QObject::connect(&engine, &app::Engine::loadFailed, &engine, [this](const app::Failure& failure) {
            failures.append(failure), order.append(QStringLiteral("load failed"));
        });
        QObject::connect(&engine, &app::Engine::textArrived, &engine, [this](qint64, const QString& piece) {
            text += piece;
            texts++;
        });
        QObject::connect(&engine, &app::Engine::promptProgress, &engine,
                         [this](qint64, quint32 done) { promptProgress.append(done); });
        QObject::connect(&engine, &app::Engine::finished, &engine, [this](qint64, const app::ReplyRecord& record) {
            records.append(record), order.append(QStringLiteral("finished"));
        });
        QObject::connect(&engine, &app::Engine::failed, &engine,
                         [this](qint64, const app::Failure& failure, const app::ReplyRecord& record) {
                             failures.append(failure), records.append(record), order.append(QStringLiteral("failed"));
                         });
        QObject::connect(&engine, &app::Engine::distributionArrived, &engine,
                         [this](const auto& arrived) { distribution = arrived; });
    }
    template <class Condition>
    bool until(Condition condition) {
        return QTest::qWaitFor(condition, kPatience);
    }
    bool load(const QString& path, quint32 context = 0) {
        const int before = loads;
        engine.load({path, {.context = context}});
        return until([&] { return loads > before; });
    }
    bool reply(const app::GenerationRequest& request) {
        const auto before = records.size();
        engine.generate(request);
        return until([&] { return records.size() > before; });
    }
};

inline app::GenerationRequest request(const QString& text, quint32 longest, float temperature = 0) {
    app::GenerationRequest wanted;
    wanted.reply = 7;
    wanted.turns = {{QStringLiteral("user"), text}};
    wanted.settings.sampling = {.temperature = temperature, .topK = 0, .topP = 1, .minP = 0, .seed = 5};
    wanted.settings.randomSeed = false;
    wanted.settings.longestReply = longest;
    return wanted;
}

/// A model that takes a while to read, so that something can happen meanwhile: behind the weights is a hole.
class SlowModel {
public:
    SlowModel() : m_file(TinyModel().build().build()) { std::filesystem::resize_file(m_file.path(), 192u << 20); }
    QString path() const { return toQt(m_file.path()); }

private:
    TemporaryFile m_file;
};

inline QString story() {
    return QStringLiteral("Write a long story about a lighthouse keeper and the sea.");
}

}  // namespace monochord::test
