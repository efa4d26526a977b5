#include "ui/widgets/dressing.h"

#include <QPainter>
#include <QPen>
#include <QPushButton>
#include <QWidget>
#include <cmath>

namespace monochord::app {

QColor toneColor(const Colors& colors, Tone tone) {
    switch (tone) {
        case Tone::Text:
            return colors.text;
        case Tone::Muted:
            return colors.muted;
        case Tone::Faint:
            return colors.faint;
        case Tone::Accent:
            return colors.accent;
        case Tone::OnAccent:
            return colors.onAccent;
        case Tone::OnStrong:
            return colors.onStrong;
        case Tone::Error:
            return colors.error;
    }
    return colors.text;
}

QFont scaled(const QFont& font, double factor, QFont::Weight weight) {
    QFont result = font;
    result.setPointSizeF(font.pointSizeF() * factor);
    result.setWeight(weight);
    return result;
}

void followFont(Theme* theme, QWidget* widget, double factor, QFont::Weight weight) {
    const auto take = [theme, widget, factor, weight] {
        widget->setFont(scaled(theme->interfaceFont(), factor, weight));
    };
    take();
    QObject::connect(theme, &Theme::changed, widget, take);
}

QPushButton* makeButton(Theme* theme, const QString& text, const char* kind, QWidget* parent, double factor) {
    auto* button = new QPushButton(text, parent);
    button->setProperty("kind", QString::fromLatin1(kind));
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::TabFocus);
    button->setCursor(Qt::PointingHandCursor);
    followFont(theme, button, factor);
    return button;
}

void paintFocusRing(QPainter& painter, const QRectF& rect, double radius, const Colors& colors) {
    painter.setPen(QPen(colors.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
}

void paintCard(QPainter& painter, const QRectF& rect, double radius, const QColor& fill, const QColor& border) {
    painter.setPen(QPen(border, 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

int em(const QWidget* widget, double count) {
    const QFont font = widget->font();
    const double pixels = font.pointSizeF() > 0 ? font.pointSizeF() * widget->logicalDpiY() / 72 : font.pixelSize();
    return static_cast<int>(std::lround(pixels * count));
}

}  // namespace monochord::app
