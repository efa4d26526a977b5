#pragma once

#include <QHash>

#include "chat/conversation.h"
#include "inference/replay.h"
#include "ui/view/chat_view.h"

namespace monochord::app {

/// Lines beneath replies, by message: what came of computing them again.
using ReplayLines = QHash<qint64, QString>;

/// A message of a conversation as the chat view shows it; the note says why a reply ended early, translated.
ViewMessage viewMessage(const Conversation& conversation, qint64 id, const ReplayLines& replays = {});
/// The shown branch.
QList<ViewMessage> viewMessages(const Conversation& conversation, const ReplayLines& replays);
/// What a replay found, and why it may have parted; empty where it was stopped.
QString replayLine(const Replay& replay, const ReplyRecord& record);

}  // namespace monochord::app
