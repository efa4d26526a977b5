#pragma once

#include <QWidget>
#include <memory>

#include "library/model_card.h"
#include "ui/theme.h"

namespace monochord::app {

/// Covers the window while something is dragged over it and says what it is before it is loaded, or why it can't be.
/// After a refused drop it stays for some seconds, or until a click or Esc.
class DropOverlay final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DropOverlay)
public:
    explicit DropOverlay(Theme* theme, QWidget* parent);
    ~DropOverlay() override;

    void showReading(const QString& fileName);
    void showCard(const ModelCard& card);
    void showChats(const QString& fileName);
    void showRefusal(const QString& sentence);
    void linger();  ///< hides by itself after some seconds

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    void appear();

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
