#pragma once

#include <QWidget>

#include "ui/theme.h"

namespace monochord::app {

class NumberField;
class Slider;

/// A name, its number in a small field, and a slider beneath.
class SliderRow final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SliderRow)
public:
    struct Range {
        double from = 0, to = 1;
        double step = 0.01;  ///< of the slider
        int decimals = 2;    ///< of the field, and the grain that both share
        double wordValue = 0;
        QString word;  ///< shown for wordValue, may be empty
    };
    SliderRow(Theme* theme, const QString& name, const QString& explanation, const Range& range,
              QWidget* parent = nullptr);

    void setRange(double from, double to);  ///< without valueChanged
    double value() const;
    void setValue(double value);  ///< without valueChanged

Q_SIGNALS:
    void valueChanged(double value);  ///< by the user

private:
    // Made in the order in which Tab visits them.
    Slider* m_slider;
    NumberField* m_field;
    double m_grains;  // of the slider, a unit
};

}  // namespace monochord::app
