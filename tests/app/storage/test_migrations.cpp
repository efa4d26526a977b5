#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "storage/migrations.h"

using namespace monochord::app;

class TestMigrations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statementsEndAtSemicolons() {
        QCOMPARE(splitStatements(QStringLiteral("a b;\n c; \n;; d")),
                 QStringList({QStringLiteral("a b"), QStringLiteral("c"), QStringLiteral("d")}));
        QCOMPARE(splitStatements(QString()), QStringList());
    }

    void notInsideOfStringsNamesAndComments() {
        QCOMPARE(splitStatements(QStringLiteral("a ';''-- ;' \";\" [;] `;`; -- b;\n/* c; -- */ d; -- e")),
                 QStringList({QStringLiteral("a ';''-- ;' \";\" [;] `;`"), QStringLiteral("d")}));
    }

    void whatIsNotClosedReachesToTheEnd() {
        QCOMPARE(splitStatements(QStringLiteral("a; 'b; c")),
                 QStringList({QStringLiteral("a"), QStringLiteral("'b; c")}));
        QCOMPARE(splitStatements(QStringLiteral("a /* b; c")), QStringList{QStringLiteral("a")});
    }

    void aTriggerIsOneStatement() {
        const QString trigger = QStringLiteral("create trigger t after delete on a begin delete from b; select 1; end");
        QCOMPARE(splitStatements(trigger + QStringLiteral("; c;")), QStringList({trigger, QStringLiteral("c")}));
    }

    void filesComeInTheOrderOfTheirNumbers() {
        const QTemporaryDir folder;
        for (const char* name : {"0010_c.sql", "0002_b.sql", "0001_a.sql", "notes.sql", "0003_d.txt"}) {
            QFile file(folder.filePath(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(name);
        }
        QList<int> numbers;
        for (const Migration& migration : migrationsIn(folder.path())) numbers << migration.number;
        QCOMPARE(numbers, QList<int>({1, 2, 10}));
        QCOMPARE(migrationsIn(folder.path())[2].statements, QStringList{QStringLiteral("0010_c.sql")});
    }
};

QTEST_APPLESS_MAIN(TestMigrations)
#include "test_migrations.moc"
