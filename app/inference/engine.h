#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QThread>
#include <QThreadPool>
#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/failure.h"
#include "core/generation_settings.h"
#include "core/load_settings.h"
#include "core/reply_record.h"
#include "inference/replay.h"
#include "monochord/model.h"

namespace monochord::app {

class EngineWorker;
class ReplyControl;

struct ModelRequest {
    QString path;
    LoadSettings settings = {};  ///< with a context of 0: what the model was trained for, at most 8192
    QString chatTemplate = {};   ///< Jinja, in place of the model's own; empty: its own
};

/// What the chip and the status line show of a loaded model.
struct LoadedModel {
    QString path, name, architecture;
    QString quantization;       ///< the tensor type with the largest share of the bytes: "Q4_1"
    quint64 memoryBytes = 0;    ///< file and KV cache
    quint32 contextLength = 0;  ///< positions that fit
    int threads = 0;
    QString isa;
    KvType keys = KvType::F16, values = KvType::F16;  ///< what the KV cache stores
    QString chatTemplate = {};                        ///< the Jinja that is in use
    QString templateError = {};                       ///< why it can't be; empty: it can
    bool hasOwnTemplate = true;                       ///< it is not another one that the request brought
};

/// A turn of a conversation as the chat template sees it.
struct Turn {
    QString role;  ///< "system", "user" or "assistant"
    QString text;
};

struct GenerationRequest {
    qint64 reply = 0;   ///< the message that the tokens are for; comes back with every signal
    QList<Turn> turns;  ///< up to the user's last message
    QString begun;      ///< a reply that is continued: its text so far, computed as if the model had said it
    std::vector<TokenId> begunTokens = {};  ///< the tokens of that text where they are known; else it is cut anew
    GenerationSettings settings;
    qint64 chat = 0;      ///< whose computed state is kept on disk when another one is computed for; 0: it is not kept
    quint32 leftOut = 0;  ///< so many of the oldest turns behind the system prompt are no part of the prompt
};

/// How a conversation fits into the context.
struct PromptSize {
    quint32 tokens = 0;   ///< of the prompt, without the turns that are left out; it fits where they are fewer than
    quint32 context = 0;  ///< the positions there are
    quint32 leftOut = 0;  ///< see GenerationRequest
};
/// Why it can't be sent; nothing: it can.
std::optional<Failure> tooLong(const PromptSize& size);

/// The logits that the last token was drawn from, for the next-word scope.
struct Distribution {
    std::shared_ptr<const Model> model;
    std::vector<float> logits;     // [vocabulary] f32
    std::vector<TokenId> history;  ///< prompt and reply before the token
    TokenId drawn = 0;
};

/// The engine as the window sees it. Owns the worker and its thread; every function returns at once, and everything
/// that happens comes back as a signal on the thread of this object. stop(), cancelLoad() and setSampling() reach the
/// worker without its event loop, so also in the middle of a computation. The destructor stops what runs, waits for it
/// (a chunk of a layer, some milliseconds), and gives the last chat's state two seconds to reach the disk.
class Engine final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Engine)
public:
    enum class State { Empty, Loading, Ready, Generating };
    Q_ENUM(State)

    /// `stateFolder`: where the computed states of long chats are kept, to go on with them later without reading their
    /// prompt again; empty: nowhere.
    explicit Engine(const QString& stateFolder = {}, QObject* parent = nullptr);
    ~Engine() override;

    State state() const { return m_state; }
    /// The model that answers; while another is loading, still the old one, which stays if the new one fails.
    const std::optional<LoadedModel>& model() const { return m_model; }

    /// Stops a running reply (its `finished` comes first) and a running load (its `loadFailed` does), then loads.
    void load(const ModelRequest& request);
    void cancelLoad();
    /// Counts the tokens of a prompt, and what has to be left out of it; `measured` or `measureFailed` answers with the
    /// same number, also while a reply is generated. The settings do not count. `wanted.leftOut`: what the reply before
    /// went without; it stays so unless everything fits, since the rest is computed already.
    void measure(quint64 request, const GenerationRequest& wanted);
    /// What the template makes of a short conversation, with the special tokens of the loaded model. `sampled` answers
    /// with the same number.
    void sample(quint64 request, const QString& chatTemplate);
    /// While Ready, or Loading: then once the model is there. Ends with `finished` or `failed`.
    void generate(const GenerationRequest& request);
    void stop();
    /// Another chat is shown: a good moment to keep the state of the one that was answered last. A stop ends it.
    void saveChat();
    /// The chat was deleted, and with it all that was kept of it.
    void forgetChat(qint64 chat);
    /// Draws a reply again, beside all else and without a trace of it; ends with `replayed`. One at a time: a new one
    /// ends the one before.
    void replay(const ReplayRequest& request);
    void stopReplay();
    /// Draws with these from the next token on. The seed stays the reply's own.
    void setSampling(const SamplingSettings& settings);
    /// Whether distributions are sent at all (the scope is visible).
    void setDistributionWanted(bool wanted);

Q_SIGNALS:
    void stateChanged(monochord::app::Engine::State state);
    void loadProgress(quint64 doneBytes, quint64 totalBytes);
    void loaded(const monochord::app::LoadedModel& model);
    /// Cancelled is a failure with that code.
    void loadFailed(const monochord::app::Failure& failure);
    void measured(quint64 request, const monochord::app::PromptSize& size);
    void measureFailed(quint64 request, const monochord::app::Failure& failure);
    /// The failure has a detail where the template has an error; it names the line.
    void sampled(quint64 request, const QString& text, const monochord::app::Failure& failure);
    void promptProgress(qint64 reply, quint32 doneTokens, quint32 totalTokens);
    /// What TokenTrace reads, to be put behind what came before; before the text of these tokens.
    void traced(qint64 reply, const QByteArray& trace);
    /// Coalesced to about 30 a second. `tokens`: of the reply so far.
    void textArrived(qint64 reply, const QString& text, quint32 tokens);
    /// With a textArrived, about 5 times a second, and of the last token in the end.
    void distributionArrived(const std::shared_ptr<const monochord::app::Distribution>& distribution);
    void finished(qint64 reply, const monochord::app::ReplyRecord& record);
    /// The text that arrived before stays valid; `record` is as far as it came.
    void failed(qint64 reply, const monochord::app::Failure& failure, const monochord::app::ReplyRecord& record);
    void replayProgress(qint64 reply, int percent);
    void replayed(qint64 reply, const monochord::app::Replay& result);

private:
    /// What the worker was asked to do and has not ended yet: a reply if it has a control, else a load.
    struct Job {
        std::shared_ptr<ReplyControl> reply;
        std::stop_source load;
        std::stop_source enough;  // a load need not wait for all weights
    };
    void connectWorker();
    void identifyModel();
    ReplyRecord identified(ReplyRecord record) const;
    void stopLoads();
    /// A reply need not wait until all weights are read.
    void endAwaitedLoads();
    void begin(Job job);
    void endFirst();
    void updateState();

    std::stop_source m_saving;
    QThread m_thread;
    QThreadPool m_measuring;   // one thread
    QThreadPool m_background;  // one thread: identifies models, replays
    std::stop_source m_identifying, m_replaying;
    EngineWorker* m_worker = nullptr;  // lives on m_thread, deleted there
    std::deque<Job> m_jobs;            // in the worker's order
    State m_state = State::Empty;
    std::optional<LoadedModel> m_model;
    std::shared_ptr<const Model> m_opened;  // the same model, for measure() and replay()
    QString m_digest;                       // of its file; empty: not known yet
};

}  // namespace monochord::app
