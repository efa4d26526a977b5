// What is done with whole chats, and undone.
#include <QDateTime>
#include <QHash>
#include <algorithm>

#include "chat/chat_controller.h"

namespace monochord::app {

void ChatController::renameChat(qint64 id, const QString& title) {
    const ChatRow* known = m_list.chat(id);
    if (!known || known->title == title) return;
    take(
        tr("“%1” is called “%2” now").arg(known->title, title), [this, id, title] { setTitle(id, title); },
        [this, id, was = known->title] { setTitle(id, was); });
}

void ChatController::setTitle(qint64 id, const QString& title) {
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
    take(
        tr("“%1” was deleted").arg(known->title),
        [this, id] {
            m_list.remove(id);
            hideChats({id});
        },
        [this, chat = *known] {
            m_store->undeleteChat(chat.id);
            m_list.put(chat);
            openChat(chat.id);
        });
}

void ChatController::importChats(const QList<WholeChat>& chats) {
    if (chats.isEmpty()) return;
    addChats(chats, 0, tr("%Ln chats were imported", nullptr, static_cast<int>(chats.size())));
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
    if (copy.chat.folder == kPinned) copy.chat.folder = kByDay;
    QHash<qint64, qint64> ids;
    for (const MessageRow& row : chat.messages) ids.insert(row.id, newId());
    for (MessageRow& row : copy.messages) {
        row.id = ids.value(row.id);
        row.chat = copy.chat.id;
        row.parent = ids.value(row.parent);
        if (row.state == MessageState::Generating) row.state = MessageState::Stopped;
    }
    copy.chat.leaf = ids.value(chat.chat.leaf, copy.messages.isEmpty() ? 0 : copy.messages.last().id);
    addChats({copy}, chat.chat.id, tr("This is the copy"));
}

void ChatController::addChats(const QList<WholeChat>& chats, qint64 origin, const QString& sentence) {
    QList<ChatRow> added;
    for (const WholeChat& whole : chats) added.append(whole.chat);
    m_store->putChats(chats);
    take(
        sentence,
        [this, added] {
            QList<ChatRow> all = m_list.all();
            for (const ChatRow& chat : added) {
                if (m_list.chat(chat.id)) continue;
                m_store->undeleteChat(chat.id);
                all.append(chat);
            }
            m_list.setChats(all);
            openChat(std::ranges::max_element(added, {}, &ChatRow::updatedMs)->id);
        },
        [this, added, origin] { takeBack(added, origin); });
}

void ChatController::takeBack(const QList<ChatRow>& added, qint64 origin) {
    QHash<qint64, qint64> times;
    for (const ChatRow& chat : added) times.insert(chat.id, chat.updatedMs);
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
    if (origin != 0 && !unchanged.isEmpty()) openChat(origin);
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
