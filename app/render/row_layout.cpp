#include "render/row_layout.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QTextLayout>
#include <algorithm>
#include <cmath>

#include "render/row_metrics.h"

namespace monochord::app {
namespace {

QTextCharFormat formatOf(const Run& run, const TextStyle& style, const QFont& base) {
    QTextCharFormat format;
    QFont font = run.code ? style.code : base;
    if (run.code) font.setPixelSize(std::max(1, qRound(QFontInfo(base).pixelSize() * 13.0 / 15)));
    if (run.strong) font.setWeight(QFont::DemiBold);
    font.setItalic(run.emphasis);
    font.setStrikeOut(run.strike);
    font.setOverline(run.overline);
    format.setFont(font);
    if (run.script != Script::None)
        format.setVerticalAlignment(run.script == Script::Super ? QTextCharFormat::AlignSuperScript
                                                                : QTextCharFormat::AlignSubScript);
    if (!run.link.isEmpty()) {
        format.setForeground(style.link);
        format.setFontUnderline(true);
    }
    return format;
}

/// Formats of the text from `begin` on.
QList<QTextLayout::FormatRange> formatsOf(const Row& row, qsizetype begin, qsizetype length, const TextStyle& style,
                                          const QFont& base) {
    QList<QTextLayout::FormatRange> formats;
    for (const Run& run : row.runs) {
        const qsizetype from = std::max<qsizetype>(run.begin, begin);
        const qsizetype to = std::min<qsizetype>(run.begin + run.length, begin + length);
        if (from < to)
            formats.append({static_cast<int>(from - begin), static_cast<int>(to - from), formatOf(run, style, base)});
    }
    return formats;
}

QList<QTextLayout::FormatRange> colorsOf(const QList<SyntaxRun>& syntax, const TextStyle& style) {
    QList<QTextLayout::FormatRange> formats;
    for (const SyntaxRun& run : syntax) {
        const QColor& color = style.syntax[static_cast<std::size_t>(run.kind)];
        if (!color.isValid()) continue;
        QTextCharFormat format;
        format.setForeground(color);
        formats.append({run.begin, run.length, format});
    }
    return formats;
}

}  // namespace

RowLayout::~RowLayout() = default;

RowLayout::RowLayout(const Row& row, const TextStyle& style, double width, const QList<double>& columns,
                     const QList<SyntaxRun>& syntax)
    : m_row(row), m_style(style), m_syntax(syntax), m_width(width) {
    m_top = std::round(style.px(row.gap));
    m_rightToLeft = row.kind != RowKind::Code && row.text.isRightToLeft();
    m_indent = std::min(style.px(row.quoteDepth * kQuoteIndent + row.listDepth * kListIndent), width / 2);
    const double left = m_rightToLeft ? 0 : m_indent;
    if (row.kind == RowKind::Rule) {
        m_height = m_top + std::round(style.px(kRuleHeight));
    } else if (row.kind == RowKind::Thinking) {
        m_height = m_top + style.lineHeight;
    } else if (row.kind == RowKind::TableRow) {
        layOutCells(columns);
    } else if (row.kind == RowKind::Code) {
        const double padding = style.px(kCodePadding);
        const double top = row.first ? std::round(style.px(kCodeHeader + kCodeTop)) : 0;
        Box& box = addBox(0, row.text.size(), width - m_indent - 2 * padding, Qt::AlignLeft, false);
        box.at = {left + padding, m_top + top};
        m_height = box.at.y() + box.height + (row.last ? std::round(style.px(kCodeBottom)) : 0);
    } else {
        Box& box = addBox(0, row.text.size(), width - m_indent, Qt::AlignLeading, row.kind == RowKind::Heading);
        box.at = {left, m_top};
        m_height = m_top + box.height;
    }
}

RowLayout::Box& RowLayout::addBox(qsizetype begin, qsizetype length, double width, Qt::Alignment alignment,
                                  bool strong) {
    Box& box = m_boxes.emplace_back();
    box.begin = begin;
    box.length = length;
    const bool code = m_row.kind == RowKind::Code;
    QString text = m_row.text.mid(begin, length);
    text.replace(u'\n', QChar(QChar::LineSeparator));
    QFont font = code ? m_style.code : m_style.body;
    if (m_row.kind == RowKind::Heading) font = headingFont(m_style, m_row.level);
    if (strong) font.setWeight(QFont::DemiBold);
    box.layout = std::make_unique<QTextLayout>(text, font);
    box.layout->setCacheEnabled(true);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    const bool rightToLeft = !code && text.isRightToLeft();
    option.setTextDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
    if (alignment == Qt::AlignLeading) alignment = rightToLeft ? Qt::AlignRight : Qt::AlignLeft;
    option.setAlignment(alignment);
    if (code) option.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(u' '));
    box.layout->setTextOption(option);
    box.layout->setFormats(code ? colorsOf(m_syntax, m_style) : formatsOf(m_row, begin, length, m_style, font));
    layOutBox(box, std::max(width, 1.0), code);
    return box;
}

