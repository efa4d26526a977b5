#pragma once

#include <QElapsedTimer>
#include <QObject>

#include "library/model_card.h"
#include "library/model_maker.h"

namespace monochord::app {

class ConvertPage;
class Engine;
class ModelPresenter;
class StatusLine;

/// Ties the making of model files to the page where it is planned and to the status line, where it is seen when that
/// page is closed. A model that was converted is loaded as soon as it is there, unless another one is in use and the
/// page is closed; one that was quantized is shown in the library.
class ConvertPresenter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConvertPresenter)
public:
    struct Widgets {
        ConvertPage* page;
        StatusLine* status;
    };
    ConvertPresenter(Engine* engine, ModelPresenter* models, const Widgets& widgets, QObject* parent);

    /// Shows the plan for this, or the work that runs.
    void convert(const QString& folder);
    void quantize(const ModelCard& card);

Q_SIGNALS:
    void pageWanted(bool shown);
    void made(const QString& path);       ///< a new file
    void quantized(const QString& path);  ///< the page was open and is done

private:
    void inspect(const QString& path, bool isCheckpoint, Place place);
    void place();
    void choosePlace();
    void start();
    void cancel();
    void showProgress(double share);
    void finish(const MakeResult& result);
    void load();

    Engine* m_engine;
    ModelPresenter* m_models;
    Widgets m_widgets;
    ModelMaker m_maker;
    ModelCard m_card;   // what is planned or made
    QString m_folder;   // for the new file
    MakeOrder m_order;  // as it is planned or made
    QElapsedTimer m_clock;
    quint64 m_asked = 0;  // number of the last inspection
};

}  // namespace monochord::app
