#include "ui/panels/chat_list_view.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <utility>

#include "ui/panels/sidebar.h"
#include "ui/widgets/icons.h"

namespace monochord::app {
namespace {

constexpr double kRowHeight = 2.42;  // em
constexpr double kHeadingFactor = 0.86, kExcerptHeight = 1.2;
constexpr double kInset = 0.74, kIndent = 1.35;  // em

bool isFolder(const QModelIndex& index) {
    return index.data(FolderIdRole).toLongLong() != 0;
}

bool isInFolder(const QModelIndex& index) {
    return index.data(InFolderRole).toLongLong() > kPinned;
}

ChatGroup groupOf(const QModelIndex& index) {
    if (isFolder(index) || isInFolder(index)) return ChatGroup::Folders;
    if (index.data(InFolderRole).toLongLong() == kPinned) return ChatGroup::Pinned;
    return dayGroup(index.data(ChatUpdatedRole).toDateTime().date(), QDate::currentDate());
}

int excerptHeight(const QWidget* view, const QModelIndex& index) {
    return index.data(ExcerptRole).toString().isEmpty() ? 0 : em(view, kExcerptHeight);
}

QRect rowRect(const QStyleOptionViewItem& option, int heading) {
    return option.rect.adjusted(0, heading, 0, 0);
}

int sideOf(const QStyleOptionViewItem& option) {
    return static_cast<int>(QStyle::visualAlignment(option.direction, Qt::AlignLeading | Qt::AlignVCenter));
}

}  // namespace

ChatGroup dayGroup(const QDate& day, const QDate& today) {
    const qint64 days = day.daysTo(today);
    if (!day.isValid() || days > 7) return ChatGroup::Earlier;
    // A clock that was set back makes chats of tomorrow.
    if (days <= 0) return ChatGroup::Today;
    return days == 1 ? ChatGroup::Yesterday : ChatGroup::LastWeek;
}

static QString headingText(ChatGroup group) {
    switch (group) {
        case ChatGroup::Pinned:
            return ChatListDelegate::tr("PINNED");
        case ChatGroup::Folders:
            return ChatListDelegate::tr("FOLDERS");
        case ChatGroup::Today:
            return ChatListDelegate::tr("TODAY");
        case ChatGroup::Yesterday:
            return ChatListDelegate::tr("YESTERDAY");
        case ChatGroup::LastWeek:
            return ChatListDelegate::tr("LAST WEEK");
        case ChatGroup::Earlier:
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
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintHeading(painter, option, index);
    paintRow(painter, option, index);
    painter->restore();
}

void ChatListDelegate::paintHeading(QPainter* painter, const QStyleOptionViewItem& option,
                                    const QModelIndex& index) const {
    const QWidget* view = option.widget;
    const int heading = headingHeight(view, index);
    if (heading == 0) return;
    QFont font = scaled(option.font, kHeadingFactor);
    font.setLetterSpacing(QFont::AbsoluteSpacing, font.pointSizeF() * 0.06);
    painter->setFont(font);
    painter->setPen(m_theme->colors().muted);
    QRect place = option.rect;
    place.setHeight(heading);
    place.setTop(place.bottom() - em(view, 2));
    painter->drawText(place.adjusted(em(view, 0.6), 0, -em(view, kInset), 0), sideOf(option),
                      headingText(groupOf(index)));
}

void ChatListDelegate::paintRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Colors& colors = m_theme->colors();
    const QWidget* view = option.widget;
    const QRect row = rowRect(option, headingHeight(view, index));
    const bool current = m_current != 0 && index.data(ChatIdRole).toLongLong() == m_current;
    painter->setPen(Qt::NoPen);
    if (current || (option.state & QStyle::State_MouseOver)) {
        painter->setBrush(current ? colors.accentSoft : colors.bubble);
        painter->drawRoundedRect(row, 7, 7);
    }
    if ((option.state & QStyle::State_HasFocus) && view != nullptr && view->hasFocus())
        paintFocusRing(*painter, row, 7, colors);
    const int inset = em(view, kInset);
    const int indent = isFolder(index) || isInFolder(index) ? em(view, kIndent) : 0;
    const QRect text = QStyle::visualRect(option.direction, row, row.adjusted(inset + indent, 0, -inset, 0));
    if (isFolder(index)) {
        const bool collapsed = index.data(CollapsedRole).toBool();
        const bool mirrored = option.direction == Qt::RightToLeft;
        const Glyph glyph = !collapsed ? Glyph::Down : mirrored ? Glyph::Left : Glyph::Right;
        const int side = em(view, 0.85);
        const QRect place(row.left() + inset, row.center().y() - side / 2, side, side);
        paintGlyph(*painter, glyph, QStyle::visualRect(option.direction, row, place), colors.muted);
    }
    painter->setFont(scaled(option.font, 1, current ? QFont::DemiBold : QFont::Normal));
    painter->setPen(colors.text);
    // A title of several lines would be elided at its first.
    const auto write = [&](const QRect& place, const QString& line) {
        painter->drawText(place, sideOf(option) | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(line, Qt::ElideRight, place.width()));
    };
    const int excerpt = excerptHeight(view, index);
    // A title of several lines would be elided at its first.
    write(text.adjusted(0, 0, 0, -excerpt), index.data().toString().simplified());
    if (excerpt == 0) return;
    painter->setFont(scaled(option.font, kHeadingFactor));
    painter->setPen(colors.muted);
    write(text.adjusted(0, text.height() - excerpt - em(view, 0.45), 0, -em(view, 0.45)),
          index.data(ExcerptRole).toString());
}

void ChatListDelegate::paintMark(QPainter* painter, const QRect& mark) const {
    const QColor& accent = m_theme->colors().accent;
    const bool isLine = mark.height() <= 2;
    painter->setPen(isLine ? QPen(Qt::NoPen) : QPen(accent, 2));
    painter->setBrush(isLine ? QBrush(accent) : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(isLine ? mark : mark.adjusted(1, 1, -1, -1), isLine ? 1 : 7, isLine ? 1 : 7);
}

QSize ChatListDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return {em(option.widget, 6), em(option.widget, kRowHeight) + headingHeight(option.widget, index) +
                                      excerptHeight(option.widget, index)};
}

QWidget* ChatListDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const {
    auto* editor = new QLineEdit(parent);
    editor->setAccessibleName(isFolder(index) ? tr("Name of the folder") : tr("Title of the chat"));
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
    if (title.isEmpty() || title == index.data().toString()) return;
    if (isFolder(index))
        Q_EMIT folderRenamed(index.data(FolderIdRole).toLongLong(), title);
    else
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
    setDragEnabled(true);
    setAcceptDrops(true);
    connect(m_delegate, &ChatListDelegate::renamed, this, &ChatListView::renameRequested);
    connect(m_delegate, &ChatListDelegate::folderRenamed, this, &ChatListView::folderRenameRequested);
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
    return rowOf(index).contains(point) ? index : QModelIndex();
}

QRect ChatListView::rowOf(const QModelIndex& index) const {
    return visualRect(index).adjusted(0, m_delegate->headingHeight(this, index), 0, 0);
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
    if (state() == EditingState) return;  // Enter ends that, and comes here too
    const QModelIndex before = currentIndex();
    const int key = event->key();
    const bool alt = event->modifiers() == Qt::AltModifier;
    if (alt && (key == Qt::Key_Up || key == Qt::Key_Down) && moveByKey(key == Qt::Key_Up ? -1 : 1, before)) return;
    if (before.isValid() && !alt && (editOrDelete(key, before) || fold(key, before))) return;
    if (key == Qt::Key_Return || key == Qt::Key_Enter) return activate(before);
    QListView::keyPressEvent(event);
    if (currentIndex() != before) activate(currentIndex());
}

bool ChatListView::editOrDelete(int key, const QModelIndex& index) {
    if (key == Qt::Key_F2) {
        edit(index);
        return true;
    }
    if (key != Qt::Key_Delete) return false;
    if (isFolder(index))
        Q_EMIT folderDeleteRequested(index.data(FolderIdRole).toLongLong());
    else
        Q_EMIT deleteRequested(index.data(ChatIdRole).toLongLong());
    return true;
}

/// As a tree does it: Left on a chat goes to its folder.
bool ChatListView::fold(int key, const QModelIndex& index) {
    const bool toStart = key == (isRightToLeft() ? Qt::Key_Right : Qt::Key_Left);
    const bool toEnd = key == (isRightToLeft() ? Qt::Key_Left : Qt::Key_Right);
    if (!isFolder(index)) {
        if (!toStart || !isInFolder(index)) return false;
        int row = index.row();
        while (row > 0 && !isFolder(index.siblingAtRow(row))) --row;
        setCurrentIndex(index.siblingAtRow(row));
        return true;
    }
    const bool toggle = key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space;
    if (!toStart && !toEnd && !toggle) return false;
    const bool collapsed = toggle ? !index.data(CollapsedRole).toBool() : toStart;
    Q_EMIT foldRequested(index.data(FolderIdRole).toLongLong(), collapsed);
    return true;
}

void ChatListView::mousePressEvent(QMouseEvent* event) {
    QListView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton) m_pressed = indexAt(event->position().toPoint());
}

