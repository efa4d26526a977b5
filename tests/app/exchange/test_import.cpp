#include <QAction>
#include <QFile>
#include <QFileDialog>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "exchange/export.h"
#include "exchange/import.h"
#include "support/window.h"
#include "ui/panels/banner.h"
#include "ui/panels/drop_overlay.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

using namespace Qt::StringLiterals;

constexpr int kPatience = 20'000;  // ms; reached only where something hangs

ReplyRecord record() {
    ReplyRecord record;
    record.modelName = u"SmolLM2 135M Instruct"_s;
    record.modelPath = u"/models/a.gguf"_s;
    record.engineVersion = u"0.2"_s;
    record.settings = {{.token = 0, .sampling = {.temperature = 0.7F, .seed = 18'446'744'073'709'551'615u}},
                       {.token = 12, .sampling = {.temperature = 1.3F}}};
    record.longestReply = 2048;
    record.promptTokens = 40;
    record.reusedTokens = 39;
    record.replyTokens = 101;
    record.promptSeconds = 0.125;
    record.generationSeconds = 2.5;
    record.reason = StopReason::Length;
    return record;
}

/// Branches, every state, a record, and text of all kinds.
QList<WholeChat> manyChats() {
    WholeChat one{{.id = 1000,
                   .title = u"Ünïcode 🎻"_s,
                   .systemPrompt = u"Be\n\"brief\"."_s,
                   .leaf = 1003,
                   .updatedMs = 1'700'000'000'123}};
    one.messages = {
        {.id = 1001, .chat = 1000, .text = u"A question\twith a tab"_s},
        {.id = 1002,
         .chat = 1000,
         .parent = 1001,
         .role = Role::Assistant,
         .text = u"```\ncode\n```\n"_s,
         .record = record()},
        {.id = 1003,
         .chat = 1000,
         .parent = 1001,
         .role = Role::Assistant,
         .state = MessageState::Stopped,
         .text = u"<b>\\n & 日本語"_s,
         .record = record()},
        {.id = 1004, .chat = 1000, .parent = 1002, .text = u""_s},
        {.id = 1005,
         .chat = 1000,
         .parent = 1004,
         .role = Role::Assistant,
         .state = MessageState::Failed,
         .text = u"Half"_s,
         .note = u"It broke off."_s},
        {.id = 1006,
         .chat = 1000,
         .parent = 1004,
         .role = Role::Assistant,
         .state = MessageState::Interrupted,
         .text = u"…"_s},
    };
    WholeChat two{{.id = 2000, .title = u"Empty"_s, .updatedMs = 1'600'000'000'000}};
    return {one, two};
}

constexpr auto kChatGpt = R"json([{
  "title": "Trip", "create_time": 1700000000.5, "update_time": 1700000100.25, "current_node": "again",
  "mapping": {
    "root": {"id": "root", "message": null, "parent": null, "children": ["sys"]},
    "sys": {"message": {"author": {"role": "system"}, "content": {"content_type": "text", "parts": [""]},
            "metadata": {"is_visually_hidden_from_conversation": true}}, "parent": "root", "children": ["q"]},
    "q": {"message": {"author": {"role": "user"}, "content": {"content_type": "multimodal_text", "parts":
          [{"content_type": "image_asset_pointer"}, "Where is this?"]}}, "parent": "sys", "children": ["a", "call"]},
    "a": {"message": {"author": {"role": "assistant"}, "content": {"content_type": "text", "parts": ["In Rome."]},
          "metadata": {"model_slug": "gpt-4o"}, "recipient": "all"}, "parent": "q", "children": []},
    "call": {"message": {"author": {"role": "assistant"}, "content": {"content_type": "code", "text": "search()"},
             "recipient": "browser"}, "parent": "q", "children": ["tool"]},
    "tool": {"message": {"author": {"role": "tool"}, "content": {"content_type": "text", "parts": ["raw"]}},
             "parent": "call", "children": ["thought"]},
    "thought": {"message": {"author": {"role": "assistant"}, "content": {"content_type": "thoughts", "thoughts": []}},
                "parent": "tool", "children": ["again"]},
    "again": {"message": {"author": {"role": "assistant"}, "content": {"content_type": "text", "parts": ["Lyon."]}},
              "parent": "thought", "children": []}}}])json";

Failure failureOf(const ImportResult& result) {
    return result ? Failure{.task = Task::Send} : result.error();
}

}  // namespace

class TestImport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void whatWasExportedComesBackWhole();
    void importingTwiceOverwritesNothing();
    void chatGptsTreeIsKept();
    void chatGptsCirclesEnd();
    void badFilesAreRefusedWhole_data();
    void badFilesAreRefusedWhole();
    void whatIsNoFileIsRefusedAtOnce();
    void aFileIsImportedByTheMenu();
    void aFileIsImportedByDroppingIt();
    void undoTakesAnImportBack();
    void undoKeepsAChatThatWentOn();
    void whatIsWrongIsSaidInTheWindow();

