#include "inference/engine_worker.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <filesystem>

#include "core/model_name.h"
#include "inference/prompts.h"
#include "inference/replay.h"
#include "inference/tracer.h"
#include "monochord/inspect.h"

namespace monochord::app {

namespace {

constexpr qint64 kSignalInterval = 33;  // ms: about 30 signals a second, which is as often as a window is painted
constexpr qint64 kScopeInterval = 200;  // ms: bars that change more often can't be read, and each change costs 1 ms

/// Says when the next signal may go out. The first may at once.
class Pace {
public:
    explicit Pace(qint64 interval = kSignalInterval) : m_interval(interval) {}
    bool isDue() const { return !m_sinceLast.isValid() || m_sinceLast.elapsed() >= m_interval; }
    void sent() { m_sinceLast.start(); }

private:
    qint64 m_interval;  // ms
    QElapsedTimer m_sinceLast;
};

QString toQt(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// Everything that is known before the prompt is.
ReplyRecord begunRecord(const LoadedModel& model, const GenerationRequest& request, const SamplingSettings& sampling) {
    ReplyRecord record;
    record.modelName = model.name;
    record.modelPath = model.path;
    record.engineVersion = QStringLiteral(MONOCHORD_VERSION);
    record.settings = {{0, sampling}};
    record.longestReply = request.settings.longestReply;
    record.leftOut = request.leftOut;
    return record;
}

void addReply(ReplyRecord& record, const Reply& reply) {
    record.promptTokens = static_cast<quint32>(reply.promptTokens);
    record.reusedTokens = static_cast<quint32>(reply.reusedTokens);
    record.replyTokens = static_cast<quint32>(reply.tokens.size());
    record.promptSeconds = reply.promptSeconds;
    record.generationSeconds = reply.generationSeconds;
    record.reason = reply.reason;
    if (reply.settings.empty()) return;
    record.settings.clear();
    for (const auto& [token, sampling] : reply.settings)
        record.settings.append({static_cast<quint32>(token), sampling});
}

ComputeOptions computeOptions(const LoadSettings& settings) {
    ComputeOptions options{.threads = settings.threads, .kv = settings.keys, .kvValues = settings.values};
    options.context = settings.context;
    // Settings may come from another computer.
    for (const std::string_view name : instructionSets())
        if (toQt(name) == settings.isa) options.isa = name;
    return options;
}

QString fileName(const QString& path) {
    return QFileInfo(path).fileName();
}

}  // namespace

/// What a reply has to tell, at most once in an interval. Text that waits goes out with the next token or at the end.
class EngineWorker::Stream {
public:
    Stream(EngineWorker& worker, const GenerationRequest& request, std::span<const TokenId> prompt)
        : m_worker(worker),
          m_reply(request.reply),
          m_tracer(worker.m_model->tokenizer(), prompt, request.begun.size()) {}

    void promptProgress(size_t done, size_t total) {
        if (done != 0 && done != total && !m_promptPace.isDue()) return;
        m_promptPace.sent();
        Q_EMIT m_worker.promptProgress(m_reply, static_cast<quint32>(done), static_cast<quint32>(total));
    }
    void drawn(const DrawnToken& token) {
        m_tracer.drawn(token);
        distribution(token);
    }
    void distribution(const DrawnToken& token) {
        if (!m_worker.m_distributionWanted.load(std::memory_order_relaxed)) {
            m_distribution = nullptr;
            return;
        }
        // A megabyte a token for large vocabularies: only what will be sent is copied.
        if (!m_scopePace.isDue()) return;
        if (!m_distribution) m_distribution = std::make_shared<Distribution>();
        m_distribution->model = m_worker.m_model;
        m_distribution->logits.assign(token.logits.begin(), token.logits.end());
        m_distribution->history.assign(token.history.begin(), token.history.end());
        m_distribution->drawn = token.id;
    }
    /// It is the one that stays.
    void lastDrawn(const DrawnToken& token) {
        m_scopePace = Pace(0);
        distribution(token);
    }
    void text(std::string_view text) {
        m_tracer.text(text);
        m_text.append(text);
        m_tokens++;
        if (!m_text.empty() && m_textPace.isDue()) send();
    }
    void end(quint32 tokens) {
        m_tokens = tokens;
        if (!m_text.empty() || m_distribution) return send();
        Q_EMIT m_worker.traced(m_reply, m_tracer.take());
    }

private:
    void send() {
        m_textPace.sent();
        Q_EMIT m_worker.traced(m_reply, m_tracer.take());
        Q_EMIT m_worker.textArrived(m_reply, toQt(m_text), m_tokens);
        m_text.clear();
        if (!m_distribution || !m_scopePace.isDue()) return;
        m_scopePace.sent();
        Q_EMIT m_worker.distributionArrived(std::exchange(m_distribution, nullptr));
    }

