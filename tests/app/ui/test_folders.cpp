#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "support/window.h"
#include "ui/panels/chat_list_view.h"
#include "ui/panels/composer.h"
#include "ui/panels/sidebar.h"

using namespace monochord::app;
using namespace monochord::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatience = 20'000;  // ms; reached only where something hangs

WholeChat chat(qint64 id, const QString& title) {
    WholeChat whole;
    whole.chat = {.id = id, .title = title, .leaf = id + 1, .updatedMs = QDateTime::currentMSecsSinceEpoch() - id};
    whole.messages = {{.id = id + 1, .chat = id, .text = title}};
    return whole;
}

}  // namespace

/// Pins and folders in the real window, without a model.
class TestFolders final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void theShownChatIsPinnedByAKey();
    void aNewFolderIsNamedAtOnce();
    void theMenuMovesAChatIntoAFolder();
    void aDeletedFolderGivesItsChatsBack();
    void everythingIsUndoneAndRedone();
    void aChatIsDraggedIntoAFolder();
    void pinnedChatsAreDraggedIntoAnOrder();
    void onTheTopmostHeadingAChatIsPinned();
    void foldersAreDraggedIntoAnOrder();
    void foldersAreFoldedByKeysAndByAClick();
    void keysMoveWhatIsPinned();
    void searchingFindsWhatIsFolded();
    void allOfItIsThereAfterARestart();
    void aCopyIsTakenBackAndGivenAgain();

private:
    void restart();
    ChatListView* list() { return m_app->part<ChatListView>(); }
    QStringList rows();
    QModelIndex row(const QString& title);
    void drag(const QString& title, const QPoint& to);
    QPoint inRow(const QString& title, double part);
    void choose(const QString& title, const QString& action);
    qint64 folder(const QString& title, const QStringList& chats);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ApplicationUnderTest> m_app;
};

void TestFolders::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    useAsHome(m_folder->path());
    restart();
    m_app->chats.importChats({chat(10, u"A"_s), chat(20, u"B"_s), chat(30, u"C"_s), chat(40, u"D"_s)});
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().chat().id, 10, kPatience);
    m_app->chats.steps()->clear();
    QCOMPARE(rows(), (QStringList{u"A"_s, u"B"_s, u"C"_s, u"D"_s}));
}

void TestFolders::cleanup() {
    m_app.reset();
    m_folder.reset();
}

void TestFolders::restart() {
    m_app.reset();
    m_app = std::make_unique<ApplicationUnderTest>(m_folder->path());
    QSignalSpy loaded(&m_app->store, &ChatStore::chatsLoaded);
    QVERIFY(loaded.wait(kPatience));
    QVERIFY(QTest::qWaitForWindowExposed(&m_app->window));
}

/// What the list shows, folders in brackets.
QStringList TestFolders::rows() {
    QStringList titles;
    for (int i = 0; i < list()->model()->rowCount(); ++i) {
        const QModelIndex index = list()->model()->index(i, 0);
        const bool isFolder = index.data(FolderIdRole).toLongLong() != 0;
        titles.append(isFolder ? u'[' + index.data().toString() + u']' : index.data().toString());
    }
    return titles;
}

QModelIndex TestFolders::row(const QString& title) {
    for (int i = 0; i < list()->model()->rowCount(); ++i)
        if (list()->model()->index(i, 0).data().toString() == title) return list()->model()->index(i, 0);
    qWarning("no row %s", qPrintable(title));
    return {};
}

/// 0: at its upper end, 1: at its lower; the heading is no part of it.
QPoint TestFolders::inRow(const QString& title, double part) {
    QCoreApplication::processEvents();  // the layout of what changed
    const QRect rect = list()->visualRect(row(title));
    const int height = list()->fontMetrics().height() * 3 / 2;
    return {rect.center().x(), rect.bottom() - 2 - qRound((1 - part) * height)};
}

