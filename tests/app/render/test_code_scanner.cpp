#include "render/code_scanner.h"

#include <QElapsedTimer>
#include <QtTest>

using namespace monochord::app;

namespace {

/// The text with its kinds: k⟨def⟩ f⟨find⟩(…).
QString marked(const QString& name, const QString& code) {
    const Language* language = languageNamed(name);
    if (language == nullptr) return QStringLiteral("no such language");
    constexpr char16_t kLetters[] = u".ktfsnc";
    ScanState state;
    QList<SyntaxRun> runs;
    scanCode(*language, code, state, runs);
    QString text;
    int end = 0;
    for (const SyntaxRun& run : runs) {
        text += code.mid(end, run.begin - end) + QChar(kLetters[static_cast<int>(run.kind)]) + u'⟨' +
                code.mid(run.begin, run.length) + u'⟩';
        end = run.begin + run.length;
    }
    return text + code.mid(end);
}

}  // namespace

class TestCodeScanner final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void kindsAreFound_data();
    void kindsAreFound();
    void linesCanBeReadOneByOne();
    void languagesGoByManyNames();
    void everyTableIsComplete();
    void hostileTextIsLinear_data();
    void hostileTextIsLinear();
};

void TestCodeScanner::kindsAreFound_data() {
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* language, const QString& expected) { QTest::newRow(language) << expected; };
    row("python", QStringLiteral("f⟨@cache⟩\nk⟨def⟩ f⟨find⟩(items, n=n⟨1_0.5e-3⟩):  c⟨# it's⟩\n    k⟨return⟩ "
                                 "s⟨\"\"\"a⟩\ns⟨\"b\" \\\"\"\"\"⟩ + s⟨'x\\'y'⟩"));
    row("cpp",
        QStringLiteral(
            "k⟨#include⟩ <t⟨vector⟩>\nk⟨class⟩ f⟨A⟩;\nt⟨int⟩ f⟨main⟩() { t⟨char⟩ c = s⟨'\\''⟩; f(n⟨1'000⟩, n⟨0xFFu⟩); "
            "c⟨/* \" ⟩\nc⟨*/⟩ k⟨return⟩ find(x); }\nk⟨auto⟩ s = s⟨R\"x(a)\"⟩\ns⟨)x\"⟩ + s⟨\"open⟩\nk⟨auto⟩ y"));
    row("javascript",
        QStringLiteral("k⟨const⟩ f = k⟨async⟩ k⟨function⟩ f⟨go⟩($a) { k⟨return⟩ s⟨`a⟩\ns⟨${b}`⟩; } c⟨// '⟩"));
    row("typescript", QStringLiteral("k⟨interface⟩ f⟨Point⟩ { x: t⟨number⟩ }"));
    row("java", QStringLiteral("f⟨@Override⟩ k⟨public⟩ t⟨String⟩ f⟨name⟩() { k⟨return⟩ k⟨new⟩ t⟨Foo⟩(n⟨2⟩); }"));
    row("csharp", QStringLiteral("k⟨using⟩ t⟨System⟩; s⟨@\"C:\\\"⟩ + s⟨@\"a\"\"b\"⟩"));
    row("go", QStringLiteral("k⟨func⟩ f⟨main⟩() { x := s⟨`\\`⟩; k⟨return⟩ n⟨nil⟩ }"));
    row("rust",
        QStringLiteral("k⟨fn⟩ f⟨f⟩<'a>(s: &'a t⟨str⟩) { println!(s⟨r#\"a\"b\"#⟩, s⟨'\\n'⟩) } c⟨/* /* */ a */⟩ k⟨let⟩"));
    row("ruby", QStringLiteral("k⟨def⟩ f⟨go?⟩; t⟨@x⟩ = s⟨<<~SQL⟩.strip\ns⟨  a⟩\ns⟨  SQL⟩\nk⟨end⟩"));
    row("php", QStringLiteral("k⟨<?php⟩\nk⟨echo⟩ t⟨$a⟩ . s⟨'it\\'s'⟩; c⟨# no⟩"));
    row("swift", QStringLiteral("k⟨let⟩ a = s⟨#\"a\"b\"#⟩; k⟨func⟩ f⟨go⟩() -> t⟨Int⟩"));
    row("kotlin", QStringLiteral("k⟨fun⟩ f⟨go⟩(): t⟨Int⟩ = n⟨1⟩"));
    row("sql", QStringLiteral("k⟨SELECT⟩ f⟨count⟩(*) k⟨from⟩ t k⟨WHERE⟩ a = s⟨'it''s'⟩ c⟨-- x⟩\ns⟨$f$ 'a' $f$⟩"));
    row("bash", QStringLiteral("c⟨#!/bin/sh⟩\nk⟨if⟩ [ $# ]; k⟨then⟩ f⟨cat⟩ s⟨<<'EOF'⟩; k⟨fi⟩ c⟨# x⟩\ns⟨a "
                               "$b⟩\ns⟨EOF⟩\nf⟨echo⟩ t⟨${x#y}⟩ s⟨\"t\"⟩"));
    row("html", QStringLiteral("c⟨<!-- \"⟩\nc⟨-->⟩it's k⟨<a⟩ f⟨href⟩=s⟨\"x\"⟩>if k⟨</a⟩>"));
    row("css", QStringLiteral("t⟨.box⟩ { f⟨color⟩: n⟨#fff⟩; f⟨margin-top⟩: n⟨2px⟩; } c⟨/* x */⟩"));
    row("json", QStringLiteral("{ f⟨\"key\"⟩: [s⟨\"a\\\"\"⟩, -n⟨1.5e3⟩, n⟨true⟩] }"));
    row("yaml", QStringLiteral("f⟨app.name⟩: x c⟨# y⟩\nf⟨on⟩: n⟨true⟩\nf⟨url⟩: http://a#b"));
    row("lua", QStringLiteral("c⟨--[==[ ]] ⟩\nc⟨ ]==]⟩ k⟨local⟩ a = s⟨[[ ⟩\ns⟨ ]]⟩"));
    row("haskell", QStringLiteral("foldl' :: t⟨Int⟩ c⟨{- {- -} a -}⟩ s⟨'x'⟩"));
    row("r", QStringLiteral("my.fun <- k⟨function⟩(x) n⟨TRUE⟩"));
    row("diff", QStringLiteral("c⟨--- a/x⟩\nf⟨@@ -1 +1 @@⟩\nk⟨-old⟩\ns⟨+new⟩\n same"));
    row("makefile", QStringLiteral("f⟨all⟩: t⟨$(OBJ)⟩\n\tgcc $@ c⟨# x⟩"));
    row("cmake", QStringLiteral("f⟨add_library⟩(x t⟨PUBLIC⟩ t⟨${A}⟩) c⟨#[[ ⟩\nc⟨ ]]⟩"));
}

