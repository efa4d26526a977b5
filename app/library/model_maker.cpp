#include "library/model_maker.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QtConcurrent>
#include <array>
#include <filesystem>

#include "monochord/convert.h"
#include "monochord/inspect.h"
#include "monochord/quantize.h"

namespace monochord::app {

namespace {

constexpr int kWhole = 1000;        // of the progress
constexpr double kFirstPass = 0.1;  // writing weights as they are takes about as much of the time of both
constexpr size_t kLongestDetail = 400;

using Progress = std::function<void(uint64_t done, uint64_t total)>;

/// A part of the whole progress.
Progress part(QPromise<MakeResult>& promise, double from, double to) {
    return [&promise, from, to](uint64_t done, uint64_t total) {
        const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1;
        promise.setProgressValue(static_cast<int>(kWhole * (from + (to - from) * share)));
    };
}

Result<void> quantize(const QString& from, const MakeOrder& order, const Progress& progress, std::stop_token stop) {
    QuantizeOptions options{.stop = std::move(stop)};
    options.progress = [&](uint64_t done, uint64_t total, std::string_view) { progress(done, total); };
    const auto report =
        quantizeModel(from.toStdU16String(), order.target.toStdU16String(), order.type.toStdString(), options);
    return report ? Result<void>() : tl::unexpected(report.error());
}

Result<void> make(const MakeOrder& order, QPromise<MakeResult>& promise, const std::stop_token& stop) {
    QDir().mkpath(QFileInfo(order.target).absolutePath());
    if (!order.isCheckpoint) return quantize(order.source, order, part(promise, 0, 1), stop);
    if (!ModelMaker::needsFileBetween(order))
        return convertModel(order.source.toStdU16String(), order.target.toStdU16String(),
                            {.type = order.type.toStdString(), .progress = part(promise, 0, 1), .stop = stop});
    const QString between = order.target + QStringLiteral(".unquantized");
    const auto remove = qScopeGuard([&] { QFile::remove(between); });
    const auto converted = convertModel(order.source.toStdU16String(), between.toStdU16String(),
                                        {.progress = part(promise, 0, kFirstPass), .stop = stop});
    return converted ? quantize(between, order, part(promise, kFirstPass, 1), stop) : converted;
}

}  // namespace

ModelMaker::ModelMaker(QObject* parent) : QObject(parent) {
    connect(&m_watcher, &QFutureWatcherBase::progressValueChanged, this,
            [this](int value) { Q_EMIT progress(static_cast<double>(value) / kWhole); });
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] { Q_EMIT ended(m_watcher.result()); });
}

// What it leaves on the disk is removed before anything else goes.
ModelMaker::~ModelMaker() {
    m_watcher.disconnect(this);
    cancel();
    m_watcher.waitForFinished();
}

void ModelMaker::start(const MakeOrder& order) {
    m_stop = std::stop_source();
    m_watcher.setFuture(QtConcurrent::run([order, stop = m_stop.get_token()](QPromise<MakeResult>& promise) {
        promise.setProgressRange(0, kWhole);
        const auto made = make(order, promise, stop);
        MakeResult result{.path = order.target};
        if (!made)
            result.failure =
                Failure{.task = Task::Convert,
                        .code = made.error().code,
                        .detail = QString::fromStdString(displayText(made.error().message, kLongestDetail)),
                        .subject = QFileInfo(order.source).fileName()};
        promise.addResult(result);
    }));
}

void ModelMaker::cancel() {
    m_stop.request_stop();
}

bool ModelMaker::needsFileBetween(const MakeOrder& order) {
    static const QStringList kPlain{QStringLiteral("F32"), QStringLiteral("F16"), QStringLiteral("BF16"),
                                    QStringLiteral("Q8_0")};
    return order.isCheckpoint && !kPlain.contains(order.type);
}

QString freeModelPath(const QString& folder, const QString& name, const QString& type) {
    static const QRegularExpression kNotInNames(QStringLiteral("[^\\w.+-]+"),
                                                QRegularExpression::UseUnicodePropertiesOption);
    constexpr int kLongestName = 80;
    QString base = name.left(kLongestName);
    base.replace(kNotInNames, QStringLiteral("-"));
    if (base.startsWith(u'.')) base.prepend(QStringLiteral("model"));
    const auto path = [&](const QString& which) {
        return folder + u'/' + base + which + u'.' + type + QStringLiteral(".gguf");
    };
    QString free = path({});
    for (int i = 2; QFileInfo::exists(free); ++i) free = path(QStringLiteral("-%1").arg(i));
    return free;
}

}  // namespace monochord::app
