// Chats and folders on their way to another place, by mouse and by key.
#include <QDrag>
#include <QDragMoveEvent>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <utility>

#include "chat/chat_list.h"
#include "ui/panels/chat_list_view.h"
#include "ui/widgets/dressing.h"

namespace monochord::app {
namespace {

// The id of a chat or a folder.
const QString kChatMime = QStringLiteral("application/x-monochord-chat");

qint64 idOf(const QModelIndex& index) {
    return index.data(ChatIdRole).toLongLong();
}
qint64 folderIdOf(const QModelIndex& index) {
    return index.data(FolderIdRole).toLongLong();
}
qint64 folderOf(const QModelIndex& index) {
    return index.data(InFolderRole).toLongLong();
}

}  // namespace

void ChatListView::startDrag(Qt::DropActions) {
    const QModelIndex dragged = std::exchange(m_pressed, QPersistentModelIndex());
    if (!dragged.isValid()) return;
    auto* content = new QMimeData;
    content->setData(kChatMime, QByteArray::number(idOf(dragged) + folderIdOf(dragged)));
    auto* drag = new QDrag(this);
    drag->setMimeData(content);
    const QRect row = rowOf(dragged);
    drag->setPixmap(viewport()->grab(row));
    drag->setHotSpot(QPoint(row.width() / 3, row.height() / 2));
    drag->exec(Qt::MoveAction);
    m_target.reset();
    viewport()->update();
}

void ChatListView::dragEnterEvent(QDragEnterEvent* event) {
    m_dragged = QPersistentModelIndex();
    const qint64 id = event->mimeData()->data(kChatMime).toLongLong();
    for (int row = 0; id != 0 && row < model()->rowCount(); ++row) {
        const QModelIndex index = model()->index(row, 0);
        if (idOf(index) == id || folderIdOf(index) == id) m_dragged = index;
    }
    // Files are for the window.
    event->setAccepted(m_dragged.isValid());
}

void ChatListView::dragMoveEvent(QDragMoveEvent* event) {
    const QPoint point = event->position().toPoint();
    m_target = targetOf(m_dragged, point);
    event->setAccepted(m_target.has_value());
    const int margin = em(this, 2);
    const int step = point.y() < margin ? -em(this, 1) : point.y() > viewport()->height() - margin ? em(this, 1) : 0;
    verticalScrollBar()->setValue(verticalScrollBar()->value() + step);
    viewport()->update();
}

void ChatListView::dragLeaveEvent(QDragLeaveEvent*) {
    m_dragged = QPersistentModelIndex();
    m_target.reset();
    viewport()->update();
}

void ChatListView::dropEvent(QDropEvent* event) {
    m_target.reset();
    const auto target = targetOf(m_dragged, event->position().toPoint());
    event->setAccepted(target.has_value());
    if (target) move(m_dragged, *target);
    m_dragged = QPersistentModelIndex();
}

void ChatListView::paintEvent(QPaintEvent* event) {
    QListView::paintEvent(event);
    if (!m_target || m_target->mark.isEmpty()) return;
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    m_delegate->paintMark(&painter, m_target->mark);
}

void ChatListView::move(const QModelIndex& dragged, const Target& target) {
    if (const qint64 folder = folderIdOf(dragged))
        Q_EMIT folderMoveRequested(folder, target.before);
    else
        Q_EMIT moveRequested(idOf(dragged), target.folder, target.before);
}

/// Nothing: it cannot be let go there.
std::optional<ChatListView::Target> ChatListView::targetOf(const QModelIndex& dragged, const QPoint& point) const {
    if (!dragged.isValid()) return std::nullopt;
    const QModelIndex over = QListView::indexAt(point);
    const QRect row = rowOf(over);
    const bool onHeading = over.isValid() && point.y() < row.top();
    const bool below = point.y() > row.center().y();
    if (folderIdOf(dragged) != 0) return targetOfFolder(dragged, over, below);
    if (over.isValid() && over.row() == 0 && onHeading) {
        const QRect line(row.left(), row.top(), row.width(), 2);
        return Target{kPinned, folderOf(over) == kPinned ? idOf(over) : 0, line};
    }
    if (const qint64 folder = folderIdOf(over); folder != 0 && !onHeading) return Target{folder, 0, row};
    if (over.isValid() && folderOf(over) != kByDay) return besides(over, below);
    if (folderOf(dragged) == kByDay) return std::nullopt;
    return Target{kByDay, 0, over.isValid() ? QRect(row.left(), row.top(), row.width(), 2) : QRect()};
}

ChatListView::Target ChatListView::besides(const QModelIndex& over, bool below) const {
    const QRect row = rowOf(over);
    const QRect line(row.left(), below ? row.bottom() : row.top(), row.width(), 2);
    return {folderOf(over), below ? nextSibling(over, 1) : idOf(over), line};
}

std::optional<ChatListView::Target> ChatListView::targetOfFolder(const QModelIndex& dragged, const QModelIndex& over,
                                                                 bool below) const {
    if (!over.isValid() || over == dragged) return std::nullopt;
    const bool isFolder = folderIdOf(over) != 0;
    if (!isFolder && folderOf(over) <= kPinned) return std::nullopt;
    const QRect row = rowOf(over);
    const bool behind = !isFolder || below;
    const QRect line(row.left(), behind ? row.bottom() : row.top(), row.width(), 2);
    return Target{0, behind ? nextSibling(over, 1) : folderIdOf(over), line};
}

/// The folder that stands `step` folders further, or the chat in the same place; from a chat of a folder, of which one
/// asks for the next folder, by the folder. 0: none.
qint64 ChatListView::nextSibling(const QModelIndex& index, int step) const {
    const bool wantsFolder = folderIdOf(m_dragged.isValid() ? QModelIndex(m_dragged) : index) != 0;
    for (int row = index.row(); step != 0;) {
        row += step > 0 ? 1 : -1;
        const QModelIndex next = index.siblingAtRow(row);
        if (!next.isValid()) return 0;
        const bool counts =
            wantsFolder ? folderIdOf(next) != 0 : folderIdOf(next) == 0 && folderOf(next) == folderOf(index);
        if (!counts && !wantsFolder) return 0;
        if (!counts) continue;
        step += step > 0 ? -1 : 1;
        if (step == 0) return wantsFolder ? folderIdOf(next) : idOf(next);
    }
    return 0;
}

bool ChatListView::moveByKey(int step, const QModelIndex& index) {
    if (!index.isValid() || (folderIdOf(index) == 0 && folderOf(index) == kByDay)) return false;
    if (nextSibling(index, step) == 0) return true;
    move(index, {.folder = folderOf(index), .before = nextSibling(index, step > 0 ? 2 : -1)});
    return true;
}

}  // namespace monochord::app
