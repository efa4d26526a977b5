#include "render/markdown_chunks.h"

#include <algorithm>
#include <cstring>

namespace monochord::app {
namespace {

/// A line and what its beginning says.
struct Line {
    QStringView text;  // without its end
    qsizetype begin = 0, next = 0;
    bool complete = false;  // its end was seen
    qsizetype indent = 0;   // columns; tabs stop at 4
    qsizetype first = 0;    // index of the first character that is no blank
    bool blank = true;

    QStringView content() const { return text.sliced(first); }
};

Line lineAt(QStringView markdown, qsizetype begin) {
    Line line;
    line.begin = begin;
    const qsizetype newline = markdown.indexOf(u'\n', begin);
    line.complete = newline >= 0;
    qsizetype end = line.complete ? newline : markdown.size();
    line.next = line.complete ? newline + 1 : end;
    if (end > begin && markdown[end - 1] == u'\r') --end;
    line.text = markdown.sliced(begin, end - begin);
    for (; line.first < line.text.size(); ++line.first) {
        const QChar c = line.text[line.first];
        if (c == u'\t') {
            line.indent += 4 - line.indent % 4;
        } else if (c == u' ') {
            ++line.indent;
        } else {
            break;
        }
    }
    line.blank = line.first == line.text.size();
    return line;
}

qsizetype runLength(QStringView text, QChar c) {
    qsizetype n = 0;
    while (n < text.size() && text[n] == c) ++n;
    return n;
}

/// Length of the fence that this line opens, 0: none.
qsizetype openingFence(const Line& line) {
    if (line.blank || line.indent > 3) return 0;
    const QStringView content = line.content();
    const QChar c = content[0];
    if (c != u'`' && c != u'~') return 0;
    const qsizetype length = runLength(content, c);
    if (length < 3 || (c == u'`' && content.sliced(length).contains(u'`'))) return 0;
    return length;
}

bool closesFence(const Line& line, QChar c, qsizetype length) {
    if (line.blank || line.indent > 3) return false;
    const QStringView content = line.content();
    const qsizetype n = runLength(content, c);
    return n >= length && content.sliced(n).trimmed().isEmpty();
}

bool isHeading(const Line& line) {
    if (line.blank || line.indent > 3) return false;
    const qsizetype n = runLength(line.content(), u'#');
    return n >= 1 && n <= 6 && (n == line.content().size() || line.content()[n] == u' ' || line.content()[n] == u'\t');
}

/// Column at which the contents of the list item that begins in this line stand, 0: no item begins.
qsizetype itemIndent(const Line& line) {
    if (line.blank || line.indent > 3) return 0;
    const QStringView content = line.content();
    qsizetype width = 0;
    while (width < content.size() && width < 10 && content[width] >= u'0' && content[width] <= u'9') ++width;
    if (width > 9 || width == content.size()) return 0;
    const QChar c = content[width];
    if (width > 0 ? (c != u'.' && c != u')') : (c != u'-' && c != u'+' && c != u'*')) return 0;
    ++width;
    qsizetype blanks = 0;
    while (width + blanks < content.size() && content[width + blanks] == u' ') ++blanks;
    const bool empty = width + blanks == content.size();
    // A tab makes the column hard to tell; the smaller one is the careful one.
    if (!empty && blanks == 0) return content[width] == u'\t' ? line.indent + width + 1 : 0;
    return line.indent + width + (empty || blanks > 4 ? 1 : blanks);
}

/// The number and mark of the list item that begins in this line; to be asked only where one does.
struct ItemMark {
    qlonglong number = -1;  // of a bullet
    QChar mark;

