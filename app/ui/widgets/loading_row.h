#pragma once

#include <QWidget>

#include "ui/theme.h"

class QPushButton;

namespace monochord::app {

class ElidedLabel;
class Meter;

/// A model that is being read: its name, a bar, the share, and a button to cancel.
class LoadingRow final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LoadingRow)
public:
    explicit LoadingRow(Theme* theme, QWidget* parent = nullptr);

    void setLoading(const QString& name, quint64 doneBytes, quint64 totalBytes);

Q_SIGNALS:
    void cancelClicked();

private:
    ElidedLabel* m_name;
    Meter* m_meter;
    ElidedLabel* m_share;
    QPushButton* m_cancel;
};

}  // namespace monochord::app
