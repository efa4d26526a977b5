#include "core/token_trace.h"

#include <QtEndian>
#include <algorithm>
#include <cmath>
#include <limits>

namespace monochord::app {

namespace {

constexpr char kLayout = 1;
constexpr int kControl = 16, kEnds = 32, kCutMask = 15;
constexpr double kScale = 65535;
constexpr quint64 kMostWords = 64;

void putNumber(QByteArray& bytes, quint64 number) {
    for (; number >= 128; number >>= 7) bytes.append(static_cast<char>(number | 128));
    bytes.append(static_cast<char>(number));
}

/// False: there is none of 31 bits.
bool takeNumber(QByteArrayView& rest, quint64* number) {
    *number = 0;
    for (int shift = 0; shift < 35 && !rest.isEmpty(); shift += 7) {
        const auto byte = static_cast<quint8>(rest.front());
        rest = rest.sliced(1);
        *number |= quint64{byte & 127u} << shift;
        if (byte < 128) return *number <= quint64{std::numeric_limits<qint32>::max()};
    }
    return false;
}

void putShare(QByteArray& bytes, double share) {
    const auto number = static_cast<quint16>(std::lround(std::clamp(share, 0.0, 1.0) * kScale));
    bytes.append(static_cast<char>(number & 255)).append(static_cast<char>(number >> 8));
}

double takeShare(QByteArrayView& rest) {
    const auto number = qFromLittleEndian<quint16>(rest.data());
    rest = rest.sliced(sizeof number);
    return number / kScale;
}

}  // namespace

QByteArray TraceWriter::prompt(std::span<const TokenId> ids, qsizetype characters) {
    QByteArray bytes;
    putNumber(bytes, 0);
    putNumber(bytes, static_cast<quint64>(characters));
    putNumber(bytes, ids.size());
    for (const TokenId id : ids) putNumber(bytes, static_cast<quint64>(id));
    return bytes;
}

QByteArray TraceWriter::token(const TracedToken& token) {
    QByteArray bytes;
    putNumber(bytes, static_cast<quint64>(token.words.size()));
    putNumber(bytes, static_cast<quint64>(token.drawn));
    putNumber(bytes, static_cast<quint64>(token.end - token.begin));
    for (const TracedWord& word : token.words) {
        const bool known = m_known.contains(word.id);
        putNumber(bytes, static_cast<quint64>(word.id) * 2 + (known ? 1 : 0));
        if (!known) {
            m_known.insert(word.id);
            putNumber(bytes, static_cast<quint64>(word.bytes.size()));
            bytes.append(word.bytes);
        }
        putShare(bytes, word.chance);
        putShare(bytes, word.before);
        bytes.append(
            static_cast<char>(static_cast<int>(word.cutBy) + (word.control ? kControl : 0) + (word.ends ? kEnds : 0)));
    }
    return bytes;
}

void TokenTrace::read(const QByteArray& bytes) {
    QByteArrayView rest = QByteArrayView(bytes).sliced(std::min(m_read, bytes.size()));
    if (m_read == 0 && !rest.isEmpty()) {
        m_damaged = rest.front() != kLayout;
        rest = rest.sliced(1);
    }
    quint64 count = 0;
    while (!m_damaged && !rest.isEmpty())
        m_damaged = !takeNumber(rest, &count) || !(count == 0 ? readPrompt(rest) : readToken(rest, count));
    m_read = bytes.size();
}

bool TokenTrace::readPrompt(QByteArrayView& rest) {
    quint64 characters = 0, count = 0;
    if (!takeNumber(rest, &characters) || !takeNumber(rest, &count)) return false;
    if (count > static_cast<quint64>(rest.size())) return false;
    std::vector<TokenId> ids(count);
    for (TokenId& id : ids) {
        quint64 number = 0;
        if (!takeNumber(rest, &number)) return false;
        id = static_cast<TokenId>(number);
    }
    m_prompt = std::move(ids);
    m_first = m_tokens.size();
    m_end = static_cast<qsizetype>(characters);
    return true;
}

bool TokenTrace::readToken(QByteArrayView& rest, quint64 count) {
    quint64 drawn = 0, characters = 0;
    if (!takeNumber(rest, &drawn) || !takeNumber(rest, &characters)) return false;
    if (count > kMostWords || drawn >= count) return false;
    TracedToken token;
    token.drawn = static_cast<int>(drawn);
    token.begin = m_end;
    token.end = m_end + static_cast<qsizetype>(characters);
    token.words.resize(static_cast<qsizetype>(count));
    for (TracedWord& word : token.words)
        if (!readWord(rest, &word)) return false;
    m_end = token.end;
    m_tokens.append(std::move(token));
    return true;
}

bool TokenTrace::readWord(QByteArrayView& rest, TracedWord* word) {
    quint64 number = 0, length = 0;
    if (!takeNumber(rest, &number)) return false;
    word->id = static_cast<TokenId>(number / 2);
    if (number % 2 == 0) {
        if (!takeNumber(rest, &length) || length > static_cast<quint64>(rest.size())) return false;
        m_pieces.insert(word->id, rest.first(static_cast<qsizetype>(length)).toByteArray());
        rest = rest.sliced(static_cast<qsizetype>(length));
    }
    const auto piece = m_pieces.constFind(word->id);
    if (piece == m_pieces.cend() || rest.size() < 5) return false;
    word->bytes = *piece;
    word->chance = takeShare(rest);
    word->before = takeShare(rest);
    const int cut = static_cast<quint8>(rest.front());
    rest = rest.sliced(1);
    if ((cut & kCutMask) > static_cast<int>(CutBy::Mirostat)) return false;
    word->cutBy = static_cast<CutBy>(cut & kCutMask);
    word->control = (cut & kControl) != 0;
    word->ends = (cut & kEnds) != 0;
    return true;
}

std::optional<QString> TokenTrace::textWith(qsizetype token, qsizetype word) const {
    const TracedToken& place = m_tokens[token];
    const TracedWord &drawn = place.word(), &wanted = place.words[word];
    const TracedToken* before = token > 0 ? &m_tokens[token - 1] : nullptr;
    const bool halfBefore = before && before->begin == before->end && !before->word().control;
    if (wanted.ends) return QString();
    if (halfBefore || wanted.control || wanted.bytes.isEmpty() || !QUtf8StringView(wanted.bytes).isValidUtf8())
        return {};
    const QString text = QString::fromUtf8(wanted.bytes);
    // Where the vocabulary puts a blank in front of every text, it is no part of the reply.
    const bool blankLeft =
        token == 0 && drawn.bytes.startsWith(' ') && place.end - place.begin < QString::fromUtf8(drawn.bytes).size();
    return blankLeft && text.startsWith(u' ') ? text.sliced(1) : text;
}

qsizetype TokenTrace::tokenAt(qsizetype character) const {
    const auto after = std::upper_bound(m_tokens.begin(), m_tokens.end(), character,
                                        [](qsizetype at, const TracedToken& token) { return at < token.end; });
    return after != m_tokens.end() && after->begin <= character ? after - m_tokens.begin() : -1;
}

}  // namespace monochord::app
