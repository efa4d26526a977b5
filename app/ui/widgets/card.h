#pragma once

#include <QWidget>

#include "ui/theme.h"

namespace monochord::app {

/// A rounded surface, or the soft red one beneath a sentence about what went wrong. Its line is the accent's while a
/// text field directly in it has the focus.
class Card final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Card)
public:
    enum class Border { Line, Dashed, Error };
    Card(Theme* theme, double radius, Border border = Border::Line, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme* m_theme;
    double m_radius;
    Border m_border;
};

}  // namespace monochord::app
