#pragma once

#include <QList>
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

#include "core/failure.h"
#include "storage/database.h"
#include "storage/pending_rows.h"

namespace monochord::app {

/// ChatStore's side of the disk: owns the connection, lives on the store's thread. What is put waits in m_pending and
/// is written in one transaction once the calls that are already queued have been taken in, so many at once cost one
/// sync.
class StoreWriter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StoreWriter)
public:
    explicit StoreWriter(const QString& path);
    ~StoreWriter() override;

    void open();
    void close();  ///< writes what is pending

    void loadChats();
    void loadChat(qint64 id);
    void collect(quint64 request, const QList<qint64>& ids);
    void search(quint64 request, const QString& text);
    void putChat(const ChatRow& chat);
    void putChats(const QList<WholeChat>& chats);
    void putFolder(const FolderRow& folder);
    void removeFolder(qint64 id);
    void putMessage(const MessageRow& message);
    void journal(qint64 message, const Journal& journal);
    void setMessagesHidden(const QList<qint64>& ids, bool hidden);
    void setHidden(qint64 chat, bool hidden);

Q_SIGNALS:
    void foldersLoaded(const QList<monochord::app::FolderRow>& folders);
    void chatsLoaded(const QList<monochord::app::ChatRow>& chats);
    void chatLoaded(const monochord::app::ChatRow& chat, const QList<monochord::app::MessageRow>& messages);
    void collected(quint64 request, const QList<monochord::app::WholeChat>& chats);
    void found(quint64 request, const QList<monochord::app::ChatHit>& hits);
    void durable(qint64 message);
    void failed(const monochord::app::Failure& failure);
    void recovered();

private:
    QList<FolderRow> folders();
    QList<ChatRow> shownChats();                    ///< newest first
    std::optional<WholeChat> wholeChat(qint64 id);  ///< nothing where it is hidden or unknown
    bool openFile(int lockTimeoutMs);
    void flushSoon();
    void flush();
    DatabaseResult<void> writePending();
    void beginFailing(const DatabaseError& error);
    void report(ErrorCode code, const QString& detail);
    const Database* readable() const { return m_database ? m_database.get() : m_unwritable.get(); }
    template <class T>
    T readOr(T otherwise, DatabaseResult<T> result);

    const QString m_path;
    std::unique_ptr<Database> m_database;    // null: the file cannot be had, pending rows are all there is …
    std::unique_ptr<Database> m_unwritable;  // … beside these, where the file can at least be read
    bool m_tidied = false;                   // replies that a crash left behind are marked in the file
    PendingRows m_pending;
    QList<qint64> m_awaited;  // put, and durable() not yet said
    bool m_flushQueued = false;
    bool m_failing = false;
    QTimer m_journalPause{this};  // runs: the last journal is too fresh for another
    QTimer m_retryPause{this};
};

}  // namespace monochord::app
