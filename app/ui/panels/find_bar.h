#pragma once

#include <QPointer>
#include <QWidget>

#include "ui/theme.h"

class QLabel;
class QLineEdit;

namespace monochord::app {

/// A slim bar above the page: what is looked for, which of how many is shown, the next and the one before (Enter,
/// Shift+Enter). Finds nothing itself.
class FindBar final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FindBar)
public:
    explicit FindBar(Theme* theme, QWidget* parent = nullptr);

    /// Shows itself and takes the focus; `text`, where there is some, is put in the field.
    void open(const QString& text = {});
    /// Hides, and gives the focus back to who had it.
    void close();
    bool hasFocusInside() const;
    void setFound(int shown, int count);

Q_SIGNALS:
    void textChanged(const QString& text);  ///< empty also when the bar closes
    void stepRequested(int step);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    Theme* m_theme;
    QLineEdit* m_text;
    QLabel* m_place;
    QList<QWidget*> m_arrows;
    QPointer<QWidget> m_before;  // had the focus
};

}  // namespace monochord::app
