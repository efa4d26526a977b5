#include "inference/replay.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <filesystem>

#include "core/token_trace.h"
#include "inference/prompts.h"
#include "monochord/session.h"

namespace monochord::app {

namespace {

std::optional<KvType> kvTypeOf(QStringView name) {
    for (const KvType type : {KvType::F32, KvType::F16, KvType::Q8_0, KvType::Q4_0})
        if (name.toString().toStdString() == kvTypeName(type)) return type;
    return {};
}

ComputeOptions optionsFor(const ReplyRecord& record, size_t tokens) {
    ComputeOptions options;
    const QStringView types = record.kvType;
    const qsizetype slash = types.indexOf(u'/');
    options.kv = kvTypeOf(slash < 0 ? types : types.first(slash)).value_or(options.kv);
    if (slash >= 0) options.kvValues = kvTypeOf(types.sliced(slash + 1));
    options.context = static_cast<uint32_t>(tokens);
    return options;
}

Replay failed(const Error& error, const ReplyRecord& record) {
    return {.outcome = Replay::Outcome::Failed,
            .failure = failureOf(Task::OpenModel, error, QFileInfo(record.modelPath).fileName())};
}

/// Draws and compares, and stops where it parts.
class Repetition {
public:
    Repetition(const ReplayRequest& request, const TokenTrace& trace, const std::stop_token& stop)
        : m_request(request), m_tokens(trace.tokens().mid(trace.first())), m_prompt(trace.prompt()), m_stop(stop) {}

    size_t tokens() const { return m_prompt.size() + static_cast<size_t>(m_tokens.size()); }

    Result<Replay> run(InferenceSession& session, const std::function<void(size_t, size_t)>& progress) {
        const auto total = static_cast<size_t>(m_tokens.size());
        const bool ended = m_request.record.reason == StopReason::EndToken;
        GenerationOptions options;
        options.sampling = m_request.record.settings.front().sampling;
        options.longestReply = static_cast<uint32_t>(total + (ended ? 1 : 0));
        options.continuesText = m_tokens.front().begin > 0;
        std::stop_source parted;
        const std::stop_callback forward(m_stop, [&] { parted.request_stop(); });
        GenerationObserver observer;
        observer.promptProgress = [&](size_t done, size_t) { progress(done, tokens()); };
        observer.drawn = [&](const DrawnToken& token) {
            if (token.id != expected(m_drawn) && !(m_drawn == total && ended && endsReply(session, token.id)))
                return void(parted.request_stop());
            setSampling(session, ++m_drawn);
            progress(m_prompt.size() + m_drawn, tokens());
        };
        auto reply = session.generate(m_prompt, options, parted.get_token(), {}, observer);
        if (!reply) return tl::unexpected(reply.error());
        const QByteArray text = m_request.text.mid(m_tokens.front().begin).toUtf8();
        const bool same = m_drawn >= options.longestReply && text == QByteArray::fromStdString(reply->text);
        Replay result;
        result.outcome = m_stop.stop_requested() ? Replay::Outcome::Stopped
                         : same                  ? Replay::Outcome::Same
                                                 : Replay::Outcome::Parted;
        result.same = static_cast<quint32>(std::min(m_drawn, total));
        result.total = static_cast<quint32>(total);
        return result;
    }

private:
    TokenId expected(size_t index) const {
        return index < static_cast<size_t>(m_tokens.size()) ? m_tokens[static_cast<qsizetype>(index)].word().id : -1;
    }
    static bool endsReply(const InferenceSession& session, TokenId id) {
        return session.evaluator().model().tokenizer().endsReply(id);
    }
    /// What drew the token `next` is heard from now on.
    void setSampling(InferenceSession& session, size_t next) const {
        for (const SettingsChange& change : m_request.record.settings)
            if (change.token == next) session.setSampling(change.sampling);
    }

    const ReplayRequest& m_request;
    const QList<TracedToken> m_tokens;
    const std::vector<TokenId> m_prompt;
    const std::stop_token m_stop;
    size_t m_drawn = 0;  // that are the same
};

bool isOtherFile(const Model& model, const ReplyRecord& record, const std::stop_token& stop) {
    const auto digest = model.digest(stop);
    return digest && !record.modelDigest.isEmpty() && record.modelDigest != QString::number(*digest, 16);
}

}  // namespace

QString kvTypes(const Evaluator& evaluator) {
    const auto name = [](KvType type) {
        const std::string_view text = kvTypeName(type);
        return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
    };
    const QString keys = name(evaluator.keyType()), values = name(evaluator.valueType());
    return keys == values ? keys : keys + u'/' + values;
}

Replay replay(const ReplayRequest& request, const std::shared_ptr<const Model>& loaded, const QString& loadedPath,
              const std::stop_token& stop, const std::function<void(size_t, size_t)>& progress) {
    const ReplyRecord& record = request.record;
    const TokenTrace trace(request.trace);
    if (record.settings.isEmpty() || trace.prompt().empty() || trace.first() >= trace.tokens().size()) return {};
    std::shared_ptr<const Model> model = record.modelPath == loadedPath ? loaded : nullptr;
    if (!model) {
        if (!QFileInfo::exists(record.modelPath)) return {.outcome = Replay::Outcome::ModelMissing};
        auto opened = Model::open(std::filesystem::path(QFile::encodeName(record.modelPath).toStdString()));
        if (!opened) return failed(opened.error(), record);
        model = *opened;
    }
    Repetition repetition(request, trace, stop);
    // One position more for the token that ended it.
    auto session = InferenceSession::create(model, optionsFor(record, repetition.tokens() + 1));
    if (!session) return failed(session.error(), record);
    const auto result = repetition.run(**session, progress);
    if (!result) return failed(result.error(), record);
    Replay told = *result;
    if (told.outcome != Replay::Outcome::Parted) return told;
    told.otherFile = isOtherFile(*model, record, stop);
    told.otherVersion = record.engineVersion != QStringLiteral(MONOCHORD_VERSION);
    told.otherKvType = record.kvType != kvTypes((*session)->evaluator());
    return told;
}

}  // namespace monochord::app
