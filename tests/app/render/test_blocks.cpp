#include <QElapsedTimer>
#include <QtTest>

#include "render/blocks.h"

using namespace monochord::app;

namespace {

QString textOf(const QList<Span>& spans) {
    QString text;
    for (const Span& span : spans) text += span.text;
    return text;
}

/// Texts whose blocks are hard to tell while they grow.
QStringList growingTexts() {
    return {
        QStringLiteral("One\n\nTwo **bold** and `code`\nsame paragraph\n\n# Head\nafter\n"),
        QStringLiteral("Title\n=====\n\nOther\n---\n\n---\n\ntext\n***\nmore\n"),
        QStringLiteral("- a\n- b\n\n  still b\n\n- c\n    - d\n\n      still d\n\nend\n"),
        QStringLiteral("1. a\n```python\ncode\n\n\nmore\n```\n2. b\n3. c\n\nend"),
        QStringLiteral("1. a\n   ```\n   in item\n   ```\n\n1. b\n\n   c\n\n\n\nend\n"),
        QStringLiteral("text\n- item\n\n  of item\n\nend\n\n* * *\n\n  x\n"),
        QStringLiteral("text\n2. no item\n\n   then\n"),
        QStringLiteral("> quote\nlazy\n\n> other\n> - list\n>\n>   more\n```\ncode\n```\n"),
        QStringLiteral("> ```\n> a\n\nb\n```\n> c\n```\nd"),
        QStringLiteral("| a | b |\n|---|:-:|\n| 1 | **2** |\n| 3 |\n\ntext\n| x |\n|---|\n# h\n"),
        QStringLiteral("    indented\n\n    code\n  text\n\n\n    again\n"),
        QStringLiteral("~~~\n```\n~~~\n````md\n```\n````\ntail ``` `x`\n"),
        QStringLiteral("```\nnever closed\n\n# no heading\n- no list\n"),
        QStringLiteral("- ```\n  open\n\nout\n- [x] done\n- [ ] open\n10) ten\n11) eleven\n\n-\n\n  foo\n"),
        QStringLiteral("[a]: http://x.y\n[b][a] [c](http://z.w)\n\n[a]\n\n![alt](http://i.j/k.png)\n"),
        QStringLiteral("<div>\n\n<b>x</b> &amp; &#65; &unknown;\r\n\r\nline\rreturn\r\n"),
        QStringLiteral("- - - - a\n\n+ b\n\t- c\n\n\td\n\n12345678901. x\n\n\ty\n"),
        QStringLiteral("שלום עולם\n\n中文\n\n👩‍👩‍👧 **👍**\n> é\n"),
        QStringLiteral("a\n\n\n\n   \n\n#\n\n##x\n\n### y ###\n"),
    };
}

}  // namespace

