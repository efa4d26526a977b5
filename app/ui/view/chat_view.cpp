#include "ui/view/chat_view.h"

#include <QClipboard>
#include <QEvent>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QScrollBar>
#include <QTimerEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/view/accessible_chat_view.h"
#include "ui/view/chat_view_data.h"
#include "ui/view/page_metrics.h"

namespace monochord::app {
namespace {

PageStyle pageStyle(const Theme& theme, double width) {
    const Colors& colors = theme.colors();
    PageStyle style;
    TextStyle& text = style.text;
    const auto inPixels = [](QFont font, double factor) {
        font.setPixelSize(std::max(1, qRound(QFontInfo(font).pixelSize() * factor)));
        return font;
    };
    text.body = inPixels(theme.textFont(), 1);
    text.code = inPixels(theme.codeFont(), 1);
    text.label = inPixels(theme.textFont(), 0.8);
    text.scale = text.body.pixelSize() / kTextSize;
    text.lineHeight = std::round(text.body.pixelSize() * 1.45);
    text.codeLineHeight = std::round(text.code.pixelSize() * 1.55);
    text.text = colors.text;
    text.muted = colors.muted;
    text.link = colors.link;
    text.codeBackground = colors.code;
    text.inlineCode = colors.dark ? colors.bubble : colors.bubble.lighter(102);
    text.border = colors.border;
    text.syntax = {QColor(),      colors.keyword, colors.type,   colors.function,
                   colors.string, colors.number,  colors.comment};
    text.selection = colors.selection;
    style.bubble = colors.bubble;
    style.accent = colors.accent;
    style.error = colors.error;
    style.column = std::floor(std::max(std::min(style.px(kColumnWidth), width - 2 * kNarrowestMargin), 60.0));
    style.bubbleWidth = std::floor(std::min(style.px(kBubbleWidth), style.column * (kBubbleWidth + 60) / kColumnWidth));
    return style;
}

}  // namespace

MessageItem* ChatView::Data::find(qint64 id, qsizetype* index) const {
    // What changes is nearly always the last message.
    for (qsizetype i = static_cast<qsizetype>(page.items.size()) - 1; i >= 0; --i) {
        MessageItem* item = page.items[static_cast<std::size_t>(i)].get();
        if (item->message().id != id) continue;
        if (index != nullptr) *index = i;
        return item;
    }
    return nullptr;
}

void ChatView::Data::restyle(double width) {
    page.style = pageStyle(*theme, width);
    for (const auto& item : page.items) item->restyle();
    actions->refresh();
}

void ChatView::Data::arrange(ChatView& view) {
    dirty = false;
    refreshTimer.stop();
    const std::vector<Page::Visible> before = page.visible();
    const int height = view.viewport()->height();
    page.arrange(height);
    updateChanged(view, before);
    actions->arrange(page);
    placeCard(view);
    adjusting = true;
    QScrollBar* bar = view.verticalScrollBar();
    bar->setRange(0, std::max(0, qCeil(page.total()) - height));
    bar->setPageStep(std::max(1, height - qRound(2 * page.style.text.lineHeight)));
    bar->setSingleStep(qRound(page.style.text.lineHeight));
    bar->setValue(page.followsEnd() ? bar->maximum() : qRound(page.value()));
    adjusting = false;
}

/// What was visible before and is the same is moved on the screen; the rest is painted.
void ChatView::Data::updateChanged(ChatView& view, const std::vector<Page::Visible>& before) {
    QWidget* port = view.viewport();
    const auto key = [](const Page::Visible& part) { return std::pair(part.item, part.part); };
    const auto same = [&](const Page::Visible& a, const Page::Visible& b) {
        return key(a) == key(b) && a.serial == b.serial && a.height == b.height &&
               (a.serial > 0 || a.item != caretItem) && (a.item != caretItem || a.part != caretPart);
    };
    const auto& now = page.visible();
    double moved = 0;
    bool found = false;
    QRegion kept;
    auto old = before.begin();
    for (const Page::Visible& part : now) {
        while (old != before.end() && key(*old) < key(part)) ++old;
        if (old == before.end() || !same(*old, part)) continue;
        if (!std::exchange(found, true)) moved = part.top - old->top;
        if (part.top - old->top != moved) continue;
        kept += QRect(0, qRound(part.top), port->width(), qRound(part.height));
    }
    caretItem = caretPart = -1;
    for (const Page::Visible& part : now) {
        const MessageItem& item = *page.items[static_cast<std::size_t>(part.item)];
        if (item.message().state != MessageState::Generating) continue;
        caretItem = part.item;
        caretPart = item.rowCount() - 1;
    }
    if (std::exchange(repaintAll, false) || focusRing || !found || std::abs(moved) >= port->height())
        return port->update();
    if (moved != 0) port->scroll(0, qRound(moved));
    port->update(QRegion(port->rect()) - kept);
}

void ChatView::Data::changed(ChatView& view) {
    repaintAll = true;
    grown(view);
}

void ChatView::Data::grown(ChatView& view) {
    dirty = true;
    if (!refreshTimer.isActive()) refreshTimer.start(0, &view);
}

void ChatView::Data::copy(const QString& text) const {
    if (!text.isEmpty()) QGuiApplication::clipboard()->setText(text);
}

ChatView::ChatView(Theme* theme, QWidget* parent)
    : QAbstractScrollArea(parent), m_data(std::make_unique<Data>(theme, this)) {
    installChatViewAccessibility();
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Conversation"));
    setAccessibleDescription(
        tr("The messages of this chat. Arrow keys scroll, Ctrl+A selects all, Tab reaches the actions."));
    m_data->connectCard(*this);
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    m_data->restyle(width());
    connect(theme, &Theme::changed, this, [this] {
        m_data->restyle(width());
        m_data->changed(*this);
    });
    MessageActions* actions = m_data->actions;
    connect(actions, &MessageActions::editRequested, this, &ChatView::editRequested);
    connect(actions, &MessageActions::regenerateRequested, this, &ChatView::regenerateRequested);
    connect(actions, &MessageActions::continueRequested, this, &ChatView::continueRequested);
    connect(actions, &MessageActions::siblingRequested, this, &ChatView::siblingRequested);
    connect(actions, &MessageActions::newChatRequested, this, &ChatView::newChatRequested);
    connect(actions, &MessageActions::replayRequested, this, &ChatView::replayRequested);
    connect(actions, &MessageActions::copyRequested, this, [this](qint64 id) {
        if (const MessageItem* item = m_data->find(id)) m_data->copy(item->reply());
    });
    connect(actions, &MessageActions::copyCodeRequested, this, [this](qint64 id, int block) {
        const MessageItem* item = m_data->find(id);
        if (item == nullptr || block >= item->blocks().size() || item->blocks()[block].spans.isEmpty()) return;
        m_data->copy(item->blocks()[block].spans.first().text);
    });
    connect(actions, &MessageActions::thoughtsToggled, this, [this](qint64 id) {
        qsizetype index = 0;
        MessageItem* item = m_data->find(id, &index);
        if (item == nullptr) return;
        item->showThoughts(!item->showsThoughts());
        m_data->page.hold();
        m_data->searchAgain(*this, index, false);
        m_data->changed(*this);
    });
}

ChatView::~ChatView() = default;

void ChatView::setMessages(const QList<ViewMessage>& messages, bool keepPosition) {
    Data& d = *m_data;
    std::vector<std::unique_ptr<MessageItem>> old = std::move(d.page.items);
    d.page.items.clear();
    QHash<qint64, std::size_t> places;
    for (std::size_t i = 0; i < old.size(); ++i) places.insert(old[i]->message().id, i);
    QHash<qsizetype, qsizetype> moved;
    for (const ViewMessage& message : messages) {
        const auto place = places.constFind(message.id);
        if (place != places.cend() && old[*place] && old[*place]->message().role == message.role) {
            moved.insert(static_cast<qsizetype>(*place), static_cast<qsizetype>(d.page.items.size()));
            d.page.items.push_back(std::move(old[*place]));
            d.page.items.back()->setMessage(message);
        } else {
            d.page.items.push_back(std::make_unique<MessageItem>(message, &d.page.style));
        }
    }
    d.selection.renumber([&](qsizetype index) { return moved.value(index, -1); });
    d.page.moveAnchor(moved.value(d.page.anchorItem(), -1));
    d.hit.item = moved.value(d.hit.item, -1);
    d.closeCard(*this);
    d.searchAgain(*this, -1, false);
    if (!keepPosition) d.page.scrollToEnd();
    d.markUnseen();
    d.actions->refresh();
    d.changed(*this);
}

void ChatView::addMessage(const ViewMessage& message) {
    m_data->page.items.push_back(std::make_unique<MessageItem>(message, &m_data->page.style));
    m_data->searchAgain(*this, std::ssize(m_data->page.items) - 1, false);
    m_data->changed(*this);
}

void ChatView::appendText(qint64 id, const QString& text) {
    qsizetype index = 0;
    MessageItem* item = m_data->find(id, &index);
    if (item == nullptr) return;
    item->append(text);
    m_data->searchAgain(*this, index, true);
    m_data->grown(*this);
}

void ChatView::updateMessage(const ViewMessage& message) {
    qsizetype index = 0;
    MessageItem* item = m_data->find(message.id, &index);
    if (item == nullptr) return;
    item->setMessage(message);
    m_data->searchAgain(*this, index, false);
    m_data->actions->refresh();
    m_data->changed(*this);
}

void ChatView::Data::markUnseen() {
    for (std::size_t i = 0; i < page.items.size(); ++i) page.items[i]->setLastUnseen(static_cast<int>(i) + 1 == unseen);
}

void ChatView::setUnseen(int messages) {
    if (m_data->unseen == messages) return;
    m_data->unseen = messages;
    m_data->markUnseen();
    m_data->changed(*this);
}

void ChatView::setProgress(const QString& text) {
    if (m_data->progress == text) return;
    m_data->progress = text;
    viewport()->update();
}

void ChatView::setBusy(bool busy) {
    m_data->actions->setBusy(busy);
    m_data->busy = busy;
    m_data->closeCard(*this);
    m_data->changed(*this);
}

void ChatView::setCanGenerate(bool can) {
    m_data->actions->setCanGenerate(can);
    m_data->changed(*this);
}

bool ChatView::followsEnd() const {
    return m_data->page.followsEnd();
}

void ChatView::scrollToEnd() {
    m_data->page.scrollToEnd();
    m_data->changed(*this);
}

QString ChatView::noteOf(qint64 id) const {
    const MessageItem* item = m_data->find(id);
    return item != nullptr ? item->message().note : QString();
}

QString ChatView::selectedText() const {
    return m_data->selection.text(m_data->page);
}

QString ChatView::selectedMarkdown() const {
    return m_data->selection.markdown(m_data->page);
}

void ChatView::selectAll() {
    m_data->selection.selectAll(m_data->page);
    viewport()->update();
}

QString ChatView::plainText() const {
    Selection all;
    all.selectAll(m_data->page);
    return all.text(m_data->page);
}

void ChatView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    // The scroll bar came or went while it was set.
    if (m_data->adjusting) return m_data->changed(*this);
    const PageStyle style = pageStyle(*m_data->theme, width());
    if (style.column != m_data->page.style.column) m_data->restyle(width());
    m_data->repaintAll = true;
    m_data->arrange(*this);
}

