// What is done with whole chats, and undone.
#include <QDateTime>
#include <QHash>
#include <algorithm>

#include "chat/chat_controller.h"

namespace monochord::app {

void ChatController::renameChat(qint64 id, const QString& title) {
    const ChatRow* known = m_list.chat(id);
    if (!known) return;
    ChatRow chat = *known;
    chat.title = title;
    m_list.put(chat);
    m_store->putChat(chat);
    if (m_shown.chat().id != id) return;
    m_shown.setTitle(title);
    Q_EMIT titleChanged();
}

void ChatController::deleteChat(qint64 id) {
    const ChatRow* known = m_list.chat(id);
    if (!known) return;
    const ChatRow chat = *known;
    m_undo.append(Undoable{Undoable::Kind::Deleted, {chat}});
    m_list.remove(id);
    hideChats({id});
    Q_EMIT chatDeleted(chat.title);
}

void ChatController::importChats(const QList<WholeChat>& chats) {
    if (chats.isEmpty()) return;
    addChats(chats, 0);
    Q_EMIT chatsImported(static_cast<int>(chats.size()));
}

void ChatController::branchToNewChat(qint64 message) {
    WholeChat branch{m_shown.chat()};
    for (const qint64 id : m_shown.path()) {
        branch.messages.append(*m_shown.message(id));
        if (id == message) return copyChat(branch, tr("%1 (branch)").arg(branch.chat.title));
    }
}

void ChatController::duplicateChat(qint64 id) {
    // Other requests to the store have small numbers.
    m_copying = static_cast<quint64>(newId());
    m_store->collect(m_copying, {id});
}

void ChatController::copyChat(const WholeChat& chat, const QString& title) {
    WholeChat copy = chat;
    copy.chat.id = newId();
    copy.chat.title = title;
    copy.chat.updatedMs = QDateTime::currentMSecsSinceEpoch();
    QHash<qint64, qint64> ids;
    for (const MessageRow& row : chat.messages) ids.insert(row.id, newId());
    for (MessageRow& row : copy.messages) {
        row.id = ids.value(row.id);
        row.chat = copy.chat.id;
        row.parent = ids.value(row.parent);
        if (row.state == MessageState::Generating) row.state = MessageState::Stopped;
    }
    copy.chat.leaf = ids.value(chat.chat.leaf, copy.messages.isEmpty() ? 0 : copy.messages.last().id);
    addChats({copy}, chat.chat.id);
    Q_EMIT chatCopied();
}

void ChatController::addChats(const QList<WholeChat>& chats, qint64 origin) {
    Undoable added{Undoable::Kind::Added, {}, origin};
    for (const WholeChat& whole : chats) added.chats.append(whole.chat);
    m_store->putChats(chats);
    m_list.setChats(m_list.all() + added.chats);
    openChat(std::ranges::max_element(added.chats, {}, &ChatRow::updatedMs)->id);
    m_undo.append(added);
}

void ChatController::undo() {
    if (m_undo.isEmpty()) return;
    const Undoable last = m_undo.takeLast();
    if (last.kind == Undoable::Kind::Deleted) {
        const ChatRow& chat = last.chats.first();
        m_store->undeleteChat(chat.id);
        m_list.put(chat);
        return openChat(chat.id);
    }
    QHash<qint64, qint64> times;
    for (const ChatRow& chat : last.chats) times.insert(chat.id, chat.updatedMs);
    QList<ChatRow> left;
    QList<qint64> unchanged;
    for (const ChatRow& chat : m_list.all()) {
        if (times.value(chat.id, -1) == chat.updatedMs)
            unchanged.append(chat.id);
        else
            left.append(chat);
    }
    m_list.setChats(left);
    hideChats(unchanged);
    if (last.origin != 0 && !unchanged.isEmpty()) openChat(last.origin);
}

void ChatController::hideChats(const QList<qint64>& ids) {
    for (const qint64 id : ids) {
        if (m_running && m_running->row.chat == id) stop();
        m_store->deleteChat(id);
        m_engine->forgetChat(id);
    }
    if (ids.contains(m_shown.chat().id) || (m_opening != 0 && ids.contains(m_opening))) newChat();
}

}  // namespace monochord::app
