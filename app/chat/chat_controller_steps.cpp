// What is done with messages of a chat, and undone. A step of a chat that is not shown any more opens it.
#include <memory>

#include "chat/chat_controller.h"

namespace monochord::app {

namespace {

QList<qint64> idsOf(const QList<MessageRow>& rows) {
    QList<qint64> ids;
    for (const MessageRow& row : rows) ids.append(row.id);
    return ids;
}

}  // namespace

void ChatController::setSystemPrompt(const QString& text) {
    if (text == m_shown.chat().systemPrompt) return;
    const ChatRow& chat = m_shown.chat();
    if (chat.systemPrompt == text) return;
    if (!m_list.chat(chat.id)) return applySystemPrompt(chat.id, text);
    take(
        tr("The system prompt was changed"), [this, id = chat.id, text] { applySystemPrompt(id, text); },
        [this, id = chat.id, was = chat.systemPrompt] { applySystemPrompt(id, was); });
}

void ChatController::applySystemPrompt(qint64 id, const QString& text) {
    whenShown(id, [this, text] {
        m_shown.setSystemPrompt(text);
        if (m_list.chat(m_shown.chat().id)) storeChat();
        Q_EMIT systemPromptChanged();
        measureShown();
    });
}

void ChatController::deleteBranch(qint64 message) {
    const QList<MessageRow> rows = m_shown.branch(message);
    const qint64 chat = m_shown.chat().id;
    if (rows.isEmpty() || isShownRunning()) return;
    take(
        rows.size() == 1 ? tr("The message was deleted") : tr("The message and what follows it were deleted"),
        [this, chat, message] { whenShown(chat, [this, message] { hideBranch(message, 0); }); },
        [this, chat, rows, leaf = m_shown.chat().leaf] {
            whenShown(chat, [this, rows, leaf] { showRows(rows, leaf); });
        });
}

/// From `first` on, messages were added by an edit or a new reply. Undone, they are gone and the branch of before is
/// shown; where the chat went on beneath them, they stay beside it.
void ChatController::pushAdded(const QString& step, qint64 first, qint64 leafBefore) {
    struct Added {
        QList<MessageRow> rows;
        qint64 leaf = 0;
    };
    const auto added = std::make_shared<Added>();
    const qint64 chat = m_shown.chat().id;
    const qsizetype count = m_shown.branch(first).size();
    push(
        step, [this, chat, added] { whenShown(chat, [this, added] { showRows(added->rows, added->leaf); }); },
        [this, chat, added, first, leafBefore, count] {
            whenShown(chat, [this, added, first, leafBefore, count] {
                const QList<MessageRow> rows = m_shown.branch(first);
                added->leaf = m_shown.chat().leaf;
                if (rows.size() == count) {
                    added->rows = rows;
                    return hideBranch(first, leafBefore);
                }
                m_shown.select(leafBefore);
                storeChat();
                Q_EMIT branchChanged();
                measureShown();
            });
        });
}

void ChatController::hideBranch(qint64 message, qint64 leaf) {
    const QList<qint64> ids = idsOf(m_shown.branch(message));
    if (ids.contains(runningReply())) stop();
    m_shown.remove(message, leaf);
    m_store->hideMessages(ids, true);
    storeChat();
    Q_EMIT branchChanged();
    measureShown();
}

void ChatController::showRows(const QList<MessageRow>& rows, qint64 leaf) {
    if (leaf == 0) return;
    for (MessageRow row : rows) {
        if (row.state == MessageState::Generating) row.state = MessageState::Stopped;
        m_shown.add(row);
    }
    m_shown.setLeaf(leaf);
    m_store->hideMessages(idsOf(rows), false);
    storeChat();
    Q_EMIT branchChanged();
    measureShown();
}

void ChatController::whenShown(qint64 chat, std::function<void()> then) {
    if (m_shown.chat().id == chat) return then();
    openChat(chat);
    m_whenShown.append(std::move(then));
}

void ChatController::take(const QString& sentence, std::function<void()> redo, std::function<void()> undo) {
    push(sentence, std::move(redo), std::move(undo));
    Q_EMIT stepTaken(sentence);
}

void ChatController::push(const QString& sentence, std::function<void()> redo, std::function<void()> undo) {
    class Step final : public QUndoCommand {
    public:
        Step(const QString& text, std::function<void()> redo, std::function<void()> undo)
            : QUndoCommand(text), m_redo(std::move(redo)), m_undo(std::move(undo)) {}
        void redo() override { m_redo(); }
        void undo() override { m_undo(); }

    private:
        std::function<void()> m_redo, m_undo;
    };
    m_steps.push(new Step(sentence, std::move(redo), std::move(undo)));
}

}  // namespace monochord::app
