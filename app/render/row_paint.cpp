#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>
#include <cmath>

#include "render/row_layout.h"
#include "render/row_metrics.h"
#include "render/slice.h"

namespace monochord::app {

void paintSlice(QPainter& painter, const QRectF& slice, bool first, bool last, double radius, const QColor& fill,
                const QColor& border) {
    // The rounded ends of what goes on outside of the slice lie beyond it and are clipped away.
    const QRectF whole = slice.adjusted(0, first ? 0 : -2 * radius, 0, last ? 0 : 2 * radius);
    painter.save();
    painter.setClipRect(slice, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill);
    painter.setPen(border.isValid() ? QPen(border, 1) : QPen(Qt::NoPen));
    const double half = border.isValid() ? 0.5 : 0;
    painter.drawRoundedRect(whole.adjusted(half, half, -half, -half), radius, radius);
    painter.restore();
}

void RowLayout::paintFrame(QPainter& painter, QPointF at) const {
    const QRectF frame = QRectF(m_indent, m_top, m_width - m_indent, m_height - m_top).translated(at);
    paintSlice(painter, frame, m_row.first, m_row.last, m_style.px(kCodeRadius), m_style.codeBackground,
               m_style.border);
    if (!m_row.first) return;
    const QRectF header = codeHeader().translated(at);
    painter.fillRect(QRectF(header.left() + 1, header.bottom() - 1, header.width() - 2, 1), m_style.border);
    painter.setFont(m_style.label);
    painter.setPen(m_style.muted);
    const QRectF label = header.adjusted(m_style.px(13), m_style.px(1), -m_style.px(90), 0);
    const QString name = QFontMetricsF(m_style.label).elidedText(m_row.language, Qt::ElideRight, label.width());
    painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter, name);
}

void RowLayout::paintMarker(QPainter& painter, QPointF at) const {
    const bool tall = m_row.kind == RowKind::Code || m_row.kind == RowKind::TableRow;
    const double gap = m_style.px(kMarkerGap), wide = m_style.px(200);
    const double top = at.y() + m_top + (tall ? m_style.px(kCellPadding) : 0);
    painter.setFont(m_style.body);
    painter.setPen(m_style.muted);
    if (m_rightToLeft) {
        const QRectF place(at.x() + m_width - m_indent + gap, top, wide, m_style.lineHeight);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, m_row.marker);
    } else {
        const QRectF place(at.x() + m_indent - gap - wide, top, wide, m_style.lineHeight);
        painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, m_row.marker);
    }
}

void RowLayout::paintBox(QPainter& painter, const Box& box, QPointF at, const QRectF& clip,
                         const QList<TextMark>& marks) const {
    const QPointF origin = at + box.at;
    if (m_row.kind != RowKind::Code) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_style.inlineCode);
        for (const Run& run : m_row.runs) {
            if (!run.code) continue;
            for (const QRectF& rect : rects(box, run.begin, run.begin + run.length)) {
                painter.drawRoundedRect(rect.translated(origin).adjusted(-2, 1.5, 2, -1.5), 4, 4);
            }
        }
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    for (const TextMark& mark : marks) {
        for (const QRectF& rect : rects(box, mark.begin, mark.end))
            painter.fillRect(rect.translated(origin), mark.color);
    }
    painter.setPen(m_row.quoteDepth > 0 && m_row.kind != RowKind::Code ? m_style.muted : m_style.text);
    box.layout->draw(&painter, origin, {}, clip);
}

void RowLayout::paint(QPainter& painter, QPointF at, const QRectF& clip, qsizetype begin, qsizetype end,
                      const QList<TextMark>& marks) const {
    for (int i = 0; i < m_row.quoteDepth; ++i) {
        const double x = std::round(m_style.px(i * kQuoteIndent)), bar = std::round(m_style.px(kQuoteBar));
        const double top = i < m_row.joinedQuotes ? 0 : m_top;
        const QRectF place(m_rightToLeft ? m_width - x - bar : x, top, bar, m_height - top);
        painter.fillRect(place.translated(at), m_style.border);
    }
    if (m_row.kind == RowKind::Code) paintFrame(painter, at);
    if (!m_row.marker.isEmpty()) paintMarker(painter, at);
    if (m_row.kind == RowKind::Rule) {
        painter.fillRect(
            QRectF(at.x() + m_indent, at.y() + m_top + std::floor((m_height - m_top) / 2), m_width - m_indent, 1),
            m_style.border);
    }
    QList<TextMark> behind = marks;
    if (begin < end) behind.append({begin, end, m_style.selection});
    for (const Box& box : m_boxes) paintBox(painter, box, at, clip, behind);
    if (m_row.kind == RowKind::TableRow && !m_row.last) {
        painter.fillRect(QRectF(at.x() + m_indent, at.y() + m_height - 1, m_width - m_indent, 1), m_style.border);
    }
}

}  // namespace monochord::app
