#include <algorithm>
#include <iterator>

#include "render/formula.h"
#include "render/markdown_chunks.h"

namespace monochord::app {
namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Walks over the bytes once: each search for an end that fails is not made again.
class Marker {
public:
    explicit Marker(QByteArray& utf8) : m_utf8(utf8) {}

    void run() {
        while (m_at < m_utf8.size()) {
            const char c = m_utf8[m_at];
            if (c == '`') {
                skipCode();
            } else if (c == '\\') {
                const char next = at(m_at + 1);
                if (!((next == '(' && mark("\\)", 2)) || (next == '[' && mark("\\]", 2)))) m_at += 2;
            } else if (c == '$') {
                if (!(at(m_at + 1) == '$' ? mark("$$", 2) : markInline())) skipDollars();
            } else {
                ++m_at;
            }
        }
    }

private:
    char at(qsizetype i) const { return i >= 0 && i < m_utf8.size() ? m_utf8[i] : '\n'; }

    void skipDollars() {
        while (at(m_at) == '$') ++m_at;
    }

    void findParagraphEnd() {
        m_paragraphEnd = m_at;
        while (m_paragraphEnd < m_utf8.size()) {
            if (m_utf8[m_paragraphEnd++] != '\n') continue;
            qsizetype i = m_paragraphEnd;
            while (at(i) == ' ' || at(i) == '\t' || at(i) == '\r') ++i;
            if (at(i) == '\n') break;
        }
        std::fill(std::begin(m_hopeless), std::end(m_hopeless), false);
    }

    /// Over a span of code, or over backticks that nothing closes.
    void skipCode() {
        const qsizetype begin = m_at;
        while (at(m_at) == '`') ++m_at;
        const qsizetype ticks = m_at - begin;
        if (ticks <= m_hopelessTicks) return;
        for (qsizetype close = m_utf8.indexOf('`', m_at); close >= 0; close = m_utf8.indexOf('`', close)) {
            const qsizetype from = close;
            while (at(close) == '`') ++close;
            if (close - from != ticks) continue;
            m_at = close;
            return;
        }
        // Each length is looked for in vain once at most; shorter runs are taken for text from then on.
        m_hopelessTicks = ticks;
    }

    bool mark(const char* close, qsizetype length) {
        const auto kind = static_cast<std::size_t>(close[1] == ')' ? 0 : close[1] == ']' ? 1 : 2);
        if (m_at >= m_paragraphEnd) findParagraphEnd();
        if (m_hopeless[kind]) return false;
        const QByteArrayView paragraph = QByteArrayView(m_utf8).first(m_paragraphEnd);
        const qsizetype end = paragraph.indexOf(QByteArrayView(close, 2), m_at + length);
        if (end < 0) m_hopeless[kind] = true;
        if (end <= m_at + length) return false;
        shield(length, end, length);
        return true;
    }

    /// As Pandoc reads it: no blank inside the dollars, no digit behind them. What begins with a digit and goes on with
    /// a word is a price.
    bool markInline() {
        if (isBlank(at(m_at + 1)) || isLetter(at(m_at - 1)) || isDigit(at(m_at - 1))) return false;
        qsizetype end = m_at + 1;
        while (end < m_utf8.size() && m_utf8[end] != '$' && m_utf8[end] != '\n' && m_utf8[end] != '`')
            end += m_utf8[end] == '\\' ? 2 : 1;
        if (at(end) != '$' || isBlank(at(end - 1)) || isDigit(at(end + 1)) || isLetter(at(end + 1))) return false;
        if (isDigit(at(m_at + 1)) && isPrice(m_at + 1, end)) return false;
        shield(1, end, 1);
        return true;
    }

    bool isPrice(qsizetype from, qsizetype end) const {
        for (qsizetype i = from; i + 2 < end; ++i) {
            if (m_utf8[i] == '\\') return false;
            if (isBlank(m_utf8[i]) && isLetter(m_utf8[i + 1]) && isLetter(m_utf8[i + 2])) return true;
        }
        return at(end - 1) == '-' || at(end - 1) == '/';
    }

    void shield(qsizetype open, qsizetype end, qsizetype close) {
        const bool dollar = m_utf8[m_at] == '$';
        const auto hide = [this](qsizetype from, qsizetype to) {
            for (qsizetype i = from; i < to; ++i) m_utf8[i] = standIn(m_utf8[i]);
        };
        hide(m_at + 1, m_at + open);
        hide(m_at + open, end);
        hide(end + 1, end + close);
        m_utf8[m_at] = dollar ? kDollarOpens : kSlashOpens;
        m_utf8[end] = dollar ? kDollarCloses : kSlashCloses;
        m_at = end + close;
    }

    QByteArray& m_utf8;
    qsizetype m_at = 0;
    qsizetype m_hopelessTicks = 0;
    qsizetype m_paragraphEnd = 0;
    bool m_hopeless[3] = {false, false, false};  // in this paragraph
};

}  // namespace

void shieldFormulas(QByteArray& utf8) {
    if (utf8.contains('$') || utf8.contains("\\(") || utf8.contains("\\[")) Marker(utf8).run();
}

}  // namespace monochord::app