private:
    QString write(const QString& name, const QByteArray& content);
    QList<WholeChat> all();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestImport::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    QVERIFY(QSignalSpy(&m_app->store, &ChatStore::chatsLoaded).wait(kPatience));
}

void TestImport::cleanup() {
    m_app.reset();
    m_folder.reset();
}

QString TestImport::write(const QString& name, const QByteArray& content) {
    QFile file(m_folder->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) return {};
    return file.fileName();
}

/// What the store has on disk.
QList<WholeChat> TestImport::all() {
    QSignalSpy collected(&m_app->store, &ChatStore::collected);
    m_app->store.collect(1000, {});
    if (!collected.wait(kPatience)) return {};
    return collected.first().at(1).value<QList<WholeChat>>();
}

void TestImport::whatWasExportedComesBackWhole() {
    const QByteArray exported = toJson(manyChats());
    const ImportResult chats = fromJson(exported);
    QVERIFY(chats);
    m_app->chats.importChats(*chats);
    // A new start reads all of it from the disk.
    m_app.reset();
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    const QList<WholeChat> stored = all();
    QCOMPARE(stored.size(), 2);
    QCOMPARE(stored[0].messages[1].record, record());
    QCOMPARE(stored[0].messages[4].note, u"It broke off."_s);
    QCOMPARE(toJson(stored), exported);
}

void TestImport::importingTwiceOverwritesNothing() {
    for (int i = 0; i < 2; ++i) m_app->chats.importChats(*fromJson(toJson(manyChats())));
    QCOMPARE(m_app->chats.chats()->rowCount(), 4);
    QCOMPARE(all().size(), 4);
}

void TestImport::chatGptsTreeIsKept() {
    const ImportResult chats = fromJson(kChatGpt);
    QVERIFY(chats);
    QCOMPARE(chats->size(), 1);
    const WholeChat& whole = chats->first();
    QCOMPARE(whole.chat.title, u"Trip"_s);
    QCOMPARE(whole.chat.updatedMs, 1'700'000'100'250);
    QCOMPARE(whole.chat.systemPrompt, QString());
    Conversation chat(whole.chat, whole.messages);
    QCOMPARE(whole.messages.size(), 3);
    const QList<qint64> path = chat.path();
    QCOMPARE(path.size(), 2);
    QCOMPARE(chat.message(path[0])->role, Role::User);
    QCOMPARE(chat.message(path[0])->text, u"[picture]\n\nWhere is this?"_s);
    QCOMPARE(chat.message(path[1])->text, u"Lyon."_s);
    QVERIFY(chat.selectSibling(path[1], -1));
    QCOMPARE(chat.message(chat.path()[1])->text, u"In Rome."_s);
    QCOMPARE(chat.message(chat.path()[1])->record.modelName, u"gpt-4o"_s);
}

void TestImport::chatGptsCirclesEnd() {
    const ImportResult chats = fromJson(
        R"({"title": "", "mapping": {"a": {"parent": "b", "children": ["b", "a", "missing"], "message":
            {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["Hello there"]}}},
            "b": {"parent": "a", "children": ["a"], "message": 7}, "c": []}})");
    QVERIFY(chats);
    QCOMPARE(chats->first().messages.size(), 1);
    QCOMPARE(chats->first().chat.title, u"Hello there"_s);
}

void TestImport::badFilesAreRefusedWhole_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<ErrorCode>("code");
    const QByteArray good = toJson(manyChats());
    const QByteArray begin =
        R"({"format": "monochord chats", "version": 1, "chats": [{"messages": []}, {"messages": [)";
    const QByteArray message = R"({"id": 1, "parent": 0, "role": "user", "state": "complete", "text": "a"})";
    QTest::newRow("nothing") << QByteArray() << ErrorCode::Corrupt;
    QTest::newRow("no JSON") << QByteArray("\x89PNG\r\n") << ErrorCode::Corrupt;
    QTest::newRow("cut off") << good.first(good.size() / 2) << ErrorCode::Corrupt;
    QTest::newRow("bad UTF-8") << QByteArray("[\"\xC3\x28\"]") << ErrorCode::Corrupt;
    QTest::newRow("nested deeply") << QByteArray(10'000'000, '[') << ErrorCode::Corrupt;
    QTest::newRow("other JSON") << QByteArray(R"({"name": "package"})") << ErrorCode::NotFound;
    QTest::newRow("empty list") << QByteArray("[]") << ErrorCode::NotFound;
    QTest::newRow("numbers") << QByteArray("[1, 2]") << ErrorCode::NotFound;
    QTest::newRow("no mapping in the second") << QByteArray(R"([{"mapping": {}}, {}])") << ErrorCode::NotFound;
    QTest::newRow("newer") << QByteArray(R"({"format": "monochord chats", "version": 2})") << ErrorCode::Unsupported;
    QTest::newRow("no version") << QByteArray(R"({"format": "monochord chats", "chats": []})") << ErrorCode::Corrupt;
    QTest::newRow("no messages") << QByteArray(R"({"format": "monochord chats", "version": 1, "chats": [7]})")
                                 << ErrorCode::Corrupt;
    QTest::newRow("one id twice") << begin + message + ',' + message + "]}]}" << ErrorCode::Corrupt;
    QTest::newRow("unknown role") << begin + QByteArray(message).replace("user", "root") + "]}]}" << ErrorCode::Corrupt;
    QTest::newRow("no text") << begin + QByteArray(message).replace("\"a\"", "[]") + "]}]}" << ErrorCode::Corrupt;
    QTest::newRow("id out of range") << begin + QByteArray(message).replace("1", "1e300") + "]}]}"
                                     << ErrorCode::Corrupt;
}

