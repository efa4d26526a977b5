#include <QTest>

#include "render/thoughts.h"

using namespace monochord::app;

/// A reply that grows is told like the same reply at once.
class TestThoughts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void growing_data();
    void growing();
};

void TestThoughts::growing_data() {
    QTest::addColumn<QString>("reply");
    QTest::addColumn<bool>("found");
    QTest::newRow("none") << QStringLiteral("Hello </think> there") << false;
    QTest::newRow("opened and closed") << QStringLiteral(" \n<think>\nwell\n</think>\n\nYes.") << true;
    QTest::newRow("opened") << QStringLiteral("<think>a </thin") << true;
    QTest::newRow("closed at once") << QStringLiteral("<think></think>Yes.</think>") << true;
    QTest::newRow("opened in the prompt") << QStringLiteral("say </think> in\n</think>\nYes.") << true;
}

void TestThoughts::growing() {
    QFETCH(QString, reply);
    QFETCH(bool, found);
    Thoughts thoughts;
    for (qsizetype size = 0; size <= reply.size(); ++size) {
        thoughts = findThoughts(QStringView(reply).first(size), thoughts.resume);
        QCOMPARE(thoughts, findThoughts(QStringView(reply).first(size)));
    }
    QCOMPARE(thoughts.found, found);
}

QTEST_APPLESS_MAIN(TestThoughts)
#include "test_thoughts.moc"
