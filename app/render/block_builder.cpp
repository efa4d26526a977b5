#include "render/block_builder.h"

#include <QUrl>
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "render/entities.h"
#include "render/formula.h"
#include "render/markdown_chunks.h"

namespace monochord::app {
namespace {

constexpr int kDeepest = 20;

QString attributeText(const MD_ATTRIBUTE& attribute) {
    QString text;
    if (attribute.size == 0) return text;
    for (int i = 0; attribute.substr_offsets[i] < attribute.size; ++i) {
        const MD_OFFSET begin = attribute.substr_offsets[i];
        const QString part =
            QString::fromUtf8(attribute.text + begin, static_cast<qsizetype>(attribute.substr_offsets[i + 1] - begin));
        text += attribute.substr_types[i] == MD_TEXT_ENTITY ? entityText(part) : part;
    }
    unshieldMarkdown(text);
    return text;
}

/// What may be asked to be opened: http and https with a host.
QString webAddress(const MD_ATTRIBUTE& attribute) {
    const QString text = attributeText(attribute);
    if (!text.startsWith(u"http", Qt::CaseInsensitive)) return {};
    const QUrl url(text, QUrl::TolerantMode);
    const bool web = url.scheme() == u"http" || url.scheme() == u"https";
    return url.isValid() && web && !url.host().isEmpty() ? text : QString();
}

bool sameLook(const Span& a, const Span& b) {
    return a.strong == b.strong && a.emphasis == b.emphasis && a.code == b.code && a.strike == b.strike &&
           a.link == b.link && a.formula == b.formula;
}

/// Where the bytes of a UTF-8 text stand in its UTF-16 form; asked for ascending places.
class Offsets {
public:
    Offsets(const QByteArray& utf8, const QList<qsizetype>& added) : m_utf8(utf8), m_added(added) {}

    qsizetype utf16(qsizetype byte) {
        if (byte < m_byte) m_byte = m_units = m_next = 0;
        for (; m_byte < byte; ++m_byte) {
            if (m_next < m_added.size() && m_added[m_next] == m_byte) {
                ++m_next;
                continue;
            }
            const auto c = static_cast<unsigned char>(m_utf8[m_byte]);
            m_units += (c & 0xc0) == 0x80 ? 0 : c >= 0xf0 ? 2 : 1;
        }
        return m_units;
    }

private:
    const QByteArray& m_utf8;
    const QList<qsizetype>& m_added;
    qsizetype m_byte = 0, m_units = 0, m_next = 0;
};

}  // namespace

void BlockBuilder::open(BlockKind kind) {
    close();
    m_formula = 0;
    Block block;
    block.kind = kind;
    block.quoteDepth = std::min(m_quotes, kDeepest);
    block.listDepth = std::min(static_cast<int>(m_lists.size()), kDeepest);
    block.marker = std::exchange(m_marker, {});
    m_blocks.append(block);
    m_sources.append(Source{});
    m_open = true;
}

void BlockBuilder::close() {
    if (std::exchange(m_open, false) && m_blocks.last().kind == BlockKind::Code && !m_blocks.last().spans.isEmpty()) {
        QString& text = m_blocks.last().spans.first().text;
        if (text.endsWith(u'\n')) text.chop(1);
    }
}

void BlockBuilder::beginItem(const MD_BLOCK_LI_DETAIL& item) {
    close();
    if (!m_marker.isEmpty()) open(BlockKind::Paragraph);
    List& list = m_lists.last();
    if (item.is_task != 0) {
        m_marker = item.task_mark == ' ' ? QStringLiteral("☐") : QStringLiteral("☑");
    } else if (list.ordered) {
        m_marker = QString::number(list.next) + list.delimiter;
    } else {
        m_marker = QStringLiteral("•");
    }
    ++list.next;
}

void BlockBuilder::enterCell(const MD_BLOCK_TD_DETAIL& cell) {
    Block& table = m_blocks.last();
    if (table.rows.size() == 1) {
        constexpr std::array<Qt::Alignment, 4> kAlignments{Qt::AlignLeading, Qt::AlignLeft, Qt::AlignHCenter,
                                                           Qt::AlignRight};
        table.columns.append(kAlignments[static_cast<std::size_t>(cell.align)]);
    }
    table.rows.last().append(QList<Span>{});
    m_inCell = true;
}

void BlockBuilder::enterBlock(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
        case MD_BLOCK_QUOTE:
            close();
            ++m_quotes;
            break;
        case MD_BLOCK_UL:
            close();
            m_lists.append({false, 1, {}});
            break;
        case MD_BLOCK_OL: {
            const auto* list = static_cast<MD_BLOCK_OL_DETAIL*>(detail);
            close();
            m_lists.append({true, list->start, QChar::fromLatin1(list->mark_delimiter)});
            break;
        }
        case MD_BLOCK_LI:
            beginItem(*static_cast<MD_BLOCK_LI_DETAIL*>(detail));
            break;
        case MD_BLOCK_HR:
            open(BlockKind::Rule);
            break;
        case MD_BLOCK_H:
            open(BlockKind::Heading);
            m_blocks.last().level = static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
            break;
        case MD_BLOCK_CODE: {
            const auto* code = static_cast<MD_BLOCK_CODE_DETAIL*>(detail);
            open(BlockKind::Code);
            m_blocks.last().language = attributeText(code->lang);
            m_blocks.last().spans = {Span{}};
            m_sources.last().fenced = code->fence_char != 0;
            break;
        }
        case MD_BLOCK_P:
            open(BlockKind::Paragraph);
            break;
        case MD_BLOCK_TABLE:
            open(BlockKind::Table);
            break;
        case MD_BLOCK_TR:
            m_blocks.last().rows.append(QList<QList<Span>>{});
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            enterCell(*static_cast<MD_BLOCK_TD_DETAIL*>(detail));
            break;
        default:
            break;
    }
}

