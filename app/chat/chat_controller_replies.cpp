// What is done with what was recorded of a reply.
#include <algorithm>

#include "chat/chat_controller.h"
#include "core/token_trace.h"

namespace monochord::app {

namespace {

/// The first tokens of a trace and one more.
QByteArray tracedUpTo(const TokenTrace& trace, qsizetype count, const TracedToken& last) {
    TraceWriter writer;
    QByteArray bytes = TraceWriter::begin();
    qsizetype characters = 0;
    const auto add = [&](const TracedToken& token) {
        if (token.begin != characters) bytes += TraceWriter::prompt({}, token.begin);
        bytes += writer.token(token);
        characters = token.end;
    };
    for (const TracedToken& token : trace.tokens().first(count)) add(token);
    add(last);
    return bytes;
}

std::vector<TokenId> tokensUpTo(const TokenTrace& trace, qsizetype count, TokenId last) {
    std::vector<TokenId> ids;
    for (const TracedToken& token : trace.tokens().first(count)) ids.push_back(token.word().id);
    ids.push_back(last);
    return ids;
}

}  // namespace

void ChatController::branchReply(qint64 reply, qsizetype token, qsizetype word) {
    const MessageRow* original = m_shown.message(reply);
    if (!original || m_running) return;
    const TokenTrace trace(original->trace);
    if (token < 0 || token >= trace.tokens().size()) return;
    TracedToken place = trace.tokens()[token];
    if (word < 0 || word >= place.words.size()) return;
    const auto text = trace.textWith(token, word);
    if (!text) return;
    place.drawn = static_cast<int>(word);
    place.end = place.begin + text->size();
    MessageRow row{.chat = original->chat, .parent = original->parent, .role = Role::Assistant};
    row.text = original->text.first(std::min(place.begin, original->text.size())) + *text;
    row.trace = tracedUpTo(trace, token, place);
    if (place.word().ends) {
        row.id = newId();
        return addReply(row);
    }
    if (!readyFor(Task::Send)) return;
    Proposal proposal;
    proposal.reply = row;
    proposal.generation = requestUpTo(row.parent);
    proposal.generation.begun = row.text;
    if (m_engine->model()->path == original->record.modelPath)
        proposal.generation.begunTokens = tokensUpTo(trace, token, place.word().id);
    propose(std::move(proposal));
}

void ChatController::addReply(const MessageRow& row) {
    m_shown.add(row);
    m_store->putMessage(row);
    storeChat();
    Q_EMIT branchChanged();
    measureShown();
}

void ChatController::replay(qint64 reply) {
    if (const MessageRow* row = m_shown.message(reply)) m_engine->replay({row->id, row->text, row->trace, row->record});
}

}  // namespace monochord::app