    bool follows(const ItemMark& before) const {
        return mark == before.mark && number == (before.number < 0 ? -1 : before.number + 1);
    }
};

ItemMark itemMark(const Line& line) {
    const QStringView content = line.content();
    qsizetype width = 0;
    while (content[width] >= u'0' && content[width] <= u'9') ++width;
    return {width > 0 ? content.first(width).toLongLong() : -1, content[width]};
}

/// No list item can begin with this character, however the line goes on.
bool startsNoItem(const Line& line) {
    const QChar c = line.content()[0];
    return c != u'-' && c != u'+' && c != u'*' && !(c >= u'0' && c <= u'9');
}

MarkdownChunk fencedChunk(QStringView markdown, const Line& opening, qsizetype length) {
    const QChar c = opening.content()[0];
    qsizetype at = opening.next;
    while (at < markdown.size()) {
        const Line line = lineAt(markdown, at);
        if (closesFence(line, c, length)) return {opening.begin, line.next, line.complete};
        at = line.next;
    }
    return {opening.begin, markdown.size(), false};
}

MarkdownChunk indentedChunk(QStringView markdown, const Line& opening) {
    qsizetype at = opening.next;
    while (at < markdown.size()) {
        const Line line = lineAt(markdown, at);
        if (!line.blank && line.indent < 4) return {opening.begin, at, true};
        at = line.next;
    }
    return {opening.begin, markdown.size(), false};
}

/// Paragraphs, tables, quotes and lists. Once something that may be a list item was seen, a blank line does not end the
/// chunk; a line does that belongs neither to the item nor begins another.
MarkdownChunk flowChunk(QStringView markdown, const Line& opening) {
    qsizetype item = itemIndent(opening);
    const bool list = item > 0;
    const ItemMark mark = list ? itemMark(opening) : ItemMark{};
    bool afterBlank = false;
    qsizetype at = opening.next;
    while (at < markdown.size()) {
        const Line line = lineAt(markdown, at);
        if (line.blank) {
            if (item == 0) return {opening.begin, line.next, line.complete};
            afterBlank = true;
        } else if (item == 0 || line.indent < item) {
            if (openingFence(line) > 0 || isHeading(line)) return {opening.begin, at, line.complete};
            const qsizetype next = itemIndent(line);
            if (next == 0 && afterBlank) return {opening.begin, at, line.complete || startsNoItem(line)};
            // The next item of a list can stand by itself: it shows the number that is written.
            if (next > 0 && list && itemMark(line).follows(mark)) return {opening.begin, at, line.complete};
            if (next > 0) item = next;
            afterBlank = false;
        } else {
            afterBlank = false;
        }
        at = line.next;
    }
    return {opening.begin, markdown.size(), false};
}

constexpr int kDeepest = 20;
constexpr int kWidestIndent = 100;
constexpr int kMostColumns = 64;
// By the byte that stands in; not those that are blanks, nor 0x1a. The last four begin and end formulas.
constexpr char kStandIns[] = {'\0', ':', '>', '-', '*', '+', '|', '.', ')', '\0', '\0', '\0', '\0', '\0', ']',  '\\',
                              '_',  '[', '(', '`', '<', '&', '~', '$', '#', '=',  '\0', '\0', '$',  '$',  '\\', '\\'};
constexpr int kMostBrackets = 2000;
constexpr char kUnknown = 0x1a;

/// The marks of lists and quotes at the beginning of a line, beyond the depth that is shown.
void shieldNesting(char* begin, const char* end) {
    int marks = 0;
    char* at = begin;
    while (at < end) {
        while (at < end && (*at == ' ' || *at == '\t')) ++at;
        char* mark = at;
        while (mark < end && *mark >= '0' && *mark <= '9') ++mark;
        if (mark == end) return;
        const bool number = mark != at;
        const bool list = number ? *mark == '.' || *mark == ')' : *mark == '-' || *mark == '*' || *mark == '+';
        if (!(list && (mark + 1 == end || mark[1] == ' ' || mark[1] == '\t')) && (number || *mark != '>')) return;
        if (++marks > kDeepest || at - begin >= kWidestIndent) *mark = standIn(*mark);
        at = mark + 1;
    }
}

void shieldColumns(char* begin, char* end) {
    const bool delimiter = std::all_of(begin, end, [](char c) {
        return c == '|' || c == '-' || c == ':' || c == ' ' || c == '\t' || c == '>' || c == '\r';
    });
    if (delimiter && std::count(begin, end, '|') > kMostColumns) std::replace(begin, end, '|', standIn('|'));
}

/// md4c walks all lines of the paragraph for each pair of brackets that is no link. Where there are thousands, those
/// that neither end the text of one of the first links nor mark a task are text from the start.
void shieldBrackets(QByteArray& utf8) {
    if (utf8.count(']') < kMostBrackets) return;
    int links = 0;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        if (utf8[i] != ']') continue;
        if (i + 1 < utf8.size() && utf8[i + 1] == '(' && ++links <= kMostBrackets) continue;
        const bool task =
            i >= 4 && utf8[i - 2] == '[' && utf8[i - 3] == ' ' && std::strchr("-*+.)", utf8[i - 4]) != nullptr;
        if (!task) utf8[i] = standIn(']');
    }
}

bool isDelimiterRow(const char* begin, const char* end) {
    constexpr auto kAllowed = [](char c) {
        return c == '|' || c == '-' || c == ':' || c == ' ' || c == '\t' || c == '\r';
    };
    return std::all_of(begin, end, kAllowed) && std::find(begin, end, '|') != end && std::find(begin, end, '-') != end;
}

}  // namespace

