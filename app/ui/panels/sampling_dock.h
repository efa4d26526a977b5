#pragma once

#include <QWidget>
#include <memory>

#include "core/generation_settings.h"
#include "inference/engine.h"
#include "ui/theme.h"

namespace monochord::app {

/// Presets, sliders with number fields (temperature 0–2, top-k 0–200, top-p 0–1, min-p 0–1, repeat penalty 1–1.5), seed
/// (random or a number), longest reply, and beneath them the next-word scope. A slider at its neutral end says "off".
class SamplingDock final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SamplingDock)
public:
    explicit SamplingDock(Theme* theme, QWidget* parent = nullptr);
    ~SamplingDock() override;

    GenerationSettings settings() const;
    void setSettings(const GenerationSettings& settings);  ///< without settingsChanged
    /// Null: the scope says that it fills with the first reply.
    void setDistribution(const std::shared_ptr<const Distribution>& distribution);

Q_SIGNALS:
    void settingsChanged(const monochord::app::GenerationSettings& settings);  ///< by the user, with every step

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

/// The sampling settings of a preset: "precise", "balanced" (the defaults), "creative", "neutral".
GenerationSettings preset(const QString& name, const GenerationSettings& current);

}  // namespace monochord::app
