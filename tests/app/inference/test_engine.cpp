#include "core/model_name.h"
#include "inference/engine.h"

#include <QSignalSpy>
#include <QtTest>

#include "support/cli.h"
#include "support/paths.h"
#include "support/temporary_file.h"
#include "support/tiny_model.h"

using namespace monochord;
using namespace monochord::app;
using monochord::test::TemporaryFile;
using monochord::test::TinyModel;

namespace {

constexpr int kPatience = 30000;  // ms: only a hang lasts that long

/// An engine and everything that it said.
struct Observed {
    Engine engine;
    QString text;
    QList<Failure> failures;        // of loads and replies
    QList<ReplyRecord> records;     // of replies, finished or failed
    QList<quint32> promptProgress;  // done
    QStringList order;
    int loads = 0, texts = 0;
    std::shared_ptr<const Distribution> distribution;

    Observed() {
        QObject::connect(&engine, &Engine::loaded, &engine,
                         [this] { loads++, order.append(QStringLiteral("loaded")); });
        QObject::connect(&engine, &Engine::loadFailed, &engine, [this](const Failure& failure) {
            failures.append(failure), order.append(QStringLiteral("load failed"));
        });
        QObject::connect(&engine, &Engine::textArrived, &engine, [this](qint64, const QString& piece) {
            text += piece;
            texts++;
        });
        QObject::connect(&engine, &Engine::promptProgress, &engine,
                         [this](qint64, quint32 done) { promptProgress.append(done); });
        QObject::connect(&engine, &Engine::finished, &engine, [this](qint64, const ReplyRecord& record) {
            records.append(record), order.append(QStringLiteral("finished"));
        });
        QObject::connect(&engine, &Engine::failed, &engine,
                         [this](qint64, const Failure& failure, const ReplyRecord& record) {
                             failures.append(failure), records.append(record), order.append(QStringLiteral("failed"));
                         });
        QObject::connect(&engine, &Engine::distributionArrived, &engine,
                         [this](const auto& arrived) { distribution = arrived; });
    }
    template <class Condition>
    bool until(Condition condition) {
        return QTest::qWaitFor(condition, kPatience);
    }
    bool load(const QString& path, quint32 context = 0) {
        const int before = loads;
        engine.load({path, context});
        return until([&] { return loads > before; });
    }
    bool reply(const GenerationRequest& request) {
        const auto before = records.size();
        engine.generate(request);
        return until([&] { return records.size() > before; });
    }
};

GenerationRequest request(const QString& text, quint32 longest, float temperature = 0) {
    GenerationRequest wanted;
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
    QString path() const { return test::toQt(m_file.path()); }

private:
    TemporaryFile m_file;
};

QString story() {
    return QStringLiteral("Count from 1 to 200, one number a line.");
}

}  // namespace

class TestEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void loadedModelIsDescribed();
    void progressOfALoadLeadsToTheEnd();
    void failedLoadKeepsTheOldModel();
    void cancelledLoadKeepsTheOldModel();
    void laterLoadReplacesTheEarlier();
    void loadStopsARunningReplyFirst();
    void tokensArriveAsSignals();
    void signalsAreCoalesced();
    void replyIsRepeatedByItsRecord();
    void randomSeedIsRecordedAndNew();
    void samplingChangedInTheMiddleIsInTheRecord();
    void samplingChangedWhileWaitingDrawsTheFirstToken();
    void stopInThePrompt();
    void stopInGenerationKeepsTheText();
    void stopOfAWaitingReply();
    void destructionWhileGenerating();
    void destructionWhileLoading();
    void continuedReplyGoesOnWhereItStopped();
    void secondTurnReusesTheFirst();
    void measuringCountsThePrompt();
    void measuringAnswersWhileGenerating();
    void withoutAModel();
    void tooLongPromptIsRefusedWithBothNumbers();
    void badSettingsFailTheReply();
    void distributionArrivesOnlyWhenWanted();
    void generateWaitsForALoad();
};

