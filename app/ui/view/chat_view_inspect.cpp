// The token inspector.
#include <QKeyEvent>
#include <algorithm>
#include <cmath>

#include "inference/scope.h"
#include "ui/view/chat_view_data.h"
#include "ui/widgets/format.h"

namespace monochord::app {

namespace {

constexpr int kCardMs = 300;          // that the mouse may take from the word to the card
constexpr double kMostBits = 6;       // of surprise: from here on the tint is full
constexpr double kLeastShare = 1e-3;  // that is told as a number

QString shareText(double share) {
    return share > 0 && share < kLeastShare ? ChatView::tr("under %1").arg(percentText(kLeastShare))
                                            : percentText(share);
}

}  // namespace

void ChatView::Data::connectCard(ChatView& view) {
    card = new TokenCard(theme, &view);
    QObject::connect(card, &TokenCard::entered, &view, [this] { cardTimer.stop(); });
    QObject::connect(card, &TokenCard::left, &view, [this, &view] { cardTimer.start(kCardMs, &view); });
    QObject::connect(card, &TokenCard::clicked, &view, [this, &view](int word) { branch(view, word); });
}

/// The more surprising a word was, the more of the colour is behind it.
void ChatView::Data::addTints(QList<TextMark>& marks, MessageItem& item, qsizetype row) const {
    const auto [first, last] = item.tokensIn(row);
    for (qsizetype i = first; i < last; ++i) {
        const TracedToken& token = item.trace().tokens()[i];
        const double bits = -std::log2(std::max(token.word().before, 1e-6));
        QColor color = theme->colors().unlikely;
        color.setAlphaF(static_cast<float>(std::clamp(bits / kMostBits, 0.0, 1.0)));
        const auto [begin, end] = item.shownPart(row, token);
        if (begin < end && color.alpha() > 4) marks.append({begin, end, color});
    }
}

Inspected ChatView::Data::tokenAt(QPointF point, double width) const {
    for (const Page::Visible& part : page.visible()) {
        MessageItem& item = *page.items[static_cast<std::size_t>(part.item)];
        if (point.y() < part.top || point.y() >= part.top + part.height) continue;
        if (item.isUser() || part.part >= item.rowCount()) return {};
        const RowLayout* layout = item.layout(part.part);
        const QPointF at = point - QPointF(page.left(width) + page.textLeft(item), part.top);
        const qsizetype character = layout->positionAt(at);
        const auto covers = [&](qsizetype begin, qsizetype end) {
            return std::ranges::any_of(layout->rects(begin, end),
                                       [&](const QRectF& rect) { return rect.contains(at); });
        };
        if (!covers(character - 1, character + 1)) return {};
        if (item.trace().tokens().isEmpty()) return {item.message().id, -1};
        const auto [first, last] = item.tokensIn(part.part);
        for (qsizetype i = first; i < last; ++i) {
            const auto [begin, end] = item.shownPart(part.part, item.trace().tokens()[i]);
            if (begin <= character && character <= end && covers(begin, end)) return {item.message().id, i};
        }
        return {};
    }
    return {};
}

void ChatView::Data::inspectAt(ChatView& view, QPointF point) {
    const Inspected found = inspecting ? tokenAt(point, view.width()) : Inspected{};
    if (found.id != 0) {
        cardTimer.stop();
        if (found.id != inspected.id || found.token != inspected.token) inspect(view, found);
    } else if (inspected.id != 0 && !inspected.byKey && !cardTimer.isActive()) {
        cardTimer.start(kCardMs, &view);
    }
}

void ChatView::Data::inspect(ChatView& view, const Inspected& wanted) {
    MessageItem* item = find(wanted.id);
    if (item == nullptr) return;
    inspected = wanted;
    fillCard(*item, item->trace());
    placeCard(view);
    card->show();
    card->raise();
    if (wanted.token >= 0 && wanted.byKey) card->setCurrent(item->trace().tokens()[wanted.token].drawn);
    view.viewport()->update();
}

void ChatView::Data::closeCard(ChatView& view) {
    cardTimer.stop();
    inspected = {};
    card->hide();
    view.viewport()->update();
}

void ChatView::Data::branch(ChatView& view, int word) {
    const Inspected chosen = inspected;
    if (word < 0 || word >= card->rows().size() || !card->rows()[word].enabled) return;
    closeCard(view);
    Q_EMIT view.branchRequested(chosen.id, chosen.token, word);
}

void ChatView::Data::fillCard(const MessageItem& item, const TokenTrace& trace) {
    if (inspected.token < 0) {
        const bool grows = item.message().state == MessageState::Generating;
        return card->setContent({}, grows ? ChatView::tr("Wait for the next word")
                                          : ChatView::tr("Not recorded: nothing is known of the words of this reply"));
    }
    QList<TokenCard::Row> rows;
    const TracedToken& token = trace.tokens()[inspected.token];
    for (qsizetype i = 0; i < token.words.size(); ++i) {
        const TracedWord& word = token.words[i];
        const bool cut = word.cutBy != CutBy::Nothing;
        TokenCard::Row row;
        row.word = word.ends ? ChatView::tr("end of the reply")
                             : visibleWord({word.bytes.data(), static_cast<std::size_t>(word.bytes.size())});
        row.chance = cut ? ChatView::tr("cut by %1", "a sampler").arg(nameOf(word.cutBy)) : shareText(word.chance);
        row.before = shareText(word.before);
        row.drawn = i == token.drawn;
        row.cut = cut;
        row.enabled = !busy && trace.textWith(inspected.token, i).has_value();
        rows.append(row);
    }
    card->setContent(rows, busy ? ChatView::tr("A reply is being written")
                                : ChatView::tr("Click, or Enter: the reply goes on from that word"));
}

QList<QRectF> ChatView::Data::inspectedRects(double width) const {
    qsizetype index = 0;
    MessageItem* item = inspected.token >= 0 ? find(inspected.id, &index) : nullptr;
    if (item == nullptr || inspected.token >= item->trace().tokens().size()) return {};
    const TracedToken& token = item->trace().tokens()[inspected.token];
    QList<QRectF> rects;
    for (const Page::Visible& part : page.visible()) {
        if (part.item != index || part.part >= item->rowCount()) continue;
        const auto [begin, end] = item->shownPart(part.part, token);
        // A token that is all marks stands for the character behind it.
        const bool here = begin < end || part.part == item->rowOf(token);
        for (const QRectF& rect : item->layout(part.part)->rects(begin, here ? std::max(end, begin + 1) : end))
            rects.append(rect.translated(page.left(width), part.top));
    }
    return rects;
}

/// Beneath the word, or above it where there is no room.
void ChatView::Data::placeCard(ChatView& view) {
    if (inspected.id == 0) return;
    QRectF word(mouse.x(), mouse.y() - page.style.text.lineHeight / 2, 1, page.style.text.lineHeight);
    if (inspected.token >= 0) {
        const QList<QRectF> rects = inspectedRects(view.width());
        if (rects.isEmpty()) return closeCard(view);
        word = rects.first();
    }
    const QSize size = card->size();
    const QRect room = view.viewport()->geometry();
    const int x = std::clamp(qRound(word.left()) - 14, 4, std::max(4, room.width() - size.width() - 4));
    const int below = qRound(word.bottom()) + 1, above = qRound(word.top()) - 1 - size.height();
    card->move(x, below + size.height() > room.height() && above >= 0 ? above : below);
}

/// The next token, also of the next reply; the last reply's first where none is chosen.
bool ChatView::Data::stepToken(int step, Inspected* to) const {
    qsizetype index = static_cast<qsizetype>(page.items.size());
    const bool chosen = inspected.token >= 0 && find(inspected.id, &index) != nullptr;
    qsizetype token = chosen ? inspected.token + step : 0;
    for (qsizetype at = chosen ? index : index - 1; at >= 0 && at < std::ssize(page.items); at += chosen ? step : -1) {
        MessageItem& item = *page.items[static_cast<std::size_t>(at)];
        const qsizetype count = item.isUser() ? 0 : item.trace().tokens().size();
        if (chosen && at != index) token = step > 0 ? 0 : count - 1;
        if (token < 0 || token >= count) continue;
        *to = {item.message().id, token, true};
        return true;
    }
    return false;
}

bool ChatView::Data::inspectByKey(ChatView& view, QKeyEvent* event) {
    if (!inspecting || (event->modifiers() & ~Qt::KeypadModifier) != 0) return false;
    const int key = event->key();
    if (key == Qt::Key_Left || key == Qt::Key_Right) {
        Inspected next;
        if (!stepToken(key == Qt::Key_Right ? 1 : -1, &next)) return true;
        qsizetype index = 0;
        MessageItem* item = find(next.id, &index);
        item->prepare();
        const TracedToken& token = item->trace().tokens()[next.token];
        if (item->rowCount() > 0) {
            const qsizetype row = item->rowOf(token);
            const double height = view.viewport()->height();
            page.reveal({index, item->rowBegin(row) + item->shownPart(row, token).first}, height, height / 4);
        }
        arrange(view);
        inspect(view, next);
        return true;
    }
    if (inspected.token < 0) return false;
    const auto count = static_cast<int>(card->rows().size());
    if (key == Qt::Key_Up || key == Qt::Key_Down) {
        const int next = card->current() + (key == Qt::Key_Down ? 1 : -1);
        card->setCurrent(std::clamp(next, 0, count - 1));
        inspected.byKey = true;
        return true;
    }
    if (key != Qt::Key_Return && key != Qt::Key_Enter) return false;
    branch(view, card->current());
    return true;
}

void ChatView::setInspecting(bool on) {
    Data& d = *m_data;
    if (std::exchange(d.inspecting, on) == on) return;
    d.closeCard(*this);
    d.changed(*this);
}

bool ChatView::closeCard() {
    const bool open = m_data->inspected.id != 0;
    if (open) m_data->closeCard(*this);
    return open;
}

void ChatView::appendTrace(qint64 id, const QByteArray& trace) {
    if (MessageItem* item = m_data->find(id)) item->appendTrace(trace);
}

}  // namespace monochord::app
