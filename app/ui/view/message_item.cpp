#include "ui/view/message_item.h"

#include <algorithm>
#include <cmath>

#include "ui/view/page_metrics.h"

namespace monochord::app {
namespace {

/// The blocks of a piece of the text that stands at `offset`; in a quote, if it is a thought.
void addBlocks(QList<Block>& blocks, const QString& markdown, qsizetype offset, bool quoted) {
    for (Block& block : parseMarkdown(markdown)) {
        block.begin += offset;
        block.end += offset;
        if (quoted) ++block.quoteDepth;
        blocks.append(std::move(block));
    }
}

}  // namespace

MessageItem::MessageItem(const ViewMessage& message, const PageStyle* style) : m_message(message), m_style(style) {
    makeNote();
}

void MessageItem::setMessage(const ViewMessage& message) {
    const bool grown = message.role == m_message.role && message.text.startsWith(m_message.text);
    if (message.text != m_message.text) m_dirty = true;
    if (!message.trace.startsWith(m_message.trace)) m_trace = {};
    m_message = message;
    if (!grown) m_stable = m_stableBlocks = m_stableRows = m_thoughts.resume = 0;
    makeNote();
}

void MessageItem::append(const QString& text) {
    m_message.text += text;
    m_dirty = true;
}

void MessageItem::restyle() {
    m_columns.clear();
    m_rowsHeight = 0;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        m_parts[i].layout.reset();
        const auto index = static_cast<qsizetype>(i);
        m_parts[i].height = estimatedHeight(m_rows[index], m_style->text, rowWidth()) + padding(index);
        m_rowsHeight += m_parts[i].height;
    }
    m_lowest = 0;
    m_highest = -1;
    makeNote();
}

void MessageItem::makeNote() {
    m_note.reset();
    if (m_message.note.isEmpty()) return;
    Row row;
    row.text = m_message.note;
    TextStyle style = m_style->text;
    style.text = m_message.state == MessageState::Failed ? m_style->error : style.muted;
    style.body.setPixelSize(std::max(1, qRound(style.px(kNoteSize))));
    style.lineHeight = std::round(style.px(kNoteLine));
    m_note = std::make_unique<RowLayout>(row, style, m_style->column);
}

void MessageItem::prepare() {
    if (m_prepared && !m_dirty) return;
    m_prepared = true;
    m_dirty = false;
    if (isUser()) {
        m_parsed += m_message.text.size();
        replaceRows(0, plainRows(m_message.text));
        return;
    }
    const qsizetype oldBlocks = beginBlocks() ? 0 : m_stableBlocks;
    const bool thinking = m_thoughts.found && !m_thoughts.closed;
    const QString tail = thinking && !m_thoughtsShown ? QString() : m_message.text.mid(m_stable);
    m_parsed += tail.size();
    addBlocks(m_blocks, tail, m_stable, thinking);
    replaceRows(m_stableRows, rowsOf(m_blocks, oldBlocks));
    refreshColumns(static_cast<int>(oldBlocks));
    m_stable += stableLength(tail);
    while (m_stableBlocks < m_blocks.size() && m_blocks[m_stableBlocks].begin < m_stable) ++m_stableBlocks;
    while (m_stableRows < m_rows.size() && m_rows[m_stableRows].block < m_stableBlocks) ++m_stableRows;
}

/// Leaves the blocks that stay as they are. True: none, all begins anew, with what was thought.
bool MessageItem::beginBlocks() {
    const Thoughts thoughts = findThoughts(m_message.text, m_thoughts.resume);
    const bool shown = thoughts.found && m_thoughtsWanted.value_or(!thoughts.closed);
    if (m_message.state == MessageState::Generating && thoughts.found && !m_thinking.isValid()) m_thinking.start();
    if (thoughts.closed && m_thinking.isValid() && m_watchedSeconds == 0)
        m_watchedSeconds = std::max(1.0, static_cast<double>(m_thinking.elapsed()) / 1000);
    const bool same = thoughts.found == m_thoughts.found && thoughts.closed == m_thoughts.closed;
    if (!same || shown != m_thoughtsShown) m_stable = 0;
    m_thoughts = thoughts;
    m_thoughtsShown = shown;
    if (m_stable > 0) {
        m_blocks.resize(m_stableBlocks);
        return false;
    }
    m_blocks.clear();
    m_stableBlocks = m_stableRows = 0;
    if (!thoughts.found) return true;
    // Some models close their thoughts at once: nothing to show.
    if (thoughts.length > 0 || !thoughts.closed) m_blocks.emplaceBack().kind = BlockKind::Thinking;
    m_stable = thoughts.closed ? thoughts.end : thoughts.begin;
    if (!thoughts.closed || !shown) return true;
    m_parsed += thoughts.length;
    addBlocks(m_blocks, m_message.text.mid(thoughts.begin, thoughts.length), thoughts.begin, true);
    return true;
}

