#include "ui/widgets/card.h"

#include <QPainter>
#include <QPlainTextEdit>

#include "ui/widgets/dressing.h"

namespace monochord::app {

Card::Card(Theme* theme, double radius, Border border, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_radius(radius), m_border(border) {
    connect(theme, &Theme::changed, this, [this] { update(); });
}

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_theme->colors();
    if (m_border == Border::Dashed) {
        painter.setBrush(colors.surface);
        QPen pen(colors.faint, 1.5, Qt::DashLine, Qt::RoundCap);
        pen.setDashPattern({3, 4});
        painter.setPen(pen);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), m_radius, m_radius);
        return;
    }
    if (m_border == Border::Error) return paintCard(painter, rect(), m_radius, colors.errorSoft, colors.errorSoft);
    const QList<QPlainTextEdit*> fields = findChildren<QPlainTextEdit*>(QString(), Qt::FindDirectChildrenOnly);
    const bool focused =
        std::any_of(fields.begin(), fields.end(), [](const QWidget* field) { return field->hasFocus(); });
    paintCard(painter, rect(), m_radius, colors.surface, focused ? colors.accent : colors.border);
}

}  // namespace monochord::app
