#include "ui/panels/chat_list_view.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>

#include "ui/panels/sidebar.h"
#include "ui/widgets/dressing.h"

namespace monochord::app {
namespace {

constexpr double kRowHeight = 2.42;  // em
constexpr double kHeadingFactor = 0.86;

DayGroup groupOf(const QModelIndex& index) {
    return dayGroup(index.data(ChatUpdatedRole).toDateTime().date(), QDate::currentDate());
}

QRect rowRect(const QStyleOptionViewItem& option, int heading) {
    return option.rect.adjusted(0, heading, 0, 0);
}

}  // namespace

DayGroup dayGroup(const QDate& day, const QDate& today) {
    const qint64 days = day.daysTo(today);
    if (!day.isValid() || days > 7) return DayGroup::Earlier;
    // A clock that was set back makes chats of tomorrow.
    if (days <= 0) return DayGroup::Today;
    return days == 1 ? DayGroup::Yesterday : DayGroup::LastWeek;
}

static QString headingText(DayGroup group) {
    switch (group) {
        case DayGroup::Today:
            return ChatListDelegate::tr("TODAY");
        case DayGroup::Yesterday:
            return ChatListDelegate::tr("YESTERDAY");
        case DayGroup::LastWeek:
            return ChatListDelegate::tr("LAST WEEK");
        case DayGroup::Earlier:
            return ChatListDelegate::tr("EARLIER");
    }
    return {};
}

int ChatListDelegate::headingHeight(const QWidget* view, const QModelIndex& index) const {
    if (!index.isValid()) return 0;
    if (index.row() == 0) return em(view, 2.2);
    if (groupOf(index) == groupOf(index.siblingAtRow(index.row() - 1))) return 0;
    return em(view, 2.9);
}

void ChatListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Colors& colors = m_theme->colors();
    const QWidget* view = option.widget;
    const int heading = headingHeight(view, index);
    const auto side = static_cast<int>(QStyle::visualAlignment(option.direction, Qt::AlignLeading | Qt::AlignVCenter));
    const int inset = em(view, 0.74);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (heading > 0) {
        QFont font = scaled(option.font, kHeadingFactor);
        font.setLetterSpacing(QFont::AbsoluteSpacing, font.pointSizeF() * 0.06);
        painter->setFont(font);
        painter->setPen(colors.muted);
        QRect place = option.rect;
        place.setHeight(heading);
        place.setTop(place.bottom() - em(view, 2));
        painter->drawText(place.adjusted(em(view, 0.6), 0, -inset, 0), side, headingText(groupOf(index)));
    }
    const QRect row = rowRect(option, heading);
    const bool current = m_current != 0 && index.data(ChatIdRole).toLongLong() == m_current;
    painter->setPen(Qt::NoPen);
    if (current || (option.state & QStyle::State_MouseOver)) {
        painter->setBrush(current ? colors.accentSoft : colors.bubble);
        painter->drawRoundedRect(row, 7, 7);
    }
    if ((option.state & QStyle::State_HasFocus) && view != nullptr && view->hasFocus())
        paintFocusRing(*painter, row, 7, colors);
    painter->setFont(scaled(option.font, 1, current ? QFont::DemiBold : QFont::Normal));
    painter->setPen(colors.text);
    const QRect text = row.adjusted(inset, 0, -inset, 0);
    // A title of several lines would be elided at its first.
    const QString title = index.data().toString().simplified();
    painter->drawText(text, side | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(title, Qt::ElideRight, text.width()));
    painter->restore();
}

QSize ChatListDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return {em(option.widget, 6), em(option.widget, kRowHeight) + headingHeight(option.widget, index)};
}

QWidget* ChatListDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
    auto* editor = new QLineEdit(parent);
    editor->setAccessibleName(tr("Title of the chat"));
    editor->setMaxLength(200);
    return editor;
}

void ChatListDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                            const QModelIndex& index) const {
    editor->setGeometry(rowRect(option, headingHeight(option.widget, index)));
}

void ChatListDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
    auto* line = static_cast<QLineEdit*>(editor);
    line->setText(index.data().toString().simplified());
    line->selectAll();
}

void ChatListDelegate::setModelData(QWidget* editor, QAbstractItemModel*, const QModelIndex& index) const {
    const QString title = static_cast<QLineEdit*>(editor)->text().simplified();
    if (!title.isEmpty() && title != index.data().toString())
        Q_EMIT renamed(index.data(ChatIdRole).toLongLong(), title);
}

ChatListView::ChatListView(Theme* theme, QWidget* parent)
    : QListView(parent), m_delegate(new ChatListDelegate(theme, this)) {
    setItemDelegate(m_delegate);
    setAccessibleName(tr("Chats"));
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setTabKeyNavigation(false);
    connect(m_delegate, &ChatListDelegate::renamed, this, &ChatListView::renameRequested);
    connect(theme, &Theme::changed, this, [this] { scheduleDelayedItemsLayout(); });
    m_midnight.setSingleShot(true);
    connect(&m_midnight, &QTimer::timeout, this, [this] {
        scheduleDelayedItemsLayout();
        waitForMidnight();
    });
    waitForMidnight();
}

QModelIndex ChatListView::indexAt(const QPoint& point) const {
    const QModelIndex index = QListView::indexAt(point);
    const bool onHeading = point.y() < visualRect(index).top() + m_delegate->headingHeight(this, index);
    return onHeading ? QModelIndex() : index;
}

void ChatListView::setModel(QAbstractItemModel* model) {
    QListView::setModel(model);
    // A row's height depends on its neighbour's day.
    connect(model, &QAbstractItemModel::dataChanged, this, [this] { scheduleDelayedItemsLayout(); });
}

void ChatListView::setCurrentChat(qint64 id) {
    m_delegate->setCurrentChat(id);
    viewport()->update();
}

void ChatListView::keyPressEvent(QKeyEvent* event) {
    const QModelIndex before = currentIndex();
    const qint64 id = before.data(ChatIdRole).toLongLong();
    if (before.isValid() && event->key() == Qt::Key_F2) return edit(before);
    if (before.isValid() && event->key() == Qt::Key_Delete) {
        Q_EMIT deleteRequested(id);
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return activate(before);
    QListView::keyPressEvent(event);
    if (currentIndex() != before) activate(currentIndex());
}

void ChatListView::mousePressEvent(QMouseEvent* event) {
    QListView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton) activate(indexAt(event->position().toPoint()));
}

void ChatListView::changeEvent(QEvent* event) {
    QListView::changeEvent(event);
    if (event->type() == QEvent::FontChange) scheduleDelayedItemsLayout();
}

void ChatListView::activate(const QModelIndex& index) {
    if (index.isValid()) Q_EMIT chatActivated(index.data(ChatIdRole).toLongLong());
}

void ChatListView::waitForMidnight() {
    const QDateTime now = QDateTime::currentDateTime();
    m_midnight.start(static_cast<int>(now.msecsTo(now.date().addDays(1).startOfDay())) + 1000);
}

}  // namespace monochord::app
