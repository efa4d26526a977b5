#pragma once

#include <QWidget>

#include "ui/theme.h"

namespace monochord::app {

/// The chats, the page and the sampling dock side by side. Those beside the page have widths in terms of the text's
/// size, and make room for the page where the window is narrow.
class Columns final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Columns)
public:
    /// Owns all three.
    Columns(Theme* theme, QWidget* sidebar, QWidget* middle, QWidget* dock);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();

    QWidget* m_sidebar;
    QWidget* m_dock;
};

}  // namespace monochord::app
