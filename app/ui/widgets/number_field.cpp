#include "ui/widgets/number_field.h"

#include <QLineEdit>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/dressing.h"

namespace monochord::app {
namespace {

constexpr int kFrame = 9;  // of the field and the line edit in it, and the cursor

}  // namespace

NumberField::NumberField(Theme* theme, QWidget* parent) : QDoubleSpinBox(parent) {
    setButtonSymbols(QAbstractSpinBox::NoButtons);
    setKeyboardTracking(false);
    setAlignment(Qt::AlignRight);
    setFocusPolicy(Qt::StrongFocus);
    setGroupSeparatorShown(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    followFont(theme, this, 0.96);
    // The field is as wide as what it says, as in a text.
    connect(lineEdit(), &QLineEdit::textChanged, this, &NumberField::fitWidth);
    connect(theme, &Theme::changed, this, &NumberField::fitWidth);
}

void NumberField::setWord(double value, const QString& word) {
    m_wordValue = value;
    m_word = word;
    setValue(this->value());
    lineEdit()->setText(textFromValue(this->value()));
}

bool NumberField::isWordValue(double value) const {
    return !m_word.isEmpty() && std::abs(value - m_wordValue) < std::pow(10, -decimals()) / 2;
}

QString NumberField::textFromValue(double value) const {
    return isWordValue(value) ? m_word : QDoubleSpinBox::textFromValue(value);
}

double NumberField::valueFromText(const QString& text) const {
    if (!m_word.isEmpty() && text.trimmed().compare(m_word, Qt::CaseInsensitive) == 0) return m_wordValue;
    return QDoubleSpinBox::valueFromText(text);
}

QValidator::State NumberField::validate(QString& text, int& position) const {
    const QString typed = text.trimmed();
    if (!m_word.isEmpty() && !typed.isEmpty() && m_word.startsWith(typed, Qt::CaseInsensitive))
        return typed.size() == m_word.size() ? QValidator::Acceptable : QValidator::Intermediate;
    return QDoubleSpinBox::validate(text, position);
}

QSize NumberField::sizeHint() const {
    const int text = fontMetrics().horizontalAdvance(lineEdit()->text());
    return {std::max(text + em(this, 0.9) + kFrame, em(this, 2.5)), em(this, 1.78)};
}

QSize NumberField::minimumSizeHint() const {
    return sizeHint();
}

void NumberField::wheelEvent(QWheelEvent* event) {
    if (hasFocus())
        QDoubleSpinBox::wheelEvent(event);
    else
        event->ignore();
}

void NumberField::fitWidth() {
    updateGeometry();
}

}  // namespace monochord::app
