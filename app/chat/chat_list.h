#pragma once

#include <QAbstractListModel>
#include <QList>

#include "storage/records.h"

namespace monochord::app {

/// Roles of the chat list beside Qt::DisplayRole, the title.
enum ChatListRole { ChatIdRole = Qt::UserRole + 1, ChatUpdatedRole };  // qint64; QDateTime, local time

/// All chats, the one that was changed last first.
class ChatList final : public QAbstractListModel {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatList)
public:
    explicit ChatList(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    const QList<ChatRow>& all() const { return m_chats; }
    void setChats(const QList<ChatRow>& chats);
    /// Inserts, or changes and moves to its place.
    void put(const ChatRow& chat);
    void remove(qint64 id);
    const ChatRow* chat(qint64 id) const;  ///< null: not in the list; valid until the next change

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    qsizetype rowOf(qint64 id) const;  // -1: not there

    QList<ChatRow> m_chats;
};

}  // namespace monochord::app
