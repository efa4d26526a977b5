#pragma once

#include <QPushButton>

#include "ui/theme.h"

namespace monochord::app {

/// A pill with a strong name and muted particulars. Where the place is short, all particulars go first, then the
/// name's end.
class Chip final : public QPushButton {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Chip)
public:
    explicit Chip(Theme* theme, QWidget* parent = nullptr);

    void setTexts(const QString& name, const QString& particulars);
    /// It is never wider than this many pixels.
    void setRoom(int width);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QFont nameFont() const;

    Theme* m_theme;
    QString m_name;
    QString m_particulars;
    int m_room = QWIDGETSIZE_MAX;
};

}  // namespace monochord::app
