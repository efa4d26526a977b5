#include "ui/widgets/chip.h"

#include <QPainter>
#include <algorithm>

#include "ui/widgets/dressing.h"

namespace monochord::app {
namespace {

constexpr double kPadding = 1;  // em at each side

}  // namespace

Chip::Chip(Theme* theme, QWidget* parent) : QPushButton(parent), m_theme(theme) {
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    followFont(theme, this, 0.92);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

void Chip::setTexts(const QString& name, const QString& particulars) {
    m_name = name;
    m_particulars = particulars;
    setToolTip(name.toHtmlEscaped());
    updateGeometry();
    update();
}

void Chip::setRoom(int width) {
    m_room = width;
    setMaximumWidth(width);
    updateGeometry();
}

QFont Chip::nameFont() const {
    QFont font = this->font();
    font.setWeight(QFont::DemiBold);
    return font;
}

QSize Chip::sizeHint() const {
    const int name = QFontMetrics(nameFont()).horizontalAdvance(m_name) + 2 * em(this, kPadding) + 3;
    const int whole = name + fontMetrics().horizontalAdvance(m_particulars);
    return {whole <= m_room ? whole : name, em(this, 2.15)};
}

QSize Chip::minimumSizeHint() const {
    return {std::min(em(this, 7), sizeHint().width()), sizeHint().height()};
}

void Chip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_theme->colors();
    const double radius = height() / 2.0 - 1;
    const bool lit = underMouse() || isDown();
    paintCard(painter, rect(), radius, lit ? colors.accentSoft : colors.surface, colors.border);
    if (hasFocus()) paintFocusRing(painter, rect(), radius, colors);
    const int padding = em(this, kPadding);
    const int room = width() - 2 * padding;
    const QFontMetrics strong(nameFont());
    const QString name = strong.elidedText(m_name, Qt::ElideRight, room);
    const int nameWidth = strong.horizontalAdvance(name);
    QRect place(padding, 0, room, height());
    const auto side = static_cast<int>(Qt::AlignVCenter | (isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft));
    painter.setFont(nameFont());
    painter.setPen(colors.text);
    painter.drawText(place, side, name);
    place.adjust(isRightToLeft() ? 0 : nameWidth, 0, isRightToLeft() ? -nameWidth : 0, 0);
    painter.setFont(font());
    painter.setPen(colors.muted);
    if (fontMetrics().horizontalAdvance(m_particulars) <= room - nameWidth + 1)
        painter.drawText(place, side, m_particulars);
}

}  // namespace monochord::app
