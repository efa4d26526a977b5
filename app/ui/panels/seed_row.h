#pragma once

#include <QWidget>
#include <cstdint>

#include "ui/theme.h"

class QLineEdit;
class QToolButton;

namespace monochord::app {

/// A number, or empty: a fresh one for each reply. The die draws a number to keep, or lets it go again.
class SeedRow final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SeedRow)
public:
    explicit SeedRow(Theme* theme, QWidget* parent = nullptr);

    void setSeed(bool random, uint64_t seed);  ///< without changed

Q_SIGNALS:
    void changed(bool random, quint64 seed);  ///< by the user

private:
    void take();

    // Made in the order in which Tab visits them.
    QToolButton* m_die;
    QLineEdit* m_field;
    bool m_random = true;
    uint64_t m_seed = 0;
};

}  // namespace monochord::app
