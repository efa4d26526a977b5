#pragma once

#include <QPointF>
#include <cmath>
#include <memory>
#include <vector>

#include "ui/view/message_item.h"
#include "ui/view/page_metrics.h"

namespace monochord::app {

/// A place between two characters of the conversation.
struct TextPosition {
    qsizetype item = -1;
    qsizetype offset = 0;  ///< as MessageItem counts

    auto operator<=>(const TextPosition&) const = default;
};

/// The messages above one another and the part of them that is seen. What is seen is held by an anchor, the first
/// visible part and how much of it is above the edge, never by a sum of heights, of which most are guesses: when a
/// guess is corrected, the scroll bar moves and not the text.
class Page final {
public:
    struct Visible {
        qsizetype item, part;
        qsizetype serial;    ///< of its layout, 0: a footer
        double top, height;  ///< in the viewport
    };

    PageStyle style;

    std::vector<std::unique_ptr<MessageItem>> items;

    bool followsEnd() const { return m_follow; }
    void scrollToEnd() { m_follow = true; }
    void scrollToTop();
    /// What is at the upper edge stays there, until the end is in sight again.
    void hold() { m_follow = false; }
    /// What is seen moves up by so many pixels; exact at any distance that has been laid out.
    void scrollBy(double pixels);
    /// Like a drag of the scroll bar: by the heights as they are guessed now.
    void scrollTo(double value);

    /// Lays out what is seen in a viewport of this height and ends at or below the end of the page.
    void arrange(double height);
    const std::vector<Visible>& visible() const { return m_visible; }
    double value() const { return m_value; }  ///< pixels above the viewport
    double total() const { return m_total; }

    double left(double width) const;  ///< of the column in a viewport of this width
    /// Left edge of the item's text in the column.
    double textLeft(const MessageItem& item) const;
    TextPosition positionAt(QPointF point, double width) const;
    /// Relative to the viewport, empty if it is not laid out.
    QRectF caretRect(const TextPosition& position, double width) const;
    /// Scrolls so that the position is seen, so far from the edges where it was not.
    void reveal(const TextPosition& position, double height, double margin = 0);
    QString linkAt(QPointF point, double width) const;
    TextPosition end() const;

    qsizetype anchorItem() const { return m_item; }
    /// Items were replaced: the anchor's item is now at this index, or gone.
    void moveAnchor(qsizetype item);

private:
    void arrangeFromEnd(double height);
    void normalise();
    bool stepUp();
    bool stepDown();
    void collect(double height);
    void freeLayouts();
    double top() const { return std::round(style.px(kPageTop)); }
    double bottom() const { return std::round(style.px(kPageBottom)); }
    MessageItem& at(qsizetype item) const { return *items[static_cast<std::size_t>(item)]; }
    qsizetype count() const { return static_cast<qsizetype>(items.size()); }

    bool m_follow = true;
    qsizetype m_item = 0, m_part = 0;
    double m_offset = 0;  // of the part above the edge; negative: space above the first one
    std::vector<Visible> m_visible;
    double m_value = 0, m_total = 0;
    qsizetype m_freedFrom = 0, m_freedTo = -1;  // items that may have layouts
};

}  // namespace monochord::app
