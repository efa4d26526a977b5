#include "ui/model_presenter.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>

#include "core/error_text.h"
#include "core/paths.h"
#include "library/model_inspector.h"
#include "ui/panels/banner.h"
#include "ui/panels/header_bar.h"
#include "ui/panels/start_page.h"
#include "ui/panels/status_line.h"
#include "ui/panels/template_dialog.h"

namespace monochord::app {

namespace {

constexpr int kMostInMenu = 20;

}  // namespace

ModelPresenter::ModelPresenter(Engine* engine, Settings* settings, const Widgets& widgets, QObject* parent)
    : QObject(parent), m_engine(engine), m_settings(settings), m_widgets(widgets) {
    connectEngine();
    connectWidgets();
    m_widgets.header->setModel(m_engine->model());
    m_widgets.status->setModel(m_engine->model());
    m_widgets.start->setStarterModel(QFileInfo::exists(starterModelPath()) ? starterModelPath() : QString());
    searchModels();
}

void ModelPresenter::connectEngine() {
    const auto ended = [this] {
        if (--m_loads > 0) return;  // another one, which cancelled this one, goes on
        m_widgets.header->setNotLoading();
        m_widgets.start->setNotLoading();
        m_remembered = false;
        Q_EMIT wantsModelChanged();
    };
    connect(m_engine, &Engine::loadProgress, this, &ModelPresenter::showProgress);
    connect(m_engine, &Engine::loaded, this, [this, ended](const LoadedModel& model) {
        m_widgets.header->setModel(model);
        m_widgets.status->setModel(model);
        m_settings->setModelPath(model.path);
        if (!model.templateError.isEmpty()) {
            m_problem = tr("The chat template of %1 has an error: %2. Mend it, or use another one.")
                            .arg(model.name, model.templateError);
            m_problemAction = tr("Chat template…");
        }
        ended();
        placeProblem();
    });
    connect(m_engine, &Engine::loadFailed, this, [this, ended](const Failure& failure) {
        if (failure.code != ErrorCode::Cancelled) m_problem = sentence(failure);
        ended();
        placeProblem();
    });
}

void ModelPresenter::connectWidgets() {
    connect(m_widgets.header, &HeaderBar::chipClicked, this, &ModelPresenter::showMenu);
    connect(m_widgets.header, &HeaderBar::cancelLoadClicked, m_engine, &Engine::cancelLoad);
    connect(m_widgets.start, &StartPage::cancelLoadClicked, m_engine, &Engine::cancelLoad);
    connect(m_widgets.banner, &Banner::actionTriggered, this, &ModelPresenter::showTemplate);
    connect(m_widgets.start, &StartPage::openRequested, this, &ModelPresenter::chooseFile);
    connect(m_widgets.start, &StartPage::modelChosen, this, &ModelPresenter::load);
}

void ModelPresenter::load(const QString& path) {
    ++m_loads;
    m_loadingName = QFileInfo(path).fileName();
    m_problem.clear();
    m_problemAction.clear();
    placeProblem();
    showProgress(0, 0);
    const QString absolute = QFileInfo(path).absoluteFilePath();
    m_engine->load({.path = absolute, .chatTemplate = m_settings->chatTemplate(absolute)});
}

void ModelPresenter::loadRemembered() {
    const QString path = m_settings->modelPath();
    if (path.isEmpty() || !QFileInfo::exists(path)) return;
    m_remembered = true;
    load(path);
    Q_EMIT wantsModelChanged();
}

void ModelPresenter::chooseFile() {
    auto* dialog = new QFileDialog(m_widgets.window, tr("Open a model"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("GGUF models (*.gguf)"), tr("All files (*)")});
    const QString last = m_settings->modelPath();
    dialog->setDirectory(last.isEmpty() ? modelsFolder() : QFileInfo(last).absolutePath());
    connect(dialog, &QFileDialog::fileSelected, this, &ModelPresenter::load);
    dialog->open();
}

void ModelPresenter::showTemplate() {
    if (!m_engine->model()) return;
    auto* dialog = new TemplateDialog(m_widgets.theme, m_engine, *m_engine->model(), m_widgets.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &TemplateDialog::chosen, this, [this, path = m_engine->model()->path](const QString& source) {
        m_settings->setChatTemplate(path, source);
        load(path);
    });
    dialog->open();
}

bool ModelPresenter::wantsModel() const {
    return !m_engine->model() && !m_remembered;
}

void ModelPresenter::showMenu() {
    auto* menu = new QMenu(m_widgets.window);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const ModelCard& card : m_found.first(std::min<qsizetype>(m_found.size(), kMostInMenu))) {
        const QString size =
            QLocale().formattedDataSize(static_cast<qint64>(card.fileBytes), 0, QLocale::DataSizeSIFormat);
        //: name, quantization and size of a model
        QAction* action = menu->addAction(tr("%1 · %2 · %3").arg(card.name, card.quantization, size), this,
                                          [this, path = card.path] { load(path); });
        action->setCheckable(true);
        action->setChecked(m_engine->model() && QFileInfo(m_engine->model()->path) == QFileInfo(card.path));
    }
    if (!m_found.isEmpty()) menu->addSeparator();
    menu->addAction(tr("Open…"), QKeySequence::Open, this, &ModelPresenter::chooseFile);
    menu->addAction(tr("Chat template…"), this, &ModelPresenter::showTemplate)
        ->setEnabled(m_engine->model().has_value());
    menu->popup(m_widgets.header->menuPosition());
    searchModels();
}

void ModelPresenter::showProgress(quint64 done, quint64 total) {
    if (m_widgets.start->isVisible())
        m_widgets.start->setLoading(m_loadingName, done, total);
    else
        m_widgets.header->setLoading(m_loadingName, done, total);
}

void ModelPresenter::placeProblem() {
    const bool onStart = m_widgets.start->isVisible();
    m_widgets.start->setProblem(onStart ? m_problem : QString());
    if (onStart || m_problem.isEmpty())
        m_widgets.banner->hide();
    else
        m_widgets.banner->show(m_problem, m_problemAction);
}

void ModelPresenter::searchModels() {
    findModels(usualModelFolders()).then(this, [this](const QList<ModelCard>& cards) {
        m_found = cards;
        m_widgets.start->setFoundModels(cards);
    });
}

}  // namespace monochord::app