// What was pressed is dragged; else the rows on the way would become current.
void ChatListView::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() == Qt::NoButton || m_pressed.isValid()) QListView::mouseMoveEvent(event);
}

// Not when it is pressed: it may be dragged.
void ChatListView::mouseReleaseEvent(QMouseEvent* event) {
    QListView::mouseReleaseEvent(event);
    const QModelIndex pressed = std::exchange(m_pressed, QPersistentModelIndex());
    if (event->button() != Qt::LeftButton || pressed != indexAt(event->position().toPoint())) return;
    if (pressed.isValid() && isFolder(pressed)) fold(Qt::Key_Space, pressed);
    activate(pressed);
}

void ChatListView::changeEvent(QEvent* event) {
    QListView::changeEvent(event);
    if (event->type() == QEvent::FontChange) scheduleDelayedItemsLayout();
}

void ChatListView::activate(const QModelIndex& index) {
    if (index.isValid() && !isFolder(index)) Q_EMIT chatActivated(index.data(ChatIdRole).toLongLong());
}

void ChatListView::waitForMidnight() {
    const QDateTime now = QDateTime::currentDateTime();
    m_midnight.start(static_cast<int>(now.msecsTo(now.date().addDays(1).startOfDay())) + 1000);
}

}  // namespace monochord::app