void TestFolders::drag(const QString& title, const QPoint& to) {
    const QModelIndex from = row(title);
    const qint64 id = from.data(ChatIdRole).toLongLong() + from.data(FolderIdRole).toLongLong();
    QMimeData data;
    data.setData(u"application/x-monochord-chat"_s, QByteArray::number(id));
    QDragEnterEvent enter(to, Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(list()->viewport(), &enter);
    QVERIFY(enter.isAccepted());
    QDragMoveEvent move(to, Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(list()->viewport(), &move);
    QDropEvent drop(to, Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(list()->viewport(), &drop);
}

void TestFolders::choose(const QString& title, const QString& action) {
    Q_EMIT list()->customContextMenuRequested(inRow(title, 0.5));
    const QList<QMenu*> menus = m_app->part<Sidebar>()->findChildren<QMenu*>();
    for (const QMenu* menu : menus)
        for (QAction* each : menu->actions())
            if (each->text() == action) each->trigger();
    for (QMenu* menu : menus) menu->close();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

qint64 TestFolders::folder(const QString& title, const QStringList& chats) {
    const qint64 id = m_app->chats.newFolder(title);
    for (const QString& chat : chats) m_app->chats.moveChat(row(chat).data(ChatIdRole).toLongLong(), id);
    return id;
}

void TestFolders::theShownChatIsPinnedByAKey() {
    m_app->chats.openChat(30);
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().chat().id, 30, kPatience);
    QTest::keyClick(&m_app->window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(rows(), (QStringList{u"C"_s, u"A"_s, u"B"_s, u"D"_s}));
    QVERIFY(visibleText(&m_app->window).contains(u"“C” is pinned"_s));
    QCOMPARE(list()->currentIndex().data().toString(), u"C"_s);
    // What is written to it later leaves it where it is.
    m_app->chats.setSystemPrompt(u"Be brief."_s);
    QCOMPARE(rows().first(), u"C"_s);
    QTest::keyClick(&m_app->window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(rows().last() != u"C"_s);
    QVERIFY(visibleText(&m_app->window).contains(u"“C” is listed by day again"_s));
}

void TestFolders::aNewFolderIsNamedAtOnce() {
    QTest::keyClick(&m_app->window, Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    auto* editor = list()->viewport()->findChild<QLineEdit*>();
    QVERIFY(editor);
    QCOMPARE(editor->accessibleName(), u"Name of the folder"_s);
    QTest::keyClicks(editor, u"Work"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(rows(), (QStringList{u"[Work]"_s, u"A"_s, u"B"_s, u"C"_s, u"D"_s}));
}

void TestFolders::theMenuMovesAChatIntoAFolder() {
    folder(u"Work"_s, {});
    choose(u"C"_s, u"Work"_s);
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"C"_s, u"A"_s, u"B"_s, u"D"_s}));
    choose(u"C"_s, u"Pin"_s);
    QCOMPARE(rows(), (QStringList{u"C"_s, u"[Work]"_s, u"A"_s, u"B"_s, u"D"_s}));
    choose(u"C"_s, u"Unpin"_s);
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"A"_s, u"B"_s, u"C"_s, u"D"_s}));
    choose(u"C"_s, u"Work"_s);
    choose(u"C"_s, u"No folder"_s);
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"A"_s, u"B"_s, u"C"_s, u"D"_s}));
}

void TestFolders::aDeletedFolderGivesItsChatsBack() {
    folder(u"Work"_s, {u"D"_s, u"A"_s});
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"D"_s, u"A"_s, u"B"_s, u"C"_s}));
    list()->setFocus();
    list()->setCurrentIndex(row(u"Work"_s));
    QTest::keyClick(list(), Qt::Key_Delete);
    QCOMPARE(rows(), (QStringList{u"A"_s, u"B"_s, u"C"_s, u"D"_s}));
    QVERIFY(visibleText(&m_app->window).contains(u"“Work” was deleted"_s));
    QTest::keyClick(&m_app->window, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"D"_s, u"A"_s, u"B"_s, u"C"_s}));
}

