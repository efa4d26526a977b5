#include "storage/message_search.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/storage/store_reader.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

MessageRow message(qint64 id, qint64 chat, const QString& text, MessageState state = MessageState::Complete) {
    MessageRow row;
    row.id = id;
    row.chat = chat;
    row.role = state == MessageState::Complete ? Role::User : Role::Assistant;
    row.state = state;
    row.text = text;
    return row;
}

}  // namespace

class TestMessageSearch final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void wordsAreFound_data();
    void wordsAreFound();
    void theNewestMessageComesFirst();
    void excerptsAreShort();
    void aReplyIsFoundWhenItIsFinished();
    void aChangedTextIsFoundByItsNewWords();
    void whatIsHiddenIsNotFound();
    void deletedWordsAreGoneFromTheDisk();
    void interruptedRepliesAreFoundAfterTheCrash();

private:
    void reopen() {
        m_store.reset();
        m_store = std::make_unique<ChatStore>(path());
    }
    QString path() const { return m_folder->filePath(QStringLiteral("chats.sqlite")); }
    QList<ChatHit> hits(const QString& text) {
        QSignalSpy found(m_store.get(), &ChatStore::found);
        m_store->search(++m_request, text);
        if (found.isEmpty() && !found.wait(20'000)) return {};
        return found.first().at(1).value<QList<ChatHit>>();
    }
    QList<qint64> chats(const QString& text) {
        QList<qint64> ids;
        for (const ChatHit& hit : hits(text)) ids.append(hit.chat);
        return ids;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ChatStore> m_store;
    quint64 m_request = 0;
};

void TestMessageSearch::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    reopen();
}

void TestMessageSearch::cleanup() {
    m_store.reset();
    m_folder.reset();
}

void TestMessageSearch::wordsAreFound_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<bool>("found");
    const auto row = [](const char* text, const char* wanted, bool found) {
        QTest::newRow(wanted) << QString::fromUtf8(text) << QString::fromUtf8(wanted) << found;
    };
    row("Balanced binary trees", "binary", true);
    row("Balanced binary trees", "BIN", true);
    row("Balanced binary trees", "tree bal", true);
    row("Balanced binary trees", "inary", false);
    row("Balanced binary trees", "binary graph", false);
    row("Crème brûlée", "creme brulee", true);
    row("Straße nach Köln", "Koln", true);
    row("Привет, мир", "привет", true);
    row("今天天气很好", "天气", true);
    row("日本語のテキスト", "テキスト", true);
    row("สวัสดีครับ", "ดีครับ", true);
    row("今天天气很好", "天 气", false);
    row("50 % of it", "%", true);
    row("half of it", "%", false);
    row("a NOT b", "NOT", true);
    row("call f(x)", "f(x)", true);
    row("say \"it\"", "\"it", true);
    row("text:words", "text:wor", true);
    row("anything", "*", false);
    row("anything", "   ", false);
}

void TestMessageSearch::wordsAreFound() {
    QFETCH(QString, text);
    QFETCH(QString, wanted);
    m_store->putMessage(message(10, 1, text));
    QSignalSpy failed(m_store.get(), &ChatStore::failed);
    QTEST(!chats(wanted).isEmpty(), "found");
    QCOMPARE(failed.count(), 0);
}

void TestMessageSearch::theNewestMessageComesFirst() {
    m_store->putMessage(message(10, 1, QStringLiteral("about trees")));
    m_store->putMessage(message(20, 2, QStringLiteral("more trees")));
    m_store->putMessage(message(30, 1, QStringLiteral("trees again")));
    m_store->putMessage(message(40, 3, QStringLiteral("nothing")));
    const QList<ChatHit> found = hits(QStringLiteral("trees"));
    QCOMPARE(found.size(), 2);
    QCOMPARE(found[0].chat, 1);
    QCOMPARE(found[0].message, 30);
    QCOMPARE(found[0].excerpt, QStringLiteral("trees again"));
    QCOMPARE(found[1].chat, 2);
}

void TestMessageSearch::excerptsAreShort() {
    const QString filler = QStringLiteral("word\nafter word ").repeated(500);
    m_store->putMessage(message(10, 1, filler + QStringLiteral("needle") + filler));
    m_store->putMessage(message(20, 2, QStringLiteral("字").repeated(5000) + QStringLiteral("针头")));
    for (const char* wanted : {"needle", "针头"}) {
        const QString text = QString::fromUtf8(wanted);
        const QList<ChatHit> found = hits(text);
        QCOMPARE(found.size(), 1);
        QVERIFY2(found[0].excerpt.contains(text) && found[0].excerpt.size() < 200, qPrintable(found[0].excerpt));
        QVERIFY(!found[0].excerpt.contains(u'\n'));
    }
}

void TestMessageSearch::aReplyIsFoundWhenItIsFinished() {
    m_store->putMessage(message(10, 1, {}, MessageState::Generating));
    m_store->journal(10, {.text = QStringLiteral("half of a reply")});
    QCOMPARE(chats(QStringLiteral("half")), QList<qint64>());
    m_store->putMessage(message(10, 1, QStringLiteral("half of a reply, and the rest"), MessageState::Stopped));
    QCOMPARE(chats(QStringLiteral("half")), QList<qint64>{1});
    // It goes on.
    m_store->putMessage(message(10, 1, QStringLiteral("half of a reply"), MessageState::Generating));
    m_store->putMessage(message(10, 1, QStringLiteral("half of a longer reply"), MessageState::Stopped));
    QCOMPARE(chats(QStringLiteral("longer half")), QList<qint64>{1});
    QCOMPARE(chats(QStringLiteral("rest")), QList<qint64>());
}

void TestMessageSearch::aChangedTextIsFoundByItsNewWords() {
    m_store->putMessage(message(10, 1, QStringLiteral("the first words")));
    m_store->putMessage(message(10, 1, QStringLiteral("the second words")));
    QCOMPARE(chats(QStringLiteral("first")), QList<qint64>());
    QCOMPARE(chats(QStringLiteral("words")), QList<qint64>{1});
}

void TestMessageSearch::whatIsHiddenIsNotFound() {
    m_store->putMessage(message(10, 1, QStringLiteral("hidden words")));
    m_store->putMessage(message(20, 2, QStringLiteral("hidden words")));
    m_store->deleteChat(1);
    m_store->hideMessages({20}, true);
    QCOMPARE(chats(QStringLiteral("hidden")), QList<qint64>());
    m_store->undeleteChat(1);
    QCOMPARE(chats(QStringLiteral("hidden")), QList<qint64>{1});
}

void TestMessageSearch::deletedWordsAreGoneFromTheDisk() {
    m_store->putMessage(message(10, 1, QStringLiteral("unmistakable")));
    m_store->putMessage(message(20, 2, QStringLiteral("ordinary")));
    m_store->deleteChat(1);
    reopen();
    QCOMPARE(chats(QStringLiteral("unmistakable")), QList<qint64>());
    QCOMPARE(chats(QStringLiteral("ordinary")), QList<qint64>{2});
    m_store.reset();
    for (const QString& name : QDir(m_folder->path()).entryList(QDir::Files)) {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("unmistakable"), qPrintable(name));
    }
}

void TestMessageSearch::interruptedRepliesAreFoundAfterTheCrash() {
    m_store->putMessage(message(10, 1, QStringLiteral("cut off"), MessageState::Generating));
    reopen();  // as after a crash: nothing has finished it
    QCOMPARE(chats(QStringLiteral("cut")), QList<qint64>{1});
}

QTEST_MAIN(TestMessageSearch)
#include "test_message_search.moc"
