#pragma once

#include <QStringMatcher>
#include <vector>

#include "ui/view/page.h"

namespace monochord::app {

/// Where a text stands in what the page shows, in any case (simple folding of Unicode). Searched row by row in slices
/// of a few milliseconds, so that a long chat does not stop the window; of a reply that grows, only what is new.
class Finder final {
public:
    /// Empty: finds nothing.
    void setText(const QString& text);
    const QString& text() const { return m_text; }
    /// Messages came or went.
    void reset();
    /// This message is another, or only text came to its end.
    void touch(qsizetype item, bool grown);

    /// Goes on for about so many milliseconds. True: all was searched.
    bool search(Page& page, int milliseconds);
    qsizetype count() const { return m_count; }

    /// The first at or after the place, or before it, around the ends of the chat; no item where there is none.
    TextPosition next(const TextPosition& from) const;
    TextPosition previous(const TextPosition& from) const;
    /// 0: the first of the chat; -1: nothing was found there.
    qsizetype indexOf(const TextPosition& hit) const;
    /// Offsets in the message of those that begin in [begin, end).
    QList<qsizetype> within(qsizetype item, qsizetype begin, qsizetype end) const;

private:
    struct Found {
        QList<qsizetype> offsets;  // ascending
        qsizetype rows = 0;        // searched for good
        bool current = false;
    };

    void searchItem(MessageItem& item, Found& found);
    const QList<qsizetype>& of(qsizetype item) const { return m_found[static_cast<std::size_t>(item)].offsets; }
    qsizetype items() const { return static_cast<qsizetype>(m_found.size()); }

    QString m_text;
    QStringMatcher m_matcher;
    std::vector<Found> m_found;  // of the first messages of the page
    qsizetype m_count = 0;
    qsizetype m_from = 0;  // items before are searched
};

}  // namespace monochord::app