class TestBlocks final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsInlineLooks() {
        const auto blocks = parseMarkdown(QStringLiteral("a **b** *c* `d` ~~e~~ [f](https://g.h)"));
        QCOMPARE(blocks.size(), 1);
        const auto& spans = blocks[0].spans;
        QCOMPARE(spans.size(), 10);
        QVERIFY(spans[1].strong && spans[3].emphasis && spans[5].code && spans[7].strike);
        QCOMPARE(spans[9].link, QStringLiteral("https://g.h"));
    }
    void readsListsWithDepthAndMarkers() {
        const auto blocks = parseMarkdown(QStringLiteral("3. a\n4. b\n   - c\n\n   d\n- [x] e\n"));
        QCOMPARE(blocks.size(), 5);
        QCOMPARE(blocks[0].marker, QStringLiteral("3."));
        QCOMPARE(blocks[1].marker, QStringLiteral("4."));
        QCOMPARE(blocks[2].marker, QStringLiteral("•"));
        QCOMPARE(blocks[2].listDepth, 2);
        QCOMPARE(blocks[3].marker, QString());
        QCOMPARE(blocks[3].listDepth, 1);
        QCOMPARE(blocks[4].marker, QStringLiteral("☑"));
    }
    void readsCodeAsWritten() {
        const auto blocks = parseMarkdown(QStringLiteral("```c++ x\n\nif (a) {\n\n    <b> &amp; *c*\n```\nend"));
        QCOMPARE(blocks.size(), 2);
        QCOMPARE(blocks[0].language, QStringLiteral("c++"));
        QCOMPARE(blocks[0].spans[0].text, QStringLiteral("\nif (a) {\n\n    <b> &amp; *c*"));
    }
    void readsTables() {
        const auto blocks = parseMarkdown(QStringLiteral("| a | b |\n|---|--:|\n| 1 | **2** |\n"));
        QCOMPARE(blocks.size(), 1);
        QCOMPARE(blocks[0].rows.size(), 2);
        QCOMPARE(textOf(blocks[0].rows[1][1]), QStringLiteral("2"));
        QVERIFY(blocks[0].rows[1][1][0].strong);
        QCOMPARE(blocks[0].columns[1], Qt::Alignment(Qt::AlignRight));
    }
    void readsTablesWithShortDelimiters() {
        for (const char* row : {"|-|-|", "|:-|-:|", "-|-", "| -- | - |"}) {
            const QString text = QStringLiteral("|a|b|\n%1\n|1|2|\n|3|4|\n\nend").arg(QLatin1StringView(row));
            const auto blocks = parseMarkdown(text);
            QCOMPARE(blocks.value(0).kind, BlockKind::Table);
            QCOMPARE(text.mid(blocks[1].begin), QStringLiteral("end"));
        }
        // What is no table stays as it is written.
        QCOMPARE(parseMarkdown(QStringLiteral("```\na|b\n|-|-|\n```"))[0].spans[0].text, QStringLiteral("a|b\n|-|-|"));
    }
    void htmlAndImagesAreText() {
        const auto blocks = parseMarkdown(QStringLiteral("<script>x</script>\n\n![a cat](http://x.y/z.png)"));
        QCOMPARE(textOf(blocks[0].spans), QStringLiteral("<script>x</script>"));
        QCOMPARE(textOf(blocks[1].spans), QStringLiteral("a cat"));
        QVERIFY(blocks[1].spans[0].link.isEmpty());
    }
    void onlyWebLinksAreLinks() {
        for (const char* address : {"file:///etc/passwd", "javascript:x", "http:", "data:,x", "/x", "https:///x"}) {
            const auto blocks = parseMarkdown(QStringLiteral("[a](%1)").arg(QLatin1StringView(address)));
            QVERIFY2(blocks[0].spans[0].link.isEmpty(), address);
            QCOMPARE(textOf(blocks[0].spans), QStringLiteral("a"));
        }
    }
    void linkDefinitionsStayVisible() {
        const auto blocks = parseMarkdown(QStringLiteral("[1]: https://a.b"));
        QCOMPARE(textOf(blocks.value(0).spans), QStringLiteral("[1]: https://a.b"));
    }
    void sourceRangesHoldTheirLines() {
        const QString text = QStringLiteral("é one\n\n- a\n- b\n\n  ```x\n\n  c\n  ```\n\n  ***\n\n# h\n");
        QStringList sources;
        for (const Block& block : parseMarkdown(text))
            sources += text.mid(block.begin, block.end - block.begin).trimmed();
        const QStringList expected{QStringLiteral("é one"), QStringLiteral("- a"),
                                   QStringLiteral("- b"),   QStringLiteral("```x\n\n  c\n  ```"),
                                   QStringLiteral("***"),   QStringLiteral("# h")};
        QCOMPARE(sources, expected);
    }
    void everyCutGivesTheSameBlocks_data() {
        QTest::addColumn<QString>("text");
        const QStringList texts = growingTexts();
        for (qsizetype i = 0; i < texts.size(); ++i) QTest::addRow("%d", static_cast<int>(i)) << texts[i];
        QTest::addRow("all") << texts.join(QStringLiteral("\n\n"));
        quint32 state = 7;
        for (int n = 0; n < 300; ++n) {
            static const QString alphabet = QStringLiteral("-*>`#|1.) \t\n\nab[]:\\_~=&");
            QString text;
            for (int i = 0; i < 60; ++i) {
                state = state * 1664525u + 1013904223u;
                const QChar c = alphabet[static_cast<qsizetype>((state >> 16) % 24)];
                text += c == u'`' && state % 3 == 0 ? QStringLiteral("```") : QString(c);
            }
            QTest::addRow("random %d", n) << text;
        }
    }
    void everyCutGivesTheSameBlocks() {
        QFETCH(QString, text);
        const auto whole = parseMarkdown(text);
        qsizetype stable = 0;
        for (qsizetype cut = 0; cut <= text.size(); ++cut) {
            const QString grown = text.left(cut);
            const qsizetype now = stableLength(grown, stable);
            QVERIFY(now >= stable);
            QCOMPARE(now, stableLength(grown));
            stable = now;
            auto blocks = parseMarkdown(text.left(stable));
            for (Block block : parseMarkdown(text.mid(stable))) {
                block.begin += stable;
                block.end += stable;
                blocks.append(block);
            }
            QVERIFY2(blocks == whole, qPrintable(QStringLiteral("cut at %1, stable %2").arg(cut).arg(stable)));
        }
    }
    void finishedBlocksAreStable() {
        const QString text = QStringLiteral("para\n\n```\ncode\n```\n- item\n\nlast");
        QCOMPARE(stableLength(text), text.indexOf(u"last"));
    }
    void hostileTextIsLinear_data();
    void hostileTextIsLinear();
};

