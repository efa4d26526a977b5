#include "ui/widgets/slider.h"

#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/dressing.h"

namespace monochord::app {
namespace {

constexpr double kThickness = 4;
constexpr double kRing = 6;   // radius to the middle of its line
constexpr double kHalo = 9;   // around it, where the slider has the focus
constexpr double kInset = 7;  // of the ring at its outermost places

}  // namespace

Slider::Slider(Theme* theme, QWidget* parent) : QSlider(Qt::Horizontal, parent), m_theme(theme) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

QSize Slider::sizeHint() const {
    return {em(this, 12), static_cast<int>(2 * kHalo)};
}

QSize Slider::minimumSizeHint() const {
    return {em(this, 5), sizeHint().height()};
}

double Slider::center() const {
    const double share = maximum() > minimum() ? double(value() - minimum()) / (maximum() - minimum()) : 0;
    const double x = kInset + share * (width() - 2 * kInset);
    return isRightToLeft() ? width() - x : x;
}

void Slider::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& colors = m_theme->colors();
    const double middle = height() / 2.0, x = center();
    const QRectF track(0, middle - kThickness / 2, width(), kThickness);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.track);
    painter.drawRoundedRect(track, kThickness / 2, kThickness / 2);
    QRectF filled = track;
    if (isRightToLeft())
        filled.setLeft(x);
    else
        filled.setRight(x);
    painter.setBrush(isEnabled() ? colors.accent : colors.faint);
    painter.drawRoundedRect(filled, kThickness / 2, kThickness / 2);
    if (hasFocus()) {
        QColor halo = colors.accent;
        halo.setAlphaF(0.3F);
        painter.setBrush(halo);
        painter.drawEllipse(QPointF(x, middle), kHalo, kHalo);
    }
    painter.setPen(QPen(isEnabled() ? colors.accent : colors.faint, 2));
    painter.setBrush(isSliderDown() ? colors.accentSoft : colors.surface);
    painter.drawEllipse(QPointF(x, middle), kRing, kRing);
}

void Slider::goTo(double x) {
    const double room = std::max(1.0, width() - 2 * kInset);
    double share = std::clamp((x - kInset) / room, 0.0, 1.0);
    if (isRightToLeft()) share = 1 - share;
    const double steps = std::round(share * (maximum() - minimum()) / singleStep());
    setValue(minimum() + static_cast<int>(steps) * singleStep());
}

void Slider::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return event->ignore();
    setSliderDown(true);
    // Taking hold of the ring does not move it: a value between the steps stays as it is.
    if (std::abs(event->position().x() - center()) > kRing + 2) goTo(event->position().x());
    update();
}

void Slider::mouseMoveEvent(QMouseEvent* event) {
    if (isSliderDown()) goTo(event->position().x());
}

void Slider::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    setSliderDown(false);
    update();
}

void Slider::wheelEvent(QWheelEvent* event) {
    if (hasFocus())
        QSlider::wheelEvent(event);
    else
        event->ignore();
}

}  // namespace monochord::app
