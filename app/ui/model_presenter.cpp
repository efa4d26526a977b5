#include "ui/model_presenter.h"

#include <QFileDialog>
#include <QFileInfo>
#include <utility>

#include "core/error_text.h"
#include "core/model_name.h"
#include "core/paths.h"
#include "library/model_inspector.h"
#include "ui/panels/banner.h"
#include "ui/panels/header_bar.h"
#include "ui/panels/start_page.h"
#include "ui/panels/status_line.h"
#include "ui/panels/template_dialog.h"

namespace monochord::app {

ModelPresenter::ModelPresenter(Engine* engine, Settings* settings, const Widgets& widgets, QObject* parent)
    : QObject(parent), m_engine(engine), m_settings(settings), m_widgets(widgets), m_crashes(engine, settings) {
    connectEngine();
    connectWidgets();
    m_widgets.header->setModel(m_engine->model());
    m_widgets.status->setModel(m_engine->model());
    m_widgets.start->setStarterModel(QFileInfo::exists(starterModelPath()) ? starterModelPath() : QString());
}

void ModelPresenter::connectEngine() {
    connect(&m_check, &ModelCheck::ended, this, &ModelPresenter::takeCheck);
    connect(m_engine, &Engine::loadProgress, this, &ModelPresenter::showProgress);
    connect(m_engine, &Engine::loaded, this, [this](const LoadedModel& model) {
        m_widgets.header->setModel(model);
        m_widgets.status->setModel(model);
        m_settings->setModelPath(model.path);
        endLoad();
        if (!model.templateError.isEmpty())
            setProblem(tr("The chat template of %1 has an error: %2. Mend it, or use another one.")
                           .arg(model.name, model.templateError),
                       tr("Chat template…"), [this] { showTemplate(); });
    });
    connect(m_engine, &Engine::loadFailed, this, [this](const Failure& failure) {
        endLoad();
        if (failure.code != ErrorCode::Cancelled) setProblem(sentence(failure));
    });
}

void ModelPresenter::connectWidgets() {
    const auto cancel = [this] {
        if (!m_checking.isEmpty()) stopCheck();
        m_engine->cancelLoad();
    };
    connect(m_widgets.header, &HeaderBar::cancelLoadClicked, this, cancel);
    connect(m_widgets.start, &StartPage::cancelLoadClicked, this, cancel);
    connect(m_widgets.banner, &Banner::actionTriggered, this, &ModelPresenter::act);
    connect(m_widgets.start, &StartPage::problemActionClicked, this, &ModelPresenter::act);
    connect(m_widgets.start, &StartPage::openRequested, this, &ModelPresenter::chooseFile);
    connect(m_widgets.start, &StartPage::modelChosen, this, &ModelPresenter::load);
}

void ModelPresenter::load(const QString& path) {
    if (const QString folder = checkpointFolder(path); !folder.isEmpty()) return Q_EMIT checkpointOpened(folder);
    if (m_checking.isEmpty()) ++m_loads;  // otherwise it takes the place of the one that is checked
    m_checking.clear();
    m_check.abandon();
    m_loadingName = QFileInfo(path).fileName();
    setProblem({});
    Q_EMIT loadStarted();
    showProgress(0, 0);
    const QString absolute = QFileInfo(path).absoluteFilePath();
    m_crashes.loading(absolute);
    if (m_settings->isChecked(absolute)) return loadChecked(absolute);
    m_checking = absolute;
    m_check.start(absolute, false);
}

void ModelPresenter::loadChecked(const QString& path) {
    m_engine->load(
        {.path = path, .settings = m_settings->loadSettings(path), .chatTemplate = m_settings->chatTemplate(path)});
}

void ModelPresenter::takeCheck(const CheckResult& result) {
    const QString path = std::exchange(m_checking, {});
    if (result.problems.isEmpty() && !result.failure) {
        m_settings->setChecked(path);
        return loadChecked(path);
    }
    m_crashes.loading({});
    endLoad();
    const Failure failure = result.failure.value_or(Failure{.task = Task::OpenModel,
                                                            .code = result.firstCode,
                                                            .detail = result.problems.value(0),
                                                            .subject = QFileInfo(path).fileName()});
    // Some flaws keep nothing from running; what does is refused once more.
    if (failure.code == ErrorCode::Corrupt)
        setProblem(sentence(failure), tr("Load anyway"), [this, path] {
            m_settings->setChecked(path);
            load(path);
        });
    else
        setProblem(sentence(failure));
}

void ModelPresenter::stopCheck() {
    m_check.abandon();
    m_checking.clear();
    m_crashes.loading({});
    endLoad();
}

void ModelPresenter::endLoad() {
    if (--m_loads > 0) return;  // another one, which cancelled this one, goes on
    m_widgets.header->setNotLoading();
    m_widgets.start->setNotLoading();
    m_remembered = false;
    Q_EMIT wantsModelChanged();
}

void ModelPresenter::loadRemembered() {
    const QString path = m_settings->modelPath();
    if (path.isEmpty() || !QFileInfo::exists(path)) return;
    if (m_crashes.isSuspect(path))
        return setProblem(
            tr("%1 was in use when Monochord crashed, twice in a row, so it was not loaded.").arg(modelName(path, {})),
            tr("Load anyway"), [this, path] { load(path); });
    m_remembered = true;
    load(path);
    Q_EMIT wantsModelChanged();
}

void ModelPresenter::chooseFile() {
    auto* dialog = new QFileDialog(m_widgets.window, tr("Open a model"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Models (*.gguf *.safetensors)"), tr("All files (*)")});
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

void ModelPresenter::setProblem(const QString& sentence, const QString& action, const std::function<void()>& act) {
    m_problem = sentence;
    m_problemAction = action;
    m_act = act;
    placeProblem();
}

void ModelPresenter::act() {
    const std::function<void()> act = m_act;  // it may set another problem, and so take its own place
    if (act) act();
}

void ModelPresenter::showProgress(quint64 done, quint64 total) {
    if (m_widgets.start->isVisible())
        m_widgets.start->setLoading(m_loadingName, done, total);
    else
        m_widgets.header->setLoading(m_loadingName, done, total);
}

void ModelPresenter::placeProblem() {
    const bool onStart = m_widgets.start->isVisible();
    m_widgets.start->setProblem(onStart ? m_problem : QString(), m_problemAction);
    if (onStart || m_problem.isEmpty())
        m_widgets.banner->hide();
    else
        m_widgets.banner->show(m_problem, m_problemAction);
}

}  // namespace monochord::app
