#include "chat/chat_controller.h"

#include <QDateTime>
#include <algorithm>

#include "chat/title.h"
#include "core/error_text.h"
#include "core/token_trace.h"

namespace monochord::app {

namespace {

constexpr int kJournalMs = 700, kSpeedMs = 250;

Conversation emptyChat() {
    ChatRow chat;
    chat.id = newId();
    return Conversation(chat, {});
}

}  // namespace

ChatController::ChatController(Engine* engine, ChatStore* store, QObject* parent)
    : QObject(parent), m_engine(engine), m_store(store), m_shown(emptyChat()) {
    m_journal.setSingleShot(true);
    m_journal.setInterval(kJournalMs);
    connect(&m_journal, &QTimer::timeout, this, [this] {
        if (m_running) m_store->journal(m_running->row.id, {m_running->row.text, m_running->row.trace});
    });
    connectEngine();
    connectStore();
}

ChatController::~ChatController() {
    if (!m_running) return;
    m_running->row.state = MessageState::Stopped;
    m_store->putMessage(m_running->row);
}

void ChatController::connectEngine() {
    const auto isRunning = [this](qint64 reply) { return m_running && m_running->row.id == reply; };
    connect(m_engine, &Engine::loaded, this, [this](const LoadedModel& model) {
        m_contextLength = model.contextLength;
        measureShown();
    });
    connect(m_engine, &Engine::measured, this, [this](quint64 request, const PromptSize& size) {
        if (request == m_measuring) showMeasured(size);
        if (!m_proposal || m_proposal->request != request) return;
        Proposal proposal = *std::exchange(m_proposal, std::nullopt);
        if (const auto failure = tooLong(size)) return Q_EMIT refused(*failure);
        accept(std::move(proposal), size);
    });
    connect(m_engine, &Engine::measureFailed, this, [this](quint64 request, const Failure& failure) {
        if (request == m_measuring) showMeasured({.context = m_contextLength});
        if (!m_proposal || m_proposal->request != request) return;
        m_proposal.reset();
        Q_EMIT refused(failure);
    });
    connect(m_engine, &Engine::promptProgress, this, [this, isRunning](qint64 reply, quint32 done, quint32 total) {
        if (isRunning(reply)) Q_EMIT promptProgress(done, total);
    });
    connect(m_engine, &Engine::traced, this, [this, isRunning](qint64 reply, const QByteArray& trace) {
        if (isRunning(reply)) receiveTrace(trace);
    });
    connect(m_engine, &Engine::textArrived, this, [this, isRunning](qint64 reply, const QString& text, quint32 tokens) {
        if (isRunning(reply)) receive(text, tokens);
    });
    connect(m_engine, &Engine::finished, this, [this, isRunning](qint64 reply, const ReplyRecord& record) {
        if (!isRunning(reply)) return;
        end(record.reason == StopReason::Cancelled ? MessageState::Stopped : MessageState::Complete, {}, record);
    });
    connect(m_engine, &Engine::failed, this,
            [this, isRunning](qint64 reply, const Failure& failure, const ReplyRecord& record) {
                if (isRunning(reply)) end(MessageState::Failed, sentence(failure), record);
            });
}

void ChatController::connectStore() {
    connect(m_store, &ChatStore::chatsLoaded, this, [this](const QList<ChatRow>& chats) { m_list.setChats(chats); });
    connect(m_store, &ChatStore::chatLoaded, this, [this](const ChatRow& chat, const QList<MessageRow>& messages) {
        if (chat.id != m_opening) return;
        m_opening = 0;
        Conversation conversation(chat, messages);
        if (m_running && m_running->row.chat == chat.id) conversation.update(m_running->row);
        show(conversation);
    });
    connect(m_store, &ChatStore::collected, this, [this](quint64 request, const QList<WholeChat>& chats) {
        if (request != m_copying || chats.isEmpty()) return;
        copyChat(chats.first(), tr("%1 (copy)").arg(chats.first().chat.title));
    });
    connect(m_store, &ChatStore::durable, this, [this](qint64 message) {
        if (m_running && !m_running->begun && m_running->row.id == message) begin();
    });
}

void ChatController::setSettings(const GenerationSettings& settings) {
    m_settings = settings;
    m_engine->setSampling(settings.sampling);
}

void ChatController::start(qint64 chat) {
    m_store->loadChats();
    if (chat != 0) openChat(chat);
}

void ChatController::newChat() {
    m_opening = 0;
    show(emptyChat());
}

void ChatController::openChat(qint64 id) {
    m_opening = id;
    if (id == m_shown.chat().id) m_opening = 0;
    if (m_opening != 0) m_store->loadChat(id);
}

void ChatController::setSystemPrompt(const QString& text) {
    if (text == m_shown.chat().systemPrompt) return;
    m_shown.setSystemPrompt(text);
    if (m_list.chat(m_shown.chat().id)) storeChat();
    measureShown();
}

void ChatController::setDraft(const QString& text, qint64 edited) {
    const MessageRow* row = m_shown.message(edited);
    const bool isMessage = !row || row->role == Role::User;
    m_draft = isMessage ? text : QString();
    m_edited = isMessage ? edited : 0;
    measureShown();
}

void ChatController::send(const QString& text) {
    if (text.trimmed().isEmpty() || !readyFor(Task::Send)) return;
    const QList<qint64> path = m_shown.path();
    ask(path.isEmpty() ? 0 : path.last(), text);
}

void ChatController::edit(qint64 message, const QString& text) {
    const MessageRow* original = m_shown.message(message);
    if (!original || text.trimmed().isEmpty()) return;
    if (original->role == Role::Assistant) {
        const MessageRow row{
            .id = newId(), .chat = original->chat, .parent = original->parent, .role = Role::Assistant, .text = text};
        addReply(row);
        Q_EMIT accepted();
        return;
    }
    if (readyFor(Task::Send)) ask(original->parent, text);
}

void ChatController::regenerate(qint64 message) {
    const MessageRow* original = m_shown.message(message);
    if (!original || !readyFor(Task::Send)) return;
    Proposal proposal;
    proposal.reply.parent = original->role == Role::User ? original->id : original->parent;
    proposal.generation = requestUpTo(proposal.reply.parent);
    propose(std::move(proposal));
}

void ChatController::continueReply(qint64 reply) {
    const MessageRow* row = m_shown.message(reply);
    if (!row || row->role != Role::Assistant || !readyFor(Task::Send)) return;
    Proposal proposal;
    proposal.reply = *row;
    proposal.generation = requestUpTo(reply);
    proposal.generation.begun = proposal.generation.turns.takeLast().text;
    proposal.isContinuation = true;
    propose(std::move(proposal));
}

void ChatController::stop() {
    m_proposal.reset();
    if (!m_running) return;
    if (m_running->begun) return m_engine->stop();
    end(MessageState::Stopped, {}, {});
}

void ChatController::selectSibling(qint64 message, int step) {
    if (!m_shown.selectSibling(message, step)) return;
    storeChat();
    Q_EMIT branchChanged();
    measureShown();
}

/// What the replies of this model went without stays left out.
GenerationRequest ChatController::requestUpTo(qint64 message) const {
    GenerationRequest request;
    const QString system = m_shown.chat().systemPrompt;
    if (!system.trimmed().isEmpty()) request.turns.append({nameOf(Role::System), system});
    if (message == 0) return request;
    const QString model = m_engine->model() ? m_engine->model()->path : QString();
    quint32 before = 0;
    for (const qint64 id : m_shown.path()) {
        const MessageRow* row = m_shown.message(id);
        if (row->role == Role::Assistant && row->record.modelPath == model && row->record.leftOut < before)
            request.leftOut = row->record.leftOut;
        request.turns.append({nameOf(row->role), row->text});
        if (id == message) break;
        before++;
    }
    return request;
}

/// Behind a reply comes a message, even if nothing of it is written yet.
GenerationRequest ChatController::nextRequest() const {
    const QList<qint64> path = m_shown.path();
    const MessageRow* last = path.isEmpty() ? nullptr : m_shown.message(path.last());
    const MessageRow* edited = m_shown.message(m_edited);
    GenerationRequest request = requestUpTo(edited ? edited->parent : last ? last->id : 0);
    if (edited || !m_draft.isEmpty() || (last && last->role == Role::Assistant))
        request.turns.append({nameOf(Role::User), m_draft});
    return request;
}

bool ChatController::readyFor(Task task) {
    if (m_proposal || m_running) return false;
    if (m_engine->state() == Engine::State::Ready) return true;
    Q_EMIT refused({.task = task, .code = ErrorCode::NotFound});
    return false;
}

void ChatController::ask(qint64 parent, const QString& text) {
    Proposal proposal;
    proposal.user =
        MessageRow{.id = newId(), .chat = m_shown.chat().id, .parent = parent, .role = Role::User, .text = text};
    proposal.reply.parent = proposal.user->id;
    proposal.generation = requestUpTo(parent);
    proposal.generation.turns.append({nameOf(Role::User), text});
    propose(std::move(proposal));
}

void ChatController::propose(Proposal proposal) {
    proposal.request = ++m_lastRequest;
    proposal.generation.settings = m_settings;
    proposal.reply.state = MessageState::Generating;
    proposal.reply.role = Role::Assistant;
    proposal.reply.note.clear();
    if (proposal.reply.trace.isEmpty()) proposal.reply.trace = TraceWriter::begin();
    if (!proposal.isContinuation) {
        proposal.reply.id = newId();
        proposal.reply.chat = m_shown.chat().id;
    }
    proposal.generation.reply = proposal.reply.id;
    proposal.generation.chat = proposal.reply.chat;
    m_engine->measure(proposal.request, proposal.generation);
    m_proposal = std::move(proposal);
}

void ChatController::accept(Proposal proposal, const PromptSize& size) {
    const bool isShown = m_shown.chat().id == proposal.reply.chat;
    if (!isShown) return;  // the user went to another chat within these milliseconds: the text is still in the composer
    if (m_shown.chat().title.isEmpty() && proposal.user) m_shown.setTitle(titleFrom(proposal.user->text));
    if (proposal.user) m_shown.add(*proposal.user);
    if (proposal.isContinuation)
        m_shown.update(proposal.reply);
    else
        m_shown.add(proposal.reply);
    proposal.generation.leftOut = size.leftOut;
    m_engine->stopReplay();
    m_running = Running{.row = proposal.reply, .generation = proposal.generation, .prompt = size};
    m_draft.clear();
    storeChat();
    if (proposal.user) m_store->putMessage(*proposal.user);
    m_store->putMessage(proposal.reply);
    Q_EMIT titleChanged();
    Q_EMIT generatingChanged(true);
    Q_EMIT branchChanged();
    Q_EMIT accepted();
    Q_EMIT contextUsed(size);
}

void ChatController::begin() {
    m_running->begun = true;
    if (m_engine->state() == Engine::State::Ready) return m_engine->generate(m_running->generation);
    end(MessageState::Stopped, {}, {});
}

void ChatController::receive(const QString& text, quint32 tokens) {
    Running& running = *m_running;
    running.row.text += text;
    if (!m_journal.isActive()) m_journal.start();
    if (!running.sinceFirst.isValid()) {
        running.sinceFirst.start();
        running.sinceSpeed.start();
    }
    if (running.sinceSpeed.elapsed() >= kSpeedMs) {
        running.sinceSpeed.start();
        Q_EMIT speedChanged(1000.0 * tokens / static_cast<double>(running.sinceFirst.elapsed()));
        if (isShownRunning())
            Q_EMIT contextUsed({running.prompt.tokens + tokens, running.prompt.context, running.prompt.leftOut});
    }
    if (running.row.chat != m_shown.chat().id) return;
    m_shown.appendText(running.row.id, text);
    Q_EMIT textAppended(running.row.id, text);
}

void ChatController::receiveTrace(const QByteArray& trace) {
    m_running->row.trace += trace;
    if (!isShownRunning()) return;
    m_shown.appendTrace(m_running->row.id, trace);
    Q_EMIT traceAppended(m_running->row.id, trace);
}

void ChatController::end(MessageState state, const QString& note, const ReplyRecord& record) {
    m_journal.stop();
    MessageRow row = std::exchange(m_running, std::nullopt)->row;
    row.state = state;
    row.note = note;
    if (!record.settings.isEmpty()) row.record = record;
    m_store->putMessage(row);
    const bool isShown = row.chat == m_shown.chat().id;
    if (isShown) {
        m_shown.update(row);
        Q_EMIT messageChanged(row.id);
    }
    Q_EMIT generatingChanged(false);
    Q_EMIT replyEnded(record);
    if (isShown) measureShown();
}

/// One at a time: a long text that is being written must not make a queue.
void ChatController::measureShown() {
    if (!m_engine->model() || isShownRunning()) return;
    m_measureAgain = m_measuring != 0;
    if (m_measureAgain) return;
    const GenerationRequest request = nextRequest();
    if (request.turns.isEmpty()) return Q_EMIT contextUsed({.context = m_contextLength});
    m_measuring = ++m_lastRequest;
    m_engine->measure(m_measuring, request);
}

void ChatController::showMeasured(const PromptSize& size) {
    m_measuring = 0;
    if (std::exchange(m_measureAgain, false)) return measureShown();
    if (!isShownRunning()) Q_EMIT contextUsed(size);
}

void ChatController::storeChat() {
    m_shown.touch(QDateTime::currentMSecsSinceEpoch());
    m_store->putChat(m_shown.chat());
    m_list.put(m_shown.chat());
}

void ChatController::show(const Conversation& conversation) {
    m_proposal.reset();
    m_shown = conversation;
    m_engine->saveChat();
    Q_EMIT chatShown();
    measureShown();
}

}  // namespace monochord::app