void TestBlocks::hostileTextIsLinear_data() {
    QTest::addColumn<QString>("piece");
    QTest::addColumn<QString>("tail");
    for (const char* piece : {"[",          "*",          ">",
                              "> ",         "- ",         "`",
                              "_",          "~",          "![",
                              "](",         "[a](",       "<",
                              "&",          "\\",         "|",
                              "a|",         "#",          "1. ",
                              "**a ",       "*a_ ",       "[]",
                              "[a]: b\n",   "```\n",      "$",
                              "http://",    "<a",         "`a``",
                              "a*_",        "- a\n",      "* \n",
                              "> a\n",      "\t",         " \n",
                              "\r",         "x@",         "\"",
                              "[[",         "a\n",        "|-|\n",
                              "-|",         "a|b\n-|-\n", "<!--",
                              "[a](<b",     "*a **a ",    "(",
                              "[x](a \"",   "a**b",       "~~a ",
                              "\n    a",    "1.\n",       "-\n",
                              "=\n",        "&#",         "😀",
                              "[a](b)\n",   "![a](b)\n",  "<http://a>\n",
                              "`a\nb`\n",   "[x]\n",      "- [x] a\n",
                              "**a\nb**\n", "| a [b] |\n"}) {
        QTest::addRow("%s", QByteArray(piece).replace('\n', "\\n").constData())
            << QString::fromUtf8(piece) << QString();
    }
    QTest::addRow("nested then blank") << QStringLiteral("- ") << QString(100'000, u'\n');
    QTest::addRow("table of many columns")
        << QStringLiteral("a|")
        << QStringLiteral("\n%1\n%2")
               .arg(QStringLiteral("-|").repeated(100'000), QStringLiteral("b\n").repeated(100'000));
}

void TestBlocks::hostileTextIsLinear() {
    QFETCH(QString, piece);
    QFETCH(QString, tail);
    const QString text = piece.repeated((tail.isEmpty() ? 1'000'000 : 200'000) / piece.size()) + tail;
    QElapsedTimer timer;
    timer.start();
    const auto blocks = parseMarkdown(text);
    const qint64 parsed = timer.elapsed();
    stableLength(text);
    QVERIFY2(timer.elapsed() < 60'000, qPrintable(QStringLiteral("%1 ms, %2 blocks").arg(parsed).arg(blocks.size())));
    if (timer.elapsed() > 300) qInfo("%lld ms", timer.elapsed());
}

QTEST_GUILESS_MAIN(TestBlocks)
#include "test_blocks.moc"
