#include "ui/library_presenter.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QUrl>
#include <algorithm>
#include <utility>

#include "inference/engine.h"
#include "ui/model_presenter.h"
#include "ui/panels/library_page.h"
#include "ui/panels/model_details.h"
#include "ui/panels/start_page.h"
#include "ui/widgets/format.h"

namespace monochord::app {

LibraryPresenter::LibraryPresenter(Engine* engine, Settings* settings, ModelPresenter* models, const Widgets& widgets,
                                   QObject* parent)
    : QObject(parent),
      m_engine(engine),
      m_settings(settings),
      m_models(models),
      m_widgets(widgets),
      m_library(settings) {
    LibraryPage* page = widgets.page;
    connect(&m_library, &ModelLibrary::found, this, &LibraryPresenter::showFound);
    connect(page, &LibraryPage::chosenChanged, this, &LibraryPresenter::showChosen);
    connect(page, &LibraryPage::loadRequested, this, &LibraryPresenter::load);
    connect(page, &LibraryPage::openRequested, models, &ModelPresenter::chooseFile);
    connect(page, &LibraryPage::folderWanted, this, &LibraryPresenter::chooseFolder);
    const auto showFolders = [this] { m_widgets.page->setFolders(m_library.folders()); };
    connect(page, &LibraryPage::folderUnwanted, this, [this, showFolders](const QString& folder) {
        m_library.removeFolder(folder);
        showFolders();
    });
    connectDetails();
    showFolders();
    m_library.search();
}

void LibraryPresenter::connectDetails() {
    ModelDetails* details = m_widgets.page->details();
    connect(details, &ModelDetails::loadRequested, this, &LibraryPresenter::load);
    connect(details, &ModelDetails::templateRequested, m_models, &ModelPresenter::showTemplate);
    connect(details, &ModelDetails::settingsChanged, this, [this, details] {
        const LoadSettings before = m_settings->loadSettings(m_shown.path), now = details->settings();
        m_settings->setLoadSettings(m_shown.path, now);
        if (now.keys != before.keys || now.values != before.values) askForMemory();
    });
    connect(details, &ModelDetails::folderRequested, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_shown.path).absolutePath())); });
    connect(details, &ModelDetails::quantizeRequested, this, [this] { Q_EMIT quantizeRequested(m_shown); });
    connect(details, &ModelDetails::checkRequested, this, [this, details] {
        details->setChecking(0, {});
        m_checkClock.start();
        m_check.start(m_shown.path);
    });
    connect(details, &ModelDetails::checkCancelled, &m_check, &ModelCheck::cancel);
    connect(&m_check, &ModelCheck::progress, this, [this, details](double share) {
        details->setChecking(share, speedText(share, m_shown.fileBytes, m_checkClock.elapsed()));
    });
    connect(&m_check, &ModelCheck::ended, details, &ModelDetails::setCheckResult);
}

void LibraryPresenter::open() {
    m_shown = {};
    if (m_engine->model()) m_widgets.page->choose(m_engine->model()->path);
    showChosen();
    m_library.search();
}

void LibraryPresenter::add(const QString& path) {
    const QString folder = QFileInfo(path).absolutePath();
    const QList<ModelPlace> places = modelPlaces(m_library.folders());
    const bool isKnown = std::ranges::any_of(places, [&](const ModelPlace& place) {
        return folder == place.folder || folder.startsWith(place.folder + u'/');
    });
    if (isKnown) return m_library.search();
    m_library.addFolder(folder);
    m_widgets.page->setFolders(m_library.folders());
}

void LibraryPresenter::choose(const QString& path) {
    m_wanted = path;
    showFound();
}

void LibraryPresenter::showFound() {
    QList<ModelCard> usable = m_library.cards();
    usable.removeIf([](const ModelCard& card) { return card.problem.has_value(); });
    m_widgets.start->setFoundModels(usable);
    m_widgets.page->setCards(m_library.cards());
    if (m_wanted.isEmpty() || std::ranges::find(usable, m_wanted, &ModelCard::path) == usable.end()) return;
    m_widgets.page->choose(std::exchange(m_wanted, {}));
}

void LibraryPresenter::showChosen() {
    const ModelCard* card = m_widgets.page->chosenCard();
    // Another search has found the same: what the user is doing with it goes on.
    if (card == nullptr || (card->path == m_shown.path && card->problem == m_shown.problem)) return;
    m_check.abandon();
    m_shown = *card;
    const bool isLoaded = m_engine->model() && m_engine->model()->path == card->path;
    m_widgets.page->details()->setCard(*card, m_settings->loadSettings(card->path), isLoaded);
    if (!card->problem) askForMemory();
}

void LibraryPresenter::askForMemory() {
    const LoadSettings settings = m_widgets.page->details()->settings();
    memoryNeed(m_shown.path, settings.keys, settings.values)
        .then(this, [this, asked = ++m_asked](const MemoryNeed& need) {
            if (asked == m_asked) m_widgets.page->details()->setMemoryNeed(need);
        });
}

void LibraryPresenter::load() {
    if (m_shown.path.isEmpty() || m_shown.problem) return;
    m_settings->setLoadSettings(m_shown.path, m_widgets.page->details()->settings());
    m_models->load(m_shown.path);
}

void LibraryPresenter::chooseFolder() {
    auto* dialog = new QFileDialog(m_widgets.page, tr("Add a folder of models"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setDirectory(QDir::homePath());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_library.addFolder(folder);
        m_widgets.page->setFolders(m_library.folders());
    });
    dialog->open();
}

}  // namespace monochord::app
