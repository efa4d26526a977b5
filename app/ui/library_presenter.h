#pragma once

#include <QElapsedTimer>
#include <QObject>

#include "core/settings.h"
#include "library/model_check.h"
#include "library/model_library.h"

namespace monochord::app {

class Engine;
class LibraryPage;
class ModelPresenter;
class StartPage;

/// Ties the models on this computer to the pages that show them, and what the user sets for one of them to the
/// settings that it is loaded with.
class LibraryPresenter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LibraryPresenter)
public:
    struct Widgets {
        LibraryPage* page;
        StartPage* start;
    };
    LibraryPresenter(Engine* engine, Settings* settings, ModelPresenter* models, const Widgets& widgets,
                     QObject* parent);

    /// The page is about to be shown: looks what is there now, with the loaded model chosen.
    void open();
    /// A file has come: it is listed, and shown where that is wanted.
    void add(const QString& path);
    void choose(const QString& path);

Q_SIGNALS:
    void quantizeRequested(const monochord::app::ModelCard& card);

private:
    void connectDetails();
    void showFound();
    void showChosen();
    void askForMemory();
    void load();
    void chooseFolder();

    Engine* m_engine;
    Settings* m_settings;
    ModelPresenter* m_models;
    Widgets m_widgets;
    ModelLibrary m_library;
    ModelCheck m_check;
    QElapsedTimer m_checkClock;
    ModelCard m_shown;
    QString m_wanted;     // to be chosen when the search has found it
    quint64 m_asked = 0;  // number of the last question about memory
};

}  // namespace monochord::app
