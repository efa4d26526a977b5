#pragma once

#include <QDialog>
#include <QList>

#include "ui/theme.h"

namespace monochord::app {

/// A page about the application, in a window of its own: a heading, a text and two columns. Goes with Esc.
class HelpDialog final : public QDialog {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HelpDialog)
public:
    struct Row {
        QString name, value;
    };
    HelpDialog(Theme* theme, const QString& title, const QString& text, const QList<Row>& rows, QWidget* parent);

    /// The keys of the window, as its actions have them.
    static void showKeys(Theme* theme, QWidget* window);
    /// Version, licence, and what Monochord is built on.
    static void showAbout(Theme* theme, QWidget* window);
};

}  // namespace monochord::app
