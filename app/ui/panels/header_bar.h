#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "inference/engine.h"
#include "ui/theme.h"

class QAction;

namespace monochord::app {

/// The model's chip (name · quantization · memory; its tooltip says how it is loaded), the chat's title, and the
/// toggles of sidebar and dock. While a model loads, the chip shows its name, a bar with the share that is read, and a
/// button to cancel.
class HeaderBar final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HeaderBar)
public:
    /// The actions are shown as tool buttons on the right; one with a menu opens it.
    HeaderBar(Theme* theme, const QList<QAction*>& tools, QWidget* parent = nullptr);
    ~HeaderBar() override;

    void setModel(const std::optional<LoadedModel>& model);  ///< none: "No model"
    void setLoading(const QString& name, quint64 doneBytes, quint64 totalBytes);
    void setNotLoading();
    void setTitle(const QString& title);

Q_SIGNALS:
    void chipClicked();
    void cancelLoadClicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
