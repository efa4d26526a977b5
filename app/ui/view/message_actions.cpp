#include "ui/view/message_actions.h"

#include <QAbstractScrollArea>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QTimer>
#include <algorithm>

#include "ui/view/page_metrics.h"

namespace monochord::app {
namespace {

constexpr int kFlashMs = 1500;

QFont labelFont(const Theme* theme) {
    QFont font = theme->textFont();
    font.setPointSizeF(font.pointSizeF() > 0 ? font.pointSizeF() * 0.8 : 9);
    return font;
}

}  // namespace

TextButton::TextButton(Theme* theme, const QString& text, const QString& name, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme) {
    setText(text);
    setAccessibleName(name);
    setToolTip(name == text ? QString() : name);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setFont(labelFont(theme));
    connect(theme, &Theme::changed, this, [this] {
        setFont(labelFont(m_theme));
        updateGeometry();
        update();
    });
}

void TextButton::setQuiet(bool quiet) {
    if (std::exchange(m_quiet, quiet) != quiet) update();
}

void TextButton::flash(const QString& text) {
    say(text);
    QTimer::singleShot(kFlashMs, this, [this] { say({}); });
}

void TextButton::say(const QString& flash) {
    m_flash = flash;
    updateGeometry();
    update();
    if (parentWidget()->layout() != nullptr) return;
    // Alone at the right edge of a code block.
    QRect place = geometry();
    place.setLeft(place.right() + 1 - sizeHint().width());
    setGeometry(place);
}

QSize TextButton::sizeHint() const {
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(m_flash.isEmpty() ? text() : m_flash) + 8, metrics.height() + 6};
}

void TextButton::paintEvent(QPaintEvent*) {
    if (m_quiet && !underMouse() && !hasFocus()) return;
    QPainter painter(this);
    const Colors& colors = m_theme->colors();
    const bool lively = isEnabled() && (underMouse() || isDown() || hasFocus());
    painter.setPen(!isEnabled() ? colors.faint : lively ? colors.text : colors.muted);
    painter.setFont(font());
    painter.drawText(rect(), Qt::AlignCenter, m_flash.isEmpty() ? text() : m_flash);
    if (!hasFocus()) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.accent, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
}

void TextButton::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void TextButton::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

ActionBar::ActionBar(Theme* theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_previous = button(QStringLiteral("‹"), tr("Previous version"), [this] { Q_EMIT siblingRequested(m_id, -1); });
    m_place = new QLabel(this);
    m_next = button(QStringLiteral("›"), tr("Next version"), [this] { Q_EMIT siblingRequested(m_id, 1); });
    m_copy = button(tr("Copy"), tr("Copy message"), [this] {
        Q_EMIT copyRequested(m_id);
        m_copy->flash(tr("Copied"));
    });
    m_edit = button(tr("Edit"), tr("Edit message"), [this] { Q_EMIT editRequested(m_id); });
    m_regenerate = button(tr("Regenerate"), tr("Regenerate reply"), [this] { Q_EMIT regenerateRequested(m_id); });
    m_continue = button(tr("Continue"), tr("Continue reply"), [this] { Q_EMIT continueRequested(m_id); });
    m_branch = button(tr("Branch"), tr("Branch to new chat"), [this] { Q_EMIT newChatRequested(m_id); });
    m_replay =
        button(tr("Replay"), tr("Replay: compute it again and compare"), [this] { Q_EMIT replayRequested(m_id); });
    auto* versions = new QHBoxLayout;
    versions->setSpacing(0);
    for (QWidget* part : QList<QWidget*>{m_previous, m_place, m_next}) versions->addWidget(part);
    row->insertLayout(0, versions);
    row->addStretch();
    const auto dress = [this] {
        m_place->setFont(labelFont(m_theme));
        m_place->setStyleSheet(QStringLiteral("color: %1").arg(m_theme->colors().muted.name()));
    };
    dress();
    connect(theme, &Theme::changed, this, dress);
}

TextButton* ActionBar::button(const QString& text, const QString& name, const std::function<void()>& clicked) {
    auto* made = new TextButton(m_theme, text, name, this);
    connect(made, &QAbstractButton::clicked, this, clicked);
    layout()->addWidget(made);
    return made;
}

