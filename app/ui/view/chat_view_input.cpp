#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStyleHints>
#include <QToolTip>
#include <algorithm>

#include "ui/view/chat_view_data.h"

namespace monochord::app {

void ChatView::Data::extendTo(ChatView& view, QPointF point) {
    settle(view);
    const TextPosition at = page.positionAt(point, view.width());
    selection.extend(page, at);
    view.viewport()->update();
}

/// The cursor's shape, the address of a link as a tool tip, the actions of the message under the mouse.
void ChatView::Data::hover(ChatView& view, QPointF point) {
    settle(view);
    const QString link = page.linkAt(point, view.width());
    view.viewport()->setCursor(link.isEmpty() ? Qt::IBeamCursor : Qt::PointingHandCursor);
    view.viewport()->setToolTip(link);
    inspectAt(view, point);
    qint64 id = 0;
    for (const Page::Visible& part : page.visible()) {
        if (point.y() >= part.top && point.y() < part.top + part.height) {
            id = page.items[static_cast<std::size_t>(part.item)]->message().id;
        }
    }
    if (actions->setHovered(id)) actions->arrange(page);
}

void ChatView::mousePressEvent(QMouseEvent* event) {
    Data& d = *m_data;
    if (event->button() != Qt::LeftButton) return;
    d.settle(*this);
    const QPointF point = event->position();
    const TextPosition at = d.page.positionAt(point, width());
    d.pressed = true;
    d.pressedAt = d.mouse = point.toPoint();
    d.pressedLink = d.page.linkAt(point, width());
    d.wishedX = -1;
    const bool third = d.sinceDoubleClick.isValid() &&
                       d.sinceDoubleClick.elapsed() < QGuiApplication::styleHints()->mouseDoubleClickInterval();
    d.sinceDoubleClick.invalidate();
    if ((event->modifiers() & Qt::ShiftModifier) != 0 && d.selection.hasCaret()) {
        d.selection.extend(d.page, at);
    } else {
        d.selection.begin(d.page, at, third ? Selection::Unit::Row : Selection::Unit::Character);
    }
    d.dragTimer.start(30, this);
    viewport()->update();
}

void ChatView::mouseMoveEvent(QMouseEvent* event) {
    Data& d = *m_data;
    d.settle(*this);
    d.mouse = event->position().toPoint();
    if (d.pressed && (event->buttons() & Qt::LeftButton) != 0) {
        const bool far = (d.mouse - d.pressedAt).manhattanLength() >= QApplication::startDragDistance();
        if (far) d.pressedLink.clear();
        if (far || !d.selection.isEmpty()) d.extendTo(*this, event->position());
    } else {
        d.hover(*this, event->position());
    }
}

void ChatView::mouseReleaseEvent(QMouseEvent* event) {
    Data& d = *m_data;
    if (event->button() != Qt::LeftButton) return;
    d.pressed = false;
    d.dragTimer.stop();
    d.settle(*this);
    const QString link = std::exchange(d.pressedLink, {});
    if (!link.isEmpty() && link == d.page.linkAt(event->position(), width())) Q_EMIT linkActivated(link);
}

void ChatView::mouseDoubleClickEvent(QMouseEvent* event) {
    Data& d = *m_data;
    if (event->button() != Qt::LeftButton) return;
    d.settle(*this);
    const TextPosition at = d.page.positionAt(event->position(), width());
    d.selection.begin(d.page, at, Selection::Unit::Word);
    d.pressed = true;
    d.pressedLink.clear();
    d.sinceDoubleClick.start();
    viewport()->update();
}

/// Shift and cursor keys move the end of the selection. False: not a key of this kind.
bool ChatView::Data::moveCaret(ChatView& view, QKeyEvent* event) {
    if (!selection.hasCaret() || (event->modifiers() & Qt::ShiftModifier) == 0) return false;
    const double width = view.width(), height = view.viewport()->height();
    const bool word = (event->modifiers() & Qt::ControlModifier) != 0;
    TextPosition to = selection.head();
    const int key = event->key();
    page.reveal(to, height);
    if (key == Qt::Key_Left || key == Qt::Key_Right) {
        to = stepped(page, to, key == Qt::Key_Right ? 1 : -1, word);
        wishedX = -1;
    } else if (key == Qt::Key_Up || key == Qt::Key_Down) {
        const QRectF caret = page.caretRect(to, width);
        if (wishedX < 0) wishedX = caret.left();
        const bool down = key == Qt::Key_Down;
        const TextPosition before = to;
        // Over the space between rows and messages, to the next line.
        for (double y = down ? caret.bottom() + 2 : caret.top() - 2; to == before && y > -height && y < 2 * height;
             y += down ? 8 : -8) {
            to = page.positionAt({wishedX, y}, width);
            if (down ? to < before : before < to) to = before;
        }
        if (to == before) to = stepped(page, to, down ? 1 : -1, false);
    } else if (key == Qt::Key_Home || key == Qt::Key_End) {
        const QRectF caret = page.caretRect(to, width);
        if (word)
            to = key == Qt::Key_Home ? TextPosition{0, 0} : page.end();
        else
            to = page.positionAt({key == Qt::Key_Home ? -1e6 : 1e6, caret.center().y()}, width);
        wishedX = -1;
    } else {
        return false;
    }
    selection.extendByCharacter(page, to);
    page.reveal(to, height);
    arrange(view);
    view.viewport()->update();
    return true;
}

bool ChatView::Data::scrollByKey(ChatView& view, QKeyEvent* event) {
    QScrollBar* bar = view.verticalScrollBar();
    switch (event->key()) {
        case Qt::Key_Up:
            bar->triggerAction(QScrollBar::SliderSingleStepSub);
            return true;
        case Qt::Key_Down:
            bar->triggerAction(QScrollBar::SliderSingleStepAdd);
            return true;
        case Qt::Key_PageUp:
            bar->triggerAction(QScrollBar::SliderPageStepSub);
            return true;
        case Qt::Key_PageDown:
        case Qt::Key_Space:
            bar->triggerAction(QScrollBar::SliderPageStepAdd);
            return true;
        case Qt::Key_Home:
            bar->triggerAction(QScrollBar::SliderToMinimum);
            return true;
        case Qt::Key_End:
            view.scrollToEnd();
            return true;
        default:
            return false;
    }
}

void ChatView::keyPressEvent(QKeyEvent* event) {
    Data& d = *m_data;
    d.settle(*this);
    if (event->matches(QKeySequence::Copy)) {
        d.copy(selectedText());
    } else if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
    } else if (!d.inspectByKey(*this, event) && !d.moveCaret(*this, event) && !d.scrollByKey(*this, event)) {
        event->ignore();
        return;
    }
    event->accept();
}

