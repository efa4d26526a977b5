#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "inference/engine.h"
#include "ui/theme.h"

namespace monochord::app {

/// tokens/s · time to first token · prompt tokens reused + processed · threads … memory · local, no network. While a
/// prompt is processed, its progress stands at the left.
class StatusLine final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatusLine)
public:
    explicit StatusLine(Theme* theme, QWidget* parent = nullptr);
    ~StatusLine() override;

    void setModel(const std::optional<LoadedModel>& model);
    void setPromptProgress(quint32 done, quint32 total);  ///< total 0: none
    void setSpeed(double tokensPerSecond);                ///< while streaming
    void setRecord(const ReplyRecord& record);            ///< of the last reply
    /// Work that goes on beside the chat, with a button that shows more of it; a negative share: none is known. Empty:
    /// there is no work.
    void setWork(const QString& text, double share = -1);

Q_SIGNALS:
    void workClicked();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
