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
    : QWidget(parent), m_theme(theme), m_tone(tone) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    followFont(theme, this, factor, weight);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

void ElidedLabel::setText(const QString& text) {
    if (text == m_text) return;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void ElidedLabel::setAlignment(Qt::Alignment alignment) {
    m_alignment = alignment;
    update();
}

QSize ElidedLabel::sizeHint() const {
    return {fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height() + 2};
}

QSize ElidedLabel::minimumSizeHint() const {
    return {fontMetrics().horizontalAdvance(u'…'), fontMetrics().height() + 2};
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && fontMetrics().horizontalAdvance(m_text) > width()) {
        // As HTML a model's name could bring markup of its own.
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), m_text.toHtmlEscaped(), this);
        return true;
    }
    return QWidget::event(event);
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(toneColor(m_theme->colors(), m_tone));
    const QString shown = fontMetrics().elidedText(m_text, Qt::ElideRight, width());
    painter.drawText(rect(), static_cast<int>(QStyle::visualAlignment(layoutDirection(), m_alignment)), shown);
}

}  // namespace monochord::app
