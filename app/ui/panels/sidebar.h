#pragma once

#include <QAbstractItemModel>
#include <QWidget>

#include "chat/chat_list.h"
#include "ui/theme.h"

class QLineEdit;
class QSortFilterProxyModel;

namespace monochord::app {

class ChatListView;

/// Search field (filters by title), New chat, and the chats grouped by day: TODAY, YESTERDAY, LAST WEEK, EARLIER, the
/// headings painted by the delegate. Context menu and keys: rename (F2, in place), delete (Delete); export by the
/// menu.
class Sidebar final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Sidebar)
public:
    explicit Sidebar(Theme* theme, QWidget* parent = nullptr);

    /// A list model with the roles of ChatList, newest chat first, that stays the caller's.
    void setModel(QAbstractItemModel* chats);
    void setCurrentChat(qint64 id);  ///< 0: none

Q_SIGNALS:
    void newChatRequested();
    void chatActivated(qint64 id);  ///< by click, Enter, or moving with the arrow keys
    void renameRequested(qint64 id, const QString& title);
    void duplicateRequested(qint64 id);
    void exportRequested(qint64 id);
    void deleteRequested(qint64 id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void buildSearch();
    void buildList();
    void showMenu(const QPoint& position);
    void selectCurrent();

    Theme* m_theme;
    QLineEdit* m_search = nullptr;
    ChatListView* m_list = nullptr;
    QSortFilterProxyModel* m_filter = nullptr;
    qint64 m_current = 0;
};

}  // namespace monochord::app
