#pragma once

#include <QObject>
#include <optional>

#include "library/model_inspector.h"

class QDropEvent;
class QWidget;

namespace monochord::app {

class DropOverlay;

/// Files dragged over the window: the overlay says what the first of them is, and a drop hands a model or a file of
/// chats on, which its name tells. Inspecting a model runs elsewhere; a drop that comes before its answer waits for it.
class DropHandler final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DropHandler)
public:
    /// Watches `window`, which must accept drops.
    DropHandler(QWidget* window, DropOverlay* overlay);

Q_SIGNALS:
    void modelDropped(const QString& path);
    void chatsDropped(const QString& path);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    bool take(QDropEvent* event);  ///< a drag or its drop; false: it carries no file
    bool holdsChats() const;
    void begin(const QString& path);
    void show();
    void drop();

    DropOverlay* m_overlay;
    QString m_path;  // what the overlay is about; empty: nothing
    std::optional<InspectionResult> m_result;
    bool m_dropped = false;
};

}  // namespace monochord::app