char standIn(char c) {
    const auto* found = std::find(std::begin(kStandIns) + 1, std::end(kStandIns), c);
    return c == 0 || found == std::end(kStandIns) ? c : static_cast<char>(found - std::begin(kStandIns));
}

MarkdownChunk nextChunk(QStringView markdown, qsizetype from) {
    Line line;
    qsizetype at = from;
    while (at < markdown.size()) {
        line = lineAt(markdown, at);
        if (!line.blank) break;
        // A blank line without its end may still become an indented one.
        if (!line.complete) return {at, at, false};
        at = line.next;
    }
    if (at >= markdown.size()) return {at, at, false};
    if (const qsizetype fence = openingFence(line)) return fencedChunk(markdown, line, fence);
    if (isHeading(line)) return {line.begin, line.next, line.complete};
    if (line.indent >= 4) return indentedChunk(markdown, line);
    return flowChunk(markdown, line);
}

void shieldMarkdown(QByteArray& utf8) {
    char* at = utf8.data();
    char* const last = at + utf8.size();
    while (at < last) {
        char* end = std::find(at, last, '\n');
        for (char* c = at; c < end; ++c) {
            const auto byte = static_cast<unsigned char>(*c);
            if (*c == '\r') {
                if (c + 1 != end || end == last) *c = ' ';
            } else if ((byte < 0x20 && *c != '\t') || byte == 0x7f) {
                *c = kUnknown;
            } else if (*c == ':' && c > at && c[-1] == ']') {
                *c = standIn(':');
            }
        }
        shieldNesting(at, end);
        if (end - at > 2 * kMostColumns) shieldColumns(at, end);
        at = end == last ? last : end + 1;
    }
    shieldBrackets(utf8);
}

void unshieldMarkdown(QString& text) {
    const auto shielded = [](QChar c) { return c < u' ' && c != u'\n' && c != u'\t'; };
    if (std::none_of(text.cbegin(), text.cend(), shielded)) return;
    for (QChar& c : text) {
        if (!shielded(c)) continue;
        const auto code = static_cast<std::size_t>(c.unicode());
        c = kStandIns[code] != 0 ? QChar::fromLatin1(kStandIns[code]) : QChar(QChar::ReplacementCharacter);
    }
}

QList<qsizetype> widenDelimiters(QByteArray& utf8) {
    QList<qsizetype> added;
    QByteArray wide;
    qsizetype copied = 0;
    qsizetype at = utf8.indexOf('\n') + 1;
    while (at > 0 && at < utf8.size()) {
        qsizetype end = utf8.indexOf('\n', at);
        if (end < 0) end = utf8.size();
        qsizetype dash = isDelimiterRow(utf8.cbegin() + at, utf8.cbegin() + end) ? utf8.indexOf('-', at) : end;
        while (dash >= 0 && dash < end) {
            qsizetype after = dash;
            while (after < end && utf8[after] == '-') ++after;
            const qsizetype colons = (utf8[dash - 1] == ':' ? 1 : 0) + (after < end && utf8[after] == ':' ? 1 : 0);
            const qsizetype missing = 3 - (after - dash) - colons;
            if (missing > 0) {
                wide.append(utf8.cbegin() + copied, after - copied);
                copied = after;
                for (qsizetype i = 0; i < missing; ++i) added.append(wide.size() + i);
                wide.append(missing, '-');
            }
            dash = utf8.indexOf('-', after);
        }
        at = end + 1;
    }
    if (!added.isEmpty()) utf8 = wide.append(utf8.cbegin() + copied, utf8.size() - copied);
    return added;
}

}  // namespace monochord::app
