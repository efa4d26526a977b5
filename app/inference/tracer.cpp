#include "inference/tracer.h"

#include <QString>
#include <algorithm>

namespace monochord::app {

namespace {

constexpr size_t kExplained = 48;     // the usual top-k leaves 40: what was drawn is among them
constexpr qsizetype kMostWords = 8;   // that are kept, beside the one that was drawn
constexpr double kLeastShare = 1e-3;  // with or without the settings

}  // namespace

Tracer::Tracer(const Tokenizer& tokenizer, std::span<const TokenId> prompt, qsizetype characters)
    : m_tokenizer(tokenizer), m_bytes(m_writer.prompt(prompt, characters)) {}

void Tracer::drawn(const DrawnToken& token) {
    m_token.reset();
    const auto isDrawn = [&](const ExplainedCandidate& candidate) { return candidate.id == token.id; };
    auto explained = explainSampling(token.logits, token.history, token.settings, kExplained);
    if (explained && std::ranges::none_of(*explained, isDrawn))
        explained = explainSampling(token.logits, token.history, token.settings, token.logits.size());
    if (!explained) return;
    TracedToken traced;
    for (const ExplainedCandidate& candidate : *explained) {
        const bool likely = std::max(candidate.p, candidate.before) >= kLeastShare;
        if (isDrawn(candidate))
            traced.drawn = static_cast<int>(traced.words.size());
        else if (!likely || traced.words.size() >= kMostWords)
            continue;
        traced.words.append(wordOf(candidate));
    }
    if (!traced.words.isEmpty()) m_token = traced;
}

void Tracer::text(std::string_view text) {
    if (!m_token) return;
    m_token->end = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).size();
    m_bytes += m_writer.token(*m_token);
    m_token.reset();
}

TracedWord Tracer::wordOf(const ExplainedCandidate& candidate) const {
    const TokenKind kind = m_tokenizer.kind(candidate.id);
    return {.id = candidate.id,
            .bytes = QByteArray::fromStdString(m_tokenizer.piece(candidate.id)),
            .chance = candidate.p,
            .before = candidate.before,
            .cutBy = candidate.cutBy,
            .control = kind == TokenKind::Control || kind == TokenKind::Unknown,
            .ends = m_tokenizer.endsReply(candidate.id)};
}

}  // namespace monochord::app
