#include "ui/view/selection.h"

#include <QTextBoundaryFinder>
#include <algorithm>

namespace monochord::app {
namespace {

MessageItem& itemAt(Page& page, qsizetype index) {
    return *page.items[static_cast<std::size_t>(index)];
}

QString codeFence(const QString& text) {
    int longest = 2, ticks = 0;
    for (const QChar c : text) {
        ticks = c == u'`' ? ticks + 1 : 0;
        longest = std::max(longest, ticks);
    }
    return QString(longest + 1, u'`');
}

/// The rows from `row` on that belong to its block, as far as [begin, end) of the message reaches.
QString blockMarkdown(const MessageItem& item, qsizetype& row, qsizetype begin, qsizetype end) {
    const Row& first = item.row(row);
    const qsizetype from = row;
    QString text;
    for (; row < item.rowCount() && item.row(row).block == first.block && item.rowBegin(row) <= end; ++row) {
        const qsizetype at = item.rowBegin(row);
        const Row& piece = item.row(row);
        if (row > from) text += separatorBetween(item.row(row - 1), piece);
        text += markdownText(piece, std::max<qsizetype>(begin - at, 0), std::min(end - at, piece.text.size()));
    }
    if (first.kind != RowKind::Code) return text;
    const QString fence = codeFence(text);
    return fence + first.language + u'\n' + text + u'\n' + fence;
}

QString itemMarkdown(const MessageItem& item, qsizetype begin, qsizetype end) {
    QString text;
    qsizetype row = item.rowAtOffset(begin);
    while (row < item.rowCount() && item.rowBegin(row) <= end) {
        const qsizetype from = row;
        const Block& block = item.blocks()[item.row(row).block];
        const qsizetype first = item.rowBegin(row);
        QString part = blockMarkdown(item, row, begin, end);
        const qsizetype last = item.rowBegin(row - 1) + item.row(row - 1).text.size();
        const bool whole = item.row(from).first && item.row(row - 1).last && first >= begin && last <= end;
        // As it was written, where all of it is selected; of a table also where a part is.
        if (whole || block.kind == BlockKind::Table) {
            part = item.message().text.mid(block.begin, block.end - block.begin);
            while (part.endsWith(u'\n') || part.endsWith(u'\r')) part.chop(1);
        }
        if (!text.isEmpty()) text += separatorBetween(item.row(from - 1), item.row(from));
        text += part;
    }
    return text;
}

QString itemText(const MessageItem& item, qsizetype begin, qsizetype end) {
    QString text;
    const qsizetype first = item.rowAtOffset(begin);
    for (qsizetype row = first; row < item.rowCount() && item.rowBegin(row) <= end; ++row) {
        const qsizetype at = item.rowBegin(row);
        if (row > first && item.row(row - 1).kind != RowKind::Thinking)
            text += separatorBetween(item.row(row - 1), item.row(row));
        text +=
            plainText(item.row(row), std::max<qsizetype>(begin - at, 0), std::min(end - at, item.row(row).text.size()));
    }
    return text;
}

}  // namespace

Selection::Range Selection::unitAt(Page& page, const TextPosition& at, Unit unit) {
    if (at.item < 0 || unit == Unit::Character) return {at, at};
    MessageItem& item = itemAt(page, at.item);
    item.prepare();
    if (item.rowCount() == 0) return {at, at};
    const qsizetype row = item.rowAtOffset(at.offset);
    const qsizetype begin = item.rowBegin(row);
    const QString& text = item.row(row).text;
    if (unit == Unit::Row) return {{at.item, begin}, {at.item, begin + text.size()}};
    QTextBoundaryFinder words(QTextBoundaryFinder::Word, text);
    words.setPosition(std::clamp<qsizetype>(at.offset - begin, 0, text.size()));
    if (!words.isAtBoundary() || words.position() == text.size()) words.toPreviousBoundary();
    const qsizetype first = std::max<qsizetype>(words.position(), 0);
    const qsizetype last = words.toNextBoundary();
    return {{at.item, begin + first}, {at.item, begin + (last < 0 ? text.size() : last)}};
}

void Selection::begin(Page& page, const TextPosition& at, Unit unit) {
    m_unit = unit;
    m_origin = unitAt(page, at, unit);
    m_first = m_origin.first;
    m_head = m_last = m_origin.last;
}

void Selection::extend(Page& page, const TextPosition& to) {
    if (to.item < 0 || m_origin.first.item < 0) return;
    const Range range = unitAt(page, to, m_unit);
    m_first = std::min(m_origin.first, range.first);
    m_last = std::max(m_origin.last, range.last);
    m_head = range.first < m_origin.first ? m_first : m_last;
}

void Selection::extendByCharacter(Page& page, const TextPosition& to) {
    m_unit = Unit::Character;
    extend(page, to);
}

void Selection::selectAll(Page& page) {
    if (page.items.empty()) return;
    m_unit = Unit::Character;
    m_origin = {{0, 0}, {0, 0}};
    m_first = {0, 0};
    m_head = m_last = page.end();
}

std::pair<qsizetype, qsizetype> Selection::range(const MessageItem& item, qsizetype index) const {
    if (isEmpty() || index < m_first.item || index > m_last.item) return {0, 0};
    return {index == m_first.item ? m_first.offset : 0, index == m_last.item ? m_last.offset : item.textLength()};
}

std::pair<qsizetype, qsizetype> Selection::within(const MessageItem& item, qsizetype index, qsizetype row) const {
    const auto [begin, end] = range(item, index);
    const qsizetype at = item.rowBegin(row);
    return {std::max<qsizetype>(begin - at, 0), std::min(end - at, item.row(row).text.size())};
}

QString Selection::text(Page& page) const {
    QStringList texts;
    for (qsizetype i = m_first.item; !isEmpty() && i <= m_last.item; ++i) {
        MessageItem& item = itemAt(page, i);
        item.prepare();
        const auto [begin, end] = range(item, i);
        texts.append(itemText(item, begin, end));
    }
    return texts.join(QStringLiteral("\n\n"));
}

QString Selection::markdown(Page& page) const {
    QStringList texts;
    for (qsizetype i = m_first.item; !isEmpty() && i <= m_last.item; ++i) {
        MessageItem& item = itemAt(page, i);
        item.prepare();
        const auto [begin, end] = range(item, i);
        texts.append(item.isUser() ? itemText(item, begin, end) : itemMarkdown(item, begin, end));
    }
    return texts.join(QStringLiteral("\n\n"));
}

void Selection::renumber(const std::function<qsizetype(qsizetype)>& newIndex) {
    for (TextPosition* at : {&m_origin.first, &m_origin.last, &m_head, &m_first, &m_last}) {
        if (at->item < 0) continue;
        at->item = newIndex(at->item);
        if (at->item < 0) return clear();
    }
}

TextPosition stepped(Page& page, const TextPosition& from, int direction, bool word) {
    MessageItem& item = itemAt(page, from.item);
    item.prepare();
    const auto count = static_cast<qsizetype>(page.items.size());
    const qsizetype row = item.rowAtOffset(from.offset);
    const qsizetype begin = item.rowCount() > 0 ? item.rowBegin(row) : 0;
    const QString text = item.rowCount() > 0 ? item.row(row).text : QString();
    const qsizetype at = from.offset - begin;
    if (direction > 0 && at >= text.size()) {
        if (row + 1 < item.rowCount()) return {from.item, item.rowBegin(row + 1)};
        return from.item + 1 < count ? TextPosition{from.item + 1, 0} : from;
    }
    if (direction < 0 && at <= 0) {
        if (row > 0) return {from.item, begin - 1};
        if (from.item == 0) return from;
        itemAt(page, from.item - 1).prepare();
        return {from.item - 1, itemAt(page, from.item - 1).textLength()};
    }
    QTextBoundaryFinder finder(word ? QTextBoundaryFinder::Word : QTextBoundaryFinder::Grapheme, text);
    finder.setPosition(at);
    qsizetype next = direction > 0 ? finder.toNextBoundary() : finder.toPreviousBoundary();
    while (word && next > 0 && next < text.size() && text[direction > 0 ? next - 1 : next].isSpace()) {
        next = direction > 0 ? finder.toNextBoundary() : finder.toPreviousBoundary();
    }
    return {from.item, begin + (next < 0 ? (direction > 0 ? text.size() : 0) : next)};
}

}  // namespace monochord::app
