#include "render/source_map.h"

#include <QtTest>

using namespace monochord::app;

namespace {

/// The source's characters where those of the text stand.
QString found(const QString& shown, const QString& source) {
    QString text;
    const QList<qsizetype> places = sourcePlaces(shown, source, 100);
    for (qsizetype i = 0; i < shown.size(); ++i) text += source.mid(places[i] - 100, 1);
    return text;
}

}  // namespace

class TestSourceMap : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void marksArePassedOver_data() {
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("source");
        const auto row = [](const char* name, const char* shown, const char* source) {
            QTest::newRow(name) << QString::fromUtf8(shown) << QString::fromUtf8(source);
        };
        row("plain", "Hello you", "Hello you");
        row("emphasis", "very bold words", "very **bold** words");
        row("link", "a link. More", "a [link](http://a.test/x). More");
        row("item", "first", "1. first");
        row("heading", "Head", "## Head");
        row("code", "x = 1\ny = 2", "```\nx = 1\ny = 2\n```");
        row("umlauts", "für Öl", "*für* Öl");
    }
    void marksArePassedOver() {
        QFETCH(QString, shown);
        QFETCH(QString, source);
        QCOMPARE(found(shown, source), shown);
    }

    void aLinkDoesNotLeadIntoItsAddress() {
        const QList<qsizetype> places = sourcePlaces(u"a link. More", u"a [link](http://a.test/x). More", 0);
        QCOMPARE(places[6], 25);
    }

    void softBreaksAreBlanks() {
        QCOMPARE(found(QStringLiteral("a b"), QStringLiteral("a\nb")), QStringLiteral("a\nb"));
    }

    void cellsAreFound() {
        QCOMPARE(found(QStringLiteral("a\tb"), QStringLiteral("| a | b |")), QStringLiteral("a|b"));
    }

    void whatIsNotThereStandsWhereTheTextEnds() {
        QCOMPARE(sourcePlaces(u"α+1", u"$\\alpha+1$", 0), (QList<qsizetype>{0, 7, 8, 9}));
    }

    void placesAscend() {
        const QList<qsizetype> places = sourcePlaces(u"zyx abc cba", u"abc cba abc", 5);
        QVERIFY(std::is_sorted(places.begin(), places.end()));
        QCOMPARE(places.size(), 12);
    }
};

QTEST_APPLESS_MAIN(TestSourceMap)
#include "test_source_map.moc"
