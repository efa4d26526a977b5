#pragma once

#include <QDialog>
#include <memory>

#include "inference/engine.h"
#include "ui/theme.h"

namespace monochord::app {

/// The chat template of the loaded model, and what it makes of a short conversation: to read, to mend, or to put
/// another in its place. What the conversation becomes, or the error with its line, follows the text while it is
/// edited.
class TemplateDialog final : public QDialog {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TemplateDialog)
public:
    TemplateDialog(Theme* theme, Engine* engine, const LoadedModel& model, QWidget* parent);
    ~TemplateDialog() override;

Q_SIGNALS:
    void chosen(const QString& source);  ///< empty: the model's own again

private:
    void build(const LoadedModel& model);
    void askForSample();
    void showSample(quint64 request, const QString& text, const Failure& failure);

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
