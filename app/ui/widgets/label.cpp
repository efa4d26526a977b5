#include "ui/widgets/label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

namespace monochord::app {

Label::Label(Theme* theme, Tone tone, double factor, QFont::Weight weight, QWidget* parent)
    : QLabel(parent), m_theme(theme), m_tone(tone) {
    setTextFormat(Qt::PlainText);
    followFont(theme, this, factor, weight);
    takeColor();
    connect(theme, &Theme::changed, this, &Label::takeColor);
}

void Label::setTone(Tone tone) {
    m_tone = tone;
    takeColor();
}

void Label::takeColor() {
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, toneColor(m_theme->colors(), m_tone));
    setPalette(colors);
}

ElidedLabel::ElidedLabel(Theme* theme, Tone tone, double factor, QFont::Weight weight, QWidget* parent)
    : QLabel(parent), m_theme(theme), m_tone(tone) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    followFont(theme, this, factor, weight);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

QSize ElidedLabel::sizeHint() const {
    return {fontMetrics().horizontalAdvance(text()) + 2, fontMetrics().height() + 2};
}

QSize ElidedLabel::minimumSizeHint() const {
    return {text().isEmpty() ? 0 : fontMetrics().horizontalAdvance(u'…'), fontMetrics().height() + 2};
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && fontMetrics().horizontalAdvance(text()) > width()) {
        // As HTML a model's name could bring markup of its own.
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text().toHtmlEscaped(), this);
        return true;
    }
    return QLabel::event(event);
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(toneColor(m_theme->colors(), m_tone));
    const auto side = static_cast<int>(QStyle::visualAlignment(layoutDirection(), alignment()));
    painter.drawText(rect(), side, fontMetrics().elidedText(text(), Qt::ElideRight, width()));
}

}  // namespace monochord::app
