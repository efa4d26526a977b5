#pragma once

#include <QHash>
#include <QMap>
#include <QString>

#include "storage/chat_tables.h"

namespace monochord::app {

/// What is not on disk yet: of each row its newest state only, so that a disk that stays full costs no more memory than
/// the chats themselves. Reading sees it on top of what the file holds.
class PendingRows {
public:
    bool isEmpty() const {
        return m_chats.isEmpty() && m_messages.isEmpty() && m_journals.isEmpty() && m_hidden.isEmpty();
    }
    bool hasJournals() const { return !m_journals.isEmpty(); }

    void put(const ChatRow& chat) { m_chats.insert(chat.id, chat); }
    void put(const MessageRow& message);
    /// Nothing where a finished row of that message waits.
    void journal(qint64 message, const Journal& journal);
    void hide(qint64 chat, bool hidden) { m_hidden.insert(chat, hidden); }

    /// In an order in which no row refers to one that is not there.
    DatabaseResult<void> writeTo(const Database& database) const;
    void clear() { *this = {}; }

    void applyTo(StoredChats* chats) const;                     ///< all chats
    void applyTo(StoredMessages* messages, qint64 chat) const;  ///< the messages of one

private:
    QMap<qint64, ChatRow> m_chats;
    QMap<qint64, MessageRow> m_messages;
    QHash<qint64, Journal> m_journals;  // of messages that are not in m_messages
    QHash<qint64, bool> m_hidden;       // chats deleted, or brought back
};

}  // namespace monochord::app