void ChatView::scrollContentsBy(int, int dy) {
    Data& d = *m_data;
    if (d.adjusting) return;
    const QScrollBar* bar = verticalScrollBar();
    // Short ways are gone by pixels, so that nothing jumps; long ones by what the heights are thought to be.
    if (bar->value() == bar->maximum() && dy < 0) {
        d.page.scrollToEnd();
    } else if (bar->value() == 0) {
        d.page.scrollToTop();
    } else if (std::abs(dy) <= 2 * viewport()->height()) {
        d.page.scrollBy(-dy);
    } else {
        d.page.scrollTo(bar->value());
    }
    d.arrange(*this);
    d.hover(*this, d.mouse);
}

void ChatView::timerEvent(QTimerEvent* event) {
    Data& d = *m_data;
    if (event->timerId() == d.refreshTimer.timerId()) {
        d.arrange(*this);
    } else if (event->timerId() == d.cardTimer.timerId()) {
        d.closeCard(*this);
    } else if (event->timerId() == d.findTimer.timerId()) {
        d.goOnFinding(*this);
    } else if (event->timerId() == d.dragTimer.timerId()) {
        const int beyond = d.mouse.y() < 0 ? d.mouse.y() : std::max(0, d.mouse.y() - viewport()->height());
        if (beyond != 0) {
            verticalScrollBar()->setValue(verticalScrollBar()->value() + std::clamp(beyond / 2, -60, 60));
            d.extendTo(*this, d.mouse);
        }
    } else {
        QAbstractScrollArea::timerEvent(event);
    }
}

void ChatView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange) m_data->changed(*this);
}

bool ChatView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) m_data->hover(*this, QPointF(-1, -1));
    return QAbstractScrollArea::viewportEvent(event);
}

}  // namespace monochord::app