void MessageItem::showThoughts(bool shown) {
    m_thoughtsWanted = shown;
    m_dirty = true;
}

double MessageItem::thinkingSeconds() const {
    if (watchedThinking() || m_message.text.isEmpty()) return m_watchedSeconds;
    return m_message.seconds * static_cast<double>(m_thoughts.end) / static_cast<double>(m_message.text.size());
}

QString MessageItem::reply() const {
    const Thoughts thoughts = findThoughts(m_message.text);
    return thoughts.closed ? m_message.text.mid(thoughts.end).trimmed() : m_message.text;
}

/// The rows from `from` on become `rows`. Those that are the same keep their layouts.
void MessageItem::replaceRows(qsizetype from, const QList<Row>& rows) {
    qsizetype same = 0;
    while (same < rows.size() && from + same < m_rows.size() && m_rows[from + same] == rows[same]) ++same;
    const qsizetype kept = from + same;
    for (qsizetype i = kept; i < m_rows.size(); ++i) m_rowsHeight -= m_parts[static_cast<std::size_t>(i)].height;
    const qsizetype oldCount = m_rows.size();
    // What is shown at the end keeps its height until it is laid out again.
    const double lastHeight = kept < oldCount ? m_parts[static_cast<std::size_t>(kept)].height : 0;
    const double oldPadding = kept < oldCount ? padding(kept) : 0;
    m_rows.resize(kept);
    m_parts.resize(static_cast<std::size_t>(kept));
    m_rows.append(rows.mid(same));
    for (qsizetype i = kept; i < m_rows.size(); ++i) {
        Part part;
        part.begin = i == 0 ? 0 : m_parts.back().begin + m_rows[i - 1].text.size() + 1;
        part.height = i == kept && kept < oldCount ? lastHeight - oldPadding
                                                   : estimatedHeight(m_rows[i], m_style->text, rowWidth());
        m_parts.push_back(std::move(part));
    }
    for (qsizetype i = kept; i < m_rows.size(); ++i) {
        Part& part = m_parts[static_cast<std::size_t>(i)];
        part.height += padding(i);
        m_rowsHeight += part.height;
    }
    if (isUser() && kept > 0 && kept < m_rows.size() + 1) {
        Part& before = m_parts[static_cast<std::size_t>(kept - 1)];
        m_rowsHeight -= before.height;
        before.layout.reset();
        before.height = estimatedHeight(m_rows[kept - 1], m_style->text, rowWidth()) + padding(kept - 1);
        m_rowsHeight += before.height;
    }
    m_highest = std::min(m_highest, kept - 1);
}

/// A table that grew may need other columns; then all its rows are laid out again.
void MessageItem::refreshColumns(int fromBlock) {
    for (auto it = m_columns.begin(); it != m_columns.end();) {
        if (it.key() < fromBlock) {
            ++it;
            continue;
        }
        const auto first = std::find_if(m_rows.cbegin() + std::min(m_stableRows, m_rows.size()), m_rows.cend(),
                                        [&](const Row& row) { return row.block == it.key(); });
        const bool table = first != m_rows.cend() && first->kind == RowKind::TableRow;
        const auto index = first - m_rows.cbegin();

        if (table && tableColumns(m_rows, index, m_style->text, rowWidth()) == it.value()) {
            ++it;
            continue;
        }
        for (qsizetype i = index; table && i < m_rows.size() && m_rows[i].block == it.key(); ++i) {
            m_parts[static_cast<std::size_t>(i)].layout.reset();
        }
        it = m_columns.erase(it);
    }
}

double MessageItem::rowWidth() const {
    return isUser() ? m_style->bubbleWidth - 2 * m_style->px(kBubblePadding) : m_style->column;
}

double MessageItem::padding(qsizetype index) const {
    if (!isUser()) return 0;
    const double pad = std::round(m_style->px(kBubbleTop));
    return (index == 0 ? pad : 0) + (index + 1 == m_rows.size() ? pad : 0);
}

double MessageItem::rowTop(qsizetype index) const {
    return isUser() && index == 0 ? std::round(m_style->px(kBubbleTop)) : 0;
}