void TestEngine::loadedModelIsDescribed() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o;
    QCOMPARE(o.engine.state(), Engine::State::Empty);
    QSignalSpy states(&o.engine, &Engine::stateChanged);
    QVERIFY(o.load(test::toQt(file.path()), 128));
    QCOMPARE(states.size(), 2);
    QCOMPARE(o.engine.state(), Engine::State::Ready);
    const LoadedModel& model = *o.engine.model();
    QCOMPARE(model.path, test::toQt(file.path()));
    QCOMPARE(model.name, modelName(model.path, QStringLiteral("tiny")));
    QCOMPARE(model.architecture, QStringLiteral("llama"));
    QCOMPARE(model.quantization, QStringLiteral("F32"));
    QCOMPARE(model.contextLength, 128u);
    QVERIFY(model.memoryBytes > static_cast<quint64>(std::filesystem::file_size(file.path())));
    QVERIFY(model.threads > 0 && !model.isa.isEmpty());
}

void TestEngine::progressOfALoadLeadsToTheEnd() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o;
    QSignalSpy progress(&o.engine, &Engine::loadProgress);
    QVERIFY(o.load(test::toQt(file.path())));
    QCOMPARE(progress.first().at(0).toULongLong(), 0u);
    QCOMPARE(progress.last().at(0), progress.last().at(1));
}

void TestEngine::failedLoadKeepsTheOldModel() {
    const TemporaryFile file(TinyModel().build().build()), image("\x89PNG\r\n");
    Observed o;
    QVERIFY(o.load(test::toQt(file.path())));
    o.engine.load({test::toQt(image.path())});
    QCOMPARE(o.engine.state(), Engine::State::Loading);
    QVERIFY(o.engine.model());
    QVERIFY(o.until([&] { return !o.failures.isEmpty(); }));
    QCOMPARE(o.failures.first().task, Task::OpenModel);
    QCOMPARE(o.failures.first().code, ErrorCode::NotGguf);
    QCOMPARE(o.failures.first().subject, test::toQt(image.path().filename()));
    QCOMPARE(o.engine.state(), Engine::State::Ready);
    QCOMPARE(o.engine.model()->path, test::toQt(file.path()));
    QVERIFY(o.reply(request(QStringLiteral("hello"), 3)));
    QVERIFY(o.failures.size() == 1);
}

void TestEngine::cancelledLoadKeepsTheOldModel() {
    const TemporaryFile first(TinyModel().build().build());
    const SlowModel second;
    Observed o;
    QVERIFY(o.load(test::toQt(first.path())));
    QSignalSpy progress(&o.engine, &Engine::loadProgress);
    o.engine.load({second.path()});
    QVERIFY(progress.wait(kPatience));
    o.engine.cancelLoad();
    QVERIFY(o.until([&] { return !o.failures.isEmpty(); }));
    QCOMPARE(o.failures.first().code, ErrorCode::Cancelled);
    QCOMPARE(o.engine.model()->path, test::toQt(first.path()));
    QCOMPARE(o.engine.state(), Engine::State::Ready);
}

void TestEngine::laterLoadReplacesTheEarlier() {
    const SlowModel first;
    const TemporaryFile second(TinyModel().build().build());
    Observed o;
    o.engine.load({first.path()});
    o.engine.load({test::toQt(second.path())});
    QVERIFY(o.until([&] { return o.engine.state() == Engine::State::Ready && o.order.size() == 2; }));
    QCOMPARE(o.engine.model()->path, test::toQt(second.path()));
    QCOMPARE(o.order, (QStringList{QStringLiteral("load failed"), QStringLiteral("loaded")}));
}

void TestEngine::loadStopsARunningReplyFirst() {
    STARTER_MODEL_OR_SKIP(model);
    const TemporaryFile other(TinyModel().build().build());
    Observed o;
    QVERIFY(o.load(model));
    o.engine.generate(request(story(), 0));
    QVERIFY(o.until([&] { return o.texts > 0; }));
    QVERIFY(o.load(test::toQt(other.path())));
    QCOMPARE(o.order, (QStringList{QStringLiteral("loaded"), QStringLiteral("finished"), QStringLiteral("loaded")}));
    QCOMPARE(o.records.first().reason, StopReason::Cancelled);
}

