#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <optional>
#include <stop_token>

#include "core/failure.h"

namespace monochord::app {

/// A model file that is to be made.
struct MakeOrder {
    QString source;             ///< a GGUF file, or the folder of a Hugging Face model
    bool isCheckpoint = false;  ///< it is such a folder
    QString type;               ///< one of quantizations()
    QString target;
};

struct MakeResult {
    QString path;                         ///< of the new file
    std::optional<Failure> failure = {};  ///< why there is none; Cancelled is one
};

/// Converts and quantizes models on a thread of QtConcurrent, one at a time. The file appears when it is whole:
/// stopped, failed, or with the application ended in between, nothing is left of it.
class ModelMaker final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelMaker)
public:
    explicit ModelMaker(QObject* parent = nullptr);
    ~ModelMaker() override;

    void start(const MakeOrder& order);  ///< precondition: none is running
    void cancel();                       ///< `ended` comes with Cancelled
    bool isRunning() const { return m_watcher.isRunning(); }

    /// Whether the weights lie on the disk twice for a while: types that mix several are made of a file.
    static bool needsFileBetween(const MakeOrder& order);

Q_SIGNALS:
    void progress(double share);
    void ended(const monochord::app::MakeResult& result);

private:
    QFutureWatcher<MakeResult> m_watcher;
    std::stop_source m_stop{std::nostopstate};
};

/// A file in the folder that is not there yet, named after the model and the type: "SmolLM2-135M.Q8_0.gguf".
QString freeModelPath(const QString& folder, const QString& name, const QString& type);

}  // namespace monochord::app
