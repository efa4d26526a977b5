#pragma once

#include <QElapsedTimer>
#include <QList>
#include <QQueue>
#include <QString>
#include <functional>
#include <utility>

#include "storage/records.h"

namespace monochord::test {

// What a program promises that is going to be killed while it streams replies into a ChatStore, a line each on stdout,
// and whether it is kept. tests/kill_while_streaming.sh kills such programs.
//     durable ID LENGTH HASH     the message is finished and on disk
//     running ID LENGTH HASH     the reply had at least these characters a second ago
//     seen ID, continued ID      an interrupted reply was offered for continuing, and was continued; these are counted
// The last promise about a message counts. LENGTH is in UTF-16 units, HASH of so many: a check need not know the text.

void promiseDurable(qint64 id, const QString& text);
void sayOf(const char* what, qint64 id);

/// Promises of the reply that grows what it had a second ago.
class SecondAgo final {
public:
    void begin(qint64 id);
    qint64 reply() const { return m_reply; }
    /// To be called more often than the reply is journaled.
    void promise(const QString& text);

private:
    qint64 m_reply = 0;
    QElapsedTimer m_clock;
    QQueue<std::pair<qint64, qsizetype>> m_lengths;  // and when it was that, in ms
};

/// The replies that were running when the program was killed, as it left them. Looks at a copy of the file, so that the
/// next start is the first to touch it.
QList<app::MessageRow> cutReplies(const QString& database);

/// Compares a copy of the database with the promises in `log`; says what is wrong, then what there is. 0: all is well.
/// `isOwnText` may know more of a message's text than the promises do.
int checkPromises(const QString& database, const QString& log,
                  const std::function<bool(const app::MessageRow&)>& isOwnText = {});

}  // namespace monochord::test
