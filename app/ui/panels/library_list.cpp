#include "ui/panels/library_list.h"

#include <QFileInfo>
#include <QKeyEvent>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

#include "core/error_text.h"
#include "ui/widgets/dressing.h"
#include "ui/widgets/format.h"

namespace monochord::app {
namespace {

enum LibraryRole { PathRole = Qt::UserRole + 1, ParticularsRole, PlaceRole, DamagedRole };

constexpr double kRowHeight = 3.7;  // em

class RowDelegate final : public QStyledItemDelegate {
public:
    RowDelegate(Theme* theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {em(option.widget, 10), em(option.widget, kRowHeight)};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Colors& colors = m_theme->colors();
        const bool damaged = index.data(DamagedRole).toBool();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
            QColor fill = colors.accentSoft;
            if (!(option.state & QStyle::State_Selected)) fill.setAlphaF(0.5F);
            painter->setPen(Qt::NoPen);
            painter->setBrush(fill);
            painter->drawRoundedRect(option.rect, 7, 7);
        }
        if ((option.state & QStyle::State_HasFocus) && option.widget->hasFocus())
            paintFocusRing(*painter, option.rect, 7, colors);
        const int inset = em(option.widget, 0.8), half = option.rect.height() / 2;
        const QRect upper = option.rect.adjusted(inset, em(option.widget, 0.35), -inset, -half);
        const QRect lower = option.rect.adjusted(inset, half, -inset, -em(option.widget, 0.35));
        const QString particulars = index.data(ParticularsRole).toString();
        painter->setFont(scaled(option.font, 0.92));
        const int used = painter->fontMetrics().horizontalAdvance(particulars) + inset;
        painter->setPen(colors.muted);
        painter->drawText(upper, flags(option, Qt::AlignTrailing), particulars);
        write(*painter, option, lower, damaged ? colors.error : colors.muted, index.data(PlaceRole).toString());
        painter->setFont(scaled(option.font, 1, QFont::Medium));
        const QRect name =
            QStyle::alignedRect(option.direction, Qt::AlignLeading, QSize(upper.width() - used, upper.height()), upper);
        write(*painter, option, name, damaged ? colors.muted : colors.text, index.data().toString());
        painter->restore();
    }

private:
    static int flags(const QStyleOptionViewItem& option, Qt::Alignment side) {
        return static_cast<int>(QStyle::visualAlignment(option.direction, side | Qt::AlignVCenter)) |
               Qt::TextSingleLine;
    }
    static void write(QPainter& painter, const QStyleOptionViewItem& option, const QRect& place, const QColor& color,
                      const QString& text) {
        painter.setPen(color);
        painter.drawText(place, flags(option, Qt::AlignLeading),
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, place.width()));
    }

    Theme* m_theme;
};

}  // namespace

QString placeText(const ModelCard& card) {
    switch (card.place) {
        case Place::Own:
            return LibraryList::tr("Models of Monochord");
        case Place::LmStudio:
            return QStringLiteral("LM Studio");
        case Place::Ollama:
            return QStringLiteral("Ollama");
        case Place::Gpt4All:
            return QStringLiteral("GPT4All");
        case Place::HuggingFace:
            return QStringLiteral("Hugging Face");
        case Place::Downloads:
            return LibraryList::tr("Downloads");
        case Place::Chosen:
            break;
    }
    return QFileInfo(QFileInfo(card.path).path()).fileName();
}

LibraryList::LibraryList(Theme* theme, QWidget* parent) : QListView(parent), m_cards(new QStandardItemModel(this)) {
    setModel(m_cards);
    setItemDelegate(new RowDelegate(theme, this));
    setAccessibleName(tr("Models on this computer"));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setUniformItemSizes(true);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    followFont(theme, this, 1);
    connect(this, &QListView::doubleClicked, this,
            [this](const QModelIndex& index) { Q_EMIT opened(index.data(PathRole).toString()); });
    connect(theme, &Theme::changed, this, [this] { scheduleDelayedItemsLayout(); });
}

void LibraryList::setCards(const QList<ModelCard>& cards) {
    const QString before = chosenPath();
    m_filling = true;
    m_cards->clear();
    for (const ModelCard& card : cards) {
        auto* item = new QStandardItem(card.name);
        const QString size = sizeText(card.fileBytes);
        const QString particulars =
            card.quantization.isEmpty() ? size : tr("%1 · %2", "quantization, size").arg(card.quantization, size);
        const QString place = card.problem ? sentence(*card.problem) : placeText(card);
        item->setData(card.path, PathRole);
        item->setData(particulars, ParticularsRole);
        item->setData(place, PlaceRole);
        item->setData(card.problem.has_value(), DamagedRole);
        item->setData(tr("%1, %2, %3", "name, quantization and size, place").arg(card.name, particulars, place),
                      Qt::AccessibleTextRole);
        item->setToolTip(card.path.toHtmlEscaped());
        m_cards->appendRow(item);
    }
    choose(before);
    if (chosenPath().isEmpty()) setCurrentIndex(m_cards->index(0, 0));
    m_filling = false;
    Q_EMIT chosen(chosenPath());
}

QString LibraryList::chosenPath() const {
    return currentIndex().data(PathRole).toString();
}

void LibraryList::choose(const QString& path) {
    const QModelIndexList matches =
        m_cards->match(m_cards->index(0, 0), PathRole, path, 1, Qt::MatchExactly | Qt::MatchCaseSensitive);
    if (!path.isEmpty() && !matches.isEmpty()) setCurrentIndex(matches.first());
}

void LibraryList::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || !currentIndex().isValid()) return QListView::keyPressEvent(event);
    Q_EMIT opened(chosenPath());
}

void LibraryList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QListView::currentChanged(current, previous);
    if (!m_filling) Q_EMIT chosen(current.data(PathRole).toString());
}

}  // namespace monochord::app
