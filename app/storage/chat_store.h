#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QThread>

#include "core/failure.h"
#include "storage/records.h"

namespace monochord::app {

class StoreWriter;

/// All chats on disk: SQLite in WAL mode with synchronous=FULL, one connection on its own thread, migrations numbered
/// in resources/sql. Every function returns at once; answers come as signals in the order of the calls. When writing
/// fails (a full disk) `failed` says so once until it works again, and what could not be written stays queued and is
/// tried again every few seconds and before each later write, so the chat goes on in memory.
class ChatStore final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatStore)
public:
    /// Opens or creates the database and locks it: a second Monochord on the same file gets a `failed`. One that cannot
    /// be opened or is damaged is set aside under another name with a `failed`, and a new one begun; where not even
    /// that works, chats live in memory only.
    explicit ChatStore(const QString& path, QObject* parent = nullptr);
    /// Writes what is pending and closes.
    ~ChatStore() override;

    void loadChats();          ///< → foldersLoaded, chatsLoaded
    void loadChat(qint64 id);  ///< → chatLoaded
    /// Whole chats for reading elsewhere, without those that are deleted or unknown → collected. No ids: all chats,
    /// newest first.
    void collect(quint64 request, const QList<qint64>& ids);
    void search(quint64 request, const QString& text);  ///< see searchMessages() → found
    void putChat(const ChatRow& chat);  ///< inserts or replaces
    /// New chats, in one transaction: all of them are there afterwards, or none.
    void putChats(const QList<WholeChat>& chats);
    void putFolder(const FolderRow& folder);  ///< inserts or replaces
    void removeFolder(qint64 id);             ///< its chats stay
    /// Inserts or replaces. `durable(id)` follows once it is on disk, or after `failed`: a reply may begin then.
    void putMessage(const MessageRow& message);
    /// Of one chat; what is hidden is not loaded any more, and purged at the next start.
    void hideMessages(const QList<qint64>& ids, bool hidden);
    /// The running reply so far; called as often as one likes. Written every 3/4 of a second (a newer one replaces one
    /// that waits), so that a crash takes no more than the last second. Finished replies go through
    /// putMessage.
    void journal(qint64 message, const Journal& journal);
    /// Hides the chat; undelete brings it back as long as the application runs; purged at the next start.
    void deleteChat(qint64 id);
    void undeleteChat(qint64 id);

Q_SIGNALS:
    void foldersLoaded(const QList<monochord::app::FolderRow>& folders);
    /// Newest first. Replies that were Generating when the application died are Interrupted from now on.
    void chatsLoaded(const QList<monochord::app::ChatRow>& chats);
    /// Messages in the order of their ids. An unknown id: an empty list.
    void chatLoaded(const monochord::app::ChatRow& chat, const QList<monochord::app::MessageRow>& messages);
    void collected(quint64 request, const QList<monochord::app::WholeChat>& chats);
    void found(quint64 request, const QList<monochord::app::ChatHit>& hits);
    void durable(qint64 message);
    void failed(const monochord::app::Failure& failure);
    /// Writing works again and all that was queued is on disk.
    void recovered();

private:
    QThread m_thread;
    StoreWriter* m_writer = nullptr;  // lives on m_thread
};

}  // namespace monochord::app
