#pragma once

#include <QSlider>

#include "ui/theme.h"

namespace monochord::app {

/// A thin track with a ring. Clicking the track goes there; arrow keys, Page, Home and End move it; the wheel only
/// where it has the focus, so that a dock that scrolls beneath the pointer changes nothing.
class Slider final : public QSlider {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Slider)
public:
    explicit Slider(Theme* theme, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void goTo(double x);
    double center() const;

    Theme* m_theme;
};

}  // namespace monochord::app
