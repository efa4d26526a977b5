#include "inference/engine.h"

#include <QDeadlineTimer>
#include <algorithm>

#include "inference/engine_worker.h"
#include "inference/prompts.h"

namespace monochord::app {

namespace {

constexpr qint64 kSavingPatience = 2000;  // ms

}  // namespace

Engine::Engine(const QString& stateFolder, QObject* parent) : QObject(parent), m_worker(new EngineWorker(stateFolder)) {
    m_measuring.setMaxThreadCount(1);
    m_background.setMaxThreadCount(1);
    m_thread.setObjectName(QStringLiteral("engine"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connectWorker();
    m_thread.start();
}

Engine::~Engine() {
    m_measuring.clear();
    m_background.clear();
    m_identifying.request_stop();
    stopReplay();
    stopLoads();
    stop();
    saveChat();
    // Behind all that the worker was asked to do: the last chat may have to be forgotten.
    QMetaObject::invokeMethod(
        m_worker, [this] { m_thread.quit(); }, Qt::QueuedConnection);
    if (!m_thread.wait(QDeadlineTimer(kSavingPatience))) m_saving.request_stop();
    m_thread.wait();
    m_measuring.waitForDone();
    m_background.waitForDone();
}

void Engine::connectWorker() {
    connect(m_worker, &EngineWorker::loadProgress, this, &Engine::loadProgress);
    connect(m_worker, &EngineWorker::promptProgress, this, &Engine::promptProgress);
    connect(m_worker, &EngineWorker::traced, this, &Engine::traced);
    connect(m_worker, &EngineWorker::textArrived, this, &Engine::textArrived);
    connect(m_worker, &EngineWorker::distributionArrived, this, &Engine::distributionArrived);
    connect(m_worker, &EngineWorker::loaded, this,
            [this](const LoadedModel& model, const std::shared_ptr<const Model>& opened) {
                m_model = model;
                m_opened = opened;
                identifyModel();
                endFirst();
                Q_EMIT loaded(model);
            });
    connect(m_worker, &EngineWorker::loadFailed, this, [this](const Failure& failure) {
        endFirst();
        Q_EMIT loadFailed(failure);
    });
    connect(m_worker, &EngineWorker::finished, this, [this](qint64 reply, const ReplyRecord& record) {
        endFirst();
        Q_EMIT finished(reply, identified(record));
    });
    connect(m_worker, &EngineWorker::failed, this,
            [this](qint64 reply, const Failure& failure, const ReplyRecord& record) {
                endFirst();
                Q_EMIT failed(reply, failure, identified(record));
            });
}

/// Nothing waits for it: a reply that ends before it is known goes without.
void Engine::identifyModel() {
    std::exchange(m_identifying, {}).request_stop();
    m_digest.clear();
    m_background.start([this, model = m_opened, stop = m_identifying.get_token()] {
        const auto digest = model->digest(stop);
        if (!digest) return;
        QMetaObject::invokeMethod(
            this,
            [this, model, number = *digest] {
                if (m_opened == model) m_digest = QString::number(number, 16);
            },
            Qt::QueuedConnection);
    });
}

ReplyRecord Engine::identified(ReplyRecord record) const {
    if (m_model && record.modelPath == m_model->path) record.modelDigest = m_digest;
    return record;
}

void Engine::replay(const ReplayRequest& request) {
    stopReplay();
    m_background.start(
        [this, request, model = m_opened, path = m_model ? m_model->path : QString(), stop = m_replaying.get_token()] {
            int told = -1;
            const auto progress = [&](size_t done, size_t total) {
                const auto percent = static_cast<int>(100 * done / total);
                if (std::exchange(told, percent) == percent) return;
                QMetaObject::invokeMethod(
                    this, [this, id = request.reply, percent] { Q_EMIT replayProgress(id, percent); },
                    Qt::QueuedConnection);
            };
            const Replay result = app::replay(request, model, path, stop, progress);
            QMetaObject::invokeMethod(
                this, [this, id = request.reply, result] { Q_EMIT replayed(id, result); }, Qt::QueuedConnection);
        });
}

void Engine::stopReplay() {
    std::exchange(m_replaying, {}).request_stop();
}

void Engine::load(const ModelRequest& request) {
    stop();
    stopLoads();
    Job job;
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, request, stop = job.load.get_token(), enough = job.enough.get_token()] {
            worker->load(request, stop, enough);
        },
        Qt::QueuedConnection);
    begin(std::move(job));
}

void Engine::cancelLoad() {
    stopLoads();
}

void Engine::stopLoads() {
    for (Job& job : m_jobs)
        if (!job.reply) job.load.request_stop();
}

void Engine::measure(quint64 request, const GenerationRequest& wanted) {
    // Not by the worker: it would answer only after the reply. A model is immutable and may be shared.
    m_measuring.start([this, request, wanted, model = m_opened, context = m_model ? m_model->contextLength : 0] {
        const auto size = model ? promptSize(*model, wanted, context) : Result<PromptSize>();
        if (model && size) {
            QMetaObject::invokeMethod(
                this, [this, request, size = *size] { Q_EMIT measured(request, size); }, Qt::QueuedConnection);
        } else {
            const Failure failure = model ? failureOf(Task::Send, size.error(), {}) : noModelFailure();
            QMetaObject::invokeMethod(
                this, [this, request, failure] { Q_EMIT measureFailed(request, failure); }, Qt::QueuedConnection);
        }
    });
}

void Engine::sample(quint64 request, const QString& chatTemplate) {
    m_measuring.start([this, request, chatTemplate, model = m_opened] {
        const auto text = model ? sampleText(*model, chatTemplate) : Result<QString>();
        const Failure failure = !model ? noModelFailure() : text ? Failure() : failureOf(Task::Send, text.error(), {});
        QMetaObject::invokeMethod(
            this, [this, request, text = text.value_or(QString()), failure] { Q_EMIT sampled(request, text, failure); },
            Qt::QueuedConnection);
    });
}

void Engine::generate(const GenerationRequest& request) {
    auto control = std::make_shared<ReplyControl>(request.settings.sampling);
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, request, control] { worker->generate(request, control); }, Qt::QueuedConnection);
    begin({std::move(control), std::stop_source(std::nostopstate), std::stop_source(std::nostopstate)});
    // Later, so that what is called right after this meets a reply that waits.
    QMetaObject::invokeMethod(this, &Engine::endAwaitedLoads, Qt::QueuedConnection);
}

