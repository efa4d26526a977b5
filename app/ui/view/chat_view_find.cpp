#include "ui/view/chat_view_data.h"

namespace monochord::app {
namespace {

constexpr int kSliceMs = 8;

}  // namespace

/// The first hit at or below what is seen, or the one that was shown as long as it fits what is typed.
void ChatView::find(const QString& text) {
    Data& d = *m_data;
    if (text == d.finder.text()) return;
    d.settle(*this);
    if (d.hit.item < 0) d.hit = d.page.positionAt({0, 0}, width());
    d.finder.setText(text);
    d.hitWanted = !text.isEmpty();
    d.goOnFinding(*this);
    if (text.isEmpty()) d.hit = {};
}

void ChatView::findNext(int step) {
    Data& d = *m_data;
    if (d.finder.count() == 0) return;
    const bool onHit = d.finder.indexOf(d.hit) >= 0;
    d.hit = step < 0 ? d.finder.previous(d.hit) : d.finder.next({d.hit.item, d.hit.offset + (onHit ? 1 : 0)});
    d.showHit(*this);
}

/// A slice of the search; the rest follows when the window has nothing else to do.
void ChatView::Data::goOnFinding(ChatView& view) {
    findTimer.stop();
    const bool all = finder.search(page, kSliceMs);
    if (!all) findTimer.start(0, &view);
    if (all && std::exchange(hitWanted, false)) {
        hit = finder.next(hit);
        return showHit(view);
    }
    tellFound(view);
}

void ChatView::Data::tellFound(ChatView& view) {
    changed(view);
    Q_EMIT view.foundChanged(static_cast<int>(finder.indexOf(hit)) + 1, static_cast<int>(finder.count()));
}

void ChatView::Data::showHit(ChatView& view) {
    const int height = view.viewport()->height();
    if (hit.item >= 0) page.reveal(hit, height, height / 4.0);
    tellFound(view);
}

/// Text of a message changed: what is found there may have, too.
void ChatView::Data::searchAgain(ChatView& view, qsizetype item, bool grown) {
    if (finder.text().isEmpty()) return;
    item < 0 ? finder.reset() : finder.touch(item, grown);
    if (!findTimer.isActive()) findTimer.start(0, &view);
}

QList<TextMark> ChatView::Data::marksIn(qsizetype index, qsizetype row) const {
    QList<TextMark> marks;
    MessageItem& item = *page.items[static_cast<std::size_t>(index)];
    if (inspecting && !item.isUser()) addTints(marks, item, row);
    if (finder.count() == 0) return marks;
    const qsizetype begin = item.rowBegin(row), length = finder.text().size();
    for (const qsizetype at : finder.within(index, begin, begin + item.row(row).text.size())) {
        const bool shown = hit == TextPosition{index, at};
        marks.append({at - begin, at - begin + length, shown ? theme->colors().foundShown : theme->colors().found});
    }
    return marks;
}

}  // namespace monochord::app
