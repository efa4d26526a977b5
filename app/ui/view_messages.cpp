#include "ui/view_messages.h"

#include "core/error_text.h"

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

QString reasonOf(const Replay& replay, const ReplyRecord& record) {
    if (replay.otherFile) return ChatView::tr("The model's file has changed since.");
    if (replay.otherKvType) return ChatView::tr("The type of the cache was another: %1.").arg(record.kvType);
    if (replay.otherVersion)
        return ChatView::tr("It was computed by another version of Monochord: %1.").arg(record.engineVersion);
    return ChatView::tr("Model, version and settings are the same: this should not be.");
}

}  // namespace

ViewMessage viewMessage(const Conversation& conversation, qint64 id, const ReplayLines& replays) {
    const MessageRow* row = conversation.message(id);
    if (!row) return {};
    ViewMessage message{.id = id, .role = row->role, .state = row->state, .text = row->text, .note = noteOf(*row)};
    // Cut off at a limit that the user set is as good as stopped: it can be continued.
    if (row->state == MessageState::Complete && row->record.reason == StopReason::Length &&
        !row->record.settings.isEmpty())
        message.state = MessageState::Stopped;
    if (const QString line = replays.value(id); !line.isEmpty())
        message.note = message.note.isEmpty() ? line : message.note + u'\n' + line;
    message.trace = row->trace;
    message.seconds = row->record.generationSeconds;
    const QList<qint64> siblings = conversation.siblings(id);
    message.siblingIndex = static_cast<int>(siblings.indexOf(id));
    message.siblingCount = static_cast<int>(siblings.size());
    return message;
}

QList<ViewMessage> viewMessages(const Conversation& conversation, const ReplayLines& replays) {
    QList<ViewMessage> messages;
    for (const qint64 id : conversation.path()) messages.append(viewMessage(conversation, id, replays));
    return messages;
}

QString replayLine(const Replay& replay, const ReplyRecord& record) {
    switch (replay.outcome) {
        case Replay::Outcome::Same:
            return ChatView::tr("Replay: every byte is the same (%Ln tokens)", nullptr, static_cast<int>(replay.same));
        case Replay::Outcome::Parted:
            return ChatView::tr("Replay: the same up to token %L1 of %L2. %3")
                .arg(replay.same)
                .arg(replay.total)
                .arg(reasonOf(replay, record));
        case Replay::Outcome::NotRecorded:
            return ChatView::tr("Replay: not possible, since the tokens of this reply were not recorded");
        case Replay::Outcome::ModelMissing:
            return ChatView::tr("Replay: the model that wrote this, %1, is no longer at %2")
                .arg(record.modelName, record.modelPath);
        case Replay::Outcome::Failed:
            return sentence(replay.failure);
        case Replay::Outcome::Stopped:
            break;
    }
    return {};
}

}  // namespace monochord::app
