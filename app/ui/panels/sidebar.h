#pragma once

#include <QAbstractItemModel>
#include <QWidget>

#include "chat/chat_list.h"
#include "ui/theme.h"

class QLineEdit;
class QMenu;
class QAction;

namespace monochord::app {

class ChatFilter;
class ChatListView;

/// Search field (filters by title and by what was found in the messages, also in folders that are collapsed), New chat, and the chats: PINNED, FOLDERS, and
/// the others grouped by day: TODAY, YESTERDAY, LAST WEEK, EARLIER, the headings painted by the delegate. Context menu
/// and keys: rename (F2, in place), delete (Delete); see ChatListView for dragging and folding. Export and moving to a
/// folder by the menu.
class Sidebar final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Sidebar)
public:
    explicit Sidebar(Theme* theme, QWidget* parent = nullptr);

    /// A list model with the roles of ChatList, newest chat first, that stays the caller's.
    void setModel(QAbstractItemModel* chats);
    void setCurrentChat(qint64 id);  ///< 0: none
    void editFolder(qint64 id);      ///< its name, in place
    QString searchText() const;
    void setHits(const QList<ChatHit>& hits);  ///< chats whose messages hold what is searched for

Q_SIGNALS:
    void searchChanged(const QString& text);  ///< empty: no search any more
    void newChatRequested();
    void chatActivated(qint64 id);  ///< by click, Enter, or moving with the arrow keys
    void renameRequested(qint64 id, const QString& title);
    void duplicateRequested(qint64 id);
    void exportRequested(qint64 id);
    void deleteRequested(qint64 id);
    void moveRequested(qint64 id, qint64 folder, qint64 before);  ///< see ChatController
    void newFolderRequested(qint64 chat);                         ///< for this chat; 0: an empty one
    void folderRenameRequested(qint64 id, const QString& title);
    void folderDeleteRequested(qint64 id);
    void folderMoveRequested(qint64 id, qint64 before);
    void foldRequested(qint64 id, bool collapsed);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void buildSearch();
    void buildList();
    void showMenu(const QPoint& position);
    void addChatActions(QMenu* menu, const QModelIndex& index);
    void addPlaces(QMenu* menu, const QModelIndex& index);
    void addFolderActions(QMenu* menu, const QModelIndex& index);
    QAction* addRename(QMenu* menu, const QModelIndex& index);
    void selectCurrent();

    Theme* m_theme;
    QLineEdit* m_search = nullptr;
    ChatListView* m_list = nullptr;
    ChatFilter* m_filter = nullptr;
    qint64 m_current = 0;
};

}  // namespace monochord::app
