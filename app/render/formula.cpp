#include "render/formula.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "render/formula_symbols.h"

namespace monochord::app {
namespace {

constexpr int kDeepest = 16;
constexpr qsizetype kLongest = 4000;  // characters; longer formulas stay as they are written

constexpr QStringView kNames[] = {u"arccos", u"arcsin", u"arctan", u"arg",    u"argmax", u"argmin", u"bmod", u"cos",
                                  u"cosh",   u"cot",    u"deg",    u"det",    u"dim",    u"exp",    u"gcd",  u"inf",
                                  u"ker",    u"lim",    u"limsup", u"liminf", u"ln",     u"log",    u"max",  u"min",
                                  u"mod",    u"Pr",     u"sec",    u"sin",    u"sinh",   u"sup",    u"tan",  u"tanh"};
constexpr QStringView kIgnored[] = {u"left",      u"right",  u"big",      u"Big",   u"bigl",     u"bigr",
                                    u"Bigl",      u"Bigr",   u"bigg",     u"Bigg",  u"middle",   u"displaystyle",
                                    u"textstyle", u"limits", u"nolimits", u"hline", u"nonumber", u"notag"};
constexpr QStringView kUpright[] = {u"text",   u"textrm", u"mathrm", u"operatorname", u"mbox",     u"texttt", u"mathtt",
                                    u"mathsf", u"textit", u"mathit", u"mathcal",      u"mathfrak", u"mathscr"};

struct Accent {
    QStringView command;
    char16_t mark;
};
constexpr Accent kAccents[] = {{u"hat", 0x302},       {u"widehat", 0x302},  {u"bar", 0x304},  {u"overline", 0x305},
                               {u"vec", 0x20d7},      {u"dot", 0x307},      {u"ddot", 0x308}, {u"tilde", 0x303},
                               {u"widetilde", 0x303}, {u"underline", 0x332}};

template <std::size_t N>
bool isOneOf(const QStringView (&names)[N], QStringView name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool isLetter(QChar c) {
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

/// Reads a formula from left to right; what it gives are pieces, and of its groups the pieces in them.
class Reader {
public:
    explicit Reader(QStringView source) : m_source(source) {}

    QList<FormulaPiece> readAll() {
        QList<FormulaPiece> pieces;
        while (m_at < m_source.size()) {
            readNext(pieces, 0);
            // A brace that closes nothing.
            if (m_at < m_source.size() && m_source[m_at] == u'}') ++m_at;
        }
        return pieces;
    }

private:
    static void add(QList<FormulaPiece>& pieces, const FormulaPiece& piece) {
        const bool same = !pieces.isEmpty() && pieces.last().script == piece.script &&
                          pieces.last().emphasis == piece.emphasis && pieces.last().strong == piece.strong &&
                          pieces.last().overline == piece.overline;
        if (same)
            pieces.last().text += piece.text;
        else
            pieces.append(piece);
    }
    static void addText(QList<FormulaPiece>& pieces, const QString& text) { add(pieces, FormulaPiece{text}); }
    static void addAll(QList<FormulaPiece>& pieces, const QList<FormulaPiece>& more) {
        for (const FormulaPiece& piece : more) add(pieces, piece);
    }
    static QString plain(const QList<FormulaPiece>& pieces) {
        QString text;
        for (const FormulaPiece& piece : pieces) text += piece.text;
        return text;
    }

    void skipBlanks() {
        while (m_at < m_source.size() && m_source[m_at].isSpace()) ++m_at;
    }

    /// What stands in braces, or one symbol.
    QList<FormulaPiece> argument(int depth) {
        QList<FormulaPiece> pieces;
        skipBlanks();
        if (m_at >= m_source.size() || m_source[m_at] == u'}') return pieces;
        if (m_source[m_at] != u'{') {
            readNext(pieces, depth + 1);
            return pieces;
        }
        ++m_at;
        while (m_at < m_source.size() && m_source[m_at] != u'}') readNext(pieces, depth + 1);
        if (m_at < m_source.size()) ++m_at;
        return pieces;
    }

    /// The text of a group as it is written.
    QString rawArgument() {
        skipBlanks();
        if (m_at >= m_source.size() || m_source[m_at] != u'{') return {};
        const qsizetype begin = ++m_at;
        for (int open = 1; m_at < m_source.size(); ++m_at) {
            if (m_source[m_at] == u'{') ++open;
            if (m_source[m_at] == u'}' && --open == 0) break;
        }
        const QString text = m_source.sliced(begin, m_at - begin).toString();
        if (m_at < m_source.size()) ++m_at;
        return text;
    }

    void readNext(QList<FormulaPiece>& pieces, int depth) {
        const QChar c = m_source[m_at];
        if (depth > kDeepest) {
            addText(pieces, QString(c));
            ++m_at;
        } else if (c == u'\\') {
            readCommand(pieces, depth);
        } else if (c == u'^' || c == u'_') {
            ++m_at;
            readScript(pieces, c == u'^' ? Script::Super : Script::Sub, depth);
        } else if (c == u'{') {
            addAll(pieces, argument(depth));
        } else if (c == u'}') {
            return;
        } else {
            ++m_at;
            readCharacter(pieces, c);
        }
    }

    static void readCharacter(QList<FormulaPiece>& pieces, QChar c) {
        if (isLetter(c)) return add(pieces, FormulaPiece{.text = QString(c), .emphasis = true});
        const bool blank = c.isSpace() || c == u'&' || c == u'~';
        if (blank && (pieces.isEmpty() || pieces.last().text.back().isSpace())) return;
        addText(pieces, blank        ? QStringLiteral(" ")
                        : c == u'-'  ? QStringLiteral("−")
                        : c == u'\'' ? QStringLiteral("′")
                                     : QString(c));
    }

    /// A script in a script can't be smaller still; it keeps its mark.
    void readScript(QList<FormulaPiece>& pieces, Script script, int depth) {
        QList<FormulaPiece> inner = argument(depth);
        const bool prime = plain(inner) == u"′" || plain(inner) == u"∘";
        for (FormulaPiece& piece : inner) {
            if (piece.script != Script::None) piece.text.prepend(piece.script == Script::Super ? u'^' : u'_');
            piece.script = prime ? Script::None : script;
            if (prime && piece.text == u"∘") piece.text = QStringLiteral("°");
        }
        addAll(pieces, inner);
    }

    void readCommand(QList<FormulaPiece>& pieces, int depth) {
        const qsizetype begin = m_at++;
        qsizetype end = m_at;
        while (end < m_source.size() && isLetter(m_source[end])) ++end;
        if (end == m_at) return readEscape(pieces);
        const QStringView name = m_source.sliced(m_at, end - m_at);
        m_at = end;
        if (const QStringView symbol = formulaSymbol(name); !symbol.isEmpty()) {
            // The blank behind a command only ends its name; around operators it is welcome.
            if (symbol[0].isLetter()) skipBlanks();
            return addText(pieces, symbol.toString());
        }
        if (name == u"frac" || name == u"dfrac" || name == u"tfrac" || name == u"cfrac")
            return readFraction(pieces, depth);
        if (name == u"sqrt") return readRoot(pieces, depth);
        if (isOneOf(kIgnored, name)) {
            // The dot of \left. stands for nothing.
            if (m_at < m_source.size() && m_source[m_at] == u'.') ++m_at;
            return;
        }
        if (isOneOf(kNames, name)) return readName(pieces, name);
        if (isOneOf(kUpright, name)) return addText(pieces, rawArgument());
        if (name == u"mathbf" || name == u"textbf" || name == u"boldsymbol" || name == u"bm")
            return addLook(pieces, argument(depth), &FormulaPiece::strong);
        if (name == u"boxed") return addAll(pieces, argument(depth));
        if (name == u"mathbb") return addText(pieces, doubleStruck(rawArgument()));
        if (name == u"quad" || name == u"qquad") return addText(pieces, QStringLiteral("\u2003"));
        if (name == u"begin" || name == u"end") return void(rawArgument());
        if (name == u"binom") return readBinomial(pieces, depth);
        for (const Accent& accent : kAccents) {
            if (name == accent.command) return readAccent(pieces, accent.mark, depth);
        }
        addText(pieces, m_source.sliced(begin, end - begin).toString());
    }

    /// A backslash and no letter: an escaped character, a space, or a line end.
    void readEscape(QList<FormulaPiece>& pieces) {
        const QChar c = m_at < m_source.size() ? m_source[m_at++] : QChar(u'\\');
        if (c == u'\\') {
            while (!pieces.isEmpty() && pieces.last().text == u" ") pieces.removeLast();
            return addText(pieces, QStringLiteral("\n"));
        }
        if (c == u'!') return;
        if (c == u',' || c == u':' || c == u';' || c == u' ' || c == u'>') return addText(pieces, QStringLiteral(" "));
        addText(pieces, c == u'|' ? QStringLiteral("‖") : QString(c));
    }

    void readName(QList<FormulaPiece>& pieces, QStringView name) {
        const bool apart = !pieces.isEmpty() && pieces.last().text.back().isLetterOrNumber();
        addText(pieces, (apart ? QStringLiteral(" ") : QString()) + name.toString());
        if (m_at < m_source.size() && (isLetter(m_source[m_at]) || m_source[m_at] == u'\\'))
            addText(pieces, QStringLiteral(" "));
    }

    static void addLook(QList<FormulaPiece>& pieces, QList<FormulaPiece> inner, bool FormulaPiece::*look) {
        for (FormulaPiece& piece : inner) piece.*look = true;
        addAll(pieces, inner);
    }

    static bool isSmall(const QList<FormulaPiece>& pieces) {
        const QString text = plain(pieces);
        return pieces.size() == 1 && pieces[0].script == Script::None && text.size() <= 3 &&
               std::all_of(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber(); });
    }
    static void addGrouped(QList<FormulaPiece>& pieces, const QList<FormulaPiece>& group) {
        const QString text = plain(group);
        const bool one = std::none_of(text.begin(), text.end(), [](QChar c) {
            return c.isSpace() || c.category() == QChar::Symbol_Math || c == u'−' || c == u'/' || c == u'·';
        });
        if (!one) addText(pieces, QStringLiteral("("));
        addAll(pieces, group);
        if (!one) addText(pieces, QStringLiteral(")"));
    }

    void readFraction(QList<FormulaPiece>& pieces, int depth) {
        QList<FormulaPiece> above = argument(depth), below = argument(depth);
        if (isSmall(above) && isSmall(below)) {
            above[0].script = Script::Super;
            below[0].script = Script::Sub;
            addAll(pieces, above);
            addText(pieces, QStringLiteral("\u2044"));
            return addAll(pieces, below);
        }
        addGrouped(pieces, above);
        addText(pieces, QStringLiteral(" / "));
        addGrouped(pieces, below);
    }

    void readRoot(QList<FormulaPiece>& pieces, int depth) {
        if (m_at < m_source.size() && m_source[m_at] == u'[') {
            const qsizetype close = m_source.indexOf(u']', m_at);
            if (close > 0) {
                add(pieces, FormulaPiece{.text = m_source.sliced(m_at + 1, close - m_at - 1).toString(),
                                         .script = Script::Super});
                m_at = close + 1;
            }
        }
        addText(pieces, QStringLiteral("√"));
        addLook(pieces, argument(depth), &FormulaPiece::overline);
    }

    void readBinomial(QList<FormulaPiece>& pieces, int depth) {
        addText(pieces, QStringLiteral("C("));
        addAll(pieces, argument(depth));
        addText(pieces, QStringLiteral(", "));
        addAll(pieces, argument(depth));
        addText(pieces, QStringLiteral(")"));
    }

    void readAccent(QList<FormulaPiece>& pieces, char16_t mark, int depth) {
        QList<FormulaPiece> inner = argument(depth);
        for (FormulaPiece& piece : inner) {
            QString marked;
            for (const QChar c : std::as_const(piece.text))
                marked += c.isSpace() ? QString(c) : QString(c) + QChar(mark);
            piece.text = marked;
        }
        addAll(pieces, inner);
    }

    static QString doubleStruck(QString text) {
        constexpr std::pair<char16_t, char16_t> kLetters[] = {{u'C', u'ℂ'}, {u'H', u'ℍ'}, {u'N', u'ℕ'}, {u'P', u'ℙ'},
                                                              {u'Q', u'ℚ'}, {u'R', u'ℝ'}, {u'Z', u'ℤ'}};
        for (const auto& [from, to] : kLetters) text.replace(QChar(from), QChar(to));
        return text;
    }

    QStringView m_source;
    qsizetype m_at = 0;
};

qsizetype markLength(const QString& source) {
    return source.startsWith(u"$$") || source.startsWith(u'\\') ? 2 : 1;
}

/// Not so where a quote or a list cut it.
bool closes(const QString& source, qsizetype mark) {
    const QString end = source.startsWith(u"\\(")   ? QStringLiteral("\\)")
                        : source.startsWith(u"\\[") ? QStringLiteral("\\]")
                                                    : source.first(mark);
    return source.endsWith(end);
}

}  // namespace

bool isDisplayFormula(const QString& source) {
    return source.startsWith(u"$$") || source.startsWith(u"\\[");
}

QList<FormulaPiece> readFormula(const QString& source) {
    const qsizetype mark = markLength(source);
    if (source.size() > kLongest || source.size() < 2 * mark || !closes(source, mark)) return {FormulaPiece{source}};
    const QList<FormulaPiece> pieces =
        Reader(QStringView(source).sliced(mark, source.size() - 2 * mark).trimmed()).readAll();
    return pieces.isEmpty() ? QList<FormulaPiece>{FormulaPiece{source}} : pieces;
}

}  // namespace monochord::app
