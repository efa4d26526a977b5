// Where the sidebar lists chats: pinned, in folders and in which order. All of it is a step that can be undone, but for
// folding a folder.
#include <algorithm>

#include "chat/chat_controller.h"

namespace monochord::app {

namespace {

/// The rows with `moved` before the one of the id `before`, or at the end, numbered anew.
template <class Row>
QList<Row> reordered(QList<Row> rows, const Row& moved, qint64 before) {
    rows.removeIf([&](const Row& row) { return row.id == moved.id; });
    rows.insert(std::ranges::find(rows, before, &Row::id), moved);
    for (qsizetype i = 0; i < rows.size(); ++i) rows[i].place = i + 1;
    return rows;
}

}  // namespace

void ChatController::pinChat(qint64 id, bool pinned) {
    if (const ChatRow* chat = m_list.chat(id); chat && (chat->folder == kPinned) != pinned)
        moveChat(id, pinned ? kPinned : kByDay);
}

void ChatController::moveChat(qint64 id, qint64 folder, qint64 before) {
    const ChatRow* known = m_list.chat(id);
    if (!known || id == before) return;
    const ChatRow chat = *known;
    QList<ChatRow> after{chat};
    if (folder != kByDay) after = reordered(m_list.chatsIn(folder), chat, before);
    const auto moved = std::ranges::find(after, id, &ChatRow::id);
    moved->folder = folder;
    if (folder == kByDay) moved->place = 0;
    after.removeIf([this](const ChatRow& row) { return *m_list.chat(row.id) == row; });
    if (after.isEmpty()) return;
    take(
        sentenceOfMove(chat, folder), [this, after] { arrange(after); },
        [this, was = asListed(after)] { arrange(was); });
}

QString ChatController::sentenceOfMove(const ChatRow& chat, qint64 folder) const {
    if (folder == chat.folder) return tr("“%1” has another place").arg(chat.title);
    if (folder == kPinned) return tr("“%1” is pinned").arg(chat.title);
    for (const FolderRow& row : m_list.folders())
        if (row.id == folder) return tr("“%1” is in “%2” now").arg(chat.title, row.title);
    return tr("“%1” is listed by day again").arg(chat.title);
}

qint64 ChatController::newFolder(const QString& title, qint64 chat) {
    const QList<FolderRow> folders = m_list.folders();
    const FolderRow folder{.id = newId(), .title = title, .place = folders.isEmpty() ? 1 : folders.last().place + 1};
    QList<ChatRow> after;
    if (const ChatRow* row = m_list.chat(chat)) after.append(*row);
    const QList<ChatRow> before = after;
    for (ChatRow& row : after) row.folder = folder.id;
    take(
        tr("“%1” is a new folder").arg(title),
        [this, folder, after] {
            putFolders({folder});
            arrange(after);
        },
        [this, folder, before] {
            arrange(before);
            removeFolder(folder.id);
        });
    return folder.id;
}

void ChatController::renameFolder(qint64 id, const QString& title) {
    const QList<FolderRow> folders = m_list.folders();
    const auto folder = std::ranges::find(folders, id, &FolderRow::id);
    if (folder == folders.end() || folder->title == title) return;
    FolderRow renamed = *folder;
    renamed.title = title;
    take(
        tr("“%1” is called “%2” now").arg(folder->title, title), [this, renamed] { putFolders({renamed}); },
        [this, was = *folder] { putFolders({was}); });
}

void ChatController::deleteFolder(qint64 id) {
    const QList<FolderRow> folders = m_list.folders();
    const auto folder = std::ranges::find(folders, id, &FolderRow::id);
    if (folder == folders.end()) return;
    const QList<ChatRow> before = m_list.chatsIn(id);
    QList<ChatRow> after = before;
    for (ChatRow& chat : after) {
        chat.folder = kByDay;
        chat.place = 0;
    }
    take(
        before.isEmpty() ? tr("The folder “%1” was deleted").arg(folder->title)
                         : tr("The folder “%1” was deleted; its chats are listed by day").arg(folder->title),
        [this, id, after] {
            arrange(after);
            removeFolder(id);
        },
        [this, was = *folder, before] {
            putFolders({was});
            arrange(before);
        });
}

void ChatController::moveFolder(qint64 id, qint64 before) {
    const QList<FolderRow> folders = m_list.folders();
    const auto folder = std::ranges::find(folders, id, &FolderRow::id);
    if (folder == folders.end() || id == before) return;
    const QList<FolderRow> after = reordered(folders, *folder, before);
    if (std::ranges::equal(after, folders, {}, &FolderRow::id, &FolderRow::id)) return;
    take(
        tr("“%1” has another place").arg(folder->title), [this, after] { putFolders(after); },
        [this, folders] { putFolders(folders); });
}

void ChatController::foldFolder(qint64 id, bool collapsed) {
    for (FolderRow folder : m_list.folders()) {
        if (folder.id != id || folder.collapsed == collapsed) continue;
        folder.collapsed = collapsed;
        putFolders({folder});
    }
}

/// The same chats with the places that they have now.
QList<ChatRow> ChatController::asListed(QList<ChatRow> chats) const {
    for (ChatRow& chat : chats) chat = *m_list.chat(chat.id);
    return chats;
}

/// Only places are taken from the rows: titles may have changed since.
void ChatController::arrange(const QList<ChatRow>& chats) {
    for (const ChatRow& place : chats) {
        const ChatRow* known = m_list.chat(place.id);
        if (!known) continue;
        ChatRow chat = *known;
        chat.folder = place.folder;
        chat.place = place.place;
        m_list.put(chat);
        m_store->putChat(chat);
        if (m_shown.chat().id == chat.id) m_shown.setPlace(chat.folder, chat.place);
    }
}

void ChatController::putFolders(const QList<FolderRow>& folders) {
    for (const FolderRow& folder : folders) {
        m_list.putFolder(folder);
        m_store->putFolder(folder);
    }
}

void ChatController::removeFolder(qint64 id) {
    m_list.removeFolder(id);
    m_store->removeFolder(id);
}

}  // namespace monochord::app