void TestEngine::tokensArriveAsSignals() {
    STARTER_MODEL_OR_SKIP(model);
    Observed o;
    QVERIFY(o.load(model));
    QSignalSpy arrived(&o.engine, &Engine::textArrived);
    QVERIFY(o.reply(request(QStringLiteral("What is the capital of France? One word."), 12)));
    QVERIFY2(o.text.contains(QStringLiteral("Paris")), qPrintable(o.text));
    QCOMPARE(o.engine.state(), Engine::State::Ready);
    quint32 tokens = 0;
    for (const auto& signal : arrived) {
        QCOMPARE(signal.at(0).toLongLong(), 7);
        QVERIFY(signal.at(2).toUInt() > tokens);
        tokens = signal.at(2).toUInt();
    }
    const ReplyRecord& record = o.records.first();
    QCOMPARE(record.replyTokens, tokens);
    QCOMPARE(record.modelPath, model);
    QVERIFY(!record.engineVersion.isEmpty() && !record.modelName.isEmpty());
    QVERIFY(record.promptTokens > 10 && record.promptSeconds > 0);
    QCOMPARE(o.promptProgress.first(), 0u);
    QCOMPARE(o.promptProgress.last(), record.promptTokens);
}

void TestEngine::signalsAreCoalesced() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o;
    QVERIFY(o.load(test::toQt(file.path())));
    QVERIFY(o.reply(request(QStringLiteral("hello"), 150, 5)));
    const ReplyRecord& record = o.records.first();
    const double seconds = record.promptSeconds + record.generationSeconds;
    QVERIFY(record.replyTokens > 0);
    QVERIFY(o.texts <= 2 + seconds / 0.033);  // the first at once, one each interval, and the rest
}

void TestEngine::replyIsRepeatedByItsRecord() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o, again;
    QVERIFY(o.load(test::toQt(file.path())) && again.load(test::toQt(file.path())));
    QVERIFY(o.reply(request(QStringLiteral("hello"), 60, 3)));
    GenerationRequest repeated = request(QStringLiteral("hello"), o.records.first().longestReply);
    repeated.settings.sampling = o.records.first().settings.first().sampling;
    QVERIFY(again.reply(repeated));
    QVERIFY(!o.text.isEmpty());
    QCOMPARE(again.text, o.text);
}

void TestEngine::randomSeedIsRecordedAndNew() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o;
    QVERIFY(o.load(test::toQt(file.path())));
    GenerationRequest random = request(QStringLiteral("hello"), 20, 3);
    random.settings.randomSeed = true;
    QVERIFY(o.reply(random) && o.reply(random));
    const quint64 first = o.records.at(0).settings.first().sampling.seed;
    QVERIFY(first != o.records.at(1).settings.first().sampling.seed);
    random.settings.randomSeed = false;
    random.settings.sampling.seed = first;
    const QString before = std::exchange(o.text, {});
    QVERIFY(o.reply(random));
    QVERIFY(before.startsWith(o.text));
}

void TestEngine::samplingChangedInTheMiddleIsInTheRecord() {
    STARTER_MODEL_OR_SKIP(model);
    Observed o;
    QVERIFY(o.load(model));
    o.engine.generate(request(story(), 0));
    QVERIFY(o.until([&] { return o.texts > 2; }));
    SamplingSettings changed = request({}, 0).settings.sampling;
    changed.temperature = 0.5f;
    changed.seed = 99;
    o.engine.setSampling(changed);
    const int before = o.texts;
    QVERIFY(o.until([&] { return o.texts > before + 3 || !o.records.isEmpty(); }));
    o.engine.stop();
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    const auto& settings = o.records.first().settings;
    QCOMPARE(settings.size(), 2);
    QCOMPARE(settings.at(0).token, 0u);
    QVERIFY(settings.at(1).token > 0 && settings.at(1).token <= o.records.first().replyTokens);
    QCOMPARE(settings.at(1).sampling.temperature, 0.5f);
    QCOMPARE(settings.at(1).sampling.seed, quint64{5});  // the reply's own
}

