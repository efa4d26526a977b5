#include "render/code_scanner.h"

#include <algorithm>
#include <utility>

namespace monochord::app {
namespace {

using Rule = Language::Rule;

constexpr qsizetype kLongestTag = 32;     // of a fenced string
constexpr qsizetype kLongestEscape = 12;  // between the quotes of one character

bool isBlank(QChar c) {
    return c == u' ' || c == u'\t';
}

class Scanner {
public:
    Scanner(const Language& language, QStringView text, ScanState& state, QList<SyntaxRun>& runs)
        : m_language(language), m_text(text), m_state(state), m_runs(runs) {}

    void run() {
        while (m_at < m_text.size()) {
            if (m_text[m_at] == u'\n') {
                endLine();
            } else if (m_state.rule >= 0) {
                goOn();
            } else if (!beginRule()) {
                m_language.tags && !m_state.inTag ? scanOutsideTags() : scanToken();
            }
        }
    }

private:
    enum class Before { Other, Name, Define };  // the token before, on this line

    QChar at(qsizetype i) const { return i < m_text.size() ? m_text[i] : QChar(u'\n'); }
    bool isAt(qsizetype i, const QString& mark) const {
        return !mark.isEmpty() && at(i) == mark.front() && m_text.sliced(i).startsWith(mark);
    }
    bool beginsWord(QChar c) const { return c.isLetter() || c == u'_' || m_language.begins.contains(c); }
    bool continuesWord(QChar c) const {
        return c.isLetterOrNumber() || c == u'_' || m_language.begins.contains(c) || m_language.inside.contains(c);
    }
    qsizetype lineEnd() const {
        const qsizetype newline = m_text.indexOf(u'\n', m_at);
        return newline < 0 ? m_text.size() : newline;
    }
    qsizetype wordEnd(qsizetype i) const {
        while (i < m_text.size() && continuesWord(m_text[i])) ++i;
        return i;
    }

    /// The text up to `end` is of this kind.
    void take(qsizetype end, Syntax kind) {
        const int begin = static_cast<int>(m_at), length = static_cast<int>(end - m_at);
        m_at = end;
        if (kind == Syntax::Plain || length == 0) return;
        if (!m_runs.isEmpty() && m_runs.last().kind == kind && m_runs.last().begin + m_runs.last().length == begin) {
            m_runs.last().length += length;
        } else {
            m_runs.append({begin, length, kind});
        }
    }

    void endLine() {
        if (m_state.rule >= 0 && !m_language.rules[m_state.rule].lines) m_state.rule = -1;
        if (m_state.heredoc >= 0) m_state.rule = std::exchange(m_state.heredoc, -1);
        m_state.lineStart = true;
        m_before = Before::Other;
        ++m_at;
    }

    void goOn() {
        const Rule& rule = m_language.rules[m_state.rule];
        if (rule.form == Rule::Form::Heredoc) {
            const qsizetype end = lineEnd();
            if (m_text.sliced(m_at, end - m_at).trimmed() == m_state.end) m_state.rule = -1;
            take(end, rule.kind);
        } else {
            goOnSpan(rule, rule.form == Rule::Form::Fenced ? m_state.end : rule.close);
        }
    }

    void goOnSpan(const Rule& rule, const QString& close) {
        qsizetype i = m_at;
        for (; i < m_text.size() && m_text[i] != u'\n'; ++i) {
            if (rule.escapes && m_text[i] == u'\\') {
                if (at(i + 1) != u'\n') ++i;
            } else if (isAt(i, close)) {
                i += close.size() - 1;
                if (rule.doubles && isAt(i + 1, close)) {
                    i += close.size();
                } else if (!rule.nests || --m_state.depth <= 0) {
                    m_state.rule = -1;
                    take(i + 1, rule.kind);
                    if (rule.kind == Syntax::String && isKey(m_at)) m_runs.last().kind = Syntax::Function;
                    return;
                }
            } else if (rule.nests && isAt(i, rule.open)) {
                ++m_state.depth;
                i += rule.open.size() - 1;
            }
        }
        take(std::min(i, m_text.size()), rule.kind);
    }

    bool beginRule() {
        for (qsizetype index = 0; index < m_language.rules.size(); ++index) {
            const Rule& rule = m_language.rules[index];
            if (!rule.open.isEmpty() && m_text[m_at] != rule.open.front()) continue;
            if (m_language.tags && !m_state.inTag && rule.kind != Syntax::Comment) continue;
            if ((rule.open.isEmpty() || isAt(m_at, rule.open)) && beginRule(index, rule)) {
                m_state.lineStart = false;
                m_before = Before::Other;
                return true;
            }
        }
        return false;
    }

    bool beginRule(qsizetype index, const Rule& rule) {
        const qsizetype behind = m_at + rule.open.size();
        switch (rule.form) {
            case Rule::Form::Line:
            case Rule::Form::Span:
                if (rule.spaced && !m_state.lineStart && m_at > 0 && !isBlank(m_text[m_at - 1])) return false;
                m_state.rule = index;
                m_state.depth = 1;
                take(behind, rule.kind);
                return true;
            case Rule::Form::Start:
                if (!m_state.lineStart) return false;
                take(lineEnd(), rule.kind);
                return true;
            case Rule::Form::Prefix:
                if (!beginsWord(at(behind))) return false;
                take(wordEnd(behind), rule.kind);
                return true;
            case Rule::Form::Fenced:
                return beginFenced(index, rule, behind);
            case Rule::Form::Heredoc:
                return beginHeredoc(index, rule, behind);
            case Rule::Form::Char:
                return takeCharacter(rule, behind);
        }
        return false;
    }