void ChatView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    m_data->focusRing = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    viewport()->update();
}

void ChatView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    m_data->focusRing = false;
    viewport()->update();
}

/// What can be done with the message under the mouse.
void ChatView::addMessageActions(QMenu* menu, const QPoint& point) {
    for (const Page::Visible& part : m_data->page.visible()) {
        if (point.y() < part.top || point.y() >= part.top + part.height) continue;
        const ViewMessage& message = m_data->page.items[static_cast<std::size_t>(part.item)]->message();
        const qint64 id = message.id;
        if (message.state == MessageState::Generating || id == 0) return;
        menu->addAction(tr("Branch to new chat"), this, [this, id] { Q_EMIT newChatRequested(id); });
        if (message.role == Role::Assistant)
            menu->addAction(tr("Replay"), this, [this, id] { Q_EMIT replayRequested(id); });
        menu->addAction(tr("Delete this message and what follows"), this, [this, id] { Q_EMIT deleteRequested(id); });
        menu->addSeparator();
        return;
    }
}

void ChatView::contextMenuEvent(QContextMenuEvent* event) {
    Data& d = *m_data;
    d.settle(*this);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool selected = !d.selection.isEmpty();
    const QString link = d.page.linkAt(event->pos(), width());
    QAction* copy = menu->addAction(tr("Copy"), this, [this] { m_data->copy(selectedText()); });
    copy->setShortcut(QKeySequence::Copy);
    copy->setEnabled(selected);
    QAction* markdown = menu->addAction(tr("Copy as Markdown"), this, [this] { m_data->copy(selectedMarkdown()); });
    markdown->setEnabled(selected);
    if (!link.isEmpty()) menu->addAction(tr("Copy link address"), this, [this, link] { m_data->copy(link); });
    menu->addSeparator();
    addMessageActions(menu, event->pos());
    QAction* all = menu->addAction(tr("Select all"), this, &ChatView::selectAll);
    all->setShortcut(QKeySequence::SelectAll);
    all->setEnabled(!d.page.items.empty());
    menu->popup(event->globalPos());
}

}  // namespace monochord::app
