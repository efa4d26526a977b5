#include "library/model_check.h"

#include <QFileInfo>
#include <QtConcurrent>

#include "monochord/inspect.h"
#include "monochord/validate.h"

namespace monochord::app {

namespace {

constexpr int kWhole = 1000;  // of the progress
constexpr size_t kLongestProblem = 400;

CheckResult check(const QString& path, const ValidateOptions& options) {
    const auto problems = validateModel(path.toStdU16String(), options);
    CheckResult result;
    if (!problems) {
        result.failure = Failure{.task = Task::InspectFile,
                                 .code = problems.error().code,
                                 .detail = QString::fromStdString(problems.error().message),
                                 .subject = QFileInfo(path).fileName()};
        return result;
    }
    for (const Error& problem : *problems) {
        if (problem.code == ErrorCode::Template && !options.deep) continue;
        if (result.problems.isEmpty()) result.firstCode = problem.code;
        result.problems.append(QString::fromStdString(displayText(problem.message, kLongestProblem)));
    }
    return result;
}

}  // namespace

ModelCheck::ModelCheck(QObject* parent) : QObject(parent) {
    connect(&m_watcher, &QFutureWatcherBase::progressValueChanged, this,
            [this](int value) { Q_EMIT progress(static_cast<double>(value) / kWhole); });
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        // An abandoned check leaves an empty future, which has finished too.
        if (m_watcher.future().resultCount() > 0) Q_EMIT ended(m_watcher.result());
    });
}

ModelCheck::~ModelCheck() {
    abandon();
}

void ModelCheck::start(const QString& path, bool whole) {
    abandon();
    m_stop = std::stop_source();
    m_watcher.setFuture(QtConcurrent::run([path, whole, stop = m_stop.get_token()](QPromise<CheckResult>& promise) {
        promise.setProgressRange(0, kWhole);
        const auto progress = [&](uint64_t done, uint64_t total) {
            const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1;
            promise.setProgressValue(static_cast<int>(kWhole * share));
        };
        promise.addResult(check(path, {.deep = whole, .progress = progress, .stop = stop}));
    }));
}

void ModelCheck::cancel() {
    m_stop.request_stop();
}

void ModelCheck::abandon() {
    cancel();
    m_watcher.setFuture({});
}

}  // namespace monochord::app
