#pragma once

#include <QWidget>

#include "core/load_settings.h"
#include "ui/theme.h"

namespace monochord::app {

class SegmentedControl;
class SliderRow;

/// How a model is loaded: context, types of the KV cache, threads, instruction set.
class LoadForm final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LoadForm)
public:
    explicit LoadForm(Theme* theme, QWidget* parent = nullptr);

    /// `trained`: the longest context on offer; 0: unknown.
    void setTrainedContext(quint32 trained);
    void setSettings(const LoadSettings& settings);
    const LoadSettings& settings() const { return m_settings; }

Q_SIGNALS:
    void changed();  ///< by the user

private:
    void connectControls();

    // Made in the order in which Tab visits them.
    SliderRow* m_context;
    SegmentedControl* m_keys;
    SegmentedControl* m_values;
    SliderRow* m_threads;
    SegmentedControl* m_isa;
    LoadSettings m_settings;
};

}  // namespace monochord::app
