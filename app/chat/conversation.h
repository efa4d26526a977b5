#pragma once

#include <QHash>
#include <QList>
#include <optional>

#include "storage/records.h"

namespace monochord::app {

/// A chat as a tree of messages and the branch that is shown. Editing and regenerating add siblings and never change or
/// remove what is there. Plain data and rules: no signals, no database.
class Conversation {
public:
    Conversation() = default;
    /// Rows in any order. Rows whose parent is missing and rows in a circle, as a damaged database may hold, become
    /// first messages of the chat: nothing is lost. A leaf that does not exist: the newest branch is shown.
    Conversation(ChatRow chat, const QList<MessageRow>& messages);

    const ChatRow& chat() const { return m_chat; }
    void setTitle(const QString& title) { m_chat.title = title; }
    void setSystemPrompt(const QString& text) { m_chat.systemPrompt = text; }
    void touch(qint64 nowMs) { m_chat.updatedMs = nowMs; }

    QList<qint64> path() const;  ///< ids of the shown branch, first message first
    const MessageRow* message(qint64 id) const;
    QList<MessageRow> messages() const;  ///< of all branches, ascending ids
    bool isEmpty() const { return m_messages.isEmpty(); }

    /// Adds below `message.parent` and shows it.
    void add(const MessageRow& message);
    /// Replaces the row of that id (text, state, note, record, trace); parent and role stay.
    void update(const MessageRow& message);
    void appendText(qint64 id, const QString& text);
    void appendTrace(qint64 id, const QByteArray& trace);

    /// The messages with the same parent and role, itself among them, oldest first.
    QList<qint64> siblings(qint64 id) const;
    /// Shows the branch through the sibling that is `step` away; of its descendants the newest. False: there is none.
    bool selectSibling(qint64 id, int step);
    /// Shows the newest branch through this message.
    void select(qint64 id);

private:
    qint64 newestLeafBelow(qint64 id) const;

    ChatRow m_chat;
    QHash<qint64, MessageRow> m_messages;
    QHash<qint64, QList<qint64>> m_children;  // by parent, ascending ids; 0: first messages
};

}  // namespace monochord::app