void Engine::endAwaitedLoads() {
    const auto reply = std::find_if(m_jobs.begin(), m_jobs.end(), [](const Job& job) { return job.reply != nullptr; });
    if (reply == m_jobs.end()) return;
    for (auto job = m_jobs.begin(); job != reply; ++job) job->enough.request_stop();
}

void Engine::stop() {
    for (const Job& job : m_jobs)
        if (job.reply) job.reply->stop();
    std::exchange(m_saving, {}).request_stop();
}

void Engine::saveChat() {
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, stop = m_saving.get_token()] { worker->saveChat(stop); }, Qt::QueuedConnection);
}

void Engine::forgetChat(qint64 chat) {
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, chat] { worker->forgetChat(chat); }, Qt::QueuedConnection);
}

void Engine::setSampling(const SamplingSettings& settings) {
    for (const Job& job : m_jobs)
        if (job.reply) job.reply->setSampling(settings);
}

void Engine::setDistributionWanted(bool wanted) {
    m_worker->setDistributionWanted(wanted);
}

void Engine::begin(Job job) {
    m_jobs.push_back(std::move(job));
    updateState();
}

void Engine::endFirst() {
    m_jobs.pop_front();
    updateState();
}

void Engine::updateState() {
    const State idle = m_model ? State::Ready : State::Empty;
    const State state = m_jobs.empty() ? idle : m_jobs.front().reply ? State::Generating : State::Loading;
    if (state == m_state) return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

}  // namespace monochord::app
