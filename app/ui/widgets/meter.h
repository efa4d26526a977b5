#pragma once

#include <QProgressBar>

#include "ui/theme.h"

namespace monochord::app {

/// A thin bar that is filled by a share: the context, a model that loads.
class Meter final : public QProgressBar {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Meter)
public:
    Meter(Theme* theme, const QString& accessibleName, QWidget* parent = nullptr);

    void setShare(double share);  ///< 0 … 1
    double share() const;
    void setWarning(bool warning);  ///< in the colour of errors
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme* m_theme;
    bool m_warning = false;
};

}  // namespace monochord::app
