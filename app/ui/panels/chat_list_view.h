#pragma once

#include <QListView>
#include <QPersistentModelIndex>
#include <QStyledItemDelegate>
#include <QTimer>
#include <optional>

#include "chat/chat_list.h"
#include "ui/theme.h"

namespace monochord::app {

/// Beside the roles of ChatList: some words of the message in which something was found.
enum ChatHitRole { ExcerptRole = CollapsedRole + 1 };

/// The headings of the sidebar: above what is pinned, above the folders, and where a chat stands among the days.
enum class ChatGroup { Pinned, Folders, Today, Yesterday, LastWeek, Earlier };
ChatGroup dayGroup(const QDate& day, const QDate& today);

/// Paints a chat's title, beneath it what was found in it, or a folder's with its chats indented beneath it, and above the first row of each group its
/// heading. The shown chat is marked by its id, so that the mark survives a filter.
class ChatListDelegate final : public QStyledItemDelegate {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatListDelegate)
public:
    explicit ChatListDelegate(Theme* theme, QObject* parent = nullptr) : QStyledItemDelegate(parent), m_theme(theme) {}

    void setCurrentChat(qint64 id) { m_current = id; }
    /// Of the heading above this row; 0 where there is none.
    int headingHeight(const QWidget* view, const QModelIndex& index) const;

    /// Where a dragged row will go: a line, or a folder.
    void paintMark(QPainter* painter, const QRect& mark) const;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;

Q_SIGNALS:
    void renamed(qint64 id, const QString& title) const;
    void folderRenamed(qint64 id, const QString& title) const;

private:
    void paintHeading(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;

    Theme* m_theme;
    qint64 m_current = 0;
};

/// The list of chats and folders. Tells what the user did, and nothing when a filter or the model moves its current
/// row. By keys: Enter and Space fold a folder, Left and Right too, Alt+Up and Alt+Down move what is pinned, in a
/// folder or a folder itself. By mouse: chats and folders are dragged to their place; on the topmost heading a chat
/// becomes pinned, among the days it is listed by day again.
class ChatListView final : public QListView {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatListView)
public:
    explicit ChatListView(Theme* theme, QWidget* parent = nullptr);

    QModelIndex indexAt(const QPoint& point) const override;  ///< none on a heading
    void setModel(QAbstractItemModel* model) override;
    void setCurrentChat(qint64 id);

Q_SIGNALS:
    void chatActivated(qint64 id);
    void renameRequested(qint64 id, const QString& title);
    void deleteRequested(qint64 id);
    void moveRequested(qint64 id, qint64 folder, qint64 before);  ///< see ChatController
    void folderRenameRequested(qint64 id, const QString& title);
    void folderDeleteRequested(qint64 id);
    void folderMoveRequested(qint64 id, qint64 before);
    void foldRequested(qint64 id, bool collapsed);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void startDrag(Qt::DropActions actions) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    /// What becomes of a dragged row where it is held.
    struct Target {
        qint64 folder = 0;  ///< of a chat: see ChatController::moveChat
        qint64 before = 0;
        QRect mark = {};  ///< a line, or the folder's row
    };

    void activate(const QModelIndex& index);
    bool editOrDelete(int key, const QModelIndex& index);
    bool fold(int key, const QModelIndex& index);
    bool moveByKey(int step, const QModelIndex& index);
    void move(const QModelIndex& dragged, const Target& target);
    std::optional<Target> targetOf(const QModelIndex& dragged, const QPoint& point) const;
    std::optional<Target> targetOfFolder(const QModelIndex& dragged, const QModelIndex& over, bool below) const;
    Target besides(const QModelIndex& over, bool below) const;
    qint64 nextSibling(const QModelIndex& index, int step) const;
    QRect rowOf(const QModelIndex& index) const;  ///< without its heading
    void waitForMidnight();

    ChatListDelegate* m_delegate;
    QPersistentModelIndex m_pressed;  // until the button is let go
    QPersistentModelIndex m_dragged;
    std::optional<Target> m_target;
    QTimer m_midnight;
};

}  // namespace monochord::app
