#pragma once

#include <QSignalSpy>

#include "storage/chat_store.h"

namespace monochord::test {

/// What the store answers, waited for; nothing where it does not answer.
inline QList<app::ChatRow> chatsOf(app::ChatStore& store) {
    QSignalSpy loaded(&store, &app::ChatStore::chatsLoaded);
    store.loadChats();
    if (loaded.isEmpty() && !loaded.wait(20'000)) return {};
    return loaded.first().first().value<QList<app::ChatRow>>();
}

inline QList<app::MessageRow> messagesOf(app::ChatStore& store, qint64 chat) {
    QSignalSpy loaded(&store, &app::ChatStore::chatLoaded);
    store.loadChat(chat);
    if (loaded.isEmpty() && !loaded.wait(20'000)) return {};
    return loaded.first().at(1).value<QList<app::MessageRow>>();
}

}  // namespace monochord::test
