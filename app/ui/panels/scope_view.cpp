#include "ui/panels/scope_view.h"

#include <QPainter>
#include <QStringList>
#include <QStyle>
#include <algorithm>

#include "ui/widgets/dressing.h"
#include "ui/widgets/format.h"

namespace monochord::app {
namespace {

constexpr double kNumbers = 0.92;    // of the words' size
constexpr double kWordColumn = 6.2;  // em

}  // namespace

ScopeView::ScopeView(Theme* theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setAccessibleName(tr("Next word"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    followFont(theme, this, 0.96);
    connect(theme, &Theme::changed, this, [this] { update(); });
    setRows({});
}

void ScopeView::setRows(const QList<ScopeRow>& rows) {
    m_rows = rows.first(std::min<qsizetype>(rows.size(), kRows));
    QStringList lines;
    for (const ScopeRow& row : m_rows) {
        const QString line = tr("%1: %2", "word, chance").arg(row.word, chanceText(row));
        lines.append(row.drawn ? tr("%1, drawn").arg(line) : line);
    }
    setAccessibleDescription(lines.join(u'\n'));
    update();
}

QString ScopeView::chanceText(const ScopeRow& row) {
    return row.cutBy.isEmpty() ? percentText(row.chance) : tr("cut by %1", "a sampler").arg(row.cutBy);
}

QSize ScopeView::sizeHint() const {
    return {em(this, 14), rowHeight() * kRows};
}

void ScopeView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_rows.isEmpty()) {
        painter.setPen(m_theme->colors().muted);
        const auto flags = static_cast<int>(
            QStyle::visualAlignment(layoutDirection(), Qt::AlignLeading | Qt::AlignTop) | Qt::TextWordWrap);
        painter.drawText(rect().adjusted(kBleed, 0, -kBleed, 0), flags,
                         tr("Fills with the first reply: the words that can come next, and their chances."));
        return;
    }
    QRect place(0, 0, width(), rowHeight());
    for (const ScopeRow& row : m_rows) {
        paintRow(painter, row, place);
        place.translate(0, rowHeight());
    }
}

int ScopeView::rowHeight() const {
    return em(this, 1.85);
}

void ScopeView::paintRow(QPainter& painter, const ScopeRow& row, const QRect& place) const {
    const Colors& colors = m_theme->colors();
    const auto visual = [&](const QRect& logical) { return QStyle::visualRect(layoutDirection(), rect(), logical); };
    const auto side = static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeading | Qt::AlignVCenter));
    const bool cut = !row.cutBy.isEmpty();
    if (row.drawn) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.accentSoft);
        painter.drawRoundedRect(visual(place.adjusted(0, 1, 0, -1)), 5, 5);
    }
    const QFont words = scaled(font(), 1, row.drawn ? QFont::DemiBold : QFont::Normal);
    const QFont numbers = scaled(font(), kNumbers);
    const int column = kBleed + std::min(em(this, kWordColumn), place.width() / 3);
    painter.setFont(words);
    painter.setPen(cut ? colors.faint : colors.text);
    const QRect word = place.adjusted(kBleed, 0, column - place.width() - 4, 0);
    painter.drawText(visual(word), side | Qt::TextSingleLine,
                     QFontMetrics(words).elidedText(row.word, Qt::ElideRight, word.width()));

    const QString text = chanceText(row);
    const QFontMetrics metrics(numbers);
    // Every bar has the same scale: what is left when the widest percentage stands beside it.
    const int gap = em(this, 0.6);
    const int room = place.width() - column - kBleed - gap - metrics.horizontalAdvance(percentText(1));
    const int thickness = em(this, 0.85);
    const int length = std::max(2, static_cast<int>(room * std::clamp(cut ? row.before : row.chance, 0.0, 1.0)));
    const QRect bar(place.left() + column, place.center().y() - thickness / 2, length, thickness);
    painter.setPen(Qt::NoPen);
    QColor fill = cut ? colors.faint : colors.accent;
    if (cut) fill.setAlphaF(0.55F);
    painter.setBrush(fill);
    const double radius = std::min(3.0, length / 2.0);
    painter.drawRoundedRect(visual(bar), radius, radius);
    painter.setFont(numbers);
    painter.setPen(cut ? colors.faint : colors.muted);
    const QRect number(bar.right() + gap, place.top(), place.right() - bar.right() - gap, place.height());
    painter.drawText(visual(number), side, metrics.elidedText(text, Qt::ElideRight, number.width()));
}

}  // namespace monochord::app