void TestCodeScanner::kindsAreFound() {
    QFETCH(QString, expected);
    static const QRegularExpression mark(QStringLiteral("[ktfsnc]⟨([^⟩]*)⟩"));
    QString code = expected;
    code.replace(mark, QStringLiteral("\\1"));
    const QString language = QString::fromUtf8(QTest::currentDataTag());
    QCOMPARE(marked(language, code), expected);
}

void TestCodeScanner::linesCanBeReadOneByOne() {
    const QString code = QStringLiteral("x = \"\"\"\na # b\n\"\"\" # c\ndef f(): pass\n");
    const Language* python = languageNamed(QStringLiteral("Python"));
    QList<SyntaxRun> whole;
    ScanState state;
    scanCode(*python, code, state, whole);
    ScanState pieces;
    QList<SyntaxRun> runs;
    for (const QString& line : code.split(u'\n')) {
        scanCode(*python, line, pieces, runs);
        if (pieces != state || !runs.isEmpty()) scanCode(*python, u"\n", pieces, runs);
    }
    QCOMPARE(pieces, state);
    QCOMPARE(runs.last().kind, Syntax::Keyword);
    QCOMPARE(runs.last().length, 4);
}

void TestCodeScanner::languagesGoByManyNames() {
    for (const char* name :
         {"C", "C++", "c#", "py", "JS", "tsx", "sh", "html", "xml", "yml", "rs", "golang", "Dockerfile"})
        QVERIFY2(languageNamed(QString::fromUtf8(name)) != nullptr, name);
    for (const char* name : {"", "text", "no such language", "README.md"})
        QVERIFY2(languageNamed(QString::fromUtf8(name)) == nullptr, name);
}

void TestCodeScanner::everyTableIsComplete() {
    QVERIFY(languages().size() >= 25);
    QSet<QString> names;
    for (const Language& language : languages()) {
        QVERIFY2(!language.rules.isEmpty(), qPrintable(language.name));
        const QStringList all = QStringList(language.name) + language.aliases;
        for (const QString& name : all) {
            QVERIFY2(!names.contains(name), qPrintable(name));
            names.insert(name);
        }
        for (const Language::Rule& rule : language.rules) {
            QVERIFY2(rule.kind != Syntax::Plain && !(rule.open.isEmpty() && rule.tag.isEmpty()),
                     qPrintable(language.name));
            QVERIFY2(rule.form != Language::Rule::Form::Span || !rule.close.isEmpty(), qPrintable(language.name));
        }
    }
}

void TestCodeScanner::hostileTextIsLinear_data() {
    QTest::addColumn<QString>("unit");
    for (const char* unit : {"\"", "\\", "\"\\", "'",  "`", "/*", "#",  "[=", "R\"(", "<<A", "$",  "$a",
                             "<",  "((", "a(",   "a ", "a", "1",  "1.", "{-", "--[",  "r#",  "\n", " \n"})
        QTest::newRow(unit) << QString::fromUtf8(unit);
}

void TestCodeScanner::hostileTextIsLinear() {
    QFETCH(QString, unit);
    const bool strings = unit == u"\"\\";
    const QString text = unit.repeated((strings ? 1'000'000 : 100'000) / unit.size());
    for (const Language& language : languages()) {
        QElapsedTimer timer;
        timer.start();
        ScanState state;
        QList<SyntaxRun> runs;
        scanCode(language, text, state, runs);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(language.name));
    }
}

QTEST_GUILESS_MAIN(TestCodeScanner)
#include "test_code_scanner.moc"
