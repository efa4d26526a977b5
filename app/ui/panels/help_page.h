#pragma once

#include <QDialog>

#include "ui/theme.h"

namespace monochord::app {

/// A page of resources/help in the user's language, in a window of its own. Goes with Esc.
class HelpPage final : public QDialog {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HelpPage)
public:
    /// `name`: of the file, without language and extension.
    HelpPage(Theme* theme, const QString& title, const QString& name, QWidget* parent);
};

}  // namespace monochord::app
