#include "chat/chat_list.h"

#include <QDateTime>
#include <algorithm>
#include <numeric>

namespace monochord::app {

QList<ChatRow> ChatList::all() const {
    QList<ChatRow> chats;
    for (const Entry& entry : m_entries)
        if (const auto* chat = std::get_if<ChatRow>(&entry)) chats.append(*chat);
    return chats;
}

QList<ChatRow> ChatList::chatsIn(qint64 folder) const {
    QList<ChatRow> chats = all();
    chats.removeIf([&](const ChatRow& chat) { return folderOf(chat) != folder; });
    return chats;
}

void ChatList::setChats(const QList<ChatRow>& chats) {
    beginResetModel();
    m_entries.removeIf([](const Entry& entry) { return std::holds_alternative<ChatRow>(entry); });
    m_entries.append(QList<Entry>(chats.begin(), chats.end()));
    std::ranges::sort(m_entries, {}, [this](const Entry& entry) { return keyOf(entry); });
    endResetModel();
}

void ChatList::put(const ChatRow& chat) {
    insertOrMove(chat);
}

void ChatList::remove(qint64 id) {
    const qsizetype row = rowOf<ChatRow>(id);
    if (row < 0) return;
    beginRemoveRows({}, int(row), int(row));
    m_entries.removeAt(row);
    endRemoveRows();
}

const ChatRow* ChatList::chat(qint64 id) const {
    const qsizetype row = rowOf<ChatRow>(id);
    return row < 0 ? nullptr : std::get_if<ChatRow>(&m_entries[row]);
}

QList<FolderRow> ChatList::folders() const {
    QList<FolderRow> folders;
    for (const Entry& entry : m_entries)
        if (const auto* folder = std::get_if<FolderRow>(&entry)) folders.append(*folder);
    return folders;
}

void ChatList::setFolders(const QList<FolderRow>& folders) {
    const QList<ChatRow> chats = all();
    m_places.clear();
    for (const FolderRow& folder : folders) m_places.insert(folder.id, folder.place);
    beginResetModel();
    m_entries = QList<Entry>(folders.begin(), folders.end());
    endResetModel();
    setChats(chats);
}

void ChatList::putFolder(const FolderRow& folder) {
    const bool moves = m_places.value(folder.id, -1) != folder.place;
    m_places.insert(folder.id, folder.place);
    if (moves) sort();
    insertOrMove(folder);
    // Whether its chats are shown depends on it.
    const auto row = static_cast<int>(rowOf<FolderRow>(folder.id));
    const auto count = static_cast<int>(chatsIn(folder.id).size());
    if (count > 0) Q_EMIT dataChanged(index(row + 1), index(row + count));
}

void ChatList::removeFolder(qint64 id) {
    const qsizetype row = rowOf<FolderRow>(id);
    if (row < 0) return;
    beginRemoveRows({}, int(row), int(row));
    m_entries.removeAt(row);
    endRemoveRows();
    m_places.remove(id);
    sort();
}

int ChatList::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant ChatList::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Entry& entry = m_entries[index.row()];
    if (const auto* folder = std::get_if<FolderRow>(&entry)) return folderData(*folder, role);
    const ChatRow& chat = std::get<ChatRow>(entry);
    switch (role) {
        case Qt::DisplayRole:
            return chat.title.isEmpty() ? tr("New chat") : chat.title;
        case ChatIdRole:
            return chat.id;
        case ChatUpdatedRole:
            return QDateTime::fromMSecsSinceEpoch(chat.updatedMs);
        case InFolderRole:
            return folderOf(chat);
        default:
            return {};
    }
}

QVariant ChatList::folderData(const FolderRow& folder, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            return folder.title;
        case Qt::AccessibleTextRole: {
            const auto count = static_cast<int>(chatsIn(folder.id).size());
            return folder.collapsed ? tr("Folder %1, collapsed, %Ln chats", nullptr, count).arg(folder.title)
                                    : tr("Folder %1, %Ln chats", nullptr, count).arg(folder.title);
        }
        case FolderIdRole:
            return folder.id;
        case CollapsedRole:
            return folder.collapsed;
        default:
            return {};
    }
}

ChatList::Key ChatList::keyOf(const Entry& entry) const {
    if (const auto* folder = std::get_if<FolderRow>(&entry)) return {1, folder->place, folder->id, 0};
    const ChatRow& chat = std::get<ChatRow>(entry);
    const qint64 folder = folderOf(chat);
    if (folder == kPinned) return {0, chat.place, chat.id};
    if (folder == kByDay) return {2, -chat.updatedMs, -chat.id};
    return {1, m_places.value(folder), folder, 1, chat.place, chat.id};
}

qint64 ChatList::folderOf(const ChatRow& chat) const {
    return chat.folder == kPinned || m_places.contains(chat.folder) ? chat.folder : kByDay;
}

template <class Row>
qsizetype ChatList::rowOf(qint64 id) const {
    const auto found = std::ranges::find_if(m_entries, [id](const Entry& entry) {
        const auto* row = std::get_if<Row>(&entry);
        return row && row->id == id;
    });
    return found == m_entries.end() ? -1 : found - m_entries.begin();
}

template <class Row>
void ChatList::insertOrMove(const Row& row) {
    const qsizetype from = rowOf<Row>(row.id);
    // How many of the others come before it.
    const Key key = keyOf(row);
    int to = 0;
    for (qsizetype i = 0; i < m_entries.size(); ++i) to += i != from && keyOf(m_entries[i]) < key;
    if (from < 0) {
        beginInsertRows({}, to, to);
        m_entries.insert(to, row);
        endInsertRows();
        return;
    }
    if (from != to) {
        // Qt counts the place to move to with the row still in the list.
        beginMoveRows({}, int(from), int(from), {}, to > from ? to + 1 : to);
        m_entries.move(from, to);
        endMoveRows();
    }
    m_entries[to] = row;
    Q_EMIT dataChanged(index(to), index(to));
}

/// After places of folders changed.
void ChatList::sort() {
    Q_EMIT layoutAboutToBeChanged();
    QList<qsizetype> order(m_entries.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [this](qsizetype row) { return keyOf(m_entries[row]); });
    QList<Entry> sorted;
    QList<int> rows(order.size());  // of each entry, by where it was
    for (const qsizetype row : order) {
        rows[row] = int(sorted.size());
        sorted.append(m_entries[row]);
    }
    m_entries = sorted;
    for (const QModelIndex& before : persistentIndexList()) changePersistentIndex(before, index(rows[before.row()]));
    Q_EMIT layoutChanged();
}

}  // namespace monochord::app
