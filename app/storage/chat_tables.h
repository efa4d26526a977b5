#pragma once

#include <QMap>
#include <QString>

#include "storage/database.h"
#include "storage/records.h"

namespace monochord::app {

struct StoredChat {
    ChatRow row;
    bool hidden = false;
};
using StoredChats = QMap<qint64, StoredChat>;     // by id
using StoredMessages = QMap<qint64, MessageRow>;  // by id

/// The rows as SQL. What a damaged or edited file may hold reads as the nearest thing that makes sense: an unknown role
/// as the user's, an unknown state as complete, a record that is no JSON as none. Lone surrogates, which no file can
/// hold as UTF-8, are written as U+FFFD.
DatabaseResult<StoredChats> readChats(const Database& database);
DatabaseResult<StoredChats> readChat(const Database& database, qint64 id);  ///< none or one
DatabaseResult<StoredMessages> readMessages(const Database& database, qint64 chat);

/// Inserts or replaces; a hidden chat stays hidden.
DatabaseResult<void> write(const Database& database, const ChatRow& chat);
/// Inserts or replaces. A chat that is not there yet is begun without a title: a message is never refused.
DatabaseResult<void> write(const Database& database, const MessageRow& message);
/// Text and trace of a message that is still being generated; of others they stay.
DatabaseResult<void> writeJournal(const Database& database, qint64 message, const Journal& journal);
DatabaseResult<void> writeHidden(const Database& database, qint64 chat, bool hidden);
/// Generating becomes Interrupted, everywhere.
DatabaseResult<void> markInterrupted(const Database& database);

}  // namespace monochord::app
