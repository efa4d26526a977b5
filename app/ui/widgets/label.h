#pragma once

#include <QLabel>

#include "ui/widgets/dressing.h"

namespace monochord::app {

/// A text in one of the theme's tones and a size relative to the interface's. Always plain text: names of models and
/// sentences of errors come from files.
class Label final : public QLabel {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Label)
public:
    Label(Theme* theme, Tone tone, double factor = 1, QFont::Weight weight = QFont::Normal, QWidget* parent = nullptr);
    void setTone(Tone tone);

private:
    void takeColor();

    Theme* m_theme;
    Tone m_tone;
};

/// One line that ends in an ellipsis where the place is short; the whole text is its tooltip then.
class ElidedLabel final : public QLabel {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ElidedLabel)
public:
    ElidedLabel(Theme* theme, Tone tone, double factor = 1, QFont::Weight weight = QFont::Normal,
                QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    Theme* m_theme;
    Tone m_tone;
};

}  // namespace monochord::app
