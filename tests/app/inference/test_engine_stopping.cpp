#include <QtTest>

#include "app/inference/observed_engine.h"
#include "support/paths.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

/// The end of what runs, asked for by the user or by the end of the engine.
class TestEngineStopping : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stopInThePrompt();
    void stopInGenerationKeepsTheText();
    void stopOfAWaitingReply();
    void destructionWhileGenerating();
    void destructionWhileLoading();
};

void TestEngineStopping::stopInThePrompt() {
    STARTER_MODEL_OR_SKIP(model);
    ObservedEngine o;
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

void TestEngineStopping::stopInGenerationKeepsTheText() {
    STARTER_MODEL_OR_SKIP(model);
    ObservedEngine o;
    QVERIFY(o.load(model));
    o.engine.generate(request(story(), 0));
    QVERIFY(o.until([&] { return o.texts > 1; }));
    o.engine.stop();
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.records.first().reason, StopReason::Cancelled);
    QVERIFY(o.records.first().replyTokens > 0 && o.records.first().replyTokens < 300);
    QVERIFY(!o.text.isEmpty());
}

void TestEngineStopping::stopOfAWaitingReply() {
    const SlowModel file;
    ObservedEngine o;
    o.engine.load({file.path()});
    o.engine.generate(request(QStringLiteral("hello"), 5));
    o.engine.stop();
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.order, (QStringList{QStringLiteral("loaded"), QStringLiteral("finished")}));
    QVERIFY(o.text.isEmpty());
    QCOMPARE(o.records.first().reason, StopReason::Cancelled);
}

void TestEngineStopping::destructionWhileGenerating() {
    STARTER_MODEL_OR_SKIP(model);
    auto o = std::make_unique<ObservedEngine>();
    QVERIFY(o->load(model));
    o->engine.generate(request(QStringLiteral("All work and no play. ").repeated(1000), 0));
    QVERIFY(o->until([&] { return !o->promptProgress.isEmpty(); }));
    o.reset();  // ends, or the test hangs
}

void TestEngineStopping::destructionWhileLoading() {
    const SlowModel file;
    ObservedEngine o;
    o.engine.load({file.path()});
    o.engine.generate(request(story(), 0));
    o.engine.measure(1, request(story(), 0));
}

QTEST_GUILESS_MAIN(TestEngineStopping)
#include "test_engine_stopping.moc"
