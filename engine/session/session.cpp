#include "monochord/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "session/stop_strings.h"

namespace monochord {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

std::string_view stopReasonName(StopReason reason) {
    switch (reason) {
        case StopReason::EndToken:
            return "end";
        case StopReason::StopString:
            return "stop string";
        case StopReason::Length:
            return "length";
        case StopReason::ContextFull:
            return "context full";
        case StopReason::Cancelled:
            return "cancelled";
    }
    return "";
}

/// A reply in the making.
struct InferenceSession::Run {
    const GenerationOptions& options;
    const TokenSink& sink;
    const GenerationObserver& observer;
    StreamDecoder decoder;
    StopStringFilter filter;
    std::vector<TokenId> sequence;  // prompt and reply
    std::vector<float> logits;      // [vocabulary] of the last position
    Reply reply;
    TokenId lastId = 0;
    size_t lastHistory = 0;  // tokens before the last one that was drawn; 0: none was
    SamplingSettings lastSettings = {};
    MirostatState mirostat = {};

    void give(TokenId id, const std::string& text) {
        reply.text += text;
        if (sink) sink(id, text);
    }
    void note(TokenId id, const SamplingSettings& settings) {
        if (reply.settings.empty() || reply.settings.back().sampling != settings)
            reply.settings.push_back({reply.tokens.size(), settings});
        lastId = id;
        lastHistory = sequence.size();
        lastSettings = settings;
        if (observer.drawn) observer.drawn({id, logits, sequence, settings});
    }
    void tellLast() const {
        if (observer.lastDrawn && lastHistory > 0)
            observer.lastDrawn({lastId, logits, std::span(sequence).first(lastHistory), lastSettings});
    }
    bool ends(TokenId id, const Tokenizer& tokenizer) const {
        if (std::find(options.stopTokens.begin(), options.stopTokens.end(), id) != options.stopTokens.end())
            return true;
        return !options.ignoreEndTokens && tokenizer.endsReply(id);
    }
};

Result<std::unique_ptr<InferenceSession>> InferenceSession::create(std::shared_ptr<const Model> model,
                                                                   const ComputeOptions& options) {
    auto evaluator = Evaluator::create(std::move(model), options);
    if (!evaluator) return tl::unexpected(evaluator.error());
    return std::make_unique<InferenceSession>(std::move(*evaluator));
}

InferenceSession::InferenceSession(std::unique_ptr<Evaluator> evaluator) : m_evaluator(std::move(evaluator)) {}

void InferenceSession::setSampling(const SamplingSettings& settings) {
    const std::lock_guard lock(m_mutex);
    m_sampling = settings;
}

/// What draws the next token, with DRY's breakers filled in.
SamplingSettings InferenceSession::sampling(const Run& run) {
    std::unique_lock lock(m_mutex);
    SamplingSettings settings = m_sampling;
    lock.unlock();
    if (settings.dryMultiplier != 0 && settings.dryBreakers.empty())
        settings.dryBreakers = breakers(run.options.dryBreakers);
    return settings;
}

/// Looked up in the whole vocabulary, so only when they are wanted, and once for the same texts.
const std::vector<TokenId>& InferenceSession::breakers(const std::vector<std::string>& texts) {
    if (texts != m_breakerTexts) {
        m_breakers = tokensContaining(m_evaluator->model().tokenizer(), texts);
        m_breakerTexts = texts;
    }
    return m_breakers;
}

void InferenceSession::reset() {
    m_evaluator->clear();
    m_state.store(SessionState::Ready, std::memory_order_release);
}

Result<StopReason> InferenceSession::draw(Run& run, const std::stop_token& stop) {
    const Tokenizer& tokenizer = m_evaluator->model().tokenizer();
    const Clock::time_point start = Clock::now();
    Clock::time_point firstDrawn = start;
    const auto keepLogits = [&](size_t, std::span<const float> logits) {
        run.logits.assign(logits.begin(), logits.end());
    };
    for (;;) {
        run.reply.generationSeconds = run.reply.tokens.empty() ? 0 : secondsSince(firstDrawn);
        if (run.options.longestReply != 0 && run.reply.tokens.size() >= run.options.longestReply)
            return StopReason::Length;
        if (run.sequence.size() >= m_evaluator->contextLength()) return StopReason::ContextFull;
        const size_t last = run.sequence.size() - 1;
        const bool first = run.reply.settings.empty();
        const auto work = m_evaluator->evaluate(run.sequence, {&last, 1}, keepLogits, stop,
                                                first ? run.observer.promptProgress : Evaluator::ProgressSink());
        if (!work && work.error().code == ErrorCode::Cancelled) return StopReason::Cancelled;
        if (!work) return tl::unexpected(work.error());
        const SamplingSettings settings = sampling(run);
        const auto id = drawToken(run.logits, run.sequence, settings, run.sequence.size(), &run.mirostat);
        if (!id) return tl::unexpected(id.error());
        if (first) {
            run.reply.reusedTokens = work->reused;
            run.reply.promptSeconds = secondsSince(start);
            firstDrawn = Clock::now();
        }
        run.note(*id, settings);
        if (run.ends(*id, tokenizer)) return StopReason::EndToken;
        run.sequence.push_back(*id);
        run.reply.tokens.push_back(*id);
        run.give(*id, run.filter.push(run.decoder.push(*id)));
        if (run.filter.found()) return StopReason::StopString;
    }
}

Result<Reply> InferenceSession::generate(std::span<const TokenId> prompt, const GenerationOptions& options,
                                         const std::stop_token& stop, const TokenSink& sink,
                                         const GenerationObserver& observer) {
    m_state.store(SessionState::Generating, std::memory_order_release);
    setSampling(options.sampling);
    m_unfinished = {};
    const auto ended = [this](SessionState state) { m_state.store(state, std::memory_order_release); };
    if (prompt.size() >= m_evaluator->contextLength()) {
        ended(SessionState::Stopped);
        return fail(ErrorCode::ContextFull,
                    fmt::format("the prompt has {} tokens and the context holds {}, which leaves no room for a reply",
                                prompt.size(), m_evaluator->contextLength()));
    }
    Run run{options,
            sink,
            observer,
            StreamDecoder(m_evaluator->model().tokenizer(), true, !options.continuesText),
            StopStringFilter(options.stopStrings),
            {prompt.begin(), prompt.end()},
            {},
            {}};
    run.reply.promptTokens = prompt.size();
    const auto reason = draw(run, stop);
    run.tellLast();
    if (!reason) {
        m_unfinished = std::move(run.reply);
        ended(SessionState::Stopped);
        return tl::unexpected(reason.error());
    }
    if (*reason != StopReason::StopString) {
        std::string rest = run.filter.push(run.decoder.finish());
        rest += run.filter.finish();
        if (!rest.empty()) run.give(run.reply.tokens.empty() ? TokenId{0} : run.reply.tokens.back(), rest);
    }
    run.reply.reason = *reason;
    ended(*reason == StopReason::Cancelled ? SessionState::Stopped : SessionState::Complete);
    return std::move(run.reply);
}

}  // namespace monochord
