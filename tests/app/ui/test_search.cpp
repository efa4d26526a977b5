#include <QLineEdit>
#include <QListView>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "support/window.h"
#include "ui/panels/chat_list_view.h"
#include "ui/panels/sidebar.h"
#include "ui/view/chat_view.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

WholeChat chat(qint64 id, const QString& title, const QString& text) {
    MessageRow row;
    row.id = id + 1;
    row.chat = id;
    row.text = text;
    return {.chat = {.id = id, .title = title, .leaf = id + 1, .updatedMs = id}, .messages = {row}};
}

}  // namespace

/// Searching all chats in the real window.
class TestSearch final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void wordsOfMessagesFindTheirChats();
    void titlesFindTheirChatsToo();
    void aChatThatIsOpenedShowsWhatWasFound();

private:
    QLineEdit* search() { return m_app->part<Sidebar>()->findChild<QLineEdit*>(); }
    QAbstractItemModel* list() { return m_app->part<ChatListView>()->model(); }
    QStringList titles() {
        QStringList all;
        for (int row = 0; row < list()->rowCount(); ++row) all.append(list()->index(row, 0).data().toString());
        return all;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestSearch::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    QSignalSpy loaded(&m_app->store, &ChatStore::chatsLoaded);
    QVERIFY(loaded.wait());
    m_app->chats.importChats({chat(100, QStringLiteral("Cooking"), QStringLiteral("How long does rice take?")),
                              chat(200, QStringLiteral("Code"), QStringLiteral("Why is a binary tree quick?")),
                              chat(300, QStringLiteral("Rice fields"), QStringLiteral("Where are the oldest ones?"))});
    QTRY_COMPARE(list()->rowCount(), 3);
}

void TestSearch::cleanup() {
    m_app.reset();
    m_folder.reset();
}

void TestSearch::wordsOfMessagesFindTheirChats() {
    QTest::keyClicks(search(), QStringLiteral("tree"));
    QTRY_COMPARE(titles(), QStringList{QStringLiteral("Code")});
    const QString excerpt = list()->index(0, 0).data(ExcerptRole).toString();
    QCOMPARE(excerpt, QStringLiteral("Why is a binary tree quick?"));
    const auto* view = m_app->part<ChatListView>();
    const int tall = view->visualRect(list()->index(0, 0)).height();
    QTest::keyClick(search(), Qt::Key_Escape);
    QCOMPARE(list()->rowCount(), 3);
    QVERIFY(list()->index(1, 0).data(ExcerptRole).toString().isEmpty());
    QTRY_VERIFY(view->visualRect(list()->index(0, 0)).height() < tall);
}

void TestSearch::titlesFindTheirChatsToo() {
    QTest::keyClicks(search(), QStringLiteral("rice"));
    QTRY_COMPARE(list()->rowCount(), 2);
    QVERIFY(titles().contains(QStringLiteral("Rice fields")) && titles().contains(QStringLiteral("Cooking")));
    QTest::keyClicks(search(), QStringLiteral("zzz"));
    QTRY_COMPARE(list()->rowCount(), 0);
}

void TestSearch::aChatThatIsOpenedShowsWhatWasFound() {
    QTest::keyClicks(search(), QStringLiteral("binary"));
    QTRY_COMPARE(titles(), QStringList{QStringLiteral("Code")});
    QSignalSpy found(m_app->part<ChatView>(), &ChatView::foundChanged);
    QTest::keyClick(search(), Qt::Key_Return);
    QTRY_COMPARE(m_app->chats.conversation().chat().id == 100, false);
    QTRY_VERIFY(!found.isEmpty() && found.last().at(1).toInt() == 1);
    // The marks go with the search.
    search()->clear();
    QTRY_COMPARE(found.last().at(1).toInt(), 0);
}

QTEST_MAIN(TestSearch)
#include "test_search.moc"
