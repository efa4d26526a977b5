#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <optional>

#include "chat/chat_list.h"
#include "chat/conversation.h"
#include "core/settings.h"
#include "inference/engine.h"
#include "storage/chat_store.h"

namespace monochord::app {

/// What a person does with chats, and in which order things happen then: count the prompt's tokens → message durable →
/// generate → journal → final row. Knows no widget. At most one reply is generated at a time; it belongs to the chat that
/// was shown when it began and goes on when another chat is shown.
class ChatController final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatController)
public:
    ChatController(Engine* engine, ChatStore* store, QObject* parent = nullptr);

    ChatList* chats() { return &m_list; }
    const Conversation& conversation() const { return m_shown; }
    bool isGenerating() const { return m_running.has_value(); }
    /// The message that is being generated, or 0.
    qint64 runningReply() const { return m_running ? m_running->id : 0; }

    void setSettings(const GenerationSettings& settings);

    void newChat();
    void openChat(qint64 id);
    void renameChat(qint64 id, const QString& title);
    void deleteChat(qint64 id);
    void undoDelete();
    void setSystemPrompt(const QString& text);

    /// A new message at the end of the branch. Answers with `accepted` or `refused`.
    void send(const QString& text);
    /// A sibling with another text: of a user's message, which is answered anew, or of a reply.
    void edit(qint64 message, const QString& text);
    void regenerate(qint64 reply);   ///< a user's message: answers it anew
    void continueReply(qint64 reply);
    void stop();
    void selectSibling(qint64 message, int step);

Q_SIGNALS:
    void chatShown();                       ///< another chat, or all of this one changed
    void branchChanged();                   ///< another branch of the shown chat
    void messageAdded(qint64 id);           ///< at the end of the shown branch
    void textAppended(qint64 id, const QString& text);
    void messageChanged(qint64 id);
    void titleChanged();
    void accepted();                        ///< the composer may be cleared
    void refused(const monochord::app::Failure& failure);
    void promptProgress(quint32 done, quint32 total);
    void speedChanged(double tokensPerSecond);
    void replyEnded(const monochord::app::ReplyRecord& record);
    void contextUsed(quint32 used, quint32 total);
    void generatingChanged(bool generating);
    void chatDeleted(const QString& title);  ///< undoDelete() brings it back

private:
    struct Pending;
    struct Running {
        qint64 id = 0;
        MessageRow row;  ///< as it grows, also while another chat is shown
        GenerationRequest request;
    };

    Engine* m_engine;
    ChatStore* m_store;
    ChatList m_list;
    Conversation m_shown;
    GenerationSettings m_settings;
    std::optional<Running> m_running;
};

}  // namespace monochord::app