void RowLayout::layOutBox(Box& box, double width, bool code) const {
    const QFontMetricsF metrics(box.layout->font());
    double lineHeight = code ? m_style.codeLineHeight : m_style.lineHeight;
    if (m_row.kind == RowKind::Heading) lineHeight = std::round(metrics.height() * 1.15);
    const double baseline = std::floor((lineHeight - metrics.height()) / 2 + metrics.ascent());
    box.layout->beginLayout();
    double y = 0;
    for (QTextLine line = box.layout->createLine(); line.isValid(); line = box.layout->createLine()) {
        line.setLineWidth(width);
        const double above = std::max(0.0, std::ceil(line.ascent() - baseline - m_style.px(4)));
        const double below = std::max(0.0, std::ceil(line.descent() - (lineHeight - baseline) - m_style.px(4)));
        line.setPosition({0, y + above + baseline - line.ascent()});
        box.lines.push_back({y, lineHeight + above + below});
        y += lineHeight + above + below;
    }
    box.layout->endLayout();
    if (box.lines.empty()) box.lines.push_back({0, lineHeight});
    box.height = std::max(y, lineHeight);
}

void RowLayout::layOutCells(const QList<double>& columns) {
    const double pad = std::round(m_style.px(kCellPadding));
    const double apart = m_style.px(kColumnGap);
    double x = m_rightToLeft ? m_width - m_indent : m_indent;
    double tallest = m_style.lineHeight;
    qsizetype begin = 0;
    for (qsizetype column = 0; column < columns.size() && begin <= m_row.text.size(); ++column) {
        qsizetype end = m_row.text.indexOf(u'\t', begin);
        if (end < 0) end = m_row.text.size();
        Box& box =
            addBox(begin, end - begin, columns[column], m_row.columns.value(column, Qt::AlignLeading), m_row.first);
        if (m_rightToLeft) x -= columns[column];
        box.at = {x, m_top + pad};
        x += m_rightToLeft ? -apart : columns[column] + apart;
        tallest = std::max(tallest, box.height);
        begin = end + 1;
    }
    m_height = m_top + tallest + 2 * pad + 1;
}

const RowLayout::Box* RowLayout::boxAt(QPointF point) const {
    const Box* best = nullptr;
    double nearest = 0;
    for (const Box& box : m_boxes) {
        const double left = box.at.x(), right = left + (box.lines.empty()             ? 0
                                                        : box.layout->lineCount() > 0 ? box.layout->lineAt(0).width()
                                                                                      : 0);
        const double distance = point.x() < left ? left - point.x() : std::max(0.0, point.x() - right);
        if (best == nullptr || distance < nearest) {
            best = &box;
            nearest = distance;
        }
    }
    return best;
}

const RowLayout::Box* RowLayout::boxOf(qsizetype position) const {
    const Box* found = m_boxes.empty() ? nullptr : &m_boxes.front();
    for (const Box& box : m_boxes) {
        if (box.begin <= position) found = &box;
    }
    return found;
}