void TestFolders::everythingIsUndoneAndRedone() {
    const qint64 work = folder(u"Work"_s, {u"A"_s, u"B"_s});
    m_app->chats.renameFolder(work, u"Home"_s);
    m_app->chats.moveFolder(folder(u"Other"_s, {}), work);
    m_app->chats.pinChat(40, true);
    m_app->chats.moveChat(20, work, 10);
    m_app->chats.renameChat(10, u"Z"_s);
    m_app->chats.deleteFolder(work);
    m_app->chats.deleteChat(30);
    // Also from where one writes, as long as nothing is written.
    m_app->part<Composer>()->focusText();
    const QStringList after = rows();
    const auto press = [this](Qt::KeyboardModifiers modifiers) {
        for (int i = m_app->chats.steps()->count(); i > 0; --i) QTest::keyClick(&m_app->window, Qt::Key_Z, modifiers);
    };
    press(Qt::ControlModifier);
    QVERIFY(!m_app->chats.steps()->canUndo());
    QCOMPARE(rows(), (QStringList{u"A"_s, u"B"_s, u"C"_s, u"D"_s}));
    press(Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(rows(), after);
}

void TestFolders::aChatIsDraggedIntoAFolder() {
    folder(u"Work"_s, {u"B"_s});
    drag(u"D"_s, inRow(u"Work"_s, 0.5));
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"B"_s, u"D"_s, u"A"_s, u"C"_s}));
    drag(u"A"_s, inRow(u"D"_s, 0.1));
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"B"_s, u"A"_s, u"D"_s, u"C"_s}));
    drag(u"B"_s, inRow(u"C"_s, 0.5));
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"A"_s, u"D"_s, u"B"_s, u"C"_s}));
}

void TestFolders::pinnedChatsAreDraggedIntoAnOrder() {
    for (const qint64 id : {10, 20, 30}) m_app->chats.pinChat(id, true);
    drag(u"C"_s, inRow(u"A"_s, 0.1));
    QCOMPARE(rows(), (QStringList{u"C"_s, u"A"_s, u"B"_s, u"D"_s}));
    drag(u"C"_s, inRow(u"A"_s, 0.9));
    QCOMPARE(rows(), (QStringList{u"A"_s, u"C"_s, u"B"_s, u"D"_s}));
    drag(u"D"_s, inRow(u"B"_s, 0.9));
    QCOMPARE(m_app->chats.chats()->chatsIn(kPinned).size(), 4);
    QCOMPARE(rows().last(), u"D"_s);
}

void TestFolders::onTheTopmostHeadingAChatIsPinned() {
    drag(u"D"_s, list()->visualRect(row(u"A"_s)).topLeft() + QPoint(30, 3));
    QCOMPARE(m_app->chats.chats()->chat(40)->folder, kPinned);
    drag(u"C"_s, list()->visualRect(row(u"D"_s)).topLeft() + QPoint(30, 3));
    QCOMPARE(rows(), (QStringList{u"C"_s, u"D"_s, u"A"_s, u"B"_s}));
}

void TestFolders::foldersAreDraggedIntoAnOrder() {
    folder(u"Work"_s, {u"A"_s});
    folder(u"Home"_s, {u"B"_s});
    drag(u"Home"_s, inRow(u"Work"_s, 0.1));
    QCOMPARE(rows(), (QStringList{u"[Home]"_s, u"B"_s, u"[Work]"_s, u"A"_s, u"C"_s, u"D"_s}));
    drag(u"Home"_s, inRow(u"A"_s, 0.5));
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"A"_s, u"[Home]"_s, u"B"_s, u"C"_s, u"D"_s}));
}

