#pragma once

#include <QByteArray>
#include <QLatin1StringView>
#include <QList>
#include <QString>

#include "core/reply_record.h"

namespace monochord::app {

enum class Role { System, User, Assistant };

/// What chat templates and files call them.
struct RoleName {
    Role role;
    QLatin1StringView name;
};
inline constexpr RoleName kRoleNames[] = {{Role::System, QLatin1StringView("system")},
                                          {Role::User, QLatin1StringView("user")},
                                          {Role::Assistant, QLatin1StringView("assistant")}};
QLatin1StringView nameOf(Role role);

enum class MessageState {
    Complete,     ///< ended by itself or at a limit, or the user's own
    Generating,   ///< being streamed
    Stopped,      ///< by the user
    Interrupted,  ///< the application ended while it was streamed: found at the next start
    Failed,       ///< an error ended it; the sentence is in `note`
};

/// A node of a chat's tree. Ids are made by newId() in the application, never by the database, so that nothing waits
/// for it.
struct MessageRow {
    qint64 id = 0;
    qint64 chat = 0;
    qint64 parent = 0;  ///< 0: a first message of the chat
    Role role = Role::User;
    MessageState state = MessageState::Complete;
    QString text = {};
    QString note = {};
    ReplyRecord record = {};  ///< replies only
    QByteArray trace = {};    ///< of a reply: what TokenTrace reads; empty: not recorded

    bool operator==(const MessageRow&) const = default;
};

/// A running reply as far as it came.
struct Journal {
    QString text = {};
    QByteArray trace = {};
};

/// Where the sidebar lists a chat: by day, pinned on top, or else in the folder of that id.
constexpr qint64 kByDay = 0, kPinned = 1;

struct ChatRow {
    qint64 id = 0;
    QString title = {};
    QString systemPrompt = {};
    qint64 leaf = 0;       ///< last message of the branch that is shown; 0: no message yet
    qint64 updatedMs = 0;  ///< since the epoch, UTC
    qint64 folder = kByDay;
    qint64 place = 0;  ///< among the pinned, or in the folder, ascending

    bool operator==(const ChatRow&) const = default;
};

/// A folder of the sidebar.
struct FolderRow {
    qint64 id = 0;
    QString title = {};
    qint64 place = 0;  ///< among the folders, ascending
    bool collapsed = false;

    bool operator==(const FolderRow&) const = default;
};

/// A chat with all its messages, in the order of their ids.
struct WholeChat {
    ChatRow chat;
    QList<MessageRow> messages = {};

    bool operator==(const WholeChat&) const = default;
};

/// A chat in which something was found.
struct ChatHit {
    qint64 chat = 0;
    qint64 message = 0;    ///< the newest one that holds it
    QString excerpt = {};  ///< some words of that message around it
};

/// Unique and ascending on this computer: microseconds since the epoch, plus one where two fall together.
qint64 newId();

}  // namespace monochord::app
