#pragma once

#include <QList>
#include <QWidget>
#include <memory>

#include "library/model_card.h"
#include "ui/theme.h"

namespace monochord::app {

/// What is shown while there is no model: a drop zone ("Drop a model here", Open…), the starter model where it is
/// on this computer, and the model files found on it.
class StartPage final : public QWidget {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StartPage)
public:
    explicit StartPage(Theme* theme, QWidget* parent = nullptr);
    ~StartPage() override;

    void setStarterModel(const QString& path);  ///< empty: a line says how to fetch it
    void setFoundModels(const QList<ModelCard>& models);
    void setLoading(const QString& name, quint64 doneBytes, quint64 totalBytes);  ///< with a button to cancel
    void setNotLoading();
    /// A sentence about a model that could not be opened, and what can be done about it; empty: none.
    void setProblem(const QString& sentence, const QString& action = {});

Q_SIGNALS:
    void openRequested();
    void modelChosen(const QString& path);
    void cancelLoadClicked();
    void problemActionClicked();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace monochord::app
