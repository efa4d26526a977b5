#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <optional>

#include "chat/chat_list.h"
#include "chat/conversation.h"
#include "core/settings.h"
#include "inference/engine.h"
#include "storage/chat_store.h"

namespace monochord::app {

/// What a person does with chats, and in which order things happen then: count the prompt's tokens → message durable →
/// generate → journal → final row. Knows no widget. At most one reply is generated at a time; it belongs to the chat
/// that was shown when it began and goes on when another chat is shown.
class ChatController final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatController)
public:
    ChatController(Engine* engine, ChatStore* store, QObject* parent = nullptr);
    /// A reply that is still running is stored as stopped.
    ~ChatController() override;

    ChatList* chats() { return &m_list; }
    const Conversation& conversation() const { return m_shown; }
    bool isGenerating() const { return m_running.has_value(); }
    /// The message that is being generated, or 0.
    qint64 runningReply() const { return m_running ? m_running->row.id : 0; }

    void setSettings(const GenerationSettings& settings);

    /// Asks the store for the list of chats, and shows `chat` if there is one of that id.
    void start(qint64 chat);
    void newChat();
    void openChat(qint64 id);
    void renameChat(qint64 id, const QString& title);
    void deleteChat(qint64 id);
    /// The path to this message, or a whole chat with all branches, as another chat, which is shown.
    void branchToNewChat(qint64 message);
    void duplicateChat(qint64 id);
    /// New chats, as readChatFile() makes them; the newest of them is shown.
    void importChats(const QList<WholeChat>& chats);
    /// Brings back what was deleted last, or takes back what was imported or copied, but for chats that went on since.
    void undo();
    void setSystemPrompt(const QString& text);

    /// What is being written, instead of the user's message `edited` or, with 0, at the end of the branch: contextUsed
    /// counts it in.
    void setDraft(const QString& text, qint64 edited);
    /// A new message at the end of the branch. Answers with `accepted` or `refused`.
    void send(const QString& text);
    /// A sibling with another text: of a user's message, which is answered anew, or of a reply.
    void edit(qint64 message, const QString& text);
    void regenerate(qint64 reply);  ///< a user's message: answers it anew
    void continueReply(qint64 reply);
    /// A sibling that begins with the same tokens up to this one, has another word there (see TokenTrace), and goes on
    /// from it; or ends with it, if the word does.
    void branchReply(qint64 reply, qsizetype token, qsizetype word);
    /// Computes the reply again and tells with Engine::replayed whether it is the same. Changes nothing.
    void replay(qint64 reply);
    void stop();
    void selectSibling(qint64 message, int step);

Q_SIGNALS:
    void chatShown();                                        ///< another chat, or all of this one changed
    void branchChanged();                                    ///< another branch of the shown chat
    void traceAppended(qint64 id, const QByteArray& trace);  ///< of the text that follows
    void textAppended(qint64 id, const QString& text);
    void messageChanged(qint64 id);
    void titleChanged();
    void accepted();  ///< the composer may be cleared
    void refused(const monochord::app::Failure& failure);
    void promptProgress(quint32 done, quint32 total);
    void speedChanged(double tokensPerSecond);
    void replyEnded(const monochord::app::ReplyRecord& record);
    /// By the reply that is computed, or by what would be sent next.
    void contextUsed(const monochord::app::PromptSize& size);
    void generatingChanged(bool generating);
    void chatDeleted(const QString& title);  ///< undo() brings it back
    void chatsImported(int count);           ///< undo() takes them back
    void chatCopied();                       ///< likewise

private:
    /// A reply that waits for the count of its prompt's tokens.
    struct Proposal {
        quint64 request = 0;
        std::optional<MessageRow> user;  ///< to be added before the reply
        MessageRow reply;                ///< Generating; its parent is the user's message
        GenerationRequest generation;
        bool isContinuation = false;  ///< the reply is in the tree already
    };
    /// The reply that is computed, as it grows, also while another chat is shown.
    struct Running {
        MessageRow row;
        GenerationRequest generation;
        PromptSize prompt = {};
        bool begun = false;             ///< the engine has it
        QElapsedTimer sinceFirst = {};  ///< valid once text arrived
        QElapsedTimer sinceSpeed = {};
    };
    /// What was done with these chats, as they were then.
    struct Undoable {
        enum class Kind { Deleted, Added };
        Kind kind = Kind::Deleted;
        QList<ChatRow> chats = {};
        qint64 origin = 0;  ///< of a copy: the chat to go back to
    };

    void connectEngine();
    void connectStore();
    GenerationRequest requestUpTo(qint64 message) const;
    GenerationRequest nextRequest() const;
    bool readyFor(Task task);
    void ask(qint64 parent, const QString& text);  ///< a user's message beneath `parent`, and a reply to it
    void propose(Proposal proposal);
    void accept(Proposal proposal, const PromptSize& size);
    void begin();
    void addReply(const MessageRow& row);  ///< that is not computed
    void copyChat(const WholeChat& chat, const QString& title);
    void addChats(const QList<WholeChat>& chats, qint64 origin);
    void receiveTrace(const QByteArray& trace);
    void receive(const QString& text, quint32 tokens);
    void end(MessageState state, const QString& note, const ReplyRecord& record);
    bool isShownRunning() const { return m_running && m_running->row.chat == m_shown.chat().id; }
    void measureShown();
    void showMeasured(const PromptSize& size);
    void hideChats(const QList<qint64>& ids);
    void storeChat();
    void show(const Conversation& conversation);

    Engine* m_engine;
    ChatStore* m_store;
    ChatList m_list;
    Conversation m_shown;
    GenerationSettings m_settings;
    std::optional<Proposal> m_proposal;
    std::optional<Running> m_running;
    QTimer m_journal;        // text that arrived is written at the latest when it fires
    QList<Undoable> m_undo;  // the last one is undone first
    qint64 m_opening = 0;    // the chat that was asked for last
    quint64 m_lastRequest = 0;
    quint64 m_measuring = 0;      // the request that counts what is shown; 0: none
    bool m_measureAgain = false;  // what is shown changed meanwhile
    QString m_draft;              // see setDraft()
    qint64 m_edited = 0;
    quint64 m_copying = 0;  // the request for a chat that is to be copied; 0: none
    quint32 m_contextLength = 0;
};

}  // namespace monochord::app
