#include <QElapsedTimer>
#include <QTest>

#include "chat/title.h"

using namespace monochord::app;

class TestTitle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void titles_data() {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("title");
        const auto row = [](const char* name, const char16_t* message, const char16_t* title) {
            QTest::newRow(name) << QString::fromUtf16(message) << QString::fromUtf16(title);
        };
        row("short", u"Why is the sky dark at night?", u"Why is the sky dark at night?");
        row("blanks", u"  \t Haiku,\u00a0 with   counts \n more", u"Haiku, with counts");
        row("first line with words", u"\n\r\n---\n***\n  Hello\nworld", u"Hello");
        row("heading", u"## **Binary** search", u"Binary search");
        row("quote and list", u"> - [x] 1. buy `milk`", u"buy milk");
        row("fence", u"```python\nprint(1)\n```", u"print(1)");
        row("link", u"Read [the *manual*](http://example.org/a_b) and ![a cat](cat.png)", u"Read the manual and a cat");
        row("marks within marks", u"***~~gone~~ today***", u"gone today");
        row("no marks", u"2 * 3 * 4 in snake_case_name, a[0](1", u"2 * 3 * 4 in snake_case_name, a[0](1");
        row("number, not a list", u"3.14 is pi", u"3.14 is pi");
        row("cut between words", u"Please write a letter to the landlord about the broken heating in the kitchen",
            u"Please write a letter to the landlord about the…");
        row("no stop before the dots", u"One two three four five six seven eight nine ten, eleven twelve",
            u"One two three four five six seven eight nine…");
        row("one long word", u"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            u"Donaudampfschifffahrtselektrizitätenhauptbetrieb…");
        row("no blanks",
            u"天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽雲騰致雨露結為霜金生麗水玉出崑岡劍號巨闕"
            u"珠稱夜光",
            u"天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽雲騰致雨露結為霜金生麗水玉出崑岡…");
        row("no words", u"\n ?! \n", u"?!");
        row("emoji", u"\U0001F600", u"\U0001F600");
        row("nothing", u" \n\t\n", u"");
        row("directions and controls", u"a\u202eb\u2066c\u0007d", u"abcd");
    }
    void titles() {
        QFETCH(QString, message);
        QFETCH(QString, title);
        QCOMPARE(titleFrom(message), title);
    }

    void nothingIsCutInHalf() {
        const QString family = QString::fromUtf8("👩‍👩‍👧‍👦");
        const QString title = titleFrom(family.repeated(60));
        QVERIFY(title.endsWith(u'…'));
        QVERIFY(title.isValidUtf16());
        QCOMPARE((title.size() - 1) % family.size(), 0);
        QVERIFY(titleFrom(QString(QChar(0xd83d)) + QStringLiteral("half")) == QStringLiteral("half"));
        const QString marks = QStringLiteral("word e") + QString(QChar(0x301)).repeated(5000);
        QCOMPARE(titleFrom(marks), QStringLiteral("word…"));
    }

    void aMegabyteTakesNoTime() {
        QElapsedTimer clock;
        clock.start();
        for (const QString& text :
             {QStringLiteral("a").repeated(1'000'000), QStringLiteral("\n").repeated(1'000'000),
              QStringLiteral("*_`[").repeated(250'000), QStringLiteral("*a ").repeated(300'000)}) {
            QVERIFY(titleFrom(text).size() < 200);
        }
        QVERIFY(clock.elapsed() < 20'000);
    }
};

QTEST_APPLESS_MAIN(TestTitle)
#include "test_title.moc"