double MessageItem::height() const {
    const double footer = partHeight(rowCount());
    if (m_prepared) return m_rowsHeight + footer;
    Row row;
    row.text = m_message.text;
    return estimatedHeight(row, m_style->text, rowWidth()) + footer;
}

double MessageItem::partHeight(qsizetype part) const {
    if (part < rowCount()) return m_parts[static_cast<std::size_t>(part)].height;
    return seamTop() + (m_lastUnseen ? std::round(m_style->px(kSeamHeight + kBarBelow)) : 0);
}

double MessageItem::seamTop() const {
    return barTop() + std::round(m_style->px(kBarHeight + (isUser() ? kUserBarBelow : kBarBelow)));
}

double MessageItem::noteTop() const {
    return (showsProgress() ? m_style->text.lineHeight : 0) +
           std::round(m_style->px(m_rows.isEmpty() ? 0 : kNoteAbove));
}

double MessageItem::barTop() const {
    const double above = m_style->px(isUser() ? kUserBarAbove : kBarAbove);
    const double note = m_note ? noteTop() + m_note->height() : showsProgress() ? m_style->text.lineHeight : 0;
    return std::round(note + above);
}

bool MessageItem::showsProgress() const {
    return m_message.state == MessageState::Generating && m_message.text.isEmpty();
}

double MessageItem::heightBefore(qsizetype part) const {
    double height = 0;
    for (qsizetype i = 0; i < std::min(part, rowCount()); ++i) height += m_parts[static_cast<std::size_t>(i)].height;
    return height;
}

void MessageItem::layOut(qsizetype index) {
    if (index >= rowCount()) return;
    Part& part = m_parts[static_cast<std::size_t>(index)];
    if (part.layout) return;
    const Row& row = m_rows[index];
    QList<double> columns;
    if (row.kind == RowKind::TableRow) {
        if (!m_columns.contains(row.block)) {
            qsizetype first = index;
            while (first > 0 && m_rows[first - 1].block == row.block) --first;
            m_columns.insert(row.block, tableColumns(m_rows, first, m_style->text, rowWidth()));
        }
        columns = m_columns.value(row.block);
    }
    part.layout = std::make_unique<RowLayout>(row, m_style->text, rowWidth(), columns, syntaxOf(index));
    const double height = part.layout->height() + padding(index);
    m_rowsHeight += height - part.height;
    part.height = height;
    if (m_highest < m_lowest) m_lowest = m_highest = index;
    m_lowest = std::min(m_lowest, index);
    m_highest = std::max(m_highest, index);
    part.serial = ++m_laidOut;
}

/// The colours of a row of code need what the rows before leave open. Each is scanned once, and again only when it
/// grows.
QList<SyntaxRun> MessageItem::syntaxOf(qsizetype index) {
    const Language* language = m_rows[index].kind == RowKind::Code ? languageNamed(m_rows[index].language) : nullptr;
    if (language == nullptr) return {};
    const auto part = [this](qsizetype row) -> Part& { return m_parts[static_cast<std::size_t>(row)]; };
    qsizetype row = index;
    while (!m_rows[row].first && !part(row - 1).after) --row;
    QList<SyntaxRun> runs;
    for (; row <= index; ++row) {
        ScanState state = m_rows[row].first ? ScanState{} : *part(row - 1).after;
        runs.clear();
        if (m_rows[row].newLine) scanCode(*language, u"\n", state, runs);
        scanCode(*language, m_rows[row].text, state, runs);
        part(row).after = state;
    }
    return runs;
}

void MessageItem::keepLayouts(qsizetype from, qsizetype to) {
    for (qsizetype i = m_lowest; i <= std::min(m_highest, rowCount() - 1); ++i) {
        if (i < from || i > to) m_parts[static_cast<std::size_t>(i)].layout.reset();
    }
    m_lowest = std::max(m_lowest, from);
    m_highest = std::min(m_highest, to);
}

qsizetype MessageItem::rowAtOffset(qsizetype offset) const {
    const auto after = std::upper_bound(m_parts.begin(), m_parts.end(), offset,
                                        [](qsizetype at, const Part& part) { return at < part.begin; });
    return std::max<qsizetype>(after - m_parts.begin() - 1, 0);
}

qsizetype MessageItem::textLength() const {
    return m_parts.empty() ? 0 : m_parts.back().begin + m_rows.last().text.size();
}

}  // namespace monochord::app
