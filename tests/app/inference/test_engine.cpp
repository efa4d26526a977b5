#include "inference/engine.h"

#include <QSignalSpy>
#include <QtTest>

#include "app/inference/observed_engine.h"
#include "support/paths.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

/// Replies: what arrives of them, what their records say, and which are refused.
class TestEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tokensArriveAsSignals();
    void signalsAreCoalesced();
    void replyIsRepeatedByItsRecord();
    void randomSeedIsRecordedAndNew();
    void samplingChangedInTheMiddleIsInTheRecord();
    void samplingChangedWhileWaitingDrawsTheFirstToken();
    void continuedReplyGoesOnWhereItStopped();
    void secondTurnReusesTheFirst();
    void measuringCountsThePrompt();
    void measuringAnswersWhileGenerating();
    void withoutAModel();
    void tooLongPromptIsRefusedWithBothNumbers();
    void badSettingsFailTheReply();
    void distributionArrivesOnlyWhenWanted();
};

void TestEngine::tokensArriveAsSignals() {
    STARTER_MODEL_OR_SKIP(model);
    ObservedEngine o;
    QVERIFY(o.load(model));
    QSignalSpy arrived(&o.engine, &Engine::textArrived);
    QVERIFY(o.reply(request(QStringLiteral("What is 2+2?"), 20)));
    QVERIFY2(o.text.contains(QLatin1Char('4')), qPrintable(o.text));
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
    ObservedEngine o;
    QVERIFY(o.load(test::toQt(file.path())));
    QVERIFY(o.reply(request(QStringLiteral("hello"), 150, 5)));
    const ReplyRecord& record = o.records.first();
    const double seconds = record.promptSeconds + record.generationSeconds;
    QVERIFY(record.replyTokens > 0);
    QVERIFY(o.texts <= 2 + seconds / 0.033);  // the first at once, one each interval, and the rest
}

void TestEngine::replyIsRepeatedByItsRecord() {
    const TemporaryFile file(TinyModel().build().build());
    ObservedEngine o, again;
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
    ObservedEngine o;
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
    ObservedEngine o;
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
    ObservedEngine o;
    GenerationRequest wanted = request(QStringLiteral("hello"), 5);
    SamplingSettings changed = wanted.settings.sampling;
    changed.topK = 11;
    o.engine.load({file.path()});
    o.engine.generate(wanted);
    o.engine.setSampling(changed);
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.records.first().settings, (QList<SettingsChange>{{0, changed}}));
}

void TestEngine::continuedReplyGoesOnWhereItStopped() {
    STARTER_MODEL_OR_SKIP(model);
    ObservedEngine o;
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
    ObservedEngine o;
    QVERIFY(o.load(model));
    GenerationRequest wanted = request(QStringLiteral("Say hello."), 10);
    QVERIFY(o.reply(wanted));
    wanted.turns += {{QStringLiteral("assistant"), o.text}, {QStringLiteral("user"), QStringLiteral("Again.")}};
    QVERIFY(o.reply(wanted));
    QVERIFY(o.records.at(1).reusedTokens >= o.records.at(0).promptTokens);
}

void TestEngine::measuringCountsThePrompt() {
    STARTER_MODEL_OR_SKIP(model);
    ObservedEngine o;
    QVERIFY(o.load(model, 1000));
    const GenerationRequest wanted = request(QStringLiteral("Say hello."), 1);
    QSignalSpy measured(&o.engine, &Engine::measured);
    o.engine.measure(42, wanted);
    QVERIFY(measured.isEmpty());  // never before it returned
    QVERIFY(measured.wait(kPatience));
    QVERIFY(o.reply(wanted));
    QCOMPARE(measured.first().at(0).toULongLong(), quint64{42});
    const auto size = measured.first().at(1).value<PromptSize>();
    QCOMPARE(size.tokens, o.records.first().promptTokens);
    QCOMPARE(size.context, 1000u);
    QCOMPARE(size.leftOut, 0u);
}

void TestEngine::measuringAnswersWhileGenerating() {
    STARTER_MODEL_OR_SKIP(model);
    ObservedEngine o;
    QVERIFY(o.load(model));
    o.engine.generate(request(story(), 0));
    QVERIFY(o.until([&] { return o.texts > 0; }));
    QSignalSpy measured(&o.engine, &Engine::measured);
    o.engine.measure(1, request(story(), 0));
    QVERIFY(measured.wait(kPatience));
    QVERIFY(o.records.isEmpty());
}

void TestEngine::withoutAModel() {
    ObservedEngine o;
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
    ObservedEngine o;
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
    ObservedEngine o;
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
    ObservedEngine o;
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

QTEST_GUILESS_MAIN(TestEngine)
#include "test_engine.moc"