qsizetype RowLayout::positionAt(QPointF point) const {
    const Box* box = boxAt(point);
    if (box == nullptr || box->layout->lineCount() == 0) return box != nullptr ? box->begin : 0;
    const double y = point.y() - box->at.y();
    const auto after =
        std::upper_bound(box->lines.begin(), box->lines.end(), y, [](double v, const Line& l) { return v < l.top; });
    const auto index = std::max<std::ptrdiff_t>(after - box->lines.begin() - 1, 0);
    const QTextLine line = box->layout->lineAt(static_cast<int>(index));
    return box->begin + line.xToCursor(point.x() - box->at.x());
}

QList<QRectF> RowLayout::rects(qsizetype begin, qsizetype end) const {
    QList<QRectF> found;
    for (const Box& box : m_boxes)
        for (const QRectF& rect : rects(box, begin, end)) found.append(rect.translated(box.at));
    return found;
}

QRectF RowLayout::caretRect(qsizetype position) const {
    const Box* box = boxOf(position);
    if (box == nullptr) return {m_indent, m_top, 1, m_height - m_top};
    if (box->layout->lineCount() == 0) return {box->at, QSizeF(1, box->height)};
    int offset = static_cast<int>(std::clamp<qsizetype>(position - box->begin, 0, box->length));
    const QTextLine line = box->layout->lineForTextPosition(offset);
    const Line& place = box->lines[static_cast<std::size_t>(std::max(line.lineNumber(), 0))];
    return {box->at.x() + line.cursorToX(&offset), box->at.y() + place.top, 1, place.height};
}

QString RowLayout::linkAt(QPointF point) const {
    for (const Run& run : m_row.runs) {
        if (run.link.isEmpty()) continue;
        for (const Box& box : m_boxes) {
            for (const QRectF& rect : rects(box, run.begin, run.begin + run.length)) {
                if (rect.translated(box.at).contains(point)) return run.link;
            }
        }
    }
    return {};
}

QRectF RowLayout::codeHeader() const {
    if (m_row.kind != RowKind::Code || !m_row.first) return {};
    return {m_indent, m_top, m_width - m_indent, std::round(m_style.px(kCodeHeader))};
}

/// What [begin, end) of the row covers in the box, relative to it; one or a few rectangles a line.
QList<QRectF> RowLayout::rects(const Box& box, qsizetype begin, qsizetype end) const {
    QList<QRectF> found;
    const int from = static_cast<int>(std::clamp<qsizetype>(begin - box.begin, 0, box.length));
    const int to = static_cast<int>(std::clamp<qsizetype>(end - box.begin, 0, box.length));
    if (from >= to || box.layout->lineCount() == 0) return found;
    const int lastLine = box.layout->lineForTextPosition(to).lineNumber();
    for (int i = box.layout->lineForTextPosition(from).lineNumber(); i >= 0 && i <= lastLine; ++i) {
        const QTextLine line = box.layout->lineAt(i);
        const Line& place = box.lines[static_cast<std::size_t>(i)];
        const int first = std::max(from, line.textStart());
        const int last = std::min(to, line.textStart() + line.textLength());
        const auto add = [&](double a, double b) {
            if (a == b) return;
            if (!found.isEmpty() && found.last().top() == place.top &&
                std::abs(found.last().right() - std::min(a, b)) < 0.1) {
                found.last().setRight(std::max(a, b));
            } else {
                found.append({std::min(a, b), place.top, std::abs(b - a), place.height});
            }
        };
        const QStringView text = QStringView(box.layout->text()).sliced(line.textStart(), line.textLength());
        const bool mixed = box.layout->textOption().textDirection() == Qt::RightToLeft ||
                           std::any_of(text.begin(), text.end(), [](QChar c) { return c.unicode() >= 0x590; });
        if (!mixed) {
            add(line.cursorToX(first), line.cursorToX(last));
            continue;
        }
        for (int at = first; at < last; ++at)
            add(line.cursorToX(at, QTextLine::Leading), line.cursorToX(at, QTextLine::Trailing));
    }
    return found;
}

}  // namespace monochord::app
