#include <QtTest>

#include "render/row_layout.h"

using namespace monochord::app;

namespace {

QString joined(const QList<Row>& rows) {
    QString text;
    for (qsizetype i = 0; i < rows.size(); ++i)
        text += (i > 0 ? separatorBetween(rows[i - 1], rows[i]) : QString()) + rows[i].text;
    return text;
}

QList<Row> rowsOfMarkdown(const QString& markdown) {
    return rowsOf(parseMarkdown(markdown));
}

}  // namespace

class TestRowLayout final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void longTextIsCutWithoutLoss() {
        const QString line(30'000, u'x');
        for (const QString& text :
             {line, QStringLiteral("word ").repeated(5000) + u'.', QStringLiteral("line\n").repeated(900),
              line + u'\n' + line, QStringLiteral("😀").repeated(9000), QStringLiteral("\n\n\n")}) {
            const auto rows = plainRows(text);
            QCOMPARE(joined(rows), text);
            for (const Row& row : rows) QVERIFY(row.text.size() <= 4000 && !row.text.endsWith(QChar(0xD83D)));
        }
        const QString code = QStringLiteral("line of code\n").repeated(1000) + u'x';
        const auto rows = rowsOfMarkdown(QStringLiteral("```\n") + code + QStringLiteral("\n```"));
        QCOMPARE(joined(rows), code);
        QVERIFY(rows.size() > 20 && rows.first().first && !rows.first().last && rows.last().last);
    }
    void everyPositionIsFoundUnderItsCaret_data() {
        QTest::addColumn<QString>("markdown");
        QTest::newRow("wrapped") << QStringLiteral("words that wrap ").repeated(10);
        QTest::newRow("right to left") << QStringLiteral("שלום עולם ").repeated(10);
        QTest::newRow("code") << QStringLiteral(
            "```\nab\n\tcd\n\nlonglonglonglonglonglonglonglonglonglonglonglong\n```");
        QTest::newRow("break") << QStringLiteral("a\\\nb\\\nc");
        QTest::newRow("cells") << QStringLiteral("|aa|bb|\n|---|---|\n");
    }
    void everyPositionIsFoundUnderItsCaret() {
        QFETCH(QString, markdown);
        const auto rows = rowsOfMarkdown(markdown);
        const auto columns = rows[0].columns.isEmpty() ? QList<double>() : tableColumns(rows, 0, m_style, 300);
        const RowLayout layout(rows[0], m_style, 300, columns);
        for (qsizetype at = 0; at < rows[0].text.size(); ++at) {
            if (rows[0].text[at] == u'\t' || rows[0].text[at] == u' ') continue;
            const QRectF caret = layout.caretRect(at);
            QVERIFY(caret.bottom() <= layout.height() && caret.left() >= 0 && caret.right() <= 301);
            const qsizetype found = layout.positionAt(caret.center());
            // Qt rounds to the next narrow letter in text from right to left.
            QVERIFY(found == at || (rows[0].text.isRightToLeft() && std::abs(found - at) <= 1));
        }
    }
    void longWordsStayInTheirWidth() {
        const RowLayout layout(plainRows(QString(500, u'W'))[0], m_style, 200);
        QVERIFY(layout.height() > 10 * m_style.lineHeight);
        for (int at = 0; at <= 500; ++at) QVERIFY(layout.caretRect(at).right() <= 202);
    }
    void tablesFitTheirWidth() {
        const auto rows =
            rowsOfMarkdown(QStringLiteral("|a|b|c|\n|-|-|-|\n|1|%1|%1|\n").arg(QStringLiteral("word ").repeated(60)));
        double sum = 0;
        for (const double width : tableColumns(rows, 0, m_style, 500)) sum += width;
        QVERIFY(sum <= 500);
        QVERIFY(tableColumns(rows, 0, m_style, 500)[0] < 60);
    }
    void linksAreFoundWhereTheyStand() {
        const auto rows = rowsOfMarkdown(QStringLiteral("[link](http://a.b) no link"));
        const RowLayout layout(rows[0], m_style, 300);
        QCOMPARE(layout.linkAt(layout.caretRect(1).center()), QStringLiteral("http://a.b"));
        QCOMPARE(layout.linkAt(layout.caretRect(8).center()), QString());
    }
    void partsAreWrittenAsMarkdown() {
        const auto rows = rowsOfMarkdown(QStringLiteral("- a **bold** and `co``de` [l](http://x.y)"));
        QCOMPARE(markdownText(rows[0], 0, rows[0].text.size()), QStringLiteral("- a **bold** and ") +
                                                                    QStringLiteral("``` co``de ```") +
                                                                    QStringLiteral(" [l](http://x.y)"));
        QCOMPARE(markdownText(rows[0], 3, 5), QStringLiteral("**ol**"));
        QCOMPARE(plainText(rows[0], 0, 6), QStringLiteral("• a bold"));
    }

private:
    TextStyle m_style;
};

QTEST_MAIN(TestRowLayout)
#include "test_row_layout.moc"
