#pragma once

#include <QList>
#include <QStringList>
#include <QWidget>

#include "ui/theme.h"

class QPushButton;

namespace monochord::app {

/// A row of choices of which one is marked, or none.
class SegmentedControl final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SegmentedControl)
public:
    SegmentedControl(Theme* theme, const QStringList& texts, QWidget* parent = nullptr);

    int current() const { return m_current; }
    void setCurrent(int index);  ///< -1: none; without `chosen`

Q_SIGNALS:
    void chosen(int index);  ///< by click, Space, or the arrow keys; also the one that is marked already

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void choose(int index);

    Theme* m_theme;
    QList<QPushButton*> m_buttons;
    int m_current = -1;
};

}  // namespace monochord::app