void TestImport::badFilesAreRefusedWhole() {
    QFETCH(QByteArray, json);
    QFETCH(ErrorCode, code);
    const Failure failure = failureOf(fromJson(json));
    QCOMPARE(failure.task, Task::Import);
    QCOMPARE(failure.code, code);
}

void TestImport::whatIsNoFileIsRefusedAtOnce() {
    QCOMPARE(failureOf(readChatFile(m_folder->path())).code, ErrorCode::NotReadable);
    QCOMPARE(failureOf(readChatFile(u"/dev/zero"_s)).code, ErrorCode::NotReadable);
    QCOMPARE(failureOf(readChatFile(m_folder->filePath(u"missing.json"_s))).code, ErrorCode::NotReadable);
    QFile huge(m_folder->filePath(u"huge.json"_s));
    QVERIFY(huge.open(QIODevice::WriteOnly) && huge.resize(kLargestImport + 1));
    const Failure failure = failureOf(readChatFile(huge.fileName()));
    QCOMPARE(failure.code, ErrorCode::OutOfMemory);
    QCOMPARE(failure.subject, u"huge.json"_s);
}

void TestImport::aFileIsImportedByTheMenu() {
    const QString path = write(u"chats.json"_s, toJson(manyChats()));
    m_app->action(u"Import chats…"_s)->trigger();
    auto* dialog = m_app->part<QFileDialog>();
    QVERIFY(dialog && dialog->isVisible());
    dialog->selectFile(path);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_COMPARE_WITH_TIMEOUT(m_app->last().text, u"<b>\\n & 日本語"_s, kPatience);
    QCOMPARE(m_app->chats.chats()->rowCount(), 2);
    QCOMPARE(m_app->chats.conversation().chat().title, u"Ünïcode 🎻"_s);
    QVERIFY(visibleText(&m_app->window).contains(u"2 chats were imported"_s));
}

void TestImport::aFileIsImportedByDroppingIt() {
    const QString path = write(u"conversations.json"_s, kChatGpt);
    m_app->dragOver(path);
    QVERIFY(visibleText(m_app->part<DropOverlay>()).contains(u"Drop to import"_s));
    m_app->drop(path);
    QVERIFY(!m_app->part<DropOverlay>()->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(m_app->last().text, u"Lyon."_s, kPatience);
}

void TestImport::undoTakesAnImportBack() {
    m_app->chats.importChats(*fromJson(kChatGpt));
    m_app->chats.importChats(*fromJson(toJson(manyChats())));
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().path().size(), 2, kPatience);
    QTest::keyClick(&m_app->window, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(m_app->chats.chats()->rowCount(), 1);
    QVERIFY(m_app->chats.conversation().isEmpty());
    const QList<WholeChat> left = all();
    QCOMPARE(left.size(), 1);
    QCOMPARE(left[0].chat.title, u"Trip"_s);
}

void TestImport::undoKeepsAChatThatWentOn() {
    m_app->chats.importChats(*fromJson(toJson(manyChats())));
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().path().size(), 2, kPatience);
    m_app->chats.edit(m_app->last().id, u"Another reply"_s);
    m_app->chats.steps()->undo();
    m_app->chats.steps()->undo();
    QCOMPARE(m_app->chats.chats()->rowCount(), 1);
}

void TestImport::whatIsWrongIsSaidInTheWindow() {
    m_app->drop(write(u"notes.json"_s, R"({"notes": []})"));
    QTRY_VERIFY_WITH_TIMEOUT(visibleText(&m_app->window).contains(u"notes.json holds no chats."_s), kPatience);
    QCOMPARE(m_app->chats.chats()->rowCount(), 0);
    m_app->drop(write(u"good.json"_s, kChatGpt));
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.chats()->rowCount(), 1, kPatience);
    QVERIFY(!visibleText(&m_app->window).contains(u"notes.json"_s));
}

QTEST_MAIN(TestImport)
#include "test_import.moc"
