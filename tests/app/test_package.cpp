#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

namespace {

QString textOf(const char* path) {
    QFile file(QStringLiteral(MONOCHORD_SOURCES "/packaging/%1").arg(QLatin1String(path)));
    if (!file.open(QIODevice::ReadOnly)) qWarning("cannot read %s", qPrintable(file.fileName()));
    return QString::fromUtf8(file.readAll());
}

QString helpOf(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(QStringLiteral(MONOCHORD_BIN "/") + program, arguments + QStringList(QStringLiteral("--help")));
    process.waitForFinished();
    return QString::fromUtf8(process.readAllStandardOutput());
}

QSet<QString> found(const QString& pattern, const QString& text) {
    const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
    QSet<QString> all;
    for (const auto& match : expression.globalMatch(text)) all.insert(match.captured(1));
    return all;
}

/// Of a help, in which options stand at the beginning of a line: "  -t,--threads …".
QSet<QString> optionsIn(const QString& help) {
    QSet<QString> options;
    for (const QString& line : found(QStringLiteral("^  (-[^ ,]+(?:, ?--[^ ]+)?)"), help))
        options += found(QStringLiteral("-([a-z][a-z-]*|-[a-z-]+)"), line);
    return options;
}

QSet<QString> optionsOfManual(const QString& manual) {
    QSet<QString> options;
    for (const QString& line : found(QStringLiteral("^\\.It (Fl .*)$"), manual))
        options += found(QStringLiteral("Fl ([^ ]+)"), line);
    return options;
}

QString listed(const QSet<QString>& set) {
    QStringList list = set.values();
    list.sort();
    return list.join(u' ');
}

}  // namespace

class TestPackage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theManualNamesEveryOptionOfTheWindow();
    void theManualNamesEveryCommandAndOption();
    void theStoreShowsThisVersion();
};

void TestPackage::theManualNamesEveryOptionOfTheWindow() {
    const QSet<QString> options = optionsIn(helpOf(QStringLiteral("monochord"), {}));
    QVERIFY(options.size() >= 5);
    QCOMPARE(listed(optionsOfManual(textOf("man/monochord.1"))), listed(options));
}

void TestPackage::theManualNamesEveryCommandAndOption() {
    const QString program = QStringLiteral("monochord-cli"), manual = textOf("man/monochord-cli.1");
    const QString help = helpOf(program, {});
    const QString list = help.mid(help.indexOf(QLatin1String("Subcommands:")));
    const QSet<QString> commands = found(QStringLiteral("^  ([a-z]+) "), list);
    QVERIFY(commands.size() >= 13);
    QCOMPARE(listed(found(QStringLiteral("^\\.It Ic ([a-z]+)"), manual)), listed(commands));
    QSet<QString> options = optionsIn(help);
    for (const QString& command : commands) options += optionsIn(helpOf(program, {command}));
    QCOMPARE(listed(optionsOfManual(manual)), listed(options));
}

void TestPackage::theStoreShowsThisVersion() {
    QVERIFY(textOf("io.github.monochord.Monochord.metainfo.xml")
                .contains(QStringLiteral("<release version=\"" MONOCHORD_VERSION "\"")));
}

QTEST_GUILESS_MAIN(TestPackage)
#include "test_package.moc"
