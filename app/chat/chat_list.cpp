#include "chat/chat_list.h"

#include <QDateTime>
#include <algorithm>

namespace monochord::app {
namespace {

bool comesBefore(const ChatRow& a, const ChatRow& b) {
    return a.updatedMs != b.updatedMs ? a.updatedMs > b.updatedMs : a.id > b.id;
}

}  // namespace

void ChatList::setChats(const QList<ChatRow>& chats) {
    beginResetModel();
    m_chats = chats;
    std::ranges::sort(m_chats, comesBefore);
    endResetModel();
}

void ChatList::put(const ChatRow& chat) {
    const qsizetype from = rowOf(chat.id);
    // How many of the others come before it.
    const int to = int(std::ranges::count_if(
        m_chats, [&](const ChatRow& other) { return other.id != chat.id && comesBefore(other, chat); }));
    if (from < 0) {
        beginInsertRows({}, to, to);
        m_chats.insert(to, chat);
        endInsertRows();
        return;
    }
    if (from != to) {
        // Qt counts the place to move to with the row still in the list.
        beginMoveRows({}, int(from), int(from), {}, to > from ? to + 1 : to);
        m_chats.move(from, to);
        endMoveRows();
    }
    m_chats[to] = chat;
    Q_EMIT dataChanged(index(to), index(to));
}

void ChatList::remove(qint64 id) {
    const qsizetype row = rowOf(id);
    if (row < 0) return;
    beginRemoveRows({}, int(row), int(row));
    m_chats.removeAt(row);
    endRemoveRows();
}

const ChatRow* ChatList::chat(qint64 id) const {
    const qsizetype row = rowOf(id);
    return row < 0 ? nullptr : &m_chats[row];
}

int ChatList::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_chats.size());
}

QVariant ChatList::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ChatRow& chat = m_chats[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return chat.title.isEmpty() ? tr("New chat") : chat.title;
        case ChatIdRole:
            return chat.id;
        case ChatUpdatedRole:
            return QDateTime::fromMSecsSinceEpoch(chat.updatedMs);
        default:
            return {};
    }
}

qsizetype ChatList::rowOf(qint64 id) const {
    const auto found = std::ranges::find(m_chats, id, &ChatRow::id);
    return found == m_chats.end() ? -1 : found - m_chats.begin();
}

}  // namespace monochord::app
