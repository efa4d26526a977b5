#include "render/rows.h"

#include <algorithm>
#include <utility>

namespace monochord::app {
namespace {

constexpr qsizetype kLongestRow = 4000;  // characters; about 1 ms of layout
constexpr qsizetype kMostLines = 16;     // of code in a row
constexpr int kParagraphGap = 11;
constexpr int kItemGap = 5;
constexpr int kHeadingGap = 20;

/// Length of the first piece of `text`, at most kLongestRow: up to the last line break, else after the last sentence,
/// else after the last blank, else anywhere but inside a surrogate pair.
qsizetype pieceLength(QStringView text, bool lines) {
    if (text.size() <= kLongestRow && !lines) return text.size();
    qsizetype limit = std::min(text.size(), kLongestRow);
    if (lines) {
        qsizetype at = 0;
        for (qsizetype n = 0; n < kMostLines; ++n) {
            const qsizetype newline = text.indexOf(u'\n', at);
            if (newline < 0 || newline >= kLongestRow) break;
            at = newline + 1;
            if (n + 1 == kMostLines) return at;
        }
        if (text.size() <= kLongestRow) return text.size();
        if (at > 0) return at;
    }
    const QStringView piece = text.first(limit);
    for (const QStringView end : {QStringView(u"\n"), QStringView(u". "), QStringView(u"。"), QStringView(u" ")}) {
        const qsizetype at = piece.lastIndexOf(end);
        if (at >= limit / 2) return at + end.size();
    }
    return piece.last().isHighSurrogate() ? limit - 1 : limit;
}

Row rowLike(const Block& block, qsizetype index, RowKind kind) {
    Row row;
    row.kind = kind;
    row.block = static_cast<int>(index);
    row.level = block.level;
    row.quoteDepth = block.quoteDepth;
    row.listDepth = block.listDepth;
    row.marker = block.marker;
    row.language = block.language;
    row.columns = block.columns;
    return row;
}

void addFormula(Row& row, const Span& span) {
    const auto formula = static_cast<int>(row.runs.size()) + 1;
    for (const FormulaPiece& piece : readFormula(span.text)) {
        Run run{static_cast<int>(row.text.size()),
                static_cast<int>(piece.text.size()),
                span.strong || piece.strong,
                piece.emphasis || span.emphasis,
                false,
                span.strike,
                span.link};
        run.script = piece.script;
        run.overline = piece.overline;
        run.formula = formula;
        run.source = span.text;
        row.runs.append(run);
        row.text += piece.text;
    }
}

void addSpans(Row& row, const QList<Span>& spans) {
    bool afterDisplay = false;
    for (const Span& span : spans) {
        const bool display = span.formula && isDisplayFormula(span.text);
        if ((display || afterDisplay) && !row.text.isEmpty() && !row.text.endsWith(u'\n')) row.text += u'\n';
        afterDisplay = display;
        if (span.formula) {
            addFormula(row, span);
            continue;
        }
        if (span.strong || span.emphasis || span.code || span.strike || !span.link.isEmpty()) {
            row.runs.append({static_cast<int>(row.text.size()), static_cast<int>(span.text.size()), span.strong,
                             span.emphasis, span.code, span.strike, span.link});
        }
        row.text += span.text;
    }
}

QList<Run> cutRuns(const QList<Run>& runs, qsizetype begin, qsizetype end) {
    QList<Run> cut;
    for (Run run : runs) {
        const auto from = std::max<qsizetype>(run.begin, begin);
        const auto to = std::min<qsizetype>(run.begin + run.length, end);
        if (from >= to) continue;
        run.begin = static_cast<int>(from - begin);
        run.length = static_cast<int>(to - from);
        cut.append(run);
    }
    return cut;
}

/// Adds `whole` as one row, or as several where it is long.
void addPieces(QList<Row>& rows, const Row& whole, bool lines) {
    qsizetype at = 0;
    bool newLine = false;
    do {
        const qsizetype length = pieceLength(QStringView(whole.text).sliced(at), lines);
        Row row = whole;
        row.first = at == 0;
        row.last = at + length == whole.text.size();
        row.text = whole.text.mid(at, length);
        row.runs = cutRuns(whole.runs, at, at + length);
        if (!row.first) row.marker.clear();
        row.newLine = newLine;
        newLine = !row.last && row.text.endsWith(u'\n');
        if (newLine) row.text.chop(1);
        rows.append(row);
        at += length;
    } while (at < whole.text.size());
}

void addTable(QList<Row>& rows, const Block& block, qsizetype index) {
    for (qsizetype i = 0; i < block.rows.size(); ++i) {
        Row row = rowLike(block, index, RowKind::TableRow);
        row.first = i == 0;
        row.last = i + 1 == block.rows.size();
        row.newLine = !row.first;
        if (!row.first) row.marker.clear();
        for (qsizetype c = 0; c < block.rows[i].size(); ++c) {
            if (c > 0) row.text += u'\t';
            QList<Span> cell = block.rows[i][c];
            for (Span& span : cell) span.text.replace(u'\t', u' ');
            addSpans(row, cell);
        }
        rows.append(row);
    }
}

int gapBetween(const Block& before, const Block& block) {
    if (block.kind == BlockKind::Heading) return kHeadingGap - 2 * std::clamp(block.level - 1, 0, 3);
    const bool items = before.listDepth > 0 && block.listDepth > 0 && !block.marker.isEmpty();
    if (items && block.kind == BlockKind::Paragraph && before.kind == BlockKind::Paragraph) return kItemGap;
    return kParagraphGap;
}

bool wraps(const Row& row) {
    return row.kind == RowKind::Text || row.kind == RowKind::Heading;
}

QString listPrefix(const Row& row, bool markdown) {
    QString prefix = markdown ? QStringLiteral("> ").repeated(row.quoteDepth) : QString();
    if (row.listDepth > 0) prefix += QString((row.listDepth - 1) * (markdown ? 4 : 2), u' ');
    if (row.marker.isEmpty()) return row.listDepth > 0 ? prefix + QString(markdown ? 4 : 2, u' ') : prefix;
    if (!markdown) return prefix + row.marker + u' ';
    if (row.marker == u"☐") return prefix + QStringLiteral("- [ ] ");
    if (row.marker == u"☑") return prefix + QStringLiteral("- [x] ");
    return prefix + (row.marker == u"•" ? QStringLiteral("-") : row.marker) + u' ';
}

/// A run of text with its marks around what is no blank.
QString marked(const QString& text, const QString& mark) {
    qsizetype begin = 0, end = text.size();
    while (begin < end && text[begin].isSpace()) ++begin;
    while (end > begin && text[end - 1].isSpace()) --end;
    if (begin == end) return text;
    return text.left(begin) + mark + text.mid(begin, end - begin) + mark + text.mid(end);
}

QString markedRun(QString text, const Run& run) {
    if (run.code) {
        int longest = 0, ticks = 0;
        for (const QChar c : text) {
            ticks = c == u'`' ? ticks + 1 : 0;
            longest = std::max(longest, ticks);
        }
        const QString mark(longest + 1, u'`');
        text = longest > 0 ? mark + u' ' + text + u' ' + mark : mark + text + mark;
    }
    if (run.strike) text = marked(text, QStringLiteral("~~"));
    if (run.emphasis) text = marked(text, QStringLiteral("*"));
    if (run.strong) text = marked(text, QStringLiteral("**"));
    return run.link.isEmpty() || run.link == text ? text : u'[' + text + QStringLiteral("](") + run.link + u')';
}

}  // namespace

QList<Row> rowsOf(const QList<Block>& blocks, qsizetype from) {
    QList<Row> rows;
    for (qsizetype i = from; i < blocks.size(); ++i) {
        const Block& block = blocks[i];
        const qsizetype begin = rows.size();
        switch (block.kind) {
            case BlockKind::Paragraph:
            case BlockKind::Heading: {
                Row row = rowLike(block, i, block.kind == BlockKind::Heading ? RowKind::Heading : RowKind::Text);
                addSpans(row, block.spans);
                addPieces(rows, row, false);
                break;
            }
            case BlockKind::Code: {
                Row row = rowLike(block, i, RowKind::Code);
                if (!block.spans.isEmpty()) row.text = block.spans.first().text;
                addPieces(rows, row, true);
                break;
            }
            case BlockKind::Table:
                addTable(rows, block, i);
                break;
            case BlockKind::Rule:
                rows.append(rowLike(block, i, RowKind::Rule));
                break;
            case BlockKind::Thinking:
                rows.append(rowLike(block, i, RowKind::Thinking));
                break;
        }
        for (qsizetype r = begin; r < rows.size(); ++r) {
            rows[r].joinedQuotes = r > begin ? block.quoteDepth
                                   : i == 0  ? 0
                                             : std::min(blocks[i - 1].quoteDepth, block.quoteDepth);
        }
        if (i > 0 && begin < rows.size()) rows[begin].gap = gapBetween(blocks[i - 1], block);
    }
    return rows;
}

QList<Row> plainRows(const QString& text) {
    QList<Row> rows;
    Row row;
    row.text = text;
    row.text.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    row.text.replace(u'\r', u'\n');
    addPieces(rows, row, true);
    return rows;
}

QString separatorBetween(const Row& before, const Row& row) {
    if (before.block == row.block) return row.newLine ? QStringLiteral("\n") : QString();
    const bool items =
        before.listDepth > 0 && row.listDepth > 0 && wraps(before) && wraps(row) && !row.marker.isEmpty();
    return items ? QStringLiteral("\n") : QStringLiteral("\n\n");
}

QString plainText(const Row& row, qsizetype begin, qsizetype end) {
    QString text;
    qsizetype at = begin;
    int formula = 0;
    for (const Run& run : row.runs) {
        if (run.formula == 0 || run.begin + run.length <= begin || run.begin >= end) continue;
        text += row.text.mid(at, std::max<qsizetype>(run.begin - at, 0));
        if (std::exchange(formula, run.formula) != run.formula) text += run.source;
        at = run.begin + run.length;
    }
    text += row.text.mid(at, std::max<qsizetype>(end - at, 0));
    return begin == 0 && row.first && wraps(row) ? listPrefix(row, false) + text : text;
}

QString markdownText(const Row& row, qsizetype begin, qsizetype end) {
    if (row.kind == RowKind::Rule) return listPrefix(row, true) + QStringLiteral("---");
    if (row.kind == RowKind::Code) return row.text.mid(begin, end - begin);
    QString text = begin == 0 && row.first ? listPrefix(row, true) : QString();
    if (begin == 0 && row.first && row.kind == RowKind::Heading) text += QString(row.level, u'#') + u' ';
    qsizetype at = begin;
    int formula = 0;
    for (const Run& run : cutRuns(row.runs, 0, end)) {
        const auto from = std::max<qsizetype>(run.begin, begin);
        const qsizetype to = run.begin + run.length;
        if (to <= begin) continue;
        text += row.text.mid(at, from - at);
        if (run.formula == 0) text += markedRun(row.text.mid(from, to - from), run);
        if (std::exchange(formula, run.formula) != run.formula) text += run.source;
        at = to;
    }
    text += row.text.mid(at, end - at);
    return row.kind == RowKind::TableRow
               ? QStringLiteral("| ") + text.replace(u'\t', QStringLiteral(" | ")) + QStringLiteral(" |")
               : text;
}

}  // namespace monochord::app
