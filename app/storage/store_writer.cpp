#include "storage/store_writer.h"

#include <QFileInfo>
#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/message_search.h"

namespace monochord::app {
namespace {

using namespace std::chrono_literals;

// Under a second, so that with the time a slow disk takes to write nothing older than a second is ever missing.
constexpr auto kJournalPause = 750ms;
constexpr auto kRetryPause = 2s;
constexpr int kFirstLockTimeoutMs = 1000;  // a Monochord that is just closing

}  // namespace

StoreWriter::StoreWriter(const QString& path) : m_path(path) {
    m_journalPause.setSingleShot(true);
    connect(&m_journalPause, &QTimer::timeout, this, [this] {
        // While writing fails, the text waits for the retry like the rest.
        if (m_pending.hasJournals() && !m_failing) flush();
    });
    connect(&m_retryPause, &QTimer::timeout, this, &StoreWriter::flush);
}

StoreWriter::~StoreWriter() = default;

void StoreWriter::open() {
    if (openFile(kFirstLockTimeoutMs)) flush();
}

void StoreWriter::close() {
    flush();
    m_retryPause.stop();
    m_journalPause.stop();
    m_database.reset();
    m_unwritable.reset();
}

void StoreWriter::loadChats() {
    flush();
    Q_EMIT foldersLoaded(folders());
    Q_EMIT chatsLoaded(shownChats());
}

void StoreWriter::loadChat(qint64 id) {
    flush();
    WholeChat nothing;
    nothing.chat.id = id;
    const WholeChat whole = wholeChat(id).value_or(nothing);
    Q_EMIT chatLoaded(whole.chat, whole.messages);
}

void StoreWriter::collect(quint64 request, const QList<qint64>& ids) {
    flush();
    QList<qint64> wanted = ids;
    if (wanted.isEmpty())
        for (const ChatRow& chat : shownChats()) wanted.append(chat.id);
    QList<WholeChat> chats;
    for (const qint64 id : wanted)
        if (auto whole = wholeChat(id)) chats.append(*std::move(whole));
    Q_EMIT collected(request, chats);
}

void StoreWriter::search(quint64 request, const QString& text) {
    flush();
    QList<ChatHit> hits;
    if (readable()) hits = readOr(hits, searchMessages(*readable(), text));
    Q_EMIT found(request, hits);
}

void StoreWriter::putChat(const ChatRow& chat) {
    m_pending.put(chat);
    flushSoon();
}

void StoreWriter::putChats(const QList<WholeChat>& chats) {
    for (const WholeChat& whole : chats) {
        m_pending.put(whole.chat);
        for (const MessageRow& message : whole.messages) m_pending.put(message);
    }
    flushSoon();
}

void StoreWriter::putFolder(const FolderRow& folder) {
    m_pending.put(folder);
    flushSoon();
}

void StoreWriter::removeFolder(qint64 id) {
    m_pending.removeFolder(id);
    flushSoon();
}

void StoreWriter::putMessage(const MessageRow& message) {
    m_pending.put(message);
    m_awaited.append(message.id);
    flushSoon();
}

void StoreWriter::journal(qint64 message, const Journal& journal) {
    m_pending.journal(message, journal);
    if (m_journalPause.isActive() || m_failing) return;
    m_journalPause.start(kJournalPause);
    flushSoon();
}

void StoreWriter::setMessagesHidden(const QList<qint64>& ids, bool hidden) {
    for (const qint64 id : ids) m_pending.hideMessage(id, hidden);
    flushSoon();
}

void StoreWriter::setHidden(qint64 chat, bool hidden) {
    m_pending.hide(chat, hidden);
    flushSoon();
}

QList<FolderRow> StoreWriter::folders() {
    StoredFolders stored;
    if (readable()) stored = readOr(stored, readFolders(*readable()));
    m_pending.applyTo(&stored);
    return stored.values();
}

QList<ChatRow> StoreWriter::shownChats() {
    StoredChats stored;
    if (readable()) stored = readOr(stored, readChats(*readable()));
    m_pending.applyTo(&stored);
    QList<ChatRow> chats;
    for (const StoredChat& chat : stored) {
        if (!chat.hidden) chats.append(chat.row);
    }
    std::ranges::sort(chats, [](const ChatRow& a, const ChatRow& b) {
        return a.updatedMs != b.updatedMs ? a.updatedMs > b.updatedMs : a.id > b.id;
    });
    return chats;
}

std::optional<WholeChat> StoreWriter::wholeChat(qint64 id) {
    StoredChats chats;
    StoredMessages messages;
    if (readable()) {
        chats = readOr(chats, readChat(*readable(), id));
        messages = readOr(messages, readMessages(*readable(), id));
    }
    if (!m_tidied) {
        for (MessageRow& message : messages) {
            if (message.state == MessageState::Generating) message.state = MessageState::Interrupted;
        }
    }
    m_pending.applyTo(&chats);
    m_pending.applyTo(&messages, id);
    const StoredChat chat = chats.value(id, {.row = {}, .hidden = true});
    if (chat.hidden) return std::nullopt;
    return WholeChat{chat.row, messages.values()};
}

bool StoreWriter::openFile(int lockTimeoutMs) {
    auto opened = Database::open(m_path, {.lockTimeoutMs = lockTimeoutMs});
    if (!opened && opened.error().code == ErrorCode::Corrupt) {
        const QString aside = setAside(m_path);
        if (!aside.isEmpty()) {
            report(ErrorCode::Corrupt, tr("%1 (kept as %2)").arg(opened.error().detail, QFileInfo(aside).fileName()));
            opened = Database::open(m_path, {.lockTimeoutMs = lockTimeoutMs});
        }
    }
    if (!opened) {
        beginFailing(opened.error());
        if (!m_unwritable) m_unwritable = Database::openReadOnly(m_path).value_or(nullptr);
        return false;
    }
    m_unwritable.reset();
    m_database = std::move(*opened);
    return true;
}

void StoreWriter::flushSoon() {
    if (m_flushQueued) return;
    m_flushQueued = true;
    QMetaObject::invokeMethod(this, &StoreWriter::flush, Qt::QueuedConnection);
}

void StoreWriter::flush() {
    m_flushQueued = false;
    const bool isOpen = m_database || openFile(0);
    if (isOpen && (!m_tidied || !m_pending.isEmpty())) {
        if (const auto written = writePending(); !written) {
            beginFailing(written.error());
        } else {
            m_tidied = true;
            m_pending.clear();
            if (m_failing) {
                m_failing = false;
                m_retryPause.stop();
                Q_EMIT recovered();
            }
        }
    }
    // On disk, or the failure has been said: either way a reply may begin.
    for (const qint64 id : std::exchange(m_awaited, {})) Q_EMIT durable(id);
}

DatabaseResult<void> StoreWriter::writePending() {
    return m_database->transaction([this] {
        return (m_tidied ? DatabaseResult<void>{} : markInterrupted(*m_database)).and_then([this] {
            return m_pending.writeTo(*m_database);
        });
    });
}

void StoreWriter::beginFailing(const DatabaseError& error) {
    if (m_failing) return;
    m_failing = true;
    m_retryPause.start(kRetryPause);
    report(error.code, error.detail);
}

void StoreWriter::report(ErrorCode code, const QString& detail) {
    Q_EMIT failed(Failure{.task = Task::Store, .code = code, .detail = detail, .subject = m_path});
}

template <class T>
T StoreWriter::readOr(T otherwise, DatabaseResult<T> result) {
    if (result) return *std::move(result);
    report(result.error().code, result.error().detail);
    return otherwise;
}

}  // namespace monochord::app
