#pragma once

#include <QString>
#include <optional>
#include <span>
#include <stop_token>

#include "monochord/session.h"
#include "monochord/state_folder.h"

namespace monochord::app {

/// What a session has computed for a chat, kept on disk while it computes for others, so that a long chat goes on
/// without its prompt being read again. An economy and nothing else: whatever fails here, the prompt is computed.
/// Belongs to the worker's thread.
class SavedChats {
public:
    /// Empty: nothing is kept.
    explicit SavedChats(const QString& folder);

    /// Before the session computes `prompt` for this chat (0: one that is not kept): saves what it holds of another,
    /// and takes up what was saved of this one where that spares more than reading it costs. False: it
    /// was stopped, and the session still holds the other.
    bool enter(InferenceSession& session, qint64 chat, std::span<const TokenId> prompt, const std::stop_token& stop);
    /// Saves what the session holds, if it is long enough and was not saved yet.
    void save(const InferenceSession& session, const std::stop_token& stop);
    /// There is another session, which holds nothing.
    void begin() { m_chat = 0; }
    /// No byte of the chat is left on the disk; what the session holds of it is not saved any more.
    void forget(qint64 chat);

private:
    std::optional<StateFolder> m_states;
    qint64 m_chat = 0;       // that the session computed for; 0: none that is kept
    bool m_changed = false;  // since it was saved
};

}  // namespace monochord::app