    bool beginFenced(qsizetype index, const Rule& rule, qsizetype behind) {
        const bool word = rule.tag == u"word";
        const auto ofTag = [&](QChar c) { return word ? c.isLetterOrNumber() || c == u'_' : rule.tag.contains(c); };
        qsizetype end = behind;
        while (end - behind < kLongestTag && ofTag(at(end))) ++end;
        if (!isAt(end, rule.middle) || (rule.open.isEmpty() && end == behind)) return false;
        m_state.rule = index;
        m_state.end = rule.close + m_text.sliced(behind, end - behind).toString() + rule.after;
        take(end + rule.middle.size(), rule.kind);
        return true;
    }

    bool beginHeredoc(qsizetype index, const Rule& rule, qsizetype behind) {
        qsizetype i = behind;
        if (at(i) == u'-' || at(i) == u'~') ++i;
        if (rule.spaced && at(i) == u' ') ++i;
        const QChar quote = at(i) == u'\'' || at(i) == u'"' ? at(i) : QChar();
        if (!quote.isNull()) ++i;
        if (!at(i).isLetter() && at(i) != u'_') return false;
        const qsizetype end = wordEnd(i);
        m_state.end = m_text.sliced(i, end - i).toString();
        m_state.heredoc = index;
        take(quote.isNull() ? end : std::min(end + 1, m_text.size()), rule.kind);
        return true;
    }

    bool takeCharacter(const Rule& rule, qsizetype behind) {
        const bool escape = at(behind) == u'\\';
        const qsizetype from = behind + (escape || at(behind).isHighSurrogate() ? 2 : 1);
        for (qsizetype i = from; i <= from + (escape ? kLongestEscape : 0); ++i) {
            if (at(i) == u'\n') return false;
            if (!isAt(i, rule.open)) continue;
            take(i + 1, rule.kind);
            return true;
        }
        return false;
    }

    void scanOutsideTags() {
        const QChar c = m_text[m_at];
        const QChar next = at(m_at + 1);
        if (c == u'<' && (next.isLetter() || next == u'/' || next == u'!' || next == u'?')) {
            m_state.inTag = true;
            take(wordEnd(m_at + (next.isLetter() ? 1 : 2)), Syntax::Keyword);
        } else {
            ++m_at;
        }
        m_state.lineStart = false;
    }

    void scanToken() {
        const QChar c = m_text[m_at];
        if (beginsWord(c)) {
            scanWord();
        } else if (c.isDigit() && !(m_at > 0 && continuesWord(m_text[m_at - 1]))) {
            take(numberEnd(), Syntax::Number);
            m_before = Before::Other;
        } else {
            if (m_language.tags && c == u'>') m_state.inTag = false;
            if (!isBlank(c) && c != u'*' && c != u'&' && c != u'>') m_before = Before::Other;
            ++m_at;
        }
        if (!isBlank(c)) m_state.lineStart = false;
    }

    void scanWord() {
        const qsizetype end = wordEnd(m_at);
        const QStringView word = m_text.sliced(m_at, end - m_at);
        Syntax kind = m_language.tags ? Syntax::Function : m_language.kindOf(word);
        const bool reserved = kind == Syntax::Keyword;
        const auto before = std::exchange(m_before, reserved ? Before::Other : Before::Name);
        if (m_language.defines.contains(word)) m_before = Before::Define;
        const bool called = m_language.calls && before == Before::Name && at(end) == u'(';
        if (!reserved && (before == Before::Define || called || isKey(end))) kind = Syntax::Function;
        take(end, kind);
    }

    bool isKey(qsizetype end) const {
        if (m_language.keys.isNull()) return false;
        while (isBlank(at(end))) ++end;
        return at(end) == m_language.keys && (m_language.keys != u':' || isBlank(at(end + 1)) || at(end + 1) == u'\n');
    }

    qsizetype numberEnd() const {
        qsizetype i = m_at + 1;
        const bool hex = m_text[m_at] == u'0' && (at(i) == u'x' || at(i) == u'X');
        for (; i < m_text.size(); ++i) {
            const QChar c = m_text[i], before = m_text[i - 1];
            const bool exponent = !hex && (before == u'e' || before == u'E') && (c == u'+' || c == u'-');
            const bool inner = (c == u'.' || c == m_language.digits) && at(i + 1).isLetterOrNumber() && before != u'.';
            if (!c.isLetterOrNumber() && c != u'_' && !exponent && !inner) break;
        }
        return i;
    }

    const Language& m_language;
    QStringView m_text;
    ScanState& m_state;
    QList<SyntaxRun>& m_runs;
    qsizetype m_at = 0;
    Before m_before = Before::Other;
};

}  // namespace

void scanCode(const Language& language, QStringView text, ScanState& state, QList<SyntaxRun>& runs) {
    Scanner(language, text, state, runs).run();
}

}  // namespace monochord::app
