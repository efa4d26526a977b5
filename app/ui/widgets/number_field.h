#pragma once

#include <QDoubleSpinBox>

#include "ui/theme.h"

namespace monochord::app {

/// A small number field without arrows; one of its values may be called by a word ("off"), which may also be typed.
/// Typing counts when it is finished, so that 0.95 is not 0 on its way.
class NumberField final : public QDoubleSpinBox {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(NumberField)
public:
    explicit NumberField(Theme* theme, QWidget* parent = nullptr);

    void setWord(double value, const QString& word);
    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void wheelEvent(QWheelEvent* event) override;

private:
    bool isWordValue(double value) const;
    void fitWidth();

    QString m_word;
    double m_wordValue = 0;
};

}  // namespace monochord::app
