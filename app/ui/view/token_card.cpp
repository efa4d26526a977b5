#include "ui/view/token_card.h"

#include <QAccessible>
#include <QMouseEvent>
#include <QPainter>
#include <QStyle>
#include <algorithm>

#include "ui/widgets/dressing.h"

namespace monochord::app {

namespace {

constexpr double kNumbers = 0.92;      // of the words' size
constexpr double kChanceColumn = 7.2;  // em
constexpr double kBeforeColumn = 5.6;
constexpr int kPadding = 7;

}  // namespace

TokenCard::TokenCard(Theme* theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setAccessibleName(tr("Other words"));
    setMouseTracking(true);
    setCursor(Qt::ArrowCursor);
    followFont(theme, this, 1);
    connect(theme, &Theme::changed, this, [this] {
        resize(sizeHint());
        update();
    });
    hide();
}

void TokenCard::setContent(const QList<Row>& rows, const QString& line) {
    m_rows = rows;
    m_line = line;
    m_current = -1;
    resize(sizeHint());
    update();
}

void TokenCard::setCurrent(int row) {
    if (std::exchange(m_current, row) != row) update();
    describe();
}

/// What is chosen, for those who hear it.
void TokenCard::describe() {
    QString text = m_line;
    if (m_current >= 0 && m_current < m_rows.size()) {
        const Row& row = m_rows[m_current];
        text = tr("%1: %2, by the model alone %3", "word, chance, chance").arg(row.word, row.chance, row.before);
        if (row.drawn) text = tr("%1, drawn").arg(text);
    }
    if (text == accessibleDescription()) return;
    setAccessibleDescription(text);
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

int TokenCard::rowHeight() const {
    return fontMetrics().height() + em(this, 0.45);
}

QString TokenCard::chanceTitle() {
    return tr("with settings");
}

QString TokenCard::beforeTitle() {
    return tr("model alone");
}

/// The title fits, with air before it.
int TokenCard::columnFor(const QString& title, double least) const {
    return std::max(em(this, least), QFontMetrics(scaled(font(), kNumbers)).horizontalAdvance(title) + em(this, 1));
}

int TokenCard::chanceColumn() const {
    return columnFor(chanceTitle(), kChanceColumn);
}

int TokenCard::beforeColumn() const {
    return columnFor(beforeTitle(), kBeforeColumn);
}

QSize TokenCard::sizeHint() const {
    const QFontMetrics metrics(font()), small(scaled(font(), kNumbers));
    int words = em(this, 5);
    for (const Row& row : m_rows) words = std::max(words, metrics.horizontalAdvance(row.word));
    words = std::min(words, em(this, 15));
    const int numbers = m_rows.isEmpty() ? 0 : chanceColumn() + beforeColumn();
    const int line = small.horizontalAdvance(m_line);
    const auto lines = static_cast<int>(m_rows.isEmpty() ? 1 : m_rows.size() + 2);
    return {std::max(words + numbers, line) + 4 * kPadding, lines * rowHeight() + 2 * kPadding};
}

void TokenCard::paintRow(QPainter& painter, const QString& word, const QString& chance, const QString& before,
                         const QRect& place, const QColor& first, const QColor& rest) const {
    const auto leading = static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeading));
    const auto trailing = static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignTrailing));
    const auto cell = [&](int from, int width, int side, const QString& text) {
        const QRect box(place.left() + from, place.top(), width, place.height());
        const QString shown = painter.fontMetrics().elidedText(text, Qt::ElideRight, width);
        painter.drawText(QStyle::visualRect(layoutDirection(), place, box),
                         side | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    };
    const int chances = chanceColumn(), befores = beforeColumn();
    const int words = place.width() - chances - befores;
    painter.setPen(first);
    painter.setFont(font());
    cell(0, words, leading, word);
    painter.setPen(rest);
    painter.setFont(scaled(font(), kNumbers));
    cell(words, chances, trailing, chance);
    cell(words + chances, befores, trailing, before);
}

void TokenCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_theme->colors();
    paintCard(painter, rect(), 8, colors.surface, colors.border);
    QRect place(2 * kPadding, kPadding, width() - 4 * kPadding, rowHeight());
    if (!m_rows.isEmpty()) {
        paintRow(painter, {}, chanceTitle(), beforeTitle(), place, colors.muted, colors.muted);
        place.translate(0, rowHeight());
    }
    for (int i = 0; i < m_rows.size(); ++i) {
        const Row& row = m_rows[i];
        painter.setPen(Qt::NoPen);
        const QRect back = place.adjusted(-kPadding, 0, kPadding, 0);
        if (row.drawn) {
            painter.setBrush(colors.accentSoft);
            painter.drawRoundedRect(back, 5, 5);
        }
        if (i == m_current) paintFocusRing(painter, back, 5, colors);
        const bool faint = row.cut || !row.enabled;
        paintRow(painter, row.word, row.chance, row.before, place, faint ? colors.muted : colors.text, colors.muted);
        place.translate(0, rowHeight());
    }
    painter.setPen(colors.muted);
    painter.setFont(scaled(font(), kNumbers));
    painter.drawText(place,
                     static_cast<int>(Qt::AlignVCenter | QStyle::visualAlignment(layoutDirection(), Qt::AlignLeading)),
                     m_line);
}

int TokenCard::rowAt(const QPoint& point) const {
    const int row = (point.y() - kPadding) / rowHeight() - 1;
    return point.y() >= kPadding + rowHeight() && row < m_rows.size() ? row : -1;
}

void TokenCard::mouseMoveEvent(QMouseEvent* event) {
    const int row = rowAt(event->position().toPoint());
    const bool enabled = row >= 0 && m_rows[row].enabled;
    setCursor(enabled ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setCurrent(enabled ? row : -1);
}

void TokenCard::mouseReleaseEvent(QMouseEvent* event) {
    const int row = rowAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && row >= 0 && m_rows[row].enabled) Q_EMIT clicked(row);
}

void TokenCard::enterEvent(QEnterEvent* event) {
    QWidget::enterEvent(event);
    Q_EMIT entered();
}

void TokenCard::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    Q_EMIT left();
}

}  // namespace monochord::app
