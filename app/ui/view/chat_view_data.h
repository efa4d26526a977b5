#pragma once

#include <QBasicTimer>
#include <QElapsedTimer>
#include <QPoint>

#include "ui/view/chat_view.h"
#include "ui/view/finder.h"
#include "ui/view/message_actions.h"
#include "ui/view/page.h"
#include "ui/view/selection.h"
#include "ui/view/token_card.h"

namespace monochord::app {

/// The token that the card is about.
struct Inspected {
    qint64 id = 0;         ///< of its message, 0: none
    qsizetype token = -1;  ///< -1: nothing was recorded
    bool byKey = false;

    bool operator==(const Inspected&) const = default;
};

struct ChatView::Data {
    Data(Theme* theTheme, ChatView* view) : theme(theTheme), actions(new MessageActions(theTheme, view)) {}

    Theme* theme;
    MessageActions* actions;
    Page page;
    Selection selection;
    Finder finder;
    TextPosition hit;        // that is shown, or where the search began
    bool hitWanted = false;  // one is to be shown when all was searched
    QString progress;
    int unseen = 0;                         // messages at the beginning
    bool dirty = false;                     // something changed since what is shown was arranged
    bool repaintAll = true;                 // and more than text at the end of a message
    qint64 caretItem = -1, caretPart = -1;  // where the caret block was painted
    bool adjusting = false;                 // the scroll bar is being set by us
    QBasicTimer refreshTimer, dragTimer, findTimer;
    bool pressed = false;
    QPoint pressedAt, mouse;
    QString pressedLink;
    QElapsedTimer sinceDoubleClick;
    bool focusRing = false;  // the view was reached by keyboard
    bool inspecting = false, busy = false;
    Inspected inspected;
    TokenCard* card = nullptr;
    QBasicTimer cardTimer;  // runs: the card is left alone
    double wishedX = -1;    // of the caret while Up and Down move it

    MessageItem* find(qint64 id, qsizetype* index = nullptr) const;
    void restyle(double width);
    void markUnseen();
    /// Lays out what is visible, sets the scroll bar and asks for what has to be painted again.
    void arrange(ChatView& view);
    /// Arranges if something changed since: until then visible() may name rows that are gone.
    void settle(ChatView& view) {
        if (dirty) arrange(view);
    }
    void changed(ChatView& view);
    /// Only text came to the end of a message.
    void grown(ChatView& view);
    void updateChanged(ChatView& view, const std::vector<Page::Visible>& before);
    void extendTo(ChatView& view, QPointF point);
    bool moveCaret(ChatView& view, QKeyEvent* event);
    bool scrollByKey(ChatView& view, QKeyEvent* event);
    void hover(ChatView& view, QPointF point);
    void copy(const QString& text) const;
    void connectCard(ChatView& view);
    Inspected tokenAt(QPointF point, double width) const;
    void inspectAt(ChatView& view, QPointF point);
    bool inspectByKey(ChatView& view, QKeyEvent* event);
    bool stepToken(int step, Inspected* to) const;
    void inspect(ChatView& view, const Inspected& wanted);
    void closeCard(ChatView& view);
    void branch(ChatView& view, int word);
    void fillCard(const MessageItem& item, const TokenTrace& trace);
    void placeCard(ChatView& view);
    QList<QRectF> inspectedRects(double width) const;
    void addTints(QList<TextMark>& marks, MessageItem& item, qsizetype row) const;
    void goOnFinding(ChatView& view);
    void showHit(ChatView& view);
    void tellFound(ChatView& view);
    void searchAgain(ChatView& view, qsizetype item, bool grown);
    QList<TextMark> marksIn(qsizetype index, qsizetype row) const;
    void paintItem(ChatView& view, QPainter& painter, const Page::Visible& part, const QRectF& exposed) const;
    void paintFooter(QPainter& painter, const MessageItem& item, const Page::Visible& part, double left) const;
    void paintSeam(QPainter& painter, const MessageItem& item, const Page::Visible& part, double left) const;
    void paintCaretBlock(QPainter& painter, const MessageItem& item, const Page::Visible& part, double left) const;
};

}  // namespace monochord::app
