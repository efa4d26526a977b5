#include <QFile>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "exchange/export.h"
#include "support/window.h"
#include "ui/panels/banner.h"
#include "ui/panels/sidebar.h"

using namespace monochord;
using namespace monochord::app;
using namespace monochord::test;

namespace {

using namespace Qt::StringLiterals;

constexpr int kPatience = 20'000;  // ms; reached only where something hangs

ReplyRecord record() {
    ReplyRecord record;
    record.modelName = u"SmolLM2 135M Instruct"_s;
    record.engineVersion = u"0.2"_s;
    record.settings = {{.token = 0, .sampling = {.seed = 18'446'744'073'709'551'615u}}};
    record.replyTokens = 101;
    record.generationSeconds = 2;
    record.reason = StopReason::EndToken;
    return record;
}

/// A question with two replies, of which the second is shown and goes on.
WholeChat branched() {
    WholeChat whole{{.id = 500,
                     .title = u"Rivers / lakes"_s,
                     .systemPrompt = u"Be brief."_s,
                     .leaf = 540,
                     .updatedMs = 1'700'000'000'123}};
    whole.messages = {
        {.id = 510, .chat = 500, .role = Role::User, .text = u"Name <b>three</b> rivers & a \"lake\"."_s},
        {.id = 520,
         .chat = 500,
         .parent = 510,
         .role = Role::Assistant,
         .text = u"The other branch."_s,
         .record = record()},
        {.id = 530,
         .chat = 500,
         .parent = 510,
         .role = Role::Assistant,
         .text =
             u"- **Loire**\n- Rhône\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://a.test/i.png)"_s,
         .record = record()},
        {.id = 535, .chat = 500, .parent = 530, .role = Role::User, .text = u"In code?"_s},
        {.id = 540,
         .chat = 500,
         .parent = 535,
         .role = Role::Assistant,
         .state = MessageState::Stopped,
         .text = u"```python\nif a < b:\n    pass"_s},
    };
    return whole;
}

Conversation conversation() {
    return Conversation(branched().chat, branched().messages);
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class TestExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void markdownHoldsTheShownBranch();
    void markdownClosesTheCodeOfAStoppedReply();
    void pagesHoldNoMarkupOfTheChat();
    void pagesShowMarkdownAsInTheWindow();
    void jsonHoldsAllBranchesAndRecords();
    void fileNamesAreWhatFileSystemsTake_data();
    void fileNamesAreWhatFileSystemsTake();
    void theKeyExportsTheShownChat();
    void theListExportsAnotherChat();
    void allChatsGoIntoOneFile();
    void whatCannotBeWrittenIsSaidInTheWindow();

private:
    QFileDialog* dialog();
    bool choose(const QString& path);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestExport::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    m_app->store.putChats({branched()});
    m_app->chats.start(500);
    QTRY_COMPARE(m_app->last().id, 540);
}

void TestExport::cleanup() {
    m_app.reset();
    m_folder.reset();
}

QFileDialog* TestExport::dialog() {
    return m_app->part<QFileDialog>();
}

/// As a person types a name into the dialog that is open.
bool TestExport::choose(const QString& path) {
    if (!QTest::qWaitFor([this] { return dialog() && dialog()->isVisible(); }, kPatience)) return false;
    dialog()->selectFile(path);
    dialog()->findChild<QWidget*>(u"fileNameEdit"_s)->setProperty("text", path);
    QMetaObject::invokeMethod(dialog(), "accept");
    return true;
}

void TestExport::markdownHoldsTheShownBranch() {
    const QString text = toMarkdown(conversation());
    QVERIFY(text.startsWith(u"# Rivers / lakes\n\n## System prompt\n\n> Be brief.\n\n## You\n\nName <b>three</b>"_s));
    QVERIFY(text.contains(u"\n\n## SmolLM2 135M Instruct\n\n- **Loire**\n"_s));
    QVERIFY(text.contains(u"\n\n*temperature 0.8 · seed 18446744073709551615 · 101 tokens · 50.0 tokens/s*\n"_s));
    QVERIFY(!text.contains(u"The other branch."_s));
}

void TestExport::markdownClosesTheCodeOfAStoppedReply() {
    QVERIFY(toMarkdown(conversation()).endsWith(u"    pass\n```\n\n*not finished*\n"_s));
    WholeChat chat = branched();
    chat.messages.last().text = u"````\n```\n````\nDone."_s;
    QVERIFY(toMarkdown(Conversation(chat.chat, chat.messages)).contains(u"````\nDone.\n\n*not finished*"_s));
}

void TestExport::pagesHoldNoMarkupOfTheChat() {
    WholeChat chat = branched();
    chat.chat.title = u"</title><script>alert(1)</script>"_s;
    chat.messages[2].record.modelName = u"\"><img src=x>"_s;
    const QString page = toHtml(Conversation(chat.chat, chat.messages));
    QVERIFY(page.contains(u"Name &lt;b&gt;three&lt;/b&gt; rivers &amp; a &quot;lake&quot;."_s));
    for (const QString& none :
         {u"<script"_s, u"<b>"_s, u"<img"_s, u"href=\"javascript"_s, u"src="_s, u"@import"_s, u"url("_s}) {
        const bool isThere = page.contains(none) && !(none == u"src="_s && page.contains(u"&lt;img src=x"_s));
        QVERIFY2(!isThere, qPrintable(none));
    }
    QVERIFY(page.contains(u"default-src 'none'"_s));
    QVERIFY(page.contains(u"prefers-color-scheme: dark"_s));
}

void TestExport::pagesShowMarkdownAsInTheWindow() {
    const QString page = toHtml(conversation());
    QVERIFY(page.contains(u"<h1 dir=\"auto\">Rivers / lakes</h1>"_s));
    QVERIFY(page.contains(u"<span class=\"marker\">•</span><strong>Loire</strong>"_s));
    QVERIFY(page.contains(u"<figcaption>python</figcaption><pre>\nif a &lt; b:\n    pass"_s));
    QVERIFY(page.contains(u"not finished</p>"_s));
    QVERIFY(!page.contains(u"The other branch."_s));
}

void TestExport::jsonHoldsAllBranchesAndRecords() {
    const QJsonObject file = QJsonDocument::fromJson(toJson({branched()})).object();
    QCOMPARE(file[u"format"].toString(), u"monochord chats"_s);
    QCOMPARE(file[u"version"].toInt(), 1);
    const QJsonObject chat = file[u"chats"].toArray()[0].toObject();
    QCOMPARE(chat[u"title"].toString(), u"Rivers / lakes"_s);
    QCOMPARE(chat[u"systemPrompt"].toString(), u"Be brief."_s);
    QCOMPARE(chat[u"updated"].toString(), u"2023-11-14T22:13:20.123Z"_s);
    QCOMPARE(chat[u"shown"].toInt(), 5);
    const QJsonArray messages = chat[u"messages"].toArray();
    QCOMPARE(messages.size(), 5);
    QCOMPARE(messages[1].toObject()[u"text"].toString(), u"The other branch."_s);
    QCOMPARE(messages[1].toObject()[u"parent"].toInt(), 1);
    QCOMPARE(messages[2].toObject()[u"parent"].toInt(), 1);
    QCOMPARE(messages[4].toObject()[u"state"].toString(), u"stopped"_s);
    QCOMPARE(ReplyRecord::fromJson(messages[1].toObject()[u"record"].toObject()), record());
}

void TestExport::fileNamesAreWhatFileSystemsTake_data() {
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("name");
    QTest::newRow("plain") << u"Übersetzung, §3"_s << u"Übersetzung, §3"_s;
    QTest::newRow("folders") << u"../../etc/passwd"_s << u"etc passwd"_s;
    QTest::newRow("lines") << u"a\nb\tc"_s << u"a b c"_s;
    QTest::newRow("nothing left") << u"///..."_s << u"Chat"_s;
    QTest::newRow("long") << u"x"_s.repeated(300) << u"x"_s.repeated(80);
    QTest::newRow("cut in an emoji") << u"x"_s.repeated(79) + u"🎻🎻"_s << u"x"_s.repeated(79);
}

void TestExport::fileNamesAreWhatFileSystemsTake() {
    QFETCH(QString, title);
    QFETCH(QString, name);
    QCOMPARE(fileNameFor(title), name);
}

void TestExport::theKeyExportsTheShownChat() {
    QTest::keyClick(&m_app->window, Qt::Key_E, Qt::ControlModifier);
    QVERIFY(dialog());
    QCOMPARE(QFileInfo(dialog()->selectedFiles().value(0)).fileName(), u"Rivers lakes.md"_s);
    const QString path = m_folder->filePath(u"chat.md"_s);
    QVERIFY(choose(path));
    QTRY_COMPARE_WITH_TIMEOUT(QString::fromUtf8(contentOf(path)), toMarkdown(conversation()), kPatience);
}

void TestExport::theListExportsAnotherChat() {
    m_app->chats.newChat();
    Q_EMIT m_app->part<Sidebar>()->exportRequested(500);
    const QString path = m_folder->filePath(u"chat.html"_s);
    QVERIFY(choose(path));
    QTRY_COMPARE_WITH_TIMEOUT(QString::fromUtf8(contentOf(path)), toHtml(conversation()), kPatience);
    QVERIFY(m_app->chats.conversation().isEmpty());
}

void TestExport::allChatsGoIntoOneFile() {
    WholeChat other{{.id = 900, .title = u"Other"_s, .leaf = 910, .updatedMs = 1'700'000'100'000}};
    other.messages = {{.id = 910, .chat = 900, .text = u"Hello"_s}};
    m_app->store.putChats({other});
    WholeChat deleted{{.id = 950, .title = u"Deleted"_s, .updatedMs = 1}};
    m_app->store.putChats({deleted});
    m_app->store.deleteChat(950);
    m_app->action(u"Export all chats…"_s)->trigger();
    const QString path = m_folder->filePath(u"all.json"_s);
    QVERIFY(choose(path));
    QTRY_COMPARE_WITH_TIMEOUT(contentOf(path), toJson({other, branched()}), kPatience);
}

void TestExport::whatCannotBeWrittenIsSaidInTheWindow() {
    QTest::keyClick(&m_app->window, Qt::Key_E, Qt::ControlModifier);
    const QString folder = m_folder->filePath(u"taken.md"_s);
    QVERIFY(dialog());
    Q_EMIT dialog()->fileSelected(folder + u"/not/there.md"_s);
    QTRY_VERIFY_WITH_TIMEOUT(visibleText(&m_app->window).contains(u"there.md can’t be written: "_s), kPatience);
}

QTEST_MAIN(TestExport)
#include "test_export.moc"
