#pragma once

#include <QObject>
#include <functional>

#include "core/settings.h"
#include "inference/crash_watch.h"
#include "inference/engine.h"
#include "library/model_check.h"

class QWidget;

namespace monochord::app {

class Banner;
class HeaderBar;
class StartPage;
class StatusLine;
class Theme;

/// Ties the engine's model to what shows it: chip, start page, status line, and the banner that says why a file could
/// not be opened. A file that was never loaded is checked first. Also the file dialog.
class ModelPresenter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelPresenter)
public:
    struct Widgets {
        Theme* theme;
        QWidget* window;
        HeaderBar* header;
        StartPage* start;
        StatusLine* status;
        Banner* banner;
    };
    ModelPresenter(Engine* engine, Settings* settings, const Widgets& widgets, QObject* parent);

    /// Also the folder of a Hugging Face model or a file in it, which `checkpointOpened` hands on.
    void load(const QString& path);
    /// The model of the last time, if its file is still there and it did not crash the application again and again.
    void loadRemembered();
    void chooseFile();
    /// The template of the loaded model, to look at and to replace.
    void showTemplate();
    /// Whether the page that asks for a model is of use: there is none, and none is on its way from the last time.
    bool wantsModel() const;
    /// Says why the last file could not be opened where it is seen: on the start page, or above the chat.
    void placeProblem();

Q_SIGNALS:
    void loadStarted();
    void checkpointOpened(const QString& folder);
    void wantsModelChanged();

private:
    void connectEngine();
    void connectWidgets();
    void setProblem(const QString& sentence, const QString& action = {}, const std::function<void()>& act = {});
    void act();
    void showProgress(quint64 done, quint64 total);
    void loadChecked(const QString& path);
    void takeCheck(const CheckResult& result);
    void stopCheck();
    void endLoad();

    Engine* m_engine;
    Settings* m_settings;
    Widgets m_widgets;
    CrashWatch m_crashes;
    ModelCheck m_check;
    QString m_checking;  // the model that waits to be loaded until it is checked; empty: none
    QString m_loadingName;
    QString m_problem;            // why the last file could not be opened; empty: it could
    QString m_problemAction;      // what can be done about it at once; empty: nothing
    std::function<void()> m_act;  // does it
    int m_loads = 0;              // that have not ended
    bool m_remembered = false;    // the load that runs is the one of the start
};

}  // namespace monochord::app
