#pragma once

#include <QFileSystemWatcher>
#include <QList>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "core/settings.h"
#include "library/model_card.h"

namespace monochord::app {

/// The models on this computer, where they are: of other applications, and in folders that the user chose. Searched on
/// another thread, and again whenever something changes in those folders.
class ModelLibrary final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelLibrary)
public:
    /// The settings hold the chosen folders.
    explicit ModelLibrary(Settings* settings, QObject* parent = nullptr);

    const QList<ModelCard>& cards() const { return m_cards; }  ///< of the last search, by name
    QStringList folders() const { return m_settings->modelFolders(); }
    void addFolder(const QString& folder);
    void removeFolder(const QString& folder);  ///< from the library; nothing is deleted
    /// Looks again; `found` follows.
    void search();

Q_SIGNALS:
    void found();

private:
    void watch(const QStringList& folders);

    Settings* m_settings;
    QList<ModelCard> m_cards;
    QFileSystemWatcher m_watcher;
    QTimer m_pause;
    bool m_searching = false, m_again = false;
};

}  // namespace monochord::app
