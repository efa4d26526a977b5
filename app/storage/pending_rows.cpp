#include "storage/pending_rows.h"

namespace monochord::app {

void PendingRows::put(const MessageRow& message) {
    m_journals.remove(message.id);
    m_messages.insert(message.id, message);
}

void PendingRows::journal(qint64 message, const Journal& journal) {
    const auto row = m_messages.find(message);
    if (row == m_messages.end()) {
        m_journals.insert(message, journal);
    } else if (row->state == MessageState::Generating) {
        row->text = journal.text;
        row->trace = journal.trace;
    }
}

DatabaseResult<void> PendingRows::writeTo(const Database& database) const {
    DatabaseResult<void> done;
    for (auto it = m_chats.begin(); done && it != m_chats.end(); ++it) done = write(database, *it);
    for (auto it = m_messages.begin(); done && it != m_messages.end(); ++it) done = write(database, *it);
    for (auto it = m_journals.begin(); done && it != m_journals.end(); ++it) {
        done = writeJournal(database, it.key(), it.value());
    }
    for (auto it = m_hidden.begin(); done && it != m_hidden.end(); ++it) {
        done = writeHidden(database, it.key(), it.value());
    }
    return done;
}

void PendingRows::applyTo(StoredChats* chats) const {
    for (const ChatRow& chat : m_chats) (*chats)[chat.id].row = chat;
    for (const MessageRow& message : m_messages) {
        // As the database begins a chat that has not been put.
        if (chats->contains(message.chat)) continue;
        ChatRow chat;
        chat.id = message.chat;
        chat.leaf = message.id;
        chat.updatedMs = message.id / 1000;
        chats->insert(chat.id, {chat, false});
    }
    for (auto it = m_hidden.begin(); it != m_hidden.end(); ++it) {
        if (const auto chat = chats->find(it.key()); chat != chats->end()) chat->hidden = it.value();
    }
}

void PendingRows::applyTo(StoredMessages* messages, qint64 chat) const {
    for (auto it = m_journals.begin(); it != m_journals.end(); ++it) {
        const auto row = messages->find(it.key());
        if (row == messages->end() || row->state != MessageState::Generating) continue;
        row->text = it->text;
        row->trace = it->trace;
    }
    for (const MessageRow& message : m_messages) {
        if (message.chat == chat) messages->insert(message.id, message);
    }
}

}  // namespace monochord::app
