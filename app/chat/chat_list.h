#pragma once

#include <QAbstractListModel>
#include <QHash>
#include <QList>
#include <array>
#include <variant>

#include "storage/records.h"

namespace monochord::app {

/// Roles of the chat list beside Qt::DisplayRole, the title.
enum ChatListRole {
    ChatIdRole = Qt::UserRole + 1,  ///< qint64; 0: the row is a folder
    ChatUpdatedRole,                ///< QDateTime, local time
    FolderIdRole,                   ///< qint64; 0: the row is a chat
    InFolderRole,                   ///< qint64; of a chat: kByDay, kPinned, or the folder above it
    CollapsedRole                   ///< bool; of a folder
};

/// All chats and folders in the order of the sidebar: those that are pinned; each folder and the chats in it, also
/// where it is collapsed; all others, the one that was changed last first. A chat whose folder is not there is one of
/// these.
class ChatList final : public QAbstractListModel {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatList)
public:
    explicit ChatList(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    QList<ChatRow> all() const;
    QList<ChatRow> chatsIn(qint64 folder) const;  ///< in their order; kPinned: those that are pinned
    void setChats(const QList<ChatRow>& chats);
    /// Inserts, or changes and moves to its place.
    void put(const ChatRow& chat);
    void remove(qint64 id);
    const ChatRow* chat(qint64 id) const;  ///< null: not in the list; valid until the next change

    QList<FolderRow> folders() const;  ///< in their order
    void setFolders(const QList<FolderRow>& folders);
    void putFolder(const FolderRow& folder);
    void removeFolder(qint64 id);  ///< its chats are listed by day

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    using Entry = std::variant<ChatRow, FolderRow>;
    using Key = std::array<qint64, 6>;  // ascending

    Key keyOf(const Entry& entry) const;
    qint64 folderOf(const ChatRow& chat) const;
    template <class Row>
    qsizetype rowOf(qint64 id) const;  // -1: not there
    template <class Row>
    void insertOrMove(const Row& row);
    void sort();
    QVariant folderData(const FolderRow& folder, int role) const;

    QList<Entry> m_entries;
    QHash<qint64, qint64> m_places;  // of the folders, by id
};

}  // namespace monochord::app