void ActionBar::show(const ViewMessage& message, bool busy, bool canGenerate) {
    m_id = message.id;
    const bool reply = m_reply = message.role == Role::Assistant;
    const bool several = message.siblingCount > 1;
    const bool broken = message.state == MessageState::Stopped || message.state == MessageState::Interrupted ||
                        message.state == MessageState::Failed;
    for (QWidget* part : QList<QWidget*>{m_previous, m_place, m_next}) part->setVisible(several);
    m_place->setText(tr("%1/%2").arg(message.siblingIndex + 1).arg(message.siblingCount));
    m_place->setAccessibleName(tr("Version %1 of %2").arg(message.siblingIndex + 1).arg(message.siblingCount));
    m_previous->setEnabled(!busy && message.siblingIndex > 0);
    m_next->setEnabled(!busy && message.siblingIndex + 1 < message.siblingCount);
    m_copy->setVisible(!message.text.isEmpty());
    m_edit->setEnabled(!busy);
    m_regenerate->setVisible(reply);
    m_regenerate->setEnabled(!busy && canGenerate);
    m_continue->setVisible(reply && broken && message.state != MessageState::Failed);
    m_continue->setEnabled(!busy && canGenerate);
    m_branch->setVisible(reply);
    m_replay->setVisible(reply && !message.text.isEmpty());
    m_replay->setEnabled(!busy);
    layout()->activate();
}

/// A word became longer or shorter: the bar grows from the side where its message stands.
bool ActionBar::event(QEvent* event) {
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::LayoutRequest) {
        QRect place = geometry();
        const int width = sizeHint().width();
        m_reply ? place.setWidth(width) : place.setLeft(place.right() + 1 - width);
        setGeometry(place);
    }
    return done;
}

void ActionBar::setQuiet(bool quiet) {
    for (TextButton* button : {m_copy, m_edit}) button->setQuiet(quiet);
}

QList<QWidget*> ActionBar::controls() const {
    return {m_previous, m_next, m_copy, m_edit, m_regenerate, m_continue, m_branch, m_replay};
}

MessageActions::MessageActions(Theme* theme, QAbstractScrollArea* view) : QObject(view), m_theme(theme), m_view(view) {}

ActionBar* MessageActions::barOf(const ViewMessage& message) {
    auto found =
        std::find_if(m_bars.begin(), m_bars.end(), [&](const Bar& bar) { return bar.widget->id() == message.id; });
    bool assign = m_stale || (found != m_bars.end() && found->widget->isHidden());
    if (found == m_bars.end()) {
        found = std::find_if(m_bars.begin(), m_bars.end(),
                             [](const Bar& bar) { return !bar.used && bar.widget->isHidden(); });
        assign = true;
        m_reorder = true;
    }
    if (found == m_bars.end()) {
        auto* bar = new ActionBar(m_theme, m_view->viewport());
        connect(bar, &ActionBar::copyRequested, this, &MessageActions::copyRequested);
        connect(bar, &ActionBar::editRequested, this, &MessageActions::editRequested);
        connect(bar, &ActionBar::regenerateRequested, this, &MessageActions::regenerateRequested);
        connect(bar, &ActionBar::continueRequested, this, &MessageActions::continueRequested);
        connect(bar, &ActionBar::newChatRequested, this, &MessageActions::newChatRequested);
        connect(bar, &ActionBar::replayRequested, this, &MessageActions::replayRequested);
        connect(bar, &ActionBar::siblingRequested, this, &MessageActions::siblingRequested);
        found = m_bars.insert(m_bars.end(), {bar, true});
    }
    found->used = true;
    if (assign) found->widget->show(message, m_busy, m_canGenerate);
    return found->widget;
}

TextButton* MessageActions::makeRowButton(RowKind kind) {
    const bool code = kind == RowKind::Code;
    auto* button =
        new TextButton(m_theme, code ? tr("Copy") : QString(), code ? tr("Copy code") : QString(), m_view->viewport());
    connect(button, &QAbstractButton::clicked, this, [this, button, code] {
        for (const RowButton& entry : m_rowButtons) {
            if (entry.widget != button) continue;
            if (code)
                Q_EMIT copyCodeRequested(entry.id, entry.block);
            else
                Q_EMIT thoughtsToggled(entry.id);
        }
        if (code) button->flash(tr("Copied"));
    });
    return button;
}

TextButton* MessageActions::rowButtonOf(RowKind kind, qint64 id, int block) {
    auto found = std::find_if(m_rowButtons.begin(), m_rowButtons.end(), [&](const RowButton& button) {
        return button.kind == kind && button.id == id && button.block == block;
    });
    if (found == m_rowButtons.end()) {
        found = std::find_if(m_rowButtons.begin(), m_rowButtons.end(), [&](const RowButton& button) {
            return button.kind == kind && !button.used && button.widget->isHidden();
        });
        m_reorder = true;
    }
    if (found == m_rowButtons.end())
        found = m_rowButtons.insert(m_rowButtons.end(), {makeRowButton(kind), kind, id, block, true});
    found->id = id;
    found->block = block;
    found->used = true;
    return found->widget;
}

