#include "ui/panels/composer.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QInputMethodEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>

#include "ui/panels/message_field.h"
#include "ui/widgets/meter.h"

using namespace monochord::app;

class TestComposer final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void enterSendsAndKeepsTheTextUntilItIsCleared();
    void shiftEnterBreaksTheLine();
    void blankTextIsNotSent();
    void enterDoesNothingWhileGenerating();
    void enterOfAnInputMethodDoesNotSend();
    void theButtonStopsWhileGenerating();
    void upInAnEmptyFieldAsksForTheLastMessage();
    void escapeLeavesEditing();
    void escapeStopsWhileGenerating();
    void aReplyIsSaved();
    void aNoticeGoesWithTheNextChange();
    void theFieldGrowsToEightLines();
    void aMegabyteStaysAliveAndComesBackWhole_data();
    void aMegabyteStaysAliveAndComesBackWhole();
    void foldsAreNoLineBreaks();
    void droppedFilesAreNotForTheField();
    void theSystemPromptIsToldWhenItIsFolded();
    void theContextIsSaid();
    void aHintStaysWhileOneTypes();
    void aDraftIsToldOnceTypingPauses();

private:
    MessageField* field() const { return m_composer->findChild<MessageField*>(QStringLiteral("message")); }
    QPushButton* button(const char* name) const;
    bool shows(const QString& text) const;

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Composer> m_composer;
};

void TestComposer::init() {
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    m_theme = std::make_unique<Theme>();
    m_composer = std::make_unique<Composer>(m_theme.get());
    m_composer->resize(700, 200);
    m_composer->show();
    m_composer->focusText();
}

void TestComposer::cleanup() {
    m_composer.reset();
    m_theme.reset();
}

QPushButton* TestComposer::button(const char* name) const {
    for (auto* button : m_composer->findChildren<QPushButton*>())
        if (button->isVisible() && button->accessibleName().startsWith(QLatin1StringView(name))) return button;
    return nullptr;
}

bool TestComposer::shows(const QString& text) const {
    const auto labels = m_composer->findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(),
                       [&](const QLabel* label) { return label->isVisible() && label->text() == text; });
}

void TestComposer::enterSendsAndKeepsTheTextUntilItIsCleared() {
    QSignalSpy submitted(m_composer.get(), &Composer::submitted);
    QTest::keyClicks(field(), QStringLiteral("Hello"));
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(submitted.count(), 1);
    QCOMPARE(submitted[0][0].toString(), QStringLiteral("Hello"));
    QCOMPARE(m_composer->text(), QStringLiteral("Hello"));
    m_composer->clear();
    QCOMPARE(m_composer->text(), QString());
}