void TestEngine::samplingChangedWhileWaitingDrawsTheFirstToken() {
    const SlowModel file;
    Observed o;
    GenerationRequest wanted = request(QStringLiteral("hello"), 5);
    SamplingSettings changed = wanted.settings.sampling;
    changed.topK = 11;
    o.engine.load({file.path()});
    o.engine.generate(wanted);
    o.engine.setSampling(changed);
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.records.first().settings, (QList<SettingsChange>{{0, changed}}));
}

void TestEngine::stopInThePrompt() {
    STARTER_MODEL_OR_SKIP(model);
    Observed o;
    QVERIFY(o.load(model));
    o.engine.generate(request(QStringLiteral("All work and no play. ").repeated(1000), 5));
    QVERIFY(o.until([&] { return o.promptProgress.size() > 1; }));
    QCOMPARE(o.engine.state(), Engine::State::Generating);
    o.engine.stop();
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.records.first().reason, StopReason::Cancelled);
    QCOMPARE(o.records.first().replyTokens, 0u);
    QCOMPARE(o.records.first().settings.size(), 1);
    QVERIFY(o.text.isEmpty() && o.failures.isEmpty());
    QVERIFY(o.promptProgress.last() < o.records.first().promptTokens);
}

void TestEngine::stopInGenerationKeepsTheText() {
    STARTER_MODEL_OR_SKIP(model);
    Observed o;
    QVERIFY(o.load(model));
    o.engine.generate(request(story(), 0));
    QVERIFY(o.until([&] { return o.texts > 1; }));
    o.engine.stop();
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.records.first().reason, StopReason::Cancelled);
    QVERIFY(o.records.first().replyTokens > 0 && o.records.first().replyTokens < 300);
    QVERIFY(!o.text.isEmpty());
}

void TestEngine::stopOfAWaitingReply() {
    const SlowModel file;
    Observed o;
    o.engine.load({file.path()});
    o.engine.generate(request(QStringLiteral("hello"), 5));
    o.engine.stop();
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.order, (QStringList{QStringLiteral("loaded"), QStringLiteral("finished")}));
    QVERIFY(o.text.isEmpty());
    QCOMPARE(o.records.first().reason, StopReason::Cancelled);
}

void TestEngine::destructionWhileGenerating() {
    STARTER_MODEL_OR_SKIP(model);
    auto o = std::make_unique<Observed>();
    QVERIFY(o->load(model));
    o->engine.generate(request(QStringLiteral("All work and no play. ").repeated(1000), 0));
    QVERIFY(o->until([&] { return !o->promptProgress.isEmpty(); }));
    o.reset();  // ends, or the test hangs
}

void TestEngine::destructionWhileLoading() {
    const SlowModel file;
    Observed o;
    o.engine.load({file.path()});
    o.engine.generate(request(story(), 0));
    o.engine.measure(1, request(story(), 0).turns);
}

void TestEngine::continuedReplyGoesOnWhereItStopped() {
    STARTER_MODEL_OR_SKIP(model);
    Observed o;
    GenerationRequest wanted = request(QStringLiteral("Name the days of the week."), 20);
    QVERIFY(o.load(model) && o.reply(wanted));
    const QString whole = std::exchange(o.text, {});
    wanted.settings.longestReply = 8;
    QVERIFY(o.reply(wanted));
    QVERIFY(o.text.size() < whole.size());
    wanted.begun = o.text;
    wanted.settings.longestReply = 12;
    QVERIFY(o.reply(wanted));
    QCOMPARE(o.text, whole);
    QCOMPARE(o.records.at(2).promptTokens, o.records.at(1).promptTokens + 8);
}

void TestEngine::secondTurnReusesTheFirst() {
    STARTER_MODEL_OR_SKIP(model);
    Observed o;
    QVERIFY(o.load(model));
    GenerationRequest wanted = request(QStringLiteral("Say hello."), 10);
    QVERIFY(o.reply(wanted));
    wanted.turns += {{QStringLiteral("assistant"), o.text}, {QStringLiteral("user"), QStringLiteral("Again.")}};
    QVERIFY(o.reply(wanted));
    QVERIFY(o.records.at(1).reusedTokens >= o.records.at(0).promptTokens);
}

