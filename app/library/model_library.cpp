#include "library/model_library.h"

#include <QDir>

#include "library/model_inspector.h"

namespace monochord::app {

namespace {

constexpr int kPauseMs = 500;  // after a change: files rarely come alone
constexpr int kMostWatched = 256;

}  // namespace

ModelLibrary::ModelLibrary(Settings* settings, QObject* parent) : QObject(parent), m_settings(settings) {
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &ModelLibrary::search);
    const auto changed = [this] { m_pause.start(); };
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, changed);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, changed);
}

void ModelLibrary::addFolder(const QString& folder) {
    QStringList all = folders();
    const QString clean = QDir::cleanPath(folder);
    if (!all.contains(clean)) m_settings->setModelFolders(all << clean);
    search();
}

void ModelLibrary::removeFolder(const QString& folder) {
    QStringList all = folders();
    all.removeAll(folder);
    m_settings->setModelFolders(all);
    search();
}

void ModelLibrary::search() {
    if (m_searching) {
        m_again = true;
        return;
    }
    m_searching = true;
    findModels(modelPlaces(folders())).then(this, [this](const FoundModels& result) {
        m_searching = false;
        m_cards = result.cards;
        watch(result.folders);
        Q_EMIT found();
        if (std::exchange(m_again, false)) search();
    });
}

void ModelLibrary::watch(const QStringList& folders) {
    QStringList paths = folders.first(std::min<qsizetype>(folders.size(), kMostWatched));
    // A file that is still being written has a problem now.
    for (const ModelCard& card : m_cards)
        if (card.problem && paths.size() < 2 * kMostWatched) paths.append(card.path);
    const QStringList before = m_watcher.directories() + m_watcher.files();
    if (before == paths) return;
    if (!before.isEmpty()) m_watcher.removePaths(before);
    if (!paths.isEmpty()) m_watcher.addPaths(paths);
}

}  // namespace monochord::app
