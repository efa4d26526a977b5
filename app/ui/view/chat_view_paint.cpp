#include <QFontMetricsF>
#include <QPaintEvent>
#include <QPainter>
#include <cmath>

#include "render/slice.h"
#include "ui/view/chat_view_data.h"
#include "ui/view/page_metrics.h"

namespace monochord::app {

void ChatView::Data::paintCaretBlock(QPainter& painter, const MessageItem& item, const Page::Visible& part,
                                     double left) const {
    const double height = page.style.px(kCaretHeight);
    QRectF place(left, part.top, 0, page.style.text.lineHeight);
    if (item.rowCount() > 0) {
        const qsizetype last = item.rowCount() - 1;
        place = item.layout(last)->caretRect(item.row(last).text.size()).translated(left, part.top + item.rowTop(last));
        place.moveLeft(place.left() + page.style.px(3));
    }
    const double x = std::min(place.left(), left + page.style.column - page.style.px(kCaretWidth));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(page.style.accent);
    painter.drawRoundedRect(
        QRectF(std::round(x), std::round(place.center().y() - height / 2), page.style.px(kCaretWidth), height), 2, 2);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// Two pieces of a line and the words between them.
void ChatView::Data::paintSeam(QPainter& painter, const MessageItem& item, const Page::Visible& part,
                               double left) const {
    const QRectF place(left, part.top + item.seamTop(), page.style.column, page.style.px(kSeamHeight));
    QFont font = page.style.text.body;
    font.setPixelSize(std::max(1, qRound(page.style.px(kNoteSize))));
    const QFontMetricsF metrics(font);
    const double gap = page.style.px(kSeamGap);
    const QString text =
        metrics.elidedText(ChatView::tr("The model sees the chat from here on"), Qt::ElideRight, place.width());
    const double side = std::round((place.width() - metrics.horizontalAdvance(text)) / 2 - gap);
    const double y = std::round(place.center().y());
    painter.fillRect(QRectF(place.left(), y, std::max(0.0, side), 1), page.style.text.border);
    painter.fillRect(QRectF(place.right() - side, y, std::max(0.0, side), 1), page.style.text.border);
    painter.setFont(font);
    painter.setPen(page.style.text.muted);
    painter.drawText(place, Qt::AlignCenter, text);
}

void ChatView::Data::paintFooter(QPainter& painter, const MessageItem& item, const Page::Visible& part,
                                 double left) const {
    if (item.showsProgress()) {
        paintCaretBlock(painter, item, part, left);
        painter.setFont(page.style.text.body);
        painter.setPen(page.style.text.muted);
        const QRectF line(left + page.style.px(kCaretWidth + 9), part.top, page.style.column,
                          page.style.text.lineHeight);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, progress);
    }
    if (item.note() != nullptr) {
        const QPointF at(left, part.top + item.noteTop());
        item.note()->paint(painter, at, {}, 0, 0);
    }
    if (item.isLastUnseen()) paintSeam(painter, item, part, left);
}

void ChatView::Data::paintItem(ChatView& view, QPainter& painter, const Page::Visible& part,
                               const QRectF& exposed) const {
    const MessageItem& item = *page.items[static_cast<std::size_t>(part.item)];
    const double left = page.left(view.width());
    if (part.part >= item.rowCount()) return paintFooter(painter, item, part, left);
    const bool last = part.part + 1 == item.rowCount();
    if (item.isUser()) {
        const double x = left + page.style.column - page.style.bubbleWidth;
        paintSlice(painter, QRectF(x, part.top, page.style.bubbleWidth, part.height), part.part == 0, last,
                   page.style.px(kBubbleRadius), page.style.bubble, {});
    }
    const QPointF at(left + page.textLeft(item), part.top + item.rowTop(part.part));
    const auto [begin, end] = selection.within(item, part.item, part.part);
    item.layout(part.part)->paint(painter, at, exposed, begin, end, marksIn(part.item, part.part));
    if (last && item.message().state == MessageState::Generating) paintCaretBlock(painter, item, part, left);
}

void ChatView::paintEvent(QPaintEvent* event) {
    Data& d = *m_data;
    if (d.dirty) {
        d.repaintAll = true;
        d.arrange(*this);
    }
    QPainter painter(viewport());
    painter.fillRect(event->rect(), d.theme->colors().page);
    const QRectF dirty = event->rect();
    for (const Page::Visible& part : d.page.visible()) {
        // Glyphs and the shades behind code reach a little over the edges of their rows.
        if (part.top + part.height + 8 > dirty.top() && part.top - 8 < dirty.bottom())
            d.paintItem(*this, painter, part, dirty.adjusted(0, -8, 0, 8));
    }
    for (const QRectF& rect : d.inspectedRects(width()))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 3, rect.width(), 2), d.theme->colors().accent);
    if (!hasFocus()) return;
    if (d.selection.hasCaret() && d.selection.isEmpty()) {
        const QRectF caret = d.page.caretRect(d.selection.head(), width());
        painter.fillRect(QRectF(caret.left(), caret.top() + 2, 1, caret.height() - 4), d.theme->colors().muted);
    }
    if (d.focusRing) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(d.theme->colors().accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(viewport()->rect()).adjusted(2, 2, -2, -2), 6, 6);
    }
}

}  // namespace monochord::app
