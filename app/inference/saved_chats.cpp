#include "inference/saved_chats.h"

#include <QFile>
#include <algorithm>

namespace monochord::app {

namespace {

constexpr size_t kWorthIt = 256;                 // tokens: some tenths of a second of computing
constexpr uint64_t kBudget = uint64_t{2} << 30;  // bytes

std::string nameOf(qint64 chat) {
    return "chat-" + std::to_string(chat);
}

size_t shared(std::span<const TokenId> a, std::span<const TokenId> b) {
    return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

SavedChats::SavedChats(const QString& folder) {
    if (!folder.isEmpty()) m_states.emplace(QFile::encodeName(folder).toStdString(), kBudget);
}

bool SavedChats::enter(InferenceSession& session, qint64 chat, std::span<const TokenId> prompt,
                       const std::stop_token& stop) {
    if (chat != m_chat) {
        save(session, stop);
        if (stop.stop_requested()) return false;
        m_chat = chat;
        if (m_states && chat != 0) {
            const auto tokens = m_states->tokens(nameOf(chat));
            const size_t held = shared(prompt, session.evaluator().computed());
            if (tokens && shared(prompt, *tokens) >= held + kWorthIt)
                static_cast<void>(session.restore(*m_states, nameOf(chat)));
        }
    }
    m_changed = true;
    return true;
}

void SavedChats::save(const InferenceSession& session, const std::stop_token& stop) {
    if (!m_states || m_chat == 0 || !m_changed || session.evaluator().computed().size() < kWorthIt) return;
    const auto saved = m_states->save(session.evaluator(), nameOf(m_chat), stop);
    m_changed = !saved && saved.error().code == ErrorCode::Cancelled;  // what had no room will have none soon
}

void SavedChats::forget(qint64 chat) {
    if (!m_states) return;
    static_cast<void>(m_states->remove(nameOf(chat)));
    if (m_chat == chat) m_chat = 0;
}

}  // namespace monochord::app
