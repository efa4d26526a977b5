#include "ui/view/page.h"

#include <algorithm>
#include <cmath>

#include "ui/view/page_metrics.h"

namespace monochord::app {

void Page::scrollToTop() {
    m_follow = false;
    m_item = m_part = 0;
    m_offset = -top();
}

void Page::scrollBy(double pixels) {
    m_follow = false;
    m_offset += pixels;
}

void Page::scrollTo(double value) {
    m_follow = false;
    double above = value - top();
    m_item = m_part = 0;
    m_offset = above;
    for (qsizetype i = 0; i < count(); ++i) {
        const double guess = at(i).height();
        if (above >= guess && i + 1 < count()) {
            above -= guess;
            continue;
        }
        at(i).prepare();
        if (above > 0 && guess > 0) above *= at(i).height() / guess;
        m_item = i;
        while (m_part + 1 < at(i).partCount() && above >= at(i).partHeight(m_part)) above -= at(i).partHeight(m_part++);
        m_offset = above;
        return;
    }
}

bool Page::stepUp() {
    if (m_part > 0) {
        --m_part;
    } else if (m_item > 0) {
        --m_item;
        at(m_item).prepare();
        m_part = at(m_item).partCount() - 1;
    } else {
        return false;
    }
    at(m_item).layOut(m_part);
    return true;
}

bool Page::stepDown() {
    if (m_part + 1 < at(m_item).partCount()) {
        ++m_part;
    } else if (m_item + 1 < count()) {
        ++m_item;
        m_part = 0;
        at(m_item).prepare();
    } else {
        return false;
    }
    at(m_item).layOut(m_part);
    return true;
}

/// The anchor's part becomes the one at the edge.
void Page::normalise() {
    m_item = std::clamp<qsizetype>(m_item, 0, count() - 1);
    at(m_item).prepare();
    m_part = std::clamp<qsizetype>(m_part, 0, at(m_item).partCount() - 1);
    at(m_item).layOut(m_part);
    while (m_offset < 0 && stepUp()) m_offset += at(m_item).partHeight(m_part);
    m_offset = std::round(std::max(m_offset, m_item == 0 && m_part == 0 ? -top() : 0.0));
    double height = at(m_item).partHeight(m_part);
    while (m_offset >= height && stepDown()) {
        m_offset -= height;
        height = at(m_item).partHeight(m_part);
    }
}

void Page::arrangeFromEnd(double height) {
    m_item = count() - 1;
    at(m_item).prepare();
    m_part = at(m_item).partCount() - 1;
    at(m_item).layOut(m_part);
    double y = height - bottom() - at(m_item).partHeight(m_part);
    while (y > 0 && stepUp()) y -= at(m_item).partHeight(m_part);
    m_offset = std::max(-y, m_item == 0 && m_part == 0 ? -top() : -y);
}

void Page::collect(double height) {
    m_visible.clear();
    const qsizetype item = m_item, part = m_part;
    double y = -m_offset;
    do {
        const double partHeight = at(m_item).partHeight(m_part);
        const bool row = m_part < at(m_item).rowCount();
        m_visible.push_back({m_item, m_part, row ? at(m_item).serial(m_part) : 0, y, partHeight});
        y += partHeight;
    } while (y < height && stepDown());
    m_item = item;
    m_part = part;
}

void Page::arrange(double height) {
    m_visible.clear();
    m_value = 0;
    m_total = 0;
    if (count() == 0) return;
    if (m_follow) {
        arrangeFromEnd(height);
    } else {
        normalise();
    }
    collect(height);
    const Visible& last = m_visible.back();
    const bool atEnd = last.item == count() - 1 && last.part == at(last.item).partCount() - 1;
    if (!m_follow && atEnd && last.top + last.height + bottom() <= height) {
        arrangeFromEnd(height);
        collect(height);
        m_follow = true;
    }
    freeLayouts();
    m_total = top() + bottom();
    for (qsizetype i = 0; i < count(); ++i) {
        if (i == m_item) m_value = m_total - bottom() + at(i).heightBefore(m_part) + m_offset;
        m_total += at(i).height();
    }
}

void Page::freeLayouts() {
    constexpr qsizetype kSpare = 24;
    const qsizetype first = m_visible.front().item, last = m_visible.back().item;
    for (qsizetype i = std::max<qsizetype>(m_freedFrom, 0); i <= std::min(m_freedTo, count() - 1); ++i) {
        if (i < first || i > last) at(i).keepLayouts(0, -1);
    }
    at(first).keepLayouts(m_visible.front().part - kSpare,
                          first == last ? m_visible.back().part + kSpare : at(first).partCount());
    if (first != last) at(last).keepLayouts(0, m_visible.back().part + kSpare);
    m_freedFrom = first;
    m_freedTo = last;
}

void Page::moveAnchor(qsizetype item) {
    m_freedFrom = 0;
    m_freedTo = count() - 1;
    if (item >= 0) {
        m_item = item;
    } else {
        m_item = std::min(m_item, std::max<qsizetype>(count() - 1, 0));
        m_part = 0;
        m_offset = 0;
    }
}

double Page::left(double width) const {
    return std::floor((width - style.column) / 2);
}

double Page::textLeft(const MessageItem& item) const {
    return item.isUser() ? style.column - style.bubbleWidth + style.px(kBubblePadding) : 0;
}

TextPosition Page::positionAt(QPointF point, double width) const {
    TextPosition found;
    for (const Visible& part : m_visible) {
        const MessageItem& item = at(part.item);
        if (part.part >= item.rowCount()) {
            if (found.item < 0) found = {part.item, item.textLength()};
            if (point.y() < part.top + part.height) break;
            found = {part.item, item.textLength()};
            continue;
        }
        const QPointF origin(left(width) + textLeft(item), part.top + item.rowTop(part.part));
        found = {part.item, item.rowBegin(part.part) + item.layout(part.part)->positionAt(point - origin)};
        if (point.y() < part.top + part.height) break;
    }
    return found;
}

QRectF Page::caretRect(const TextPosition& position, double width) const {
    for (const Visible& part : m_visible) {
        const MessageItem& item = at(part.item);
        if (part.item != position.item || part.part >= item.rowCount()) continue;
        const qsizetype offset = position.offset - item.rowBegin(part.part);
        if (offset < 0 || offset > item.row(part.part).text.size()) continue;
        const QPointF origin(left(width) + textLeft(item), part.top + item.rowTop(part.part));
        return item.layout(part.part)->caretRect(offset).translated(origin);
    }
    return {};
}

void Page::reveal(const TextPosition& position, double height, double margin) {
    if (position.item < 0 || position.item >= count()) return;
    QRectF rect = caretRect(position, 0);
    if (rect.isEmpty()) {
        at(position.item).prepare();
        m_follow = false;
        const bool above = m_visible.empty() || position < TextPosition{m_visible.front().item, 0} ||
                           (position.item == m_item && at(m_item).rowAtOffset(position.offset) < m_part);
        m_item = position.item;
        m_part = at(m_item).rowAtOffset(position.offset);
        m_offset = above ? 0 : style.text.lineHeight * 2 - height;
        arrange(height);
        rect = caretRect(position, 0);
    }
    if (rect.top() < 0) {
        scrollBy(rect.top() - style.px(4) - margin);
    } else if (rect.bottom() > height) {
        scrollBy(rect.bottom() - height + style.px(4) + margin);
    } else {
        return;
    }
    arrange(height);
}

QString Page::linkAt(QPointF point, double width) const {
    for (const Visible& part : m_visible) {
        const MessageItem& item = at(part.item);
        if (part.part >= item.rowCount() || point.y() < part.top || point.y() >= part.top + part.height) continue;
        const QPointF origin(left(width) + textLeft(item), part.top + item.rowTop(part.part));
        return item.layout(part.part)->linkAt(point - origin);
    }
    return {};
}

TextPosition Page::end() const {
    if (count() == 0) return {};
    at(count() - 1).prepare();
    return {count() - 1, at(count() - 1).textLength()};
}

}  // namespace monochord::app
