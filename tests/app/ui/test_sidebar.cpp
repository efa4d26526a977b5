#include "ui/panels/sidebar.h"

#include <QDateTime>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTest>

#include "ui/panels/chat_list_view.h"

using namespace monochord::app;

namespace {

/// As the chat list: rows that cannot be edited by themselves.
void append(QStandardItemModel& model, qint64 id, const QString& title, int daysAgo) {
    auto* item = new QStandardItem(title);
    item->setEditable(false);
    item->setData(id, ChatIdRole);
    item->setData(QDateTime(QDate::currentDate().addDays(-daysAgo), QTime(12, 0)), ChatUpdatedRole);
    model.appendRow(item);
}

}  // namespace

class TestSidebar final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void daysAreGrouped();
    void theFirstChatOfADayHasAHeading();
    void aClickOpensAChat();
    void aClickOnAHeadingOpensNothing();
    void arrowsOpenChats();
    void searchingFiltersByTitle();
    void searchingOpensNothingByItself();
    void enterInTheSearchOpensTheFirstHit();
    void theShownChatIsCurrentAgainAfterASearch();
    void f2RenamesInPlace();
    void escapeKeepsTheTitle();
    void anEmptyTitleIsNotTaken();
    void deleteAsksForDeletion();
    void theMenuRenamesDuplicatesExportsAndDeletes();
    void newChatIsAsked();
    void modelChangesOpenNothing();

private:
    ChatListView* list() const { return m_sidebar->findChild<ChatListView*>(); }
    QLineEdit* search() const { return m_sidebar->findChild<QLineEdit*>(); }
    QPoint placeOf(int row) const;
    QLineEdit* editor() const { return list()->viewport()->findChild<QLineEdit*>(); }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<QStandardItemModel> m_chats;
    std::unique_ptr<Sidebar> m_sidebar;
    std::unique_ptr<QSignalSpy> m_activated;
};

void TestSidebar::init() {
    m_theme = std::make_unique<Theme>();
    m_chats = std::make_unique<QStandardItemModel>();
    append(*m_chats, 11, QStringLiteral("Binary search"), 0);
    append(*m_chats, 12, QStringLiteral("Letter"), 0);
    append(*m_chats, 13, QStringLiteral("Haiku"), 1);
    append(*m_chats, 14, QStringLiteral("Bakery"), 5);
    append(*m_chats, 15, QStringLiteral("Old search"), 50);
    m_sidebar = std::make_unique<Sidebar>(m_theme.get());
    m_sidebar->setModel(m_chats.get());
    m_sidebar->resize(252, 600);
    m_sidebar->show();
    m_sidebar->setCurrentChat(11);
    m_activated = std::make_unique<QSignalSpy>(m_sidebar.get(), &Sidebar::chatActivated);
    QVERIFY(QTest::qWaitForWindowExposed(m_sidebar.get()));
}

void TestSidebar::cleanup() {
    m_activated.reset();
    m_sidebar.reset();
    m_chats.reset();
    m_theme.reset();
}

// In the row itself, beneath a heading.
QPoint TestSidebar::placeOf(int row) const {
    const QRect rect = list()->visualRect(list()->model()->index(row, 0));
    return {rect.center().x(), rect.bottom() - 8};
}

void TestSidebar::daysAreGrouped() {
    const QDate today(2026, 3, 10);
    QCOMPARE(dayGroup(today, today), DayGroup::Today);
    QCOMPARE(dayGroup(today.addDays(1), today), DayGroup::Today);
    QCOMPARE(dayGroup(today.addDays(-1), today), DayGroup::Yesterday);
    QCOMPARE(dayGroup(today.addDays(-2), today), DayGroup::LastWeek);
    QCOMPARE(dayGroup(today.addDays(-7), today), DayGroup::LastWeek);
    QCOMPARE(dayGroup(today.addDays(-8), today), DayGroup::Earlier);
    QCOMPARE(dayGroup(QDate(), today), DayGroup::Earlier);
}

void TestSidebar::theFirstChatOfADayHasAHeading() {
    const auto height = [this](int row) { return list()->visualRect(list()->model()->index(row, 0)).height(); };
    QVERIFY(height(0) > height(1));
    QVERIFY(height(2) > height(1));
    QVERIFY(height(3) > height(1));
    QVERIFY(height(4) > height(1));
}

void TestSidebar::aClickOpensAChat() {
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, placeOf(1));
    QCOMPARE(m_activated->count(), 1);
    QCOMPARE(m_activated->at(0).at(0).toLongLong(), 12);
}

void TestSidebar::aClickOnAHeadingOpensNothing() {
    const QRect rect = list()->visualRect(list()->model()->index(2, 0));
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, rect.topLeft() + QPoint(20, 4));
    QCOMPARE(m_activated->count(), 0);
}

void TestSidebar::arrowsOpenChats() {
    QTest::keyClick(list(), Qt::Key_Down);
    QTest::keyClick(list(), Qt::Key_Down);
    QCOMPARE(m_activated->count(), 2);
    QCOMPARE(m_activated->at(1).at(0).toLongLong(), 13);
    QTest::keyClick(list(), Qt::Key_Return);
    QCOMPARE(m_activated->at(2).at(0).toLongLong(), 13);
}

