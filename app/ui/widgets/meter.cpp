#include "ui/widgets/meter.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/widgets/dressing.h"

namespace monochord::app {
namespace {

constexpr int kSteps = 1000;
constexpr double kThickness = 4;

}  // namespace

Meter::Meter(Theme* theme, const QString& accessibleName, QWidget* parent) : QProgressBar(parent), m_theme(theme) {
    setAccessibleName(accessibleName);
    setRange(0, kSteps);
    setTextVisible(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(theme, &Theme::changed, this, [this] { update(); });
}

void Meter::setShare(double share) {
    setValue(static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kSteps)));
}

void Meter::setWarning(bool warning) {
    m_warning = warning;
    update();
}

double Meter::share() const {
    return static_cast<double>(value()) / kSteps;
}

QSize Meter::sizeHint() const {
    return {em(this, 9), 10};
}

QSize Meter::minimumSizeHint() const {
    return {20, 10};
}

void Meter::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF track(0, (height() - kThickness) / 2.0, width(), kThickness);
    painter.setBrush(m_theme->colors().track);
    painter.drawRoundedRect(track, kThickness / 2, kThickness / 2);
    if (value() <= 0) return;
    QRectF filled = track;
    filled.setWidth(std::max(kThickness, track.width() * share()));
    if (isRightToLeft()) filled.moveRight(track.right());
    const Colors& colors = m_theme->colors();
    painter.setBrush(m_warning ? colors.error : colors.accent);
    painter.drawRoundedRect(filled, kThickness / 2, kThickness / 2);
}

}  // namespace monochord::app
