#include "storage/chat_store.h"

#include "storage/store_writer.h"

namespace monochord::app {

ChatStore::ChatStore(const QString& path, QObject* parent) : QObject(parent), m_writer(new StoreWriter(path)) {
    m_writer->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_writer, &QObject::deleteLater);
    connect(m_writer, &StoreWriter::foldersLoaded, this, &ChatStore::foldersLoaded);
    connect(m_writer, &StoreWriter::chatsLoaded, this, &ChatStore::chatsLoaded);
    connect(m_writer, &StoreWriter::chatLoaded, this, &ChatStore::chatLoaded);
    connect(m_writer, &StoreWriter::collected, this, &ChatStore::collected);
    connect(m_writer, &StoreWriter::found, this, &ChatStore::found);
    connect(m_writer, &StoreWriter::durable, this, &ChatStore::durable);
    connect(m_writer, &StoreWriter::failed, this, &ChatStore::failed);
    connect(m_writer, &StoreWriter::recovered, this, &ChatStore::recovered);
    m_thread.setObjectName(QStringLiteral("chat store"));
    m_thread.start();
    QMetaObject::invokeMethod(m_writer, &StoreWriter::open);
}

ChatStore::~ChatStore() {
    // Behind every call that is already queued; quit() alone would leave them undone.
    QMetaObject::invokeMethod(m_writer, [writer = m_writer] {
        writer->close();
        writer->thread()->quit();
    });
    m_thread.wait();
}

void ChatStore::loadChats() {
    QMetaObject::invokeMethod(m_writer, &StoreWriter::loadChats);
}

void ChatStore::loadChat(qint64 id) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, id] { writer->loadChat(id); });
}

void ChatStore::collect(quint64 request, const QList<qint64>& ids) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, request, ids] { writer->collect(request, ids); });
}

void ChatStore::search(quint64 request, const QString& text) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, request, text] { writer->search(request, text); });
}

void ChatStore::putChat(const ChatRow& chat) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, chat] { writer->putChat(chat); });
}

void ChatStore::putChats(const QList<WholeChat>& chats) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, chats] { writer->putChats(chats); });
}

void ChatStore::putFolder(const FolderRow& folder) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, folder] { writer->putFolder(folder); });
}

void ChatStore::removeFolder(qint64 id) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, id] { writer->removeFolder(id); });
}

void ChatStore::putMessage(const MessageRow& message) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, message] { writer->putMessage(message); });
}

void ChatStore::hideMessages(const QList<qint64>& ids, bool hidden) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, ids, hidden] { writer->setMessagesHidden(ids, hidden); });
}

void ChatStore::journal(qint64 message, const Journal& journal) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, message, journal] { writer->journal(message, journal); });
}

void ChatStore::deleteChat(qint64 id) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, id] { writer->setHidden(id, true); });
}

void ChatStore::undeleteChat(qint64 id) {
    QMetaObject::invokeMethod(m_writer, [writer = m_writer, id] { writer->setHidden(id, false); });
}

}  // namespace monochord::app
