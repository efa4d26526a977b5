#include <QSignalSpy>
#include <QtTest>

#include "app/inference/observed_engine.h"
#include "core/model_name.h"
#include "support/paths.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

/// Models that are loaded, and what that does to the model and the reply that were there.
class TestEngineLoading : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void loadedModelIsDescribed();
    void progressOfALoadLeadsToTheEnd();
    void failedLoadKeepsTheOldModel();
    void cancelledLoadKeepsTheOldModel();
    void laterLoadReplacesTheEarlier();
    void loadStopsARunningReplyFirst();
    void generateWaitsForALoad();
    void aWaitingReplyNeedsNotAllWeights();
};

void TestEngineLoading::loadedModelIsDescribed() {
    const TemporaryFile file(TinyModel().build().build());
    ObservedEngine o;
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

void TestEngineLoading::progressOfALoadLeadsToTheEnd() {
    const TemporaryFile file(TinyModel().build().build());
    ObservedEngine o;
    QSignalSpy progress(&o.engine, &Engine::loadProgress);
    QVERIFY(o.load(test::toQt(file.path())));
    QCOMPARE(progress.first().at(0).toULongLong(), 0u);
    QCOMPARE(progress.last().at(0), progress.last().at(1));
}

void TestEngineLoading::failedLoadKeepsTheOldModel() {
    const TemporaryFile file(TinyModel().build().build()), image("\x89PNG\r\n");
    ObservedEngine o;
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

void TestEngineLoading::cancelledLoadKeepsTheOldModel() {
    const TemporaryFile first(TinyModel().build().build());
    const SlowModel second;
    ObservedEngine o;
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

void TestEngineLoading::laterLoadReplacesTheEarlier() {
    const SlowModel first;
    const TemporaryFile second(TinyModel().build().build());
    ObservedEngine o;
    o.engine.load({first.path()});
    o.engine.load({test::toQt(second.path())});
    QVERIFY(o.until([&] { return o.engine.state() == Engine::State::Ready && o.order.size() == 2; }));
    QCOMPARE(o.engine.model()->path, test::toQt(second.path()));
    QCOMPARE(o.order, (QStringList{QStringLiteral("load failed"), QStringLiteral("loaded")}));
}

void TestEngineLoading::loadStopsARunningReplyFirst() {
    STARTER_MODEL_OR_SKIP(model);
    const TemporaryFile other(TinyModel().build().build());
    ObservedEngine o;
    QVERIFY(o.load(model));
    o.engine.generate(request(story(), 0));
    QVERIFY(o.until([&] { return o.texts > 0; }));
    QVERIFY(o.load(test::toQt(other.path())));
    QCOMPARE(o.order, (QStringList{QStringLiteral("loaded"), QStringLiteral("finished"), QStringLiteral("loaded")}));
    QCOMPARE(o.records.first().reason, StopReason::Cancelled);
}

void TestEngineLoading::generateWaitsForALoad() {
    const TemporaryFile file(TinyModel().build().build());
    ObservedEngine o;
    o.engine.load({test::toQt(file.path())});
    o.engine.generate(request(QStringLiteral("hello"), 3));
    QCOMPARE(o.engine.state(), Engine::State::Loading);
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QCOMPARE(o.order, (QStringList{QStringLiteral("loaded"), QStringLiteral("finished")}));
    QCOMPARE(o.engine.state(), Engine::State::Ready);
}

void TestEngineLoading::aWaitingReplyNeedsNotAllWeights() {
    const SlowModel file;
    ObservedEngine o;
    QSignalSpy progress(&o.engine, &Engine::loadProgress);
    o.engine.load({file.path()});
    QVERIFY(progress.wait(kPatience));
    o.engine.generate(request(QStringLiteral("hello"), 3));
    QVERIFY(o.until([&] { return !o.records.isEmpty(); }));
    QVERIFY(progress.last().at(0).toULongLong() < progress.last().at(1).toULongLong());
}

QTEST_GUILESS_MAIN(TestEngineLoading)
#include "test_engine_loading.moc"