void MessageActions::placeBar(const Page& page, const Page::Visible& part) {
    const MessageItem& item = *page.items[static_cast<std::size_t>(part.item)];
    if (item.message().state == MessageState::Generating || item.message().id == 0) return;
    ActionBar* bar = barOf(item.message());
    const double width = m_view->width();
    const QSize size = bar->sizeHint();
    const double right = page.left(width) + page.style.column;
    // The words of the buttons, not their frames, stand at the edge of the text.
    const double x = item.isUser() ? right - size.width() + 4 - page.style.px(10) : page.left(width) - 4;
    const QRect place(qRound(x), qRound(part.top + item.barTop()), size.width(), qRound(page.style.px(kBarHeight)));
    if (bar->geometry() != place) bar->setGeometry(place);
    bar->setQuiet(item.isUser() && item.message().id != m_hovered);
    if (bar->isHidden()) bar->setVisible(true);
}

void MessageActions::placeRowButton(const Page& page, const Page::Visible& part) {
    const MessageItem& item = *page.items[static_cast<std::size_t>(part.item)];
    if (item.isUser() || item.layout(part.part) == nullptr) return;
    const Row& row = item.row(part.part);
    const QRectF header = item.layout(part.part)->codeHeader();
    if (header.isEmpty() && row.kind != RowKind::Thinking) return;
    TextButton* button = rowButtonOf(row.kind, item.message().id, row.block);
    const double left = page.left(m_view->width());
    QRect place;
    if (row.kind == RowKind::Thinking) {
        const double middle = part.top + part.height - page.style.text.lineHeight / 2;
        place = thoughtsPlace(button, item, QPoint(qRound(left) - 4, qRound(middle)));
    } else {
        const QSize size = button->sizeHint();
        const double x = left + header.right() - page.style.px(13) + 4 - size.width();
        const double y = part.top + header.center().y() - size.height() / 2.0;
        place = QRect(QPoint(qRound(x), qRound(y)), size);
    }
    if (button->geometry() != place) button->setGeometry(place);
    if (button->isHidden()) button->setVisible(true);
}

/// The button says how long it took; its left edge is in the middle at `at`.
QRect MessageActions::thoughtsPlace(TextButton* button, const MessageItem& item, const QPoint& at) const {
    const bool thinking = !item.thoughts().closed && item.message().state == MessageState::Generating;
    const double seconds = item.thinkingSeconds();
    const QString time = QLocale().toString(std::max(1, qRound(seconds)));
    const QString text = thinking                 ? tr("Thinking…")
                         : seconds <= 0           ? tr("Thoughts")
                         : item.watchedThinking() ? tr("Thought for %1 s").arg(time)
                                                  : tr("Thought for about %1 s").arg(time);
    button->setText((item.showsThoughts() ? QStringLiteral("▾ ") : QStringLiteral("▸ ")) + text);
    button->setAccessibleName(text);
    button->setAccessibleDescription(item.showsThoughts() ? tr("Hides what the model thought")
                                                          : tr("Shows what the model thought"));
    const QSize size = button->sizeHint();
    return {QPoint(at.x(), at.y() - size.height() / 2), size};
}

void MessageActions::hide(QWidget* widget) {
    if (widget->isHidden()) return;
    // A bar that leaves the view must not pass the focus on to whatever comes next.
    if (widget->isAncestorOf(m_view->focusWidget()) || widget->hasFocus()) m_view->setFocus(Qt::OtherFocusReason);
    widget->hide();
    m_reorder = true;
}

void MessageActions::arrange(const Page& page) {
    for (Bar& bar : m_bars) bar.used = false;
    for (RowButton& button : m_rowButtons) button.used = false;
    for (const Page::Visible& part : page.visible()) {
        const bool footer = part.part >= page.items[static_cast<std::size_t>(part.item)]->rowCount();
        footer ? placeBar(page, part) : placeRowButton(page, part);
    }
    for (const Bar& bar : m_bars) {
        if (!bar.used) hide(bar.widget);
    }
    for (const RowButton& button : m_rowButtons) {
        if (!button.used) hide(button.widget);
    }
    m_stale = false;
    if (std::exchange(m_reorder, false)) orderTabs();
}

void MessageActions::orderTabs() {
    QList<QWidget*> groups;
    for (const Bar& bar : m_bars) groups.append(bar.widget);
    for (const RowButton& button : m_rowButtons) groups.append(button.widget);
    groups.removeIf([](const QWidget* widget) { return widget->isHidden(); });
    std::sort(groups.begin(), groups.end(), [](const QWidget* a, const QWidget* b) { return a->y() < b->y(); });
    QWidget* before = m_view;
    for (QWidget* group : groups) {
        const auto* bar = qobject_cast<ActionBar*>(group);
        for (QWidget* control : bar != nullptr ? bar->controls() : QList<QWidget*>{group}) {
            QWidget::setTabOrder(before, control);
            before = control;
        }
    }
}

}  // namespace monochord::app
