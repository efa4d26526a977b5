#include "chat/title.h"

#include <QRegularExpression>
#include <QTextBoundaryFinder>

namespace monochord::app {
namespace {

constexpr qsizetype kLongest = 48;      // graphemes
constexpr qsizetype kLineLooked = 800;  // UTF-16 units of a line; what is behind cannot reach the title
constexpr int kLinesLooked = 200;

/// Without what cannot be seen or would turn the text around it: control characters, halves of surrogate pairs,
/// embedded directions. Joiners stay: emoji and Persian need them.
QString printable(const QString& line) {
    QString clean;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const QChar c = line[i];
        if (c.isHighSurrogate() && i + 1 < line.size() && line[i + 1].isLowSurrogate()) {
            clean += c;
            clean += line[++i];
            continue;
        }
        const bool turns = (c >= u'\u202a' && c <= u'\u202e') || (c >= u'\u2066' && c <= u'\u2069');
        if (c.isSurrogate() || turns || (c.category() == QChar::Other_Control && !c.isSpace())) continue;
        clean += c;
    }
    return clean.simplified();
}

QString withoutMarks(QString line) {
    static const QRegularExpression fence(QStringLiteral(R"(^\s*(`{3,}|~{3,})[^`]*$)"));
    static const QRegularExpression lead(
        QStringLiteral(R"(^(\s*(#{1,6}\s|>|[-*+]\s(\[[ xX]\]\s)?|\d{1,9}[.)]\s))+\s*)"));
    static const QRegularExpression link(QStringLiteral(R"(!?\[([^\[\]]*)\]\([^()]*\))"));
    // A pair of marks around words, as `2 * 3` and snake_case_names have none.
    static const QRegularExpression pair(
        QStringLiteral(R"((?<![\w*~`])(\*{1,3}|_{1,3}|~~|`+)(?=\S)(.*?\S)\1(?![\w*~`]))"),
        QRegularExpression::UseUnicodePropertiesOption);
    if (fence.match(line).hasMatch()) return {};
    line.remove(lead);
    line.replace(link, QStringLiteral(R"(\1)"));
    line.replace(pair, QStringLiteral(R"(\2)"));
    line.replace(pair, QStringLiteral(R"(\2)"));  // marks within marks
    return line.simplified();
}

bool endsLine(QChar c) {
    return c == u'\n' || c == u'\r' || c == QChar::LineSeparator || c == QChar::ParagraphSeparator;
}

bool hasWords(const QString& line) {
    for (const char32_t c : line.toUcs4()) {
        if (QChar::isLetterOrNumber(c)) return true;
    }
    return false;
}

/// Number of UTF-16 units of the first `count` graphemes; those of all of them where there are fewer.
qsizetype graphemes(const QString& text, qsizetype count) {
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    qsizetype end = 0;
    for (qsizetype i = 0; i < count; ++i) {
        const qsizetype next = finder.toNextBoundary();
        if (next < 0) return text.size();
        // One letter may carry hundreds of marks; such a one is not begun.
        if (next > 4 * count) return end;
        end = next;
    }
    return end;
}

QString cut(const QString& line) {
    const qsizetype longest = graphemes(line, kLongest);
    if (longest >= line.size()) return line;
    QTextBoundaryFinder breaks(QTextBoundaryFinder::Line, line);
    breaks.setPosition(longest);
    qsizetype end = breaks.isAtBoundary() ? longest : breaks.toPreviousBoundary();
    if (end < longest / 2) end = longest;  // one long word
    QString title = line.left(end).trimmed();
    static const QRegularExpression trailing(QStringLiteral(R"([\s,;:.–—-]+$)"));
    title.remove(trailing);
    return title.isEmpty() ? title : title + u'…';
}

}  // namespace

QString titleFrom(const QString& firstMessage) {
    QString wordless;
    qsizetype begin = 0;
    for (int i = 0; i < kLinesLooked && begin < firstMessage.size(); ++i) {
        qsizetype end = begin;
        while (end < firstMessage.size() && !endsLine(firstMessage[end])) ++end;
        const QString whole = printable(firstMessage.mid(begin, std::min(end - begin, kLineLooked)));
        const QString line = withoutMarks(whole);
        if (hasWords(line)) return cut(line);
        if (wordless.isEmpty()) wordless = line;
        begin = end + 1;
    }
    return cut(wordless);
}

}  // namespace monochord::app