void BlockBuilder::leaveBlock(MD_BLOCKTYPE type) {
    switch (type) {
        case MD_BLOCK_QUOTE:
            close();
            --m_quotes;
            break;
        case MD_BLOCK_UL:
        case MD_BLOCK_OL:
            close();
            m_lists.removeLast();
            break;
        case MD_BLOCK_LI:
            close();
            if (!m_marker.isEmpty()) open(BlockKind::Paragraph);
            close();
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            m_inCell = false;
            break;
        case MD_BLOCK_TR: {
            QList<QList<Span>>& row = m_blocks.last().rows.last();
            while (!row.isEmpty() && row.last().isEmpty()) row.removeLast();
            break;
        }
        case MD_BLOCK_HR:
        case MD_BLOCK_H:
        case MD_BLOCK_CODE:
        case MD_BLOCK_P:
        case MD_BLOCK_TABLE:
            close();
            break;
        default:
            break;
    }
}

void BlockBuilder::enterSpan(MD_SPANTYPE type, void* detail) {
    switch (type) {
        case MD_SPAN_STRONG:
            ++m_strong;
            break;
        case MD_SPAN_EM:
            ++m_emphasis;
            break;
        case MD_SPAN_CODE:
            ++m_code;
            break;
        case MD_SPAN_DEL:
            ++m_strike;
            break;
        case MD_SPAN_A:
            m_links.append(webAddress(static_cast<MD_SPAN_A_DETAIL*>(detail)->href));
            break;
        default:
            break;
    }
}

void BlockBuilder::leaveSpan(MD_SPANTYPE type) {
    switch (type) {
        case MD_SPAN_STRONG:
            --m_strong;
            break;
        case MD_SPAN_EM:
            --m_emphasis;
            break;
        case MD_SPAN_CODE:
            --m_code;
            break;
        case MD_SPAN_DEL:
            --m_strike;
            break;
        case MD_SPAN_A:
            m_links.removeLast();
            break;
        default:
            break;
    }
}

void BlockBuilder::add(const QString& text) {
    if (!m_open) open(BlockKind::Paragraph);
    Block& block = m_blocks.last();
    if (block.kind == BlockKind::Code) {
        block.spans.first().text += text;
        return;
    }
    if (block.kind == BlockKind::Table && !m_inCell) return;
    QList<Span>& spans = m_inCell ? block.rows.last().last() : block.spans;
    const Span look{{},           m_strong > 0, m_emphasis > 0,
                    m_code > 0,   m_strike > 0, m_links.isEmpty() ? QString() : m_links.last(),
                    m_formula > 0};
    if (std::exchange(m_formulaBegins, false) || spans.isEmpty() || !sameLook(spans.last(), look)) spans.append(look);
    spans.last().text += text;
}

