#pragma once

#include <QObject>
#include <QString>
#include <atomic>
#include <memory>
#include <stop_token>

#include "inference/engine.h"
#include "inference/reply_control.h"
#include "inference/saved_chats.h"

namespace monochord::app {

/// Owns the model and its session, and computes on the thread that it lives on. Its slots run for as long as the work
/// takes: what must reach it meanwhile goes through the stop token, the ReplyControl or the atomic.
class EngineWorker final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EngineWorker)
public:
    /// See Engine.
    explicit EngineWorker(const QString& stateFolder);
    ~EngineWorker() override;

    // On its own thread.
    /// Ends with `loaded` or `loadFailed`; the old model stays until the new one is ready.
    /// enough: ends its waiting for the weights, which are then read while somebody uses the model.
    void load(const ModelRequest& request, const std::stop_token& stop, const std::stop_token& enough);
    /// Ends with `finished` or `failed`.
    void generate(const GenerationRequest& request, const std::shared_ptr<ReplyControl>& control);
    void saveChat(const std::stop_token& stop);
    void forgetChat(qint64 chat);

    /// Any thread.
    void setDistributionWanted(bool wanted) { m_distributionWanted.store(wanted, std::memory_order_relaxed); }

Q_SIGNALS:
    // As those of Engine, on this thread.
    void loadProgress(quint64 doneBytes, quint64 totalBytes);
    void loaded(const monochord::app::LoadedModel& model, const std::shared_ptr<const monochord::Model>& opened);
    void loadFailed(const monochord::app::Failure& failure);
    void promptProgress(qint64 reply, quint32 doneTokens, quint32 totalTokens);
    void traced(qint64 reply, const QByteArray& trace);
    void textArrived(qint64 reply, const QString& text, quint32 tokens);
    void distributionArrived(const std::shared_ptr<const monochord::app::Distribution>& distribution);
    void finished(qint64 reply, const monochord::app::ReplyRecord& record);
    void failed(qint64 reply, const monochord::app::Failure& failure, const monochord::app::ReplyRecord& record);

private:
    class Stream;
    Result<LoadedModel> open(const ModelRequest& request, const std::stop_token& stop, const std::stop_token& enough);
    Result<Reply> compute(const GenerationRequest& request, const std::vector<TokenId>& prompt, ReplyControl& control);

    std::shared_ptr<const Model> m_model;
    std::unique_ptr<InferenceSession> m_session;
    SavedChats m_saved;
    LoadedModel m_loaded;
    std::atomic<bool> m_distributionWanted = false;
};

}  // namespace monochord::app