void TestFolders::foldersAreFoldedByKeysAndByAClick() {
    folder(u"Work"_s, {u"C"_s});
    const QStringList open = rows(), folded{u"[Work]"_s, u"A"_s, u"B"_s, u"D"_s};
    list()->setFocus();
    list()->setCurrentIndex(row(u"C"_s));
    QTest::keyClick(list(), Qt::Key_Left);
    QCOMPARE(list()->currentIndex().data().toString(), u"Work"_s);
    QTest::keyClick(list(), Qt::Key_Left);
    QCOMPARE(rows(), folded);
    QCOMPARE(list()->currentIndex().data().toString(), u"Work"_s);
    QCOMPARE(list()->currentIndex().data(Qt::AccessibleTextRole).toString(), u"Folder Work, collapsed, 1 chats"_s);
    QTest::keyClick(list(), Qt::Key_Right);
    QCOMPARE(rows(), open);
    QCOMPARE(list()->currentIndex().data().toString(), u"Work"_s);
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, inRow(u"Work"_s, 0.5));
    QCOMPARE(rows(), folded);
    // As a tree in a language that is read from the right.
    list()->setLayoutDirection(Qt::RightToLeft);
    list()->setCurrentIndex(row(u"Work"_s));
    QTest::keyClick(list(), Qt::Key_Left);
    QCOMPARE(rows(), open);
}

void TestFolders::keysMoveWhatIsPinned() {
    for (const qint64 id : {10, 20, 30}) m_app->chats.pinChat(id, true);
    list()->setFocus();
    list()->setCurrentIndex(row(u"A"_s));
    QTest::keyClick(list(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(rows(), (QStringList{u"B"_s, u"A"_s, u"C"_s, u"D"_s}));
    QTest::keyClick(list(), Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(list(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(rows(), (QStringList{u"B"_s, u"C"_s, u"A"_s, u"D"_s}));
    QTest::keyClick(list(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(rows(), (QStringList{u"B"_s, u"A"_s, u"C"_s, u"D"_s}));
    folder(u"Work"_s, {});
    folder(u"Home"_s, {});
    list()->setCurrentIndex(row(u"Home"_s));
    QTest::keyClick(list(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(rows(), (QStringList{u"B"_s, u"A"_s, u"C"_s, u"[Home]"_s, u"[Work]"_s, u"D"_s}));
}

void TestFolders::searchingFindsWhatIsFolded() {
    m_app->chats.foldFolder(folder(u"Work"_s, {u"C"_s}), true);
    folder(u"Home"_s, {u"D"_s});
    auto* search = m_app->part<Sidebar>()->findChild<QLineEdit*>();
    QTest::keyClicks(search, u"c"_s);
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"C"_s}));
    search->clear();
    QCOMPARE(rows(), (QStringList{u"[Work]"_s, u"[Home]"_s, u"D"_s, u"A"_s, u"B"_s}));
}

void TestFolders::allOfItIsThereAfterARestart() {
    m_app->chats.pinChat(20, true);
    m_app->chats.pinChat(10, true);
    m_app->chats.foldFolder(folder(u"Work"_s, {u"C"_s}), true);
    folder(u"Home"_s, {});
    const QStringList before = rows();
    QCOMPARE(before, (QStringList{u"B"_s, u"A"_s, u"[Work]"_s, u"[Home]"_s, u"D"_s}));
    restart();
    QCOMPARE(rows(), before);
    QCOMPARE(m_app->chats.chats()->chat(30)->folder, m_app->chats.chats()->folders().first().id);
}

void TestFolders::aCopyIsTakenBackAndGivenAgain() {
    m_app->chats.duplicateChat(20);
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().chat().title, u"B (copy)"_s, kPatience);
    QVERIFY(visibleText(&m_app->window).contains(u"This is the copy"_s));
    QTest::keyClick(&m_app->window, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().chat().title, u"B"_s, kPatience);
    QCOMPARE(rows(), (QStringList{u"A"_s, u"B"_s, u"C"_s, u"D"_s}));
    QTest::keyClick(&m_app->window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(m_app->chats.conversation().chat().title, u"B (copy)"_s, kPatience);
    QCOMPARE(m_app->last().text, u"B"_s);
}

QTEST_MAIN(TestFolders)
#include "test_folders.moc"
