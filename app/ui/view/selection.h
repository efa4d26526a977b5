#pragma once

#include <QString>
#include <functional>
#include <utility>

#include "ui/view/page.h"

namespace monochord::app {

/// What is selected, by whole characters, words or rows, and its text.
class Selection final {
public:
    enum class Unit { Character, Word, Row };

    void clear() { *this = {}; }
    /// A click: an empty selection, or the word or row there.
    void begin(Page& page, const TextPosition& at, Unit unit);
    /// The mouse moved, or Shift and an arrow: from where it began to `to`.
    void extend(Page& page, const TextPosition& to);
    /// The same by single characters, whatever the selection began with.
    void extendByCharacter(Page& page, const TextPosition& to);
    void selectAll(Page& page);

    bool hasCaret() const { return m_head.item >= 0; }
    bool isEmpty() const { return !(m_first < m_last); }
    const TextPosition& head() const { return m_head; }  ///< the end that moves
    /// Characters of the row [begin, end) that are selected.
    std::pair<qsizetype, qsizetype> within(const MessageItem& item, qsizetype index, qsizetype row) const;

    QString text(Page& page) const;
    QString markdown(Page& page) const;
    /// The messages of the page have other indices now.
    void renumber(const std::function<qsizetype(qsizetype)>& newIndex);

private:
    struct Range {
        TextPosition first, last;
    };
    static Range unitAt(Page& page, const TextPosition& at, Unit unit);
    std::pair<qsizetype, qsizetype> range(const MessageItem& item, qsizetype index) const;

    Unit m_unit = Unit::Character;
    Range m_origin;  // where it began: a word, a row or a place
    TextPosition m_head;
    TextPosition m_first, m_last;
};

/// The next place in the direction of a cursor key: characters, words, or the ends of the row's text; across rows and
/// messages.
TextPosition stepped(Page& page, const TextPosition& from, int direction, bool word);

}  // namespace monochord::app