    EngineWorker& m_worker;
    qint64 m_reply;
    Tracer m_tracer;
    Pace m_promptPace, m_textPace, m_scopePace = Pace(kScopeInterval);
    std::string m_text;  // whole characters
    quint32 m_tokens = 0;
    std::shared_ptr<Distribution> m_distribution;  // of the last token; the next signal takes it along
};

EngineWorker::EngineWorker(const QString& stateFolder) : m_saved(stateFolder) {}
EngineWorker::~EngineWorker() = default;

Result<LoadedModel> EngineWorker::open(const ModelRequest& request, const std::stop_token& stop,
                                       const std::stop_token& enough) {
    const std::filesystem::path path(QFile::encodeName(request.path).toStdString());
    Pace pace;
    const auto progress = [&](uint64_t done, uint64_t total) {
        if (done != 0 && done != total && !pace.isDue()) return;
        pace.sent();
        Q_EMIT loadProgress(done, total);
    };
    LoadOptions options{.progress = progress, .stop = stop, .enough = enough};
    if (!request.chatTemplate.isEmpty()) options.chatTemplate = request.chatTemplate.toStdString();
    auto model = Model::open(path, options);
    if (!model) return tl::unexpected(model.error());
    auto session = InferenceSession::create(*model, computeOptions(request.settings));
    if (!session) return tl::unexpected(session.error());
    const auto summary = inspectModel(path, {});
    if (!summary) return tl::unexpected(summary.error());
    if (m_session) m_saved.save(*m_session, stop);
    if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "opening the model was stopped");

    const Evaluator& evaluator = (*session)->evaluator();
    LoadedModel loaded;
    loaded.path = request.path;
    loaded.name = modelName(request.path, QString::fromStdString((*model)->info().name));
    loaded.architecture = QString::fromStdString((*model)->info().architecture);
    if (!summary->tensorTypes.empty()) loaded.quantization = toQt(summary->tensorTypes.front().type);
    loaded.memoryBytes = (*model)->info().fileBytes + evaluator.memoryUsed();
    loaded.contextLength = evaluator.contextLength();
    loaded.threads = evaluator.threads();
    loaded.isa = toQt(evaluator.isa());
    loaded.keys = evaluator.keyType();
    loaded.values = evaluator.valueType();
    const ChatTemplate& chatTemplate = (*model)->chatTemplate();
    loaded.chatTemplate = toQt(chatTemplate.source());
    if (chatTemplate.error()) loaded.templateError = QString::fromStdString(chatTemplate.error()->message);
    loaded.hasOwnTemplate = request.chatTemplate.isEmpty();
    m_session = std::move(*session);
    m_saved.begin();
    m_model = std::move(*model);
    return loaded;
}

void EngineWorker::load(const ModelRequest& request, const std::stop_token& stop, const std::stop_token& enough) {
    auto model = open(request, stop, enough);
    if (!model) {
        Q_EMIT loadFailed(failureOf(Task::OpenModel, model.error(), fileName(request.path)));
        return;
    }
    m_loaded = std::move(*model);
    Q_EMIT loaded(m_loaded, m_model);
}

Result<Reply> EngineWorker::compute(const GenerationRequest& request, const std::vector<TokenId>& prompt,
                                    ReplyControl& control) {
    GenerationOptions options;
    options.sampling = control.sampling();
    options.longestReply = request.settings.longestReply;
    options.continuesText = !request.begun.isEmpty();
    Stream stream(*this, request, prompt);
    GenerationObserver observer;
    observer.promptProgress = [&](size_t done, size_t total) {
        if (done == 0) control.attach(*m_session);
        stream.promptProgress(done, total);
    };
    observer.drawn = [&](const DrawnToken& token) { stream.drawn(token); };
    observer.lastDrawn = [&](const DrawnToken& token) { stream.lastDrawn(token); };
    auto reply = m_session->generate(
        prompt, options, control.stopToken(), [&](TokenId, std::string_view text) { stream.text(text); }, observer);
    control.detach();
    stream.end(static_cast<quint32>((reply ? *reply : m_session->unfinished()).tokens.size()));
    return reply;
}

void EngineWorker::generate(const GenerationRequest& request, const std::shared_ptr<ReplyControl>& control) {
    if (request.settings.randomSeed) control->setSeed(QRandomGenerator::system()->generate64());
    ReplyRecord record = begunRecord(m_loaded, request, control->sampling());
    if (!m_session) {
        Q_EMIT failed(request.reply, noModelFailure(), record);
        return;
    }
    if (control->stopToken().stop_requested()) {
        Q_EMIT finished(request.reply, record);
        return;
    }
    const auto prompt = promptTokens(*m_model, request);
    if (!prompt) {
        Q_EMIT failed(request.reply, failureOf(Task::Send, prompt.error(), fileName(m_loaded.path)), record);
        return;
    }
    record.promptTokens = static_cast<quint32>(prompt->size());
    record.kvType = kvTypes(m_session->evaluator());
    if (const auto failure = tooLong({record.promptTokens, m_loaded.contextLength})) {
        Q_EMIT failed(request.reply, *failure, record);
        return;
    }
    if (!m_saved.enter(*m_session, request.chat, *prompt, control->stopToken())) {
        Q_EMIT finished(request.reply, record);
        return;
    }
    const auto reply = compute(request, *prompt, *control);
    addReply(record, reply ? *reply : m_session->unfinished());
    if (reply)
        Q_EMIT finished(request.reply, record);
    else
        Q_EMIT failed(request.reply, failureOf(Task::Reply, reply.error(), fileName(m_loaded.path)), record);
}

void EngineWorker::saveChat(const std::stop_token& stop) {
    if (m_session) m_saved.save(*m_session, stop);
}

void EngineWorker::forgetChat(qint64 chat) {
    m_saved.forget(chat);
}

}  // namespace monochord::app
