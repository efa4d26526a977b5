#include "render/formula.h"

#include <QElapsedTimer>
#include <QtTest>

#include "render/rows.h"

using namespace monochord::app;

namespace {

/// As text: ^{…} and _{…} for scripts, [ … ] beneath a root.
QString shown(const QString& source) {
    QString text;
    for (const FormulaPiece& piece : readFormula(source)) {
        const QString part = piece.overline ? u'[' + piece.text + u']' : piece.text;
        text += piece.script == Script::Super ? QStringLiteral("^{") + part + u'}'
                : piece.script == Script::Sub ? QStringLiteral("_{") + part + u'}'
                                              : part;
    }
    return text;
}

QStringList formulasOf(const QString& markdown) {
    QStringList found;
    for (const Block& block : parseMarkdown(markdown)) {
        QList<Span> spans = block.spans;
        for (const auto& row : block.rows)
            for (const auto& cell : row) spans += cell;
        for (const Span& span : spans)
            if (span.formula) found.append(span.text);
    }
    return found;
}

QString rowText(const QString& markdown) {
    QString text;
    for (const Row& row : rowsOf(parseMarkdown(markdown))) text += row.text + u'|';
    return text.chopped(1);
}

}  // namespace

class TestFormula final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void formulasReadAsText_data();
    void formulasReadAsText();
    void formulasAreFound_data();
    void formulasAreFound();
    void copiesGiveTheSource();
    void displayFormulasStandAlone();
    void hostileTextIsLinear_data();
    void hostileTextIsLinear();
};

void TestFormula::formulasReadAsText_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* source, const QString& text) {
        QTest::newRow(source) << QString::fromUtf8(source) << text;
    };
    row("$a$", QStringLiteral("a"));
    row("$E = mc^2$", QStringLiteral("E = mc^{2}"));
    row("\\(\\pi r^{2}\\)", QStringLiteral("πr^{2}"));
    row("$$\\sum_{i=1}^{n} x_i$$", QStringLiteral("∑_{i}_{=1}^{n} x_{i}"));
    row("$\\frac{1}{2}$", QStringLiteral("^{1}\u2044_{2}"));
    row("$\\frac{a+b}{c}$", QStringLiteral("(a+b) / c"));
    row("$\\sqrt{x+1}$", QStringLiteral("√[x][+1]"));
    row("$\\sqrt[3]{8}$", QStringLiteral("^{3}√[8]"));
    row("$x \\leq y \\Rightarrow z \\in \\mathbb{R}$", QStringLiteral("x ≤ y ⇒ z ∈ ℝ"));
    row("$\\sin x + \\log_2 n$", QStringLiteral("sin x + log_{2} n"));
    row("$\\left( x \\right)$", QStringLiteral("( x )"));
    row("$f'(x) - 90^\\circ$", QStringLiteral("f′(x) − 90°"));
    row("$\\unknown{x}$", QStringLiteral("\\unknownx"));
    row("$\\text{if } x$", QStringLiteral("if x"));
    row("$2^{2^{n}}$", QStringLiteral("2^{2}^{^n}"));
    row("$$a &= b \\\\ c$$", QStringLiteral("a = b\nc"));
    row("$\\hat{x} \\{1\\}$", QStringLiteral("x\u0302 {1}"));
    row("$}{$", QStringLiteral("$}{$"));
    row("$\\frac$", QStringLiteral(" / "));
}

void TestFormula::formulasReadAsText() {
    QFETCH(QString, source);
    QFETCH(QString, text);
    QCOMPARE(shown(source), text);
}

