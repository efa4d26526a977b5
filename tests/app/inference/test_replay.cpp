#include "inference/replay.h"

#include "core/token_trace.h"
#include "observed_engine.h"
#include "support/paths.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

/// What is recorded of a reply, and whether that is enough to draw it again.
class TestReplay : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void theTraceCoversTheReply();
    void theDrawnWordIsAlwaysThere();
    void theSameBytes();
    void theSameBytesWithSettingsThatChanged();
    void theSameBytesOfAStoppedReply();
    void partsWhereAnotherWordWasDrawn();
    void saysWhyItMayHaveParted();
    void aFileOfItsOwnIsOpened();
    void aModelThatIsGone();
    void whatWasNotRecorded();
    void whatIsStoppedSaysSo();

private:
    bool draw(const GenerationRequest& wanted);
    Replay again();

    std::unique_ptr<TemporaryFile> m_file;
    std::unique_ptr<ObservedEngine> m_o;
    ReplayRequest m_kept;
};

void TestReplay::init() {
    m_file = std::make_unique<TemporaryFile>(TinyModel().build().build());
    m_o = std::make_unique<ObservedEngine>();
    m_kept = {};
    connect(&m_o->engine, &Engine::traced, this, [this](qint64, const QByteArray& bytes) { m_kept.trace += bytes; });
    QVERIFY(m_o->load(toQt(m_file->path())));
}

void TestReplay::cleanup() {
    m_o.reset();
    m_file.reset();
}

bool TestReplay::draw(const GenerationRequest& wanted) {
    m_kept.trace = TraceWriter::begin();
    m_o->text.clear();
    const bool done = m_o->reply(wanted);
    m_kept.reply = wanted.reply;
    m_kept.text = m_o->text;
    m_kept.record = m_o->records.last();
    return done && m_o->failures.isEmpty();
}

Replay TestReplay::again() {
    std::optional<Replay> result;
    connect(&m_o->engine, &Engine::replayed, this, [&](qint64, const Replay& replay) { result = replay; });
    m_o->engine.replay(m_kept);
    return m_o->until([&] { return result.has_value(); }) ? *result : Replay();
}

void TestReplay::theTraceCoversTheReply() {
    QVERIFY(draw(request(QStringLiteral("hello"), 60, 3)));
    const TokenTrace trace(m_kept.trace);
    QCOMPARE(trace.tokens().size(), qsizetype{m_kept.record.replyTokens});
    QCOMPARE(static_cast<quint32>(trace.prompt().size()), m_kept.record.promptTokens);
    qsizetype at = 0;
    for (const TracedToken& token : trace.tokens()) {
        QCOMPARE(token.begin, at);
        at = token.end;
        double sum = 0;
        for (const TracedWord& word : token.words) sum += word.chance;
        QVERIFY(token.word().chance > 0 && sum <= 1.001);
    }
    QVERIFY(at <= m_kept.text.size());  // what was half a character in the end belongs to no token
}

void TestReplay::theDrawnWordIsAlwaysThere() {
    // So hot that nearly every word is one of the unlikely ones.
    QVERIFY(draw(request(QStringLiteral("hello"), 40, 50)));
    for (const TracedToken& token : QList(TokenTrace(m_kept.trace).tokens()))
        QVERIFY(token.words.size() <= 9 && token.drawn < token.words.size());
}

void TestReplay::theSameBytes() {
    // A reply that ends before the file's digest is known goes without.
    QTRY_VERIFY_WITH_TIMEOUT(
        draw(request(QStringLiteral("hello"), 60, 3)) && !m_kept.record.modelDigest.isEmpty(), 20'000);
    const Replay result = again();
    QCOMPARE(result.outcome, Replay::Outcome::Same);
    QCOMPARE(result.same, m_kept.record.replyTokens);
    QCOMPARE(m_kept.record.kvType, QStringLiteral("f16"));
}

void TestReplay::theSameBytesWithSettingsThatChanged() {
    connect(&m_o->engine, &Engine::textArrived, this,
            [this] { m_o->engine.setSampling({.temperature = 0.5f, .topK = 3}); });
    QVERIFY(draw(request(QStringLiteral("hello"), 300, 3)));
    QCOMPARE(again().outcome, Replay::Outcome::Same);
    if (m_kept.record.settings.size() < 2) QSKIP("the reply was over before the settings changed");
    m_kept.record.settings[1].token++;
    const Replay parted = again();
    if (parted.outcome == Replay::Outcome::Parted) QVERIFY(parted.same + 1 >= m_kept.record.settings[1].token);
}

void TestReplay::theSameBytesOfAStoppedReply() {
    connect(&m_o->engine, &Engine::textArrived, this, [this] { m_o->engine.stop(); });
    QVERIFY(draw(request(QStringLiteral("hello"), 0, 3)));
    QCOMPARE(again().outcome, Replay::Outcome::Same);
}

void TestReplay::partsWhereAnotherWordWasDrawn() {
    QVERIFY(draw(request(QStringLiteral("hello"), 60, 3)));
    const TokenTrace trace(m_kept.trace);
    TraceWriter writer;
    m_kept.trace = TraceWriter::begin() + TraceWriter::prompt(trace.prompt(), 0);
    for (qsizetype i = 0; i < trace.tokens().size(); ++i) {
        TracedToken token = trace.tokens()[i];
        if (i == 20) token.words[token.drawn].id ^= 1;
        m_kept.trace += writer.token(token);
    }
    const Replay result = again();
    QCOMPARE(result.outcome, Replay::Outcome::Parted);
    QCOMPARE(result.same, 20u);
    QVERIFY(!result.otherFile && !result.otherVersion && !result.otherKvType);
}

void TestReplay::saysWhyItMayHaveParted() {
    QVERIFY(draw(request(QStringLiteral("hello"), 60, 3)));
    m_kept.record.settings.first().sampling.seed++;
    m_kept.record.modelDigest = QStringLiteral("1");
    m_kept.record.engineVersion = QStringLiteral("0.0.1");
    m_kept.record.kvType = QStringLiteral("q2");
    const Replay result = again();
    QCOMPARE(result.outcome, Replay::Outcome::Parted);
    QVERIFY(result.otherFile && result.otherVersion && result.otherKvType);
}

void TestReplay::aFileOfItsOwnIsOpened() {
    QVERIFY(draw(request(QStringLiteral("hello"), 60, 3)));
    const TemporaryFile other(TinyModel().build().build());
    QVERIFY(m_o->load(toQt(other.path())));
    QCOMPARE(again().outcome, Replay::Outcome::Same);
    QCOMPARE(m_o->engine.model()->path, toQt(other.path()));
}

void TestReplay::aModelThatIsGone() {
    QVERIFY(draw(request(QStringLiteral("hello"), 10)));
    m_kept.record.modelPath += QStringLiteral(".gone");
    QCOMPARE(again().outcome, Replay::Outcome::ModelMissing);
}

void TestReplay::whatWasNotRecorded() {
    QVERIFY(draw(request(QStringLiteral("hello"), 10)));
    m_kept.trace.clear();
    QCOMPARE(again().outcome, Replay::Outcome::NotRecorded);
}

void TestReplay::whatIsStoppedSaysSo() {
    STARTER_MODEL_OR_SKIP(model);
    QVERIFY(m_o->load(model));
    QVERIFY(draw(request(QStringLiteral("Write a story."), 40)));
    connect(&m_o->engine, &Engine::replayProgress, this, [this] { m_o->engine.stopReplay(); });
    QCOMPARE(again().outcome, Replay::Outcome::Stopped);
}

QTEST_GUILESS_MAIN(TestReplay)
#include "test_replay.moc"
