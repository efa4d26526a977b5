#include "ui/widgets/slider_row.h"

#include <QGridLayout>
#include <QSignalBlocker>
#include <cmath>

#include "ui/widgets/label.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/slider.h"

namespace monochord::app {

SliderRow::SliderRow(Theme* theme, const QString& name, const QString& explanation, const Range& range, QWidget* parent)
    : QWidget(parent),
      m_slider(new Slider(theme, this)),
      m_field(new NumberField(theme, this)),
      m_grains(std::pow(10, range.decimals)) {
    const auto grains = [this](double value) { return static_cast<int>(std::lround(value * m_grains)); };
    m_field->setDecimals(range.decimals);
    m_field->setSingleStep(range.step);
    m_field->setWord(range.wordValue, range.word);
    m_field->setAccessibleName(tr("%1, as a number").arg(name));
    m_field->setAccessibleDescription(explanation);
    m_slider->setSingleStep(grains(range.step));
    setRange(range.from, range.to);
    m_slider->setAccessibleName(name);
    m_slider->setAccessibleDescription(explanation);
    setToolTip(explanation);

    auto* label = new Label(theme, Tone::Text, 1, QFont::Medium, this);
    label->setText(name);
    label->setMinimumWidth(1);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(0);
    grid->addWidget(label, 0, 0);
    grid->addWidget(m_field, 0, 1, Qt::AlignTrailing | Qt::AlignVCenter);
    grid->addWidget(m_slider, 1, 0, 1, 2);
    grid->setColumnStretch(0, 1);

    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        const QSignalBlocker quiet(m_field);
        m_field->setValue(position / m_grains);
        m_field->updateGeometry();
        Q_EMIT valueChanged(m_field->value());
    });
    connect(m_field, &QDoubleSpinBox::valueChanged, this, [this, grains](double value) {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(grains(value));
        m_slider->update();
        Q_EMIT valueChanged(value);
    });
}

void SliderRow::setRange(double from, double to) {
    const QSignalBlocker quietField(m_field), quietSlider(m_slider);
    m_field->setRange(from, to);
    m_slider->setRange(static_cast<int>(std::lround(from * m_grains)), static_cast<int>(std::lround(to * m_grains)));
    m_slider->setPageStep(std::max(m_slider->singleStep(), (m_slider->maximum() - m_slider->minimum()) / 10));
    m_field->updateGeometry();
}

double SliderRow::value() const {
    return m_field->value();
}

void SliderRow::setValue(double value) {
    const QSignalBlocker quietField(m_field), quietSlider(m_slider);
    m_field->setValue(value);
    m_slider->setValue(static_cast<int>(std::lround(value * m_grains)));
    m_slider->update();
    m_field->updateGeometry();
}

}  // namespace monochord::app
