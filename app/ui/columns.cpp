#include "ui/columns.h"

#include <QHBoxLayout>

#include "ui/widgets/dressing.h"

namespace monochord::app {

namespace {

// All in em of the interface's font.
constexpr double kWideEnough = 84;
constexpr double kSidebarWide = 19.4, kSidebarNarrow = 14.4, kDockWide = 23.4, kDockNarrow = 20.8;

}  // namespace

Columns::Columns(Theme* theme, QWidget* sidebar, QWidget* middle, QWidget* dock) : m_sidebar(sidebar), m_dock(dock) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(sidebar);
    row->addWidget(middle, 1);
    row->addWidget(dock);
    followFont(theme, this, 1);
    fit();
    connect(theme, &Theme::changed, this, &Columns::fit);
}

void Columns::resizeEvent(QResizeEvent* event) {
    fit();
    QWidget::resizeEvent(event);
}

void Columns::fit() {
    const bool wide = width() >= em(this, kWideEnough);
    m_sidebar->setFixedWidth(em(this, wide ? kSidebarWide : kSidebarNarrow));
    m_dock->setFixedWidth(em(this, wide ? kDockWide : kDockNarrow));
}

}  // namespace monochord::app
