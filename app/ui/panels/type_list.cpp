#include "ui/panels/type_list.h"

#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <algorithm>

#include "ui/widgets/dressing.h"
#include "ui/widgets/format.h"

namespace monochord::app {
namespace {

enum TypeRole { BytesRole = Qt::UserRole + 1, QualityRole, SizeRole };

constexpr double kRowHeight = 2.3, kNameWidth = 6;  // em
constexpr int kLeastRows = 3;
constexpr quint64 kSmallModel = 1'000'000'000;  // parameters; such a model feels the loss, and is small anyway

class TypeDelegate final : public QStyledItemDelegate {
public:
    TypeDelegate(Theme* theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {em(option.widget, 10), em(option.widget, kRowHeight)};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Colors& colors = m_theme->colors();
        const bool enabled = option.state & QStyle::State_Enabled;
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
        const int inset = em(option.widget, 0.8), nameWidth = em(option.widget, kNameWidth);
        const QRect all = option.rect.adjusted(inset, 0, -inset, 0);
        const auto place = [&](Qt::Alignment side, int width) {
            return QStyle::alignedRect(option.direction, side | Qt::AlignVCenter, QSize(width, all.height()), all);
        };
        const QString size = index.data(SizeRole).toString();
        painter->setFont(option.font);
        const int sizeWidth = painter->fontMetrics().horizontalAdvance(size) + 2;  // eliding rounds up
        write(*painter, option, place(Qt::AlignTrailing, sizeWidth), enabled ? colors.muted : colors.faint, size);
        QRect quality = all.adjusted(nameWidth, 0, -sizeWidth - inset, 0);
        if (option.direction == Qt::RightToLeft) quality = all.adjusted(sizeWidth + inset, 0, -nameWidth, 0);
        write(*painter, option, quality, enabled ? colors.muted : colors.faint, index.data(QualityRole).toString());
        painter->setFont(scaled(option.font, 1, QFont::Medium));
        write(*painter, option, place(Qt::AlignLeading, nameWidth), enabled ? colors.text : colors.faint,
              index.data().toString());
        painter->restore();
    }

private:
    static void write(QPainter& painter, const QStyleOptionViewItem& option, const QRect& place, const QColor& color,
                      const QString& text) {
        painter.setPen(color);
        const auto flags =
            static_cast<int>(QStyle::visualAlignment(option.direction, Qt::AlignLeading | Qt::AlignVCenter));
        painter.drawText(place, flags | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, place.width()));
    }

    Theme* m_theme;
};

/// What people find in tests and in use: there is no figure that holds for all models.
QString qualityText(const QString& type) {
    static const QList<std::pair<const char*, const char*>> kTexts{
        {"F16", QT_TRANSLATE_NOOP("monochord::app::TypeList", "no visible loss")},
        {"Q8_0", QT_TRANSLATE_NOOP("monochord::app::TypeList", "no visible loss")},
        {"Q6_K", QT_TRANSLATE_NOOP("monochord::app::TypeList", "hardly any loss")},
        {"Q5_K_M", QT_TRANSLATE_NOOP("monochord::app::TypeList", "very small loss")},
        {"Q4_K_M", QT_TRANSLATE_NOOP("monochord::app::TypeList", "small loss")},
        {"Q3_K_M", QT_TRANSLATE_NOOP("monochord::app::TypeList", "clear loss")},
        {"Q2_K", QT_TRANSLATE_NOOP("monochord::app::TypeList", "great loss, when nothing else fits")},
    };
    const auto found =
        std::find_if(kTexts.begin(), kTexts.end(), [&](const auto& text) { return type == QLatin1String(text.first); });
    return found == kTexts.end() ? QString() : TypeList::tr(found->second);
}

/// The row that suits most people: Q4_K_M, or Q8_0 for a small model, else the smallest.
int usualRow(const ModelCard& card) {
    const QString usual = card.parameters < kSmallModel ? QStringLiteral("Q8_0") : QStringLiteral("Q4_K_M");
    for (int row = 0; row < card.types.size(); ++row)
        if (card.types[row].name == usual) return row;
    return static_cast<int>(card.types.size()) - 1;
}

}  // namespace

TypeList::TypeList(Theme* theme, QWidget* parent) : QListView(parent), m_types(new QStandardItemModel(this)) {
    setModel(m_types);
    setItemDelegate(new TypeDelegate(theme, this));
    setAccessibleName(tr("Type of the weights"));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setUniformItemSizes(true);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    followFont(theme, this, 1);
    connect(theme, &Theme::changed, this, [this] {
        scheduleDelayedItemsLayout();
        updateGeometry();
    });
}

void TypeList::setCard(const ModelCard& card) {
    m_types->clear();
    const int usual = usualRow(card);
    for (int row = 0; row < card.types.size(); ++row) {
        const TypeSize& type = card.types[row];
        QString quality = card.isCheckpoint && row == 0 ? tr("as published") : qualityText(type.name);
        if (row == usual) quality = tr("%1 · recommended", "quality").arg(quality);
        const double share =
            static_cast<double>(type.bytes) / static_cast<double>(std::max<quint64>(card.fileBytes, 1));
        const QString size = tr("%1 · %2", "share of the size, size").arg(percentText(share), sizeText(type.bytes));
        auto* item = new QStandardItem(type.name);
        item->setData(type.bytes, BytesRole);
        item->setData(quality, QualityRole);
        item->setData(size, SizeRole);
        item->setData(tr("%1, %2, %3", "type, quality, size").arg(type.name, quality, size), Qt::AccessibleTextRole);
        m_types->appendRow(item);
    }
    setCurrentIndex(m_types->index(usual, 0));
    updateGeometry();
}

TypeSize TypeList::chosen() const {
    return {currentIndex().data().toString(), currentIndex().data(BytesRole).toULongLong()};
}

QSize TypeList::sizeHint() const {
    return {em(this, 30), em(this, kRowHeight) * m_types->rowCount() + 2};
}

QSize TypeList::minimumSizeHint() const {
    return {em(this, 20), em(this, kRowHeight) * std::min(kLeastRows, m_types->rowCount()) + 2};
}

void TypeList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QListView::currentChanged(current, previous);
    Q_EMIT chosenChanged();
}

}  // namespace monochord::app