void TestSidebar::searchingFiltersByTitle() {
    QTest::keyClicks(search(), QStringLiteral("SEARCH"));
    QCOMPARE(list()->model()->rowCount(), 2);
    QCOMPARE(list()->model()->index(1, 0).data().toString(), QStringLiteral("Old search"));
    QTest::keyClick(search(), Qt::Key_Escape);
    QCOMPARE(list()->model()->rowCount(), 5);
}

void TestSidebar::searchingOpensNothingByItself() {
    QTest::keyClicks(search(), QStringLiteral("haiku"));
    QTest::keyClicks(search(), QStringLiteral("zzz"));
    QCOMPARE(m_activated->count(), 0);
}

void TestSidebar::enterInTheSearchOpensTheFirstHit() {
    QTest::keyClicks(search(), QStringLiteral("bak"));
    QTest::keyClick(search(), Qt::Key_Return);
    QCOMPARE(m_activated->count(), 1);
    QCOMPARE(m_activated->at(0).at(0).toLongLong(), 14);
}

void TestSidebar::theShownChatIsCurrentAgainAfterASearch() {
    QTest::keyClicks(search(), QStringLiteral("haiku"));
    QVERIFY(!list()->currentIndex().isValid());
    search()->clear();
    QCOMPARE(list()->currentIndex().data(ChatIdRole).toLongLong(), 11);
}

void TestSidebar::f2RenamesInPlace() {
    QSignalSpy renamed(m_sidebar.get(), &Sidebar::renameRequested);
    QTest::keyClick(list(), Qt::Key_F2);
    QVERIFY(editor());
    QVERIFY(!editor()->accessibleName().isEmpty());
    QCOMPARE(editor()->text(), QStringLiteral("Binary search"));
    QTest::keyClicks(editor(), QStringLiteral(" Trees "));
    QTest::keyClick(editor(), Qt::Key_Return);
    QTRY_COMPARE(renamed.count(), 1);
    QCOMPARE(renamed[0][0].toLongLong(), 11);
    QCOMPARE(renamed[0][1].toString(), QStringLiteral("Trees"));
    QCOMPARE(m_chats->item(0)->text(), QStringLiteral("Binary search"));
}

void TestSidebar::escapeKeepsTheTitle() {
    QSignalSpy renamed(m_sidebar.get(), &Sidebar::renameRequested);
    QTest::keyClick(list(), Qt::Key_F2);
    QTest::keyClicks(editor(), QStringLiteral("Trees"));
    QTest::keyClick(editor(), Qt::Key_Escape);
    QTest::qWait(10);
    QCOMPARE(renamed.count(), 0);
}

void TestSidebar::anEmptyTitleIsNotTaken() {
    QSignalSpy renamed(m_sidebar.get(), &Sidebar::renameRequested);
    QTest::keyClick(list(), Qt::Key_F2);
    QTest::keyClicks(editor(), QStringLiteral("  "));
    QTest::keyClick(editor(), Qt::Key_Return);
    QTest::qWait(10);
    QCOMPARE(renamed.count(), 0);
}

void TestSidebar::deleteAsksForDeletion() {
    QSignalSpy deleted(m_sidebar.get(), &Sidebar::deleteRequested);
    QTest::keyClick(list(), Qt::Key_Delete);
    QCOMPARE(deleted.count(), 1);
    QCOMPARE(deleted[0][0].toLongLong(), 11);
}

void TestSidebar::theMenuRenamesDuplicatesExportsAndDeletes() {
    QSignalSpy duplicated(m_sidebar.get(), &Sidebar::duplicateRequested);
    QSignalSpy exported(m_sidebar.get(), &Sidebar::exportRequested);
    QSignalSpy deleted(m_sidebar.get(), &Sidebar::deleteRequested);
    Q_EMIT list()->customContextMenuRequested(placeOf(3));
    auto* menu = m_sidebar->findChild<QMenu*>();
    QVERIFY(menu && menu->isVisible());
    QCOMPARE(menu->actions().size(), 4);
    menu->actions()[1]->trigger();
    QCOMPARE(duplicated[0][0].toLongLong(), 14);
    menu->actions()[2]->trigger();
    QCOMPARE(exported[0][0].toLongLong(), 14);
    menu->actions()[3]->trigger();
    QCOMPARE(deleted[0][0].toLongLong(), 14);
    menu->actions()[0]->trigger();
    QVERIFY(editor());
    QCOMPARE(editor()->text(), QStringLiteral("Bakery"));
}

void TestSidebar::newChatIsAsked() {
    QSignalSpy asked(m_sidebar.get(), &Sidebar::newChatRequested);
    QTest::mouseClick(m_sidebar->findChild<QPushButton*>(), Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
}

void TestSidebar::modelChangesOpenNothing() {
    m_chats->removeRow(0);
    append(*m_chats, 16, QStringLiteral("Another"), 60);
    m_sidebar->setCurrentChat(16);
    QCOMPARE(list()->currentIndex().data(ChatIdRole).toLongLong(), 16);
    m_sidebar->setCurrentChat(0);
    QVERIFY(!list()->currentIndex().isValid());
    QCOMPARE(m_activated->count(), 0);
}

QTEST_MAIN(TestSidebar)
#include "test_sidebar.moc"