void TestComposer::shiftEnterBreaksTheLine() {
    QSignalSpy submitted(m_composer.get(), &Composer::submitted);
    QTest::keyClicks(field(), QStringLiteral("a"));
    QTest::keyClick(field(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(field(), QStringLiteral("b"));
    QCOMPARE(m_composer->text(), QStringLiteral("a\nb"));
    QCOMPARE(submitted.count(), 0);
}

void TestComposer::blankTextIsNotSent() {
    QSignalSpy submitted(m_composer.get(), &Composer::submitted);
    for (const QString& text : {QString(), QStringLiteral(" \n\t"), QString(1, QChar(0x3000))}) {
        m_composer->setText(text);
        QTest::keyClick(field(), Qt::Key_Return);
    }
    QCOMPARE(submitted.count(), 0);
}

void TestComposer::enterDoesNothingWhileGenerating() {
    QSignalSpy submitted(m_composer.get(), &Composer::submitted);
    QSignalSpy stop(m_composer.get(), &Composer::stopRequested);
    m_composer->setGenerating(true);
    QTest::keyClicks(field(), QStringLiteral("Next"));
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(submitted.count() + stop.count(), 0);
    QCOMPARE(m_composer->text(), QStringLiteral("Next"));
}

void TestComposer::enterOfAnInputMethodDoesNotSend() {
    QSignalSpy submitted(m_composer.get(), &Composer::submitted);
    m_composer->setText(QStringLiteral("x"));
    QInputMethodEvent composing(QStringLiteral("にほん"), {});
    QCoreApplication::sendEvent(field(), &composing);
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(submitted.count(), 0);
    QInputMethodEvent done;
    done.setCommitString(QStringLiteral("日本"));
    QCoreApplication::sendEvent(field(), &done);
    m_composer->setText(QStringLiteral("日本"));
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(submitted.count(), 1);
    QCOMPARE(submitted[0][0].toString(), QStringLiteral("日本"));
}

void TestComposer::theButtonStopsWhileGenerating() {
    QSignalSpy stop(m_composer.get(), &Composer::stopRequested);
    QVERIFY(!button("Send")->isEnabled());
    m_composer->setGenerating(true);
    QVERIFY(button("Stop")->isEnabled());
    QTest::mouseClick(button("Stop"), Qt::LeftButton);
    QCOMPARE(stop.count(), 1);
    m_composer->setGenerating(false);
    QVERIFY(button("Send"));
}

void TestComposer::upInAnEmptyFieldAsksForTheLastMessage() {
    QSignalSpy edit(m_composer.get(), &Composer::editLastRequested);
    QTest::keyClick(field(), Qt::Key_Up);
    QCOMPARE(edit.count(), 1);
    QTest::keyClicks(field(), QStringLiteral("x"));
    QTest::keyClick(field(), Qt::Key_Up);
    QCOMPARE(edit.count(), 1);
}

void TestComposer::escapeLeavesEditing() {
    QSignalSpy cancelled(m_composer.get(), &Composer::editingCancelled);
    m_composer->startEditing(42, Role::User, QStringLiteral("old words"));
    QCOMPARE(m_composer->editedMessage(), 42);
    QCOMPARE(m_composer->text(), QStringLiteral("old words"));
    QVERIFY(shows(QStringLiteral("Editing your message")));
    QTest::keyClick(field(), Qt::Key_Escape);
    QCOMPARE(cancelled.count(), 1);
    QCOMPARE(m_composer->editedMessage(), 0);
    QCOMPARE(m_composer->text(), QString());
    QVERIFY(!shows(QStringLiteral("Editing your message")));
}

void TestComposer::escapeStopsWhileGenerating() {
    QSignalSpy stop(m_composer.get(), &Composer::stopRequested);
    QTest::keyClick(field(), Qt::Key_Escape);
    QCOMPARE(stop.count(), 0);
    m_composer->setGenerating(true);
    QTest::keyClick(field(), Qt::Key_Escape);
    QCOMPARE(stop.count(), 1);
}

void TestComposer::aReplyIsSaved() {
    QSignalSpy submitted(m_composer.get(), &Composer::submitted);
    m_composer->startEditing(7, Role::Assistant, QStringLiteral("reply"));
    QVERIFY(button("Save"));
    QTest::mouseClick(button("Save"), Qt::LeftButton);
    QCOMPARE(submitted.count(), 1);
    QCOMPARE(m_composer->editedMessage(), 7);
}

void TestComposer::aNoticeGoesWithTheNextChange() {
    m_composer->setText(QStringLiteral("too long"));
    m_composer->setNotice(QStringLiteral("The message is too long."));
    QVERIFY(shows(QStringLiteral("The message is too long.")));
    QTest::keyClick(field(), Qt::Key_Backspace);
    QVERIFY(!shows(QStringLiteral("The message is too long.")));
    QCOMPARE(m_composer->text(), QStringLiteral("too lon"));
}

void TestComposer::theFieldGrowsToEightLines() {
    const int one = field()->sizeHint().height();
    m_composer->setText(QStringLiteral("1\n2\n3"));
    const int three = field()->sizeHint().height();
    QVERIFY(three > one);
    m_composer->setText(QStringLiteral("1\n2\n3\n4\n5\n6\n7\n8"));
    const int eight = field()->sizeHint().height();
    QVERIFY(eight > three);
    m_composer->setText(QStringLiteral("line\n").repeated(50));
    QCOMPARE(field()->sizeHint().height(), eight);
    m_composer->setText(QStringLiteral("one long line that wraps ").repeated(20));
    QVERIFY(field()->sizeHint().height() > one);
    m_composer->clear();
    QCOMPARE(field()->sizeHint().height(), one);
}

void TestComposer::aMegabyteStaysAliveAndComesBackWhole_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("words in one line") << QStringLiteral("lorem ipsum ").repeated(90'000);
    QTest::newRow("one word") << QString(1'000'000, u'x');
    QTest::newRow("pairs") << QString(u'a') + QStringLiteral("😀").repeated(500'000);
    QTest::newRow("lines") << QStringLiteral("a line of text\n").repeated(70'000);
}

void TestComposer::aMegabyteStaysAliveAndComesBackWhole() {
    QFETCH(QString, text);
    QGuiApplication::clipboard()->setText(text);
    QElapsedTimer timer;
    timer.start();
    field()->paste();
    m_composer->grab();
    const qint64 pasted = timer.restart();
    for (int i = 0; i < 10; ++i) {
        QTest::keyClick(field(), Qt::Key_A);
        m_composer->grab();
    }
    const qint64 typed = timer.elapsed();
    qInfo("pasted in %lld ms, ten keys in %lld ms", pasted, typed);
    // A hang guard: a busy machine is slower, laying out the whole is twenty times that.
    QVERIFY(pasted < 10'000);
    QVERIFY(typed < 3'000);
    QCOMPARE(m_composer->text().size(), text.size() + 10);
    QVERIFY(m_composer->text() == text + QStringLiteral("aaaaaaaaaa"));
}

void TestComposer::foldsAreNoLineBreaks() {
    const QString text = QString(5'000, u'x');
    m_composer->setText(text);
    QVERIFY(field()->document()->blockCount() > 1);
    QTest::keyClick(field(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(field(), QStringLiteral("y"));
    QCOMPARE(m_composer->text(), text + QStringLiteral("\ny"));
    field()->selectAll();
    field()->cut();
    QCOMPARE(m_composer->text(), QString());
    QCOMPARE(QGuiApplication::clipboard()->text(), text + QStringLiteral("\ny"));
    field()->undo();
    QCOMPARE(m_composer->text(), text + QStringLiteral("\ny"));
}

void TestComposer::droppedFilesAreNotForTheField() {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/tmp/model.gguf"))});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    QCoreApplication::sendEvent(field()->viewport(), &enter);
    QVERIFY(!enter.isAccepted());
}

void TestComposer::theSystemPromptIsToldWhenItIsFolded() {
    QSignalSpy changed(m_composer.get(), &Composer::systemPromptChanged);
    m_composer->setSystemPrompt(QStringLiteral("Be brief."));
    QTest::mouseClick(button("System prompt"), Qt::LeftButton);
    MessageField* system = nullptr;
    for (auto* candidate : m_composer->findChildren<MessageField*>())
        if (candidate != field()) system = candidate;
    QVERIFY(system->isVisible());
    QCOMPARE(system->text(), QStringLiteral("Be brief."));
    QTest::mouseClick(button("System prompt"), Qt::LeftButton);
    QCOMPARE(changed.count(), 0);
    QTest::mouseClick(button("System prompt"), Qt::LeftButton);
    QTest::keyClicks(system, QStringLiteral(" Please."));
    QTest::mouseClick(button("System prompt"), Qt::LeftButton);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toString(), QStringLiteral("Be brief. Please."));
    QVERIFY(!system->isVisible());
}

void TestComposer::theContextIsSaid() {
    auto* meter = m_composer->findChild<Meter*>();
    m_composer->setContext(3112, 8192);
    QVERIFY(meter->isVisible());
    QVERIFY(std::abs(meter->share() - 0.38) < 0.01);
    QVERIFY(shows(QStringLiteral("3,112 of 8,192")));
    m_composer->setContext(9000, 8192);
    QCOMPARE(meter->share(), 1.0);
    m_composer->setContext(0, 0);
    QVERIFY(!meter->isVisible());
}

void TestComposer::aHintStaysWhileOneTypes() {
    m_composer->setHint(QStringLiteral("Two messages go."));
    QTest::keyClicks(field(), QStringLiteral("more"));
    QVERIFY(shows(QStringLiteral("Two messages go.")));
    m_composer->setHint({});
    QVERIFY(!shows(QStringLiteral("Two messages go.")));
}

void TestComposer::aDraftIsToldOnceTypingPauses() {
    QSignalSpy told(m_composer.get(), &Composer::draftChanged);
    QTest::keyClicks(field(), QStringLiteral("Hello"));
    QVERIFY(told.wait());
    m_composer->setText(QStringLiteral(" \n"));
    QVERIFY(told.wait());
    QCOMPARE(told.count(), 2);
    QCOMPARE(told[0][0].toString(), QStringLiteral("Hello"));
    QCOMPARE(told[1][0].toString(), QString());
}

QTEST_MAIN(TestComposer)
#include "test_composer.moc"
