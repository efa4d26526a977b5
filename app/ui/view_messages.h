#pragma once

#include "chat/conversation.h"
#include "ui/view/chat_view.h"

namespace monochord::app {

/// A message of a conversation as the chat view shows it; the note says why a reply ended early, translated.
ViewMessage viewMessage(const Conversation& conversation, qint64 id);
/// The shown branch.
QList<ViewMessage> viewMessages(const Conversation& conversation);

}  // namespace monochord::app
