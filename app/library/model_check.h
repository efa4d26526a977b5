#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QStringList>
#include <optional>
#include <stop_token>

#include "core/failure.h"

namespace monochord::app {

struct CheckResult {
    QStringList problems;                 ///< the engine's sentences; none: nothing is wrong
    ErrorCode firstCode{};                ///< of the first of them
    std::optional<Failure> failure = {};  ///< why the check itself broke off; Cancelled is one
};

/// The validator on a thread of QtConcurrent: reads a model file and says all that is wrong with it. One check at
/// a time: starting another abandons it, as does destroying this.
class ModelCheck final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelCheck)
public:
    explicit ModelCheck(QObject* parent = nullptr);
    ~ModelCheck() override;

    /// Whole: all weights, too. Otherwise only what keeps a model from being used: the chat template, which can be
    /// mended once it is loaded, is left out.
    void start(const QString& path, bool whole = true);
    void cancel();   ///< `ended` comes with Cancelled
    void abandon();  ///< ends it without a word

Q_SIGNALS:
    void progress(double share);
    void ended(const monochord::app::CheckResult& result);

private:
    QFutureWatcher<CheckResult> m_watcher;
    std::stop_source m_stop{std::nostopstate};
};

}  // namespace monochord::app