void TestEngine::measuringCountsThePrompt() {
    STARTER_MODEL_OR_SKIP(model);
    Observed o;
    QVERIFY(o.load(model, 1000));
    const GenerationRequest wanted = request(QStringLiteral("Say hello."), 1);
    QSignalSpy measured(&o.engine, &Engine::measured);
    o.engine.measure(42, wanted.turns);
    QVERIFY(measured.isEmpty());  // never before it returned
    QVERIFY(measured.wait(kPatience));
    QVERIFY(o.reply(wanted));
    QCOMPARE(measured.first(), (QVariantList{quint64{42}, o.records.first().promptTokens, 1000u}));
}

void TestEngine::measuringAnswersWhileGenerating() {
    STARTER_MODEL_OR_SKIP(model);
    Observed o;
    QVERIFY(o.load(model));
    o.engine.generate(request(story(), 0));
    QVERIFY(o.until([&] { return o.texts > 0; }));
    QSignalSpy measured(&o.engine, &Engine::measured);
    o.engine.measure(1, request(story(), 0).turns);
    QVERIFY(measured.wait(kPatience));
    QVERIFY(o.records.isEmpty());
}

void TestEngine::withoutAModel() {
    Observed o;
    QSignalSpy refused(&o.engine, &Engine::measureFailed);
    o.engine.measure(1, {});
    QVERIFY(refused.wait(kPatience));
    QVERIFY(o.reply(request(QStringLiteral("hello"), 5)));
    QCOMPARE(o.failures.first().task, Task::Send);
    QCOMPARE(o.failures.first().code, ErrorCode::NotFound);
    QCOMPARE(o.engine.state(), Engine::State::Empty);
}

void TestEngine::tooLongPromptIsRefusedWithBothNumbers() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o;
    QVERIFY(o.load(test::toQt(file.path()), 64));
    QVERIFY(o.reply(request(QStringLiteral("z").repeated(500), 5)));
    QCOMPARE(o.failures.first().code, ErrorCode::ContextFull);
    QCOMPARE(o.failures.first().task, Task::Send);
    QVERIFY(o.failures.first().wanted > 500);
    QCOMPARE(o.failures.first().available, quint64{64});
    QCOMPARE(o.engine.state(), Engine::State::Ready);
}

void TestEngine::badSettingsFailTheReply() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o;
    QVERIFY(o.load(test::toQt(file.path())));
    GenerationRequest wanted = request(QStringLiteral("hello"), 5);
    wanted.settings.sampling.repeatPenalty = -1;
    QVERIFY(o.reply(wanted));
    QCOMPARE(o.failures.first().task, Task::Reply);
    QCOMPARE(o.failures.first().code, ErrorCode::InvalidArgument);
    QVERIFY(o.records.first().promptTokens > 0);
}

void TestEngine::distributionArrivesOnlyWhenWanted() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o;
    QVERIFY(o.load(test::toQt(file.path())));
    QVERIFY(o.reply(request(QStringLiteral("hello"), 5)));
    QVERIFY(!o.distribution);
    o.engine.setDistributionWanted(true);
    QVERIFY(o.reply(request(QStringLiteral("hello"), 5)));
    QVERIFY(o.distribution && o.distribution->model);
    QCOMPARE(o.distribution->logits.size(), size_t{TinyModel::kVocabulary});
    const auto best = std::max_element(o.distribution->logits.begin(), o.distribution->logits.end());
    QCOMPARE(o.distribution->drawn, static_cast<TokenId>(best - o.distribution->logits.begin()));
    QVERIFY(o.distribution->history.size() >= o.records.last().promptTokens);
}

void TestEngine::generateWaitsForALoad() {
    const TemporaryFile file(TinyModel().build().build());
    Observed o;
    o.engine.load({test::toQt(file.path())});
    o.engine.generate(request(QStringLiteral("hello"), 3));
    QCOMPARE(o.engine.state(), Engine::State::Loading);
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.order, (QStringList{QStringLiteral("loaded"), QStringLiteral("finished")}));
    QCOMPARE(o.engine.state(), Engine::State::Ready);
}

QTEST_GUILESS_MAIN(TestEngine)
#include "test_engine.moc"