/// Each formula becomes a span of its own; in code their marks mean nothing.
void BlockBuilder::addWithFormulas(const QString& text) {
    const bool code = m_code > 0 || (m_open && m_blocks.last().kind == BlockKind::Code);
    if (!m_open) open(BlockKind::Paragraph);
    qsizetype begin = 0;
    const auto addTo = [&](qsizetype end) {
        QString part = text.mid(begin, end - begin);
        begin = end;
        unshieldMarkdown(part);
        if (!part.isEmpty() || text.isEmpty()) add(part);
    };
    for (qsizetype i = 0; i < text.size() && !code; ++i) {
        const QChar c = text[i];
        if (c == QLatin1Char(kDollarOpens) || c == QLatin1Char(kSlashOpens)) {
            addTo(i);
            const bool one = c == QLatin1Char(kDollarOpens) && text.mid(i + 1, 1) != QLatin1Char(standIn('$'));
            m_formula = one ? 1 : 2;
            m_formulaBegins = true;
        } else if (m_formula > 0 && (c == QLatin1Char(kDollarCloses) || c == QLatin1Char(kSlashCloses))) {
            addTo(std::min(i + m_formula, text.size()));
            m_formula = 0;
        }
    }
    addTo(text.size());
}

void BlockBuilder::noteSource(const char* text, MD_SIZE size) {
    const std::less<> less;
    if (less(text, m_utf8.cbegin()) || !less(text, m_utf8.cend()) || size == 0) return;
    Source& source = m_sources.last();
    const qsizetype at = text - m_utf8.cbegin();
    if (source.first < 0) source.first = at;
    source.last = std::max(source.last, at + static_cast<qsizetype>(size) - 1);
}

QByteArray BlockBuilder::withoutAdded(const char* text, MD_SIZE size) const {
    QByteArray part(text, static_cast<qsizetype>(size));
    const std::less<> less;
    if (less(text, m_utf8.cbegin()) || !less(text, m_utf8.cend())) return part;
    const qsizetype at = text - m_utf8.cbegin();
    auto place = std::lower_bound(m_added.begin(), m_added.end(), at + part.size());
    while (place != m_added.begin() && *--place >= at) part.remove(*place - at, 1);
    return part;
}

void BlockBuilder::text(MD_TEXTTYPE type, const char* text, MD_SIZE size) {
    QString part = m_added.isEmpty() ? QString::fromUtf8(text, static_cast<qsizetype>(size))
                                     : QString::fromUtf8(withoutAdded(text, size));
    switch (type) {
        case MD_TEXT_BR:
            part = QStringLiteral("\n");
            break;
        case MD_TEXT_SOFTBR:
            part = QStringLiteral(" ");
            break;
        case MD_TEXT_NULLCHAR:
            part = QString(QChar(QChar::ReplacementCharacter));
            break;
        case MD_TEXT_ENTITY:
            part = entityText(part);
            break;
        default:
            break;
    }
    addWithFormulas(part);
    noteSource(text, size);
    if (m_sources.last().first < 0 && type == MD_TEXT_CODE)
        m_sources.last().blankLines += static_cast<int>(part.count(u'\n'));
}

qsizetype BlockBuilder::lineBegin(qsizetype byte) const {
    return byte <= 0 ? 0 : m_utf8.lastIndexOf('\n', byte - 1) + 1;
}

/// The line where a block begins that stands after `after`, the end of the line with the last text of the block before.
qsizetype BlockBuilder::beginOf(qsizetype index, qsizetype after) const {
    const Source& source = m_sources[index];
    if (source.first >= 0) {
        qsizetype at = lineBegin(source.first);
        for (int n = source.blankLines + (source.fenced ? 1 : 0); n > 0 && at > after; --n) at = lineBegin(at - 1);
        return std::max(at, after);
    }
    // A rule or something empty: the next line that is neither blank nor the end of the block before.
    const auto closes = [&](const QByteArray& line) {
        return m_sources[index - 1].fenced && (line.contains("```") || line.contains("~~~"));
    };
    qsizetype at = after;
    while (at < m_utf8.size()) {
        qsizetype end = m_utf8.indexOf('\n', at);
        if (end < 0) end = m_utf8.size();
        const QByteArray line = m_utf8.sliced(at, end - at).trimmed();
        if (!line.isEmpty() && !(at == after && closes(line))) break;
        at = std::min(end + 1, m_utf8.size());
    }
    return at;
}

void BlockBuilder::finish(qsizetype begin, qsizetype end) {
    const qsizetype first = m_blocks.size() - m_sources.size();
    Offsets offsets(m_utf8, m_added);
    qsizetype after = 0;
    for (qsizetype i = 0; i < m_sources.size(); ++i) {
        Block& block = m_blocks[first + i];
        const qsizetype at = i == 0 ? 0 : beginOf(i, after);
        block.begin = begin + offsets.utf16(at);
        if (i > 0) m_blocks[first + i - 1].end = block.begin;
        const qsizetype newline = m_utf8.indexOf('\n', std::max(at, m_sources[i].last));
        after = newline < 0 ? m_utf8.size() : newline + 1;
    }
    if (!m_sources.isEmpty()) m_blocks.last().end = end;
}

}  // namespace monochord::app
