#include "monochord/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "model/parts.h"
#include "session/lookup.h"
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
    Reply reply;
    Lookup lookup = {};
    std::vector<TokenId> guesses = {};   // computed by the last pass behind the sequence, as it was then
    size_t right = 0;                    // so many of them have been drawn
    std::vector<float> computed = {};    // [1 + guesses, vocabulary] f32: the logits of that pass
    std::vector<float> computing = {};   // those of a pass that has not ended
    std::vector<size_t> positions = {};  // whose logits it gives
    std::span<const float> logits = {};  // [vocabulary] f32 in `computed`: what the next token is drawn from
    TokenId lastId = 0;
    size_t lastHistory = 0;                  // tokens before the last one that was drawn; 0: none was
    std::span<const float> lastLogits = {};  // in `computed`, or in `computing` until the next pass
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
        lastLogits = logits;
        lastSettings = settings;
        if (observer.drawn) observer.drawn({id, logits, sequence, settings});
    }
    void tellLast() const {
        if (observer.lastDrawn && lastHistory > 0)
            observer.lastDrawn({lastId, lastLogits, std::span(sequence).first(lastHistory), lastSettings});
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

/// So many guesses can be computed behind the sequence without changing what comes of it: the reply and the context end
/// behind them, and the model does not turn the sequence with them in another way than without.
size_t InferenceSession::roomForGuesses(const Run& run) const {
    if (!run.options.lookup || run.reply.passes == 0) return 0;  // the observer counts the prompt alone
    const size_t size = run.sequence.size();
    size_t room = m_evaluator->contextLength() - size - 1;
    if (run.options.longestReply != 0) room = std::min(room, run.options.longestReply - run.reply.tokens.size() - 1);
    const Model::Parts& parts = m_evaluator->model().parts();
    const size_t border = parts.parameters.ropeOriginalContext;
    return parts.ropes->extended && size <= border ? std::min(room, border - size) : room;
}

Result<Evaluator::Work> InferenceSession::compute(Run& run, const std::stop_token& stop) {
    const size_t size = run.sequence.size();
    run.computing.clear();
    run.positions.resize(1 + run.guesses.size());
    std::iota(run.positions.begin(), run.positions.end(), size - 1);
    run.sequence.insert(run.sequence.end(), run.guesses.begin(), run.guesses.end());
    const auto keep = [&](size_t, std::span<const float> logits) {
        run.computing.insert(run.computing.end(), logits.begin(), logits.end());
    };
    auto work = m_evaluator->evaluate(run.sequence, run.positions, keep, stop,
                                      run.reply.passes == 0 ? run.observer.promptProgress : Evaluator::ProgressSink());
    run.sequence.resize(size);
    return work;
}

/// run.logits = those behind the sequence; they are there already if its last token was guessed.
Result<void> InferenceSession::nextLogits(Run& run, const std::stop_token& stop) {
    const size_t vocabulary = m_evaluator->model().info().vocabularySize;
    if (run.right < run.guesses.size() && run.sequence.back() == run.guesses[run.right]) {
        if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "stopped");
        run.logits = std::span(run.computed).subspan(++run.right * vocabulary, vocabulary);
        return {};
    }
    run.lookup.judge(run.guesses.size(), run.right);
    const auto guesses = run.lookup.guess(run.sequence, roomForGuesses(run));
    run.guesses.assign(guesses.begin(), guesses.end());
    run.right = 0;
    auto work = compute(run, stop);
    if (!work && work.error().code != ErrorCode::Cancelled && !run.guesses.empty()) {
        run.guesses.clear();  // a token that is never drawn must not end the reply
        work = compute(run, stop);
    }
    if (!work) return tl::unexpected(work.error());
    if (run.reply.passes++ == 0) run.reply.reusedTokens = work->reused;
    run.computed.swap(run.computing);
    run.logits = std::span(run.computed).first(vocabulary);
    return {};
}

Result<StopReason> InferenceSession::draw(Run& run, const std::stop_token& stop) {
    const Tokenizer& tokenizer = m_evaluator->model().tokenizer();
    const Clock::time_point start = Clock::now();
    Clock::time_point firstDrawn = start;
    for (;;) {
        run.reply.generationSeconds = run.reply.tokens.empty() ? 0 : secondsSince(firstDrawn);
        if (run.options.longestReply != 0 && run.reply.tokens.size() >= run.options.longestReply)
            return StopReason::Length;
        if (run.sequence.size() >= m_evaluator->contextLength()) return StopReason::ContextFull;
        const auto there = nextLogits(run, stop);
        if (!there && there.error().code == ErrorCode::Cancelled) return StopReason::Cancelled;
        if (!there) return tl::unexpected(there.error());
        const SamplingSettings settings = sampling(run);
        const auto id = drawToken(run.logits, run.sequence, settings, run.sequence.size(), &run.mirostat);
        if (!id) return tl::unexpected(id.error());
        if (run.lastHistory == 0) {
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
            {}};
    run.reply.promptTokens = prompt.size();
    const auto reason = draw(run, stop);
    run.tellLast();
    // Guesses that were computed and not drawn are no part of the conversation.
    if (run.lastHistory > 0) m_evaluator->truncate(run.lastHistory);
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
