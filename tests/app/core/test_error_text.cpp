#include "core/error_text.h"

#include <QtTest>

using namespace monochord;
using namespace monochord::app;

namespace {

constexpr Task kTasks[] = {Task::OpenModel, Task::InspectFile, Task::Convert, Task::Send,
                           Task::Reply,     Task::Export,      Task::Import,  Task::Store};
constexpr int kCodes = static_cast<int>(ErrorCode::Cancelled) + 1;

Failure failure(Task task, ErrorCode code, const QString& detail = {}, const QString& subject = {}) {
    return {task, code, detail, subject};
}

}  // namespace

class TestErrorText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void everyFailureHasASentence() {
        for (const Task task : kTasks)
            for (int code = 0; code < kCodes; code++) {
                const QString text = sentence(
                    failure(task, static_cast<ErrorCode>(code), QStringLiteral("detail"), QStringLiteral("subject")));
                QVERIFY2(text.endsWith(u'.') && text.size() > 20 && !text.contains(u'%'), qPrintable(text));
                QVERIFY2(!text.contains(QStringLiteral("..")), qPrintable(text));
            }
    }

    void modelFilesAreNamed() {
        for (const Task task : {Task::OpenModel, Task::InspectFile, Task::Convert})
            for (int code = 0; code < kCodes; code++)
                QVERIFY(sentence(failure(task, static_cast<ErrorCode>(code), {}, QStringLiteral("some.gguf")))
                            .contains(QStringLiteral("some.gguf")));
    }

    void unknownDetailLeavesNoHole() {
        QCOMPARE(sentence(failure(Task::OpenModel, ErrorCode::Corrupt, {}, QStringLiteral("a.gguf"))),
                 QStringLiteral("a.gguf is damaged: the reason is not known. Download it again, or choose another "
                                "model."));
    }

    void droppedImage() {
        QCOMPARE(sentence(failure(Task::InspectFile, ErrorCode::NotGguf, QStringLiteral("no magic"),
                                  QStringLiteral("holiday.png"))),
                 QStringLiteral("holiday.png is not a GGUF model. Choose a file that ends in .gguf."));
    }

    void droppedFolder() {
        QCOMPARE(sentence(failure(Task::InspectFile, ErrorCode::NotReadable,
                                  QStringLiteral("this is a folder, not a file"), QStringLiteral("Music"))),
                 QStringLiteral("Music can’t be read: this is a folder, not a file. Choose a file that ends in "
                                ".gguf."));
    }

    void messageLongerThanTheContextSaysByHowMuch() {
        Failure tooLong = failure(Task::Send, ErrorCode::ContextFull);
        tooLong.wanted = 12345;
        tooLong.available = 8192;
        QCOMPARE(
            sentence(tooLong),
            QStringLiteral("This message is 4,153 tokens too long for this model’s context of 8,192. Shorten it or "
                           "the system prompt."));
    }

    void namesWithPlaceholdersStayAsTheyAre() {
        const QString text = sentence(
            failure(Task::OpenModel, ErrorCode::NotFound, QStringLiteral("100%1"), QStringLiteral("%2 %1.gguf")));
        QVERIFY2(text.startsWith(QStringLiteral("%2 %1.gguf can’t be opened: 100%1.")), qPrintable(text));
    }

    void storeNamesItsFile() {
        const QString text = sentence(failure(Task::Store, ErrorCode::NotReadable, QStringLiteral("disk is full"),
                                              QStringLiteral("/home/a/chats.sqlite")));
        QVERIFY(text.contains(QStringLiteral("/home/a/chats.sqlite")) && text.contains(QStringLiteral("disk is full")));
    }
};

QTEST_APPLESS_MAIN(TestErrorText)
#include "test_error_text.moc"
