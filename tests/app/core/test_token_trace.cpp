#include "core/token_trace.h"

#include <QtTest>

using namespace monochord;
using namespace monochord::app;

namespace {

TracedWord word(TokenId id, const char* bytes, double chance = 0.5, CutBy cutBy = CutBy::Nothing) {
    return {.id = id, .bytes = bytes, .chance = chance, .before = chance / 2, .cutBy = cutBy};
}

QList<TracedToken> someTokens() {
    TracedWord end = word(2, "</s>", 0.25);
    end.control = end.ends = true;
    return {{{word(7, "Hello"), word(300, " you", 0, CutBy::MinP)}, 0, 0, 5},
            {{word(7, "Hello"), word(9, "\xe2\x82", 0.125), end}, 1, 5, 5},
            {{word(70000, "\xac", 1)}, 0, 5, 6}};
}

QByteArray written(const QList<TracedToken>& tokens) {
    TraceWriter writer;
    QByteArray bytes = writer.begin() + writer.prompt(std::vector<TokenId>{1, 128, 99999}, 0);
    for (const TracedToken& token : tokens) bytes += writer.token(token);
    return bytes;
}

bool close(double a, double b) {
    return qAbs(a - b) < 1e-4;
}

}  // namespace

class TestTokenTrace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas() {
        const TokenTrace trace(written(someTokens()));
        QCOMPARE(trace.tokens().size(), 3);
        QCOMPARE(trace.prompt(), (std::vector<TokenId>{1, 128, 99999}));
        for (int i = 0; i < 3; i++) {
            const TracedToken was = someTokens()[i], is = trace.tokens()[i];
            QCOMPARE(is.drawn, was.drawn);
            QCOMPARE(is.begin, was.begin);
            QCOMPARE(is.end, was.end);
            QCOMPARE(is.words.size(), was.words.size());
            for (int w = 0; w < is.words.size(); w++) {
                QCOMPARE(is.words[w].id, was.words[w].id);
                QCOMPARE(is.words[w].bytes, was.words[w].bytes);
                QCOMPARE(is.words[w].cutBy, was.words[w].cutBy);
                QCOMPARE(is.words[w].ends, was.words[w].ends);
                QVERIFY(close(is.words[w].chance, was.words[w].chance));
                QVERIFY(close(is.words[w].before, was.words[w].before));
            }
        }
    }

    void aPartAtATimeIsTheSame() {
        TokenTrace grown;
        TraceWriter writer;
        QByteArray bytes = writer.begin();
        for (const TracedToken& token : someTokens()) {
            bytes += writer.token(token);
            grown.read(bytes);
        }
        QCOMPARE(grown.tokens(), TokenTrace(bytes).tokens());
        QCOMPARE(grown.tokens().size(), 3);
    }

    void wordsThatCameBeforeAreShort() {
        TraceWriter writer;
        const TracedToken token = someTokens().first();
        const qsizetype first = writer.token(token).size();
        QVERIFY(writer.token(token).size() < first - 9);
    }

    void charactersFindTheirToken() {
        const TokenTrace trace(written(someTokens()));
        QCOMPARE(trace.tokenAt(0), 0);
        QCOMPARE(trace.tokenAt(4), 0);
        QCOMPARE(trace.tokenAt(5), 2);  // the second half of a character makes it
        QCOMPARE(trace.tokenAt(6), -1);
    }

    void aContinuationTellsWhereItBegan() {
        TraceWriter writer;
        QByteArray bytes = written(someTokens());
        bytes += writer.prompt(std::vector<TokenId>{5}, 10) + writer.token(someTokens().first());
        const TokenTrace trace(bytes);
        QCOMPARE(trace.first(), 3);
        QCOMPARE(trace.prompt(), std::vector<TokenId>{5});
        QCOMPARE(trace.tokens().last().begin, 10);
        QCOMPARE(trace.tokenAt(8), -1);
    }

    void damagedBytesEndTheTrace() {
        const QByteArray whole = written(someTokens());
        for (qsizetype length = 0; length < whole.size(); length++)
            QVERIFY(TokenTrace(whole.first(length)).tokens().size() < 3);
        for (qsizetype at = 0; at < whole.size(); at++)
            for (const char value : {'\x00', '\x7f', '\xff'}) {
                QByteArray damaged = whole;
                damaged[at] = value;
                const TokenTrace trace(damaged);
                for (const TracedToken& token : trace.tokens())
                    QVERIFY(token.drawn < token.words.size() && token.begin <= token.end);
            }
        QVERIFY(TokenTrace(QByteArray("\2")).tokens().isEmpty());
        QVERIFY(TokenTrace(QByteArray()).tokens().isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestTokenTrace)
#include "test_token_trace.moc"