void TestFormula::formulasAreFound_data() {
    QTest::addColumn<QString>("markdown");
    QTest::addColumn<QStringList>("formulas");
    const auto row = [](const char* markdown, const QStringList& formulas) {
        QTest::newRow(markdown) << QString::fromUtf8(markdown) << formulas;
    };
    row("Area $\\pi r_1^2$ and $x_1 * y_2 * z$.", {QStringLiteral("$\\pi r_1^2$"), QStringLiteral("$x_1 * y_2 * z$")});
    row("\\(a_1\\)\\(b\\), \\[x\\]",
        {QStringLiteral("\\(a_1\\)"), QStringLiteral("\\(b\\)"), QStringLiteral("\\[x\\]")});
    row("$$\na\n- b\n= c\n$$", {QStringLiteral("$$ a - b = c $$")});
    row("It costs $5, or $10 with tax.", {});
    row("$5 and 6$ or US$7 and $8", {});
    row("A $20-$30 shirt, $1,000 and $2.50", {});
    row("$2x + 3$ is math", {QStringLiteral("$2x + 3$")});
    row("`$x$` and ``a`$y$``", {});
    row("```\n$x$\n```\n\n    $y$", {});
    row("\\$x\\$", {});
    row("**$x$** [$y$](http://a.b)", {QStringLiteral("$x$"), QStringLiteral("$y$")});
    row("| a | b |\n|---|---|\n| $|x|$ | $y$ |", {QStringLiteral("$|x|$"), QStringLiteral("$y$")});
    row("$a\n\nb$ $ c $", {});
    row("\\[open", {});
    row("- $a$\n- b\n", {QStringLiteral("$a$")});
    row("$a < b$ & $c > d$", {QStringLiteral("$a < b$"), QStringLiteral("$c > d$")});
}

void TestFormula::formulasAreFound() {
    QFETCH(QString, markdown);
    QFETCH(QStringList, formulas);
    QCOMPARE(formulasOf(markdown), formulas);
    if (formulas.isEmpty() && !markdown.contains(u'\\')) QCOMPARE(rowText(markdown).count(u'$'), markdown.count(u'$'));
}

void TestFormula::copiesGiveTheSource() {
    const auto rows = rowsOf(parseMarkdown(QStringLiteral("So $x^2_1$ is **bold**, \\(\\pi\\).")));
    QCOMPARE(rows[0].text, QStringLiteral("So x21 is bold, π."));
    QCOMPARE(plainText(rows[0], 0, rows[0].text.size()), QStringLiteral("So $x^2_1$ is bold, \\(\\pi\\)."));
    QCOMPARE(markdownText(rows[0], 0, rows[0].text.size()), QStringLiteral("So $x^2_1$ is **bold**, \\(\\pi\\)."));
    QCOMPARE(plainText(rows[0], 4, 8), QStringLiteral("$x^2_1$ i"));
    QCOMPARE(plainText(rows[0], 7, 9), QStringLiteral("is"));
}

void TestFormula::displayFormulasStandAlone() {
    QCOMPARE(rowText(QStringLiteral("Then\n$$x$$\nis it")), QStringLiteral("Then \nx\n is it"));
    QCOMPARE(rowText(QStringLiteral("$$x$$")), QStringLiteral("x"));
}

void TestFormula::hostileTextIsLinear_data() {
    QTest::addColumn<QString>("unit");
    for (const char* unit : {"$", "$$ ", "$a ", "$1", "\\(", "\\[ ", "`$", "``$ ", "$x$ ", "\\", "\\)", "$\\frac{"})
        QTest::newRow(unit) << QString::fromUtf8(unit);
}

void TestFormula::hostileTextIsLinear() {
    QFETCH(QString, unit);
    const QString text = unit.repeated(200'000 / unit.size());
    QElapsedTimer timer;
    timer.start();
    const auto rows = rowsOf(parseMarkdown(text));
    QVERIFY(!rows.isEmpty() && timer.elapsed() < 2000);
    timer.restart();
    readFormula(u'$' + text.first(3900) + u'$');
    QVERIFY(timer.elapsed() < 500);
}

QTEST_GUILESS_MAIN(TestFormula)
#include "test_formula.moc"
