#pragma once

#include <QWidget>
#include <memory>

#include "core/load_settings.h"
#include "library/model_check.h"
#include "library/model_inspector.h"
#include "ui/theme.h"

namespace monochord::app {

/// The card of one model in the library: what it is, how it is to be loaded and what memory that takes, and what can be
/// done with it.
class ModelDetails final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelDetails)
public:
    explicit ModelDetails(Theme* theme, QWidget* parent = nullptr);
    ~ModelDetails() override;

    /// `isLoaded`: it is the one that answers. A context of 0 in the settings becomes the usual one with setMemoryNeed.
    void setCard(const ModelCard& card, const LoadSettings& settings, bool isLoaded);
    void setMemoryNeed(const MemoryNeed& need);
    LoadSettings settings() const;
    void setChecking(double share, const QString& speed);  ///< `speed`: with the time left, as soon as it is known
    void setCheckResult(const CheckResult& result);

Q_SIGNALS:
    void loadRequested();
    void settingsChanged();  ///< by the user
    void quantizeRequested();
    void checkRequested();
    void checkCancelled();
    void folderRequested();  ///< to be shown in the file manager
    void templateRequested();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
