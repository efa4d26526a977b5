#pragma once

#include <QListView>
#include <QStyledItemDelegate>
#include <QTimer>

#include "ui/theme.h"

namespace monochord::app {

/// Where a chat stands among the days: the headings of the sidebar.
enum class DayGroup { Today, Yesterday, LastWeek, Earlier };
DayGroup dayGroup(const QDate& day, const QDate& today);

/// Paints a chat's title, and above the first chat of each group its heading. The shown chat is marked by its id, so
/// that the mark survives a filter.
class ChatListDelegate final : public QStyledItemDelegate {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatListDelegate)
public:
    explicit ChatListDelegate(Theme* theme, QObject* parent = nullptr) : QStyledItemDelegate(parent), m_theme(theme) {}

    void setCurrentChat(qint64 id) { m_current = id; }
    /// Of the heading above this row; 0 where there is none.
    int headingHeight(const QWidget* view, const QModelIndex& index) const;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;

Q_SIGNALS:
    void renamed(qint64 id, const QString& title) const;

private:
    Theme* m_theme;
    qint64 m_current = 0;
};

/// The list of chats. Tells what the user did, and nothing when a filter or the model moves its current row.
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

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void activate(const QModelIndex& index);
    void waitForMidnight();

    ChatListDelegate* m_delegate;
    QTimer m_midnight;
};

}  // namespace monochord::app
