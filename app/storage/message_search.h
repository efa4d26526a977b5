#pragma once

#include <QList>
#include <QString>

#include "storage/database.h"
#include "storage/records.h"

namespace monochord::app {

/// Chats with a message that holds all words of the text, each as the beginning of a word, whatever its case and
/// accents; the one with the newest such message first, at most 200. Texts in scripts without gaps between words are
/// looked for as they are. What is hidden is not found.
DatabaseResult<QList<ChatHit>> searchMessages(const Database& database, const QString& text);

// The index of words follows the messages. `condition` chooses some of them in SQL; those that are still written are
// left out. Within the transaction that changes them:
DatabaseResult<void> removeWords(const Database& database, const QString& condition,
                                 const QVariantList& values = {});  ///< before their text changes or goes
DatabaseResult<void> addWords(const Database& database, const QString& condition, const QVariantList& values = {});

}  // namespace monochord::app
