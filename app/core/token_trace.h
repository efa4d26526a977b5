#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QSet>
#include <QString>
#include <optional>
#include <span>
#include <vector>

#include "monochord/sampling.h"

namespace monochord::app {

/// A word that could have come at a place of a reply.
struct TracedWord {
    TokenId id = 0;
    QByteArray bytes;   ///< what the token stands for; often half a character
    double chance = 0;  ///< with the settings that drew, 0 … 1; 0 where it was cut
    double before = 0;  ///< without any setting
    CutBy cutBy = CutBy::Nothing;
    bool control = false;  ///< it adds no text
    bool ends = false;     ///< the reply would have ended with it

    bool operator==(const TracedWord&) const = default;
};

/// A place of a reply: what was drawn there, and what else was likely.
struct TracedToken {
    QList<TracedWord> words;       ///< likeliest first, never empty
    int drawn = 0;                 ///< index of the one that was drawn
    qsizetype begin = 0, end = 0;  ///< characters of the reply that came with it; none for the first half of one

    const TracedWord& word() const { return words[drawn]; }
    bool operator==(const TracedToken&) const = default;
};

/// Reads what TraceWriter wrote, also a part at a time, as it arrives. Damaged or unknown bytes end the trace: what
/// stands before them counts.
class TokenTrace {
public:
    TokenTrace() = default;
    explicit TokenTrace(const QByteArray& bytes) { read(bytes); }

    /// The whole trace so far, which begins with what was read before; only the rest is looked at.
    void read(const QByteArray& bytes);

    const QList<TracedToken>& tokens() const { return m_tokens; }
    /// What the last computation began with, and the first token that it drew. A reply that was continued has several.
    const std::vector<TokenId>& prompt() const { return m_prompt; }
    qsizetype first() const { return m_first; }
    /// What the reply would have said with this word at that place. Nothing: the word is half a character, or stands
    /// for no text at all.
    std::optional<QString> textWith(qsizetype token, qsizetype word) const;
    /// The token that the character belongs to, or -1.
    qsizetype tokenAt(qsizetype character) const;

private:
    bool readPrompt(QByteArrayView& rest);
    bool readToken(QByteArrayView& rest, quint64 count);
    bool readWord(QByteArrayView& rest, TracedWord* word);

    QList<TracedToken> m_tokens;
    std::vector<TokenId> m_prompt;
    qsizetype m_first = 0, m_end = 0;  // m_end: characters so far
    qsizetype m_read = 0;              // bytes
    bool m_damaged = false;
    QHash<TokenId, QByteArray> m_pieces;
};

/// Makes bytes that can be put behind one another while a reply grows. A number of any size is 7 bits a byte, the low
/// ones first, 128 added where more follow. The layout, number 1:
///
///     1                                       where the trace begins
///     0, characters, count, ids               a prompt: how many characters stood there, and its tokens
///     count, drawn, characters, words         a token: how many words, which one was drawn, how much text it gave
///         id · 2, length, bytes               a word that is new to the trace, or
///         id · 2 + 1                          one that came before; and then
///         chance, before, cut                 two bytes (0 … 65535, low first), two bytes, one: CutBy, +16 control,
///                                             +32 ends the reply
///
/// About 40 bytes a token: words below 1/1000 are left out.
class TraceWriter {
public:
    static QByteArray begin() { return QByteArray(1, '\1'); }
    static QByteArray prompt(std::span<const TokenId> ids, qsizetype characters);
    /// Of the place, only how much text there is counts.
    QByteArray token(const TracedToken& token);

private:
    QSet<TokenId> m_known;
};

}  // namespace monochord::app
