#pragma once

#include <QByteArray>
#include <optional>
#include <string_view>

#include "core/token_trace.h"
#include "monochord/session.h"

namespace monochord::app {

/// Traces a reply while it is drawn. Explaining a token costs about a third of a millisecond.
class Tracer {
public:
    /// `characters`: of the reply before it, if it goes on with one.
    Tracer(const Tokenizer& tokenizer, std::span<const TokenId> prompt, qsizetype characters);

    void drawn(const DrawnToken& token);
    /// The text that came with it. A token without is not part of the reply.
    void text(std::string_view text);
    /// What was traced since the last call.
    QByteArray take() { return std::exchange(m_bytes, {}); }

private:
    TracedWord wordOf(const ExplainedCandidate& candidate) const;

    const Tokenizer& m_tokenizer;
    TraceWriter m_writer;
    std::optional<TracedToken> m_token;  // drawn, and its text is not known yet
    QByteArray m_bytes;
};

}  // namespace monochord::app
