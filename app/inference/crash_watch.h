#pragma once

#include <QObject>

#include "core/settings.h"
#include "inference/engine.h"

namespace monochord::app {

/// Remembers which model the application was using when it crashed. While a model is loaded or replies, the settings
/// name it; a start that finds such a name counts a crash for it, and a reply that ends sets the count back.
class CrashWatch final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CrashWatch)
public:
    CrashWatch(Engine* engine, Settings* settings, QObject* parent = nullptr);
    ~CrashWatch() override;  ///< an orderly end is no crash, whatever the engine is doing

    /// This model crashed the application twice in a row and is better not loaded without being asked for.
    bool isSuspect(const QString& model) const;
    /// Before Engine::load.
    void loading(const QString& model);

private:
    Settings* m_settings;
};

}  // namespace monochord::app
