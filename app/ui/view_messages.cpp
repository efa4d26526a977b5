#include "ui/view_messages.h"

namespace monochord::app {

namespace {

QString noteOf(const MessageRow& row) {
    switch (row.state) {
        case MessageState::Failed:
            return row.note;
        case MessageState::Stopped:
            return ChatView::tr("Stopped");
        case MessageState::Interrupted:
            return ChatView::tr("Interrupted: Monochord ended while this was written");
        case MessageState::Generating:
            return {};
        case MessageState::Complete:
            break;
    }
    if (row.role != Role::Assistant || row.record.settings.isEmpty()) return {};
    // A name, because lupdate overlooks a text with a longer expression for its number.
    const auto longest = static_cast<int>(row.record.longestReply);
    if (row.record.reason == StopReason::Length)
        return ChatView::tr("The longest reply (%Ln tokens) is reached", nullptr, longest);
    if (row.record.reason == StopReason::ContextFull) return ChatView::tr("The context is full: the reply ends here");
    return {};
}

}  // namespace

ViewMessage viewMessage(const Conversation& conversation, qint64 id) {
    const MessageRow* row = conversation.message(id);
    if (!row) return {};
    ViewMessage message{.id = id, .role = row->role, .state = row->state, .text = row->text, .note = noteOf(*row)};
    // Cut off at a limit that the user set is as good as stopped: it can be continued.
    if (row->state == MessageState::Complete && row->record.reason == StopReason::Length &&
        !row->record.settings.isEmpty())
        message.state = MessageState::Stopped;
    message.seconds = row->record.generationSeconds;
    const QList<qint64> siblings = conversation.siblings(id);
    message.siblingIndex = static_cast<int>(siblings.indexOf(id));
    message.siblingCount = static_cast<int>(siblings.size());
    return message;
}

QList<ViewMessage> viewMessages(const Conversation& conversation) {
    QList<ViewMessage> messages;
    for (const qint64 id : conversation.path()) messages.append(viewMessage(conversation, id));
    return messages;
}

}  // namespace monochord::app
