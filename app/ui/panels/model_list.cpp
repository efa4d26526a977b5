#include "ui/panels/model_list.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

#include "ui/widgets/dressing.h"
#include "ui/widgets/format.h"

namespace monochord::app {
namespace {

enum ModelListRole { PathRole = Qt::UserRole + 1, ParticularsRole };

constexpr double kRowHeight = 2.6;  // em
constexpr int kRowsInHint = 12;

class CardDelegate final : public QStyledItemDelegate {
public:
    CardDelegate(Theme* theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {em(option.widget, 10), em(option.widget, kRowHeight)};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Colors& colors = m_theme->colors();
        const int inset = em(option.widget, 0.9);
        const QRect row = option.rect;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_MouseOver) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(colors.accentSoft);
            painter->drawRoundedRect(row, 7, 7);
        }
        if ((option.state & QStyle::State_HasFocus) && option.widget->hasFocus())
            paintFocusRing(*painter, row, 7, colors);
        const auto align = [&](Qt::Alignment side) {
            return static_cast<int>(QStyle::visualAlignment(option.direction, side | Qt::AlignVCenter)) |
                   Qt::TextSingleLine;
        };
        const QString particulars = index.data(ParticularsRole).toString();
        const QRect text = row.adjusted(inset, 0, -inset, 0);
        painter->setFont(scaled(option.font, 0.96));
        const int used = painter->fontMetrics().horizontalAdvance(particulars) + inset;
        painter->setPen(colors.muted);
        painter->drawText(text, align(Qt::AlignTrailing), particulars);
        painter->setFont(scaled(option.font, 1, QFont::Medium));
        painter->setPen(colors.text);
        painter->drawText(
            text, align(Qt::AlignLeading),
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width() - used));
        painter->restore();
    }

private:
    Theme* m_theme;
};

}  // namespace

ModelList::ModelList(Theme* theme, QWidget* parent) : QListView(parent), m_cards(new QStandardItemModel(this)) {
    setModel(m_cards);
    setItemDelegate(new CardDelegate(theme, this));
    setAccessibleName(tr("Models on this computer"));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setUniformItemSizes(true);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    viewport()->setCursor(Qt::PointingHandCursor);
    connect(this, &QListView::clicked, this,
            [this](const QModelIndex& index) { Q_EMIT chosen(index.data(PathRole).toString()); });
    connect(theme, &Theme::changed, this, [this] { scheduleDelayedItemsLayout(); });
}

void ModelList::setCards(const QList<ModelCard>& cards) {
    m_cards->clear();
    for (const ModelCard& card : cards) {
        auto* item = new QStandardItem(card.name);
        const QString size = sizeText(card.fileBytes);
        const QString particulars =
            card.quantization.isEmpty() ? size : tr("%1 · %2", "quantization, size").arg(card.quantization, size);
        item->setData(card.path, PathRole);
        item->setData(particulars, ParticularsRole);
        item->setData(tr("%1, %2", "name, quantization and size").arg(card.name, particulars), Qt::AccessibleTextRole);
        item->setToolTip(card.path.toHtmlEscaped());
        m_cards->appendRow(item);
    }
    updateGeometry();
}

QSize ModelList::sizeHint() const {
    return {em(this, 24), em(this, kRowHeight) * qBound(1, m_cards->rowCount(), kRowsInHint) + 2};
}

QSize ModelList::minimumSizeHint() const {
    return {em(this, 14), em(this, kRowHeight) + 2};
}

void ModelList::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || !currentIndex().isValid()) return QListView::keyPressEvent(event);
    Q_EMIT chosen(currentIndex().data(PathRole).toString());
}

}  // namespace monochord::app
