#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"
#include "monochord/evaluator.h"
#include "monochord/sampling.h"
#include "monochord/state_folder.h"

namespace monochord {

/// Ready → Generating → Complete (the reply ended by itself or at a limit) or Stopped (cancelled or failed); both may
/// generate again, and reset() leads back to Ready.
enum class SessionState : uint8_t {
    Ready,       ///< nothing said yet
    Generating,  ///< generate() runs
    Complete,    ///< the reply ended
    Stopped      ///< the reply was cut off
};

/// Why a reply ended.
enum class StopReason : uint8_t {
    EndToken,     ///< the model ended it
    StopString,   ///< a stop string appeared
    Length,       ///< the longest reply was reached
    ContextFull,  ///< no position is left in the context
    Cancelled,    ///< the caller asked to stop
};
std::string_view stopReasonName(StopReason reason);  ///< "end", "stop string", "length", "context full", "cancelled"

/// How a reply is drawn, and where it ends.
struct GenerationOptions {
    SamplingSettings sampling;             ///< from the first token on; setSampling() changes them later
    uint32_t longestReply = 0;             ///< tokens; 0: until the context is full
    std::vector<std::string> stopStrings;  ///< end the reply and are not part of it; empty ones are ignored
    std::vector<TokenId> stopTokens;       ///< beside those that end a reply by themselves
    bool ignoreEndTokens = false;          ///< tokens that end a reply are part of it like others
    /// What DRY's repetitions do not reach across, where the settings name no tokens for it: see tokensContaining().
    std::vector<std::string> dryBreakers = {"\n", ":", "\"", "*"};
    bool continuesText = false;  ///< the prompt ends within a reply: a blank that follows belongs to the text
    /// Tokens that the text lets expect, because it has said the same before, are computed together with the last one.
    /// The reply is the same to the bit, and much sooner there where it repeats its prompt; elsewhere it costs nothing
    /// that could be felt, so it is on.
    bool lookup = true;
};

/// From the token with this number on (0: the reply's first), these settings drew.
struct SamplingChange {
    size_t token = 0;           ///< index in Reply::tokens
    SamplingSettings sampling;  ///< what drew from there on

    bool operator==(const SamplingChange&) const = default;  ///< member by member
};

/// A reply and how it came about: with the prompt, the model and the KV type, enough to draw it again to the bit.
struct Reply {
    std::vector<TokenId> tokens;               ///< without the token or the stop string's tokens that ended it
    std::string text;                          ///< whole characters; without the stop string
    StopReason reason = StopReason::EndToken;  ///< why it ended
    size_t promptTokens = 0;                   ///< length of the prompt
    size_t reusedTokens = 0;                   ///< of the prompt, whose keys and values were there already
    size_t passes = 0;                         ///< of the model; more than one token is drawn after some of them
    double promptSeconds = 0;                  ///< until the first token was drawn
    double generationSeconds = 0;              ///< from then on
    /// What drew: one entry at token 0, and one for each change that drew a token; the one that ends a reply counts.
    std::vector<SamplingChange> settings;
};

/// A token at the moment when it was drawn. Everything is borrowed: copy what is to be kept.
struct DrawnToken {
    TokenId id = 0;                    ///< what was drawn
    std::span<const float> logits;     ///< [vocabulary] f32: what it was drawn from
    std::span<const TokenId> history;  ///< prompt and reply before it
    const SamplingSettings& settings;  ///< what drew it
};

/// What generate() tells beside the text, on the thread that called it.
struct GenerationObserver {
    /// Tokens of the prompt that were computed, of those that were not there already; first with 0, before anything is
    /// computed. setSampling() is heard from this first call on; what came before gave way to the options.
    std::function<void(size_t done, size_t total)> promptProgress = {};
    /// Each token, also the one that ends the reply, before its text reaches the sink.
    std::function<void(const DrawnToken&)> drawn = {};
    /// The last one of them again, once the reply has ended, also by cancelling or an error; not if none was drawn. For
    /// those that look at some tokens only.
    std::function<void(const DrawnToken&)> lastDrawn = {};
};

/// One conversation with a model: prompts in, streamed replies out. generate() blocks and belongs on a worker thread;
/// one call at a time. setSampling() and state() may be called from any thread.
class InferenceSession {
public:
    /// A token as it is drawn, with the text that is certain by now (often empty, never half a character).
    using TokenSink = std::function<void(TokenId id, std::string_view text)>;

    /// Errors: those of Evaluator::create.
    static Result<std::unique_ptr<InferenceSession>> create(std::shared_ptr<const Model> model,
                                                            const ComputeOptions& options);
    /// A session over an evaluator of the caller's making.
    explicit InferenceSession(std::unique_ptr<Evaluator> evaluator);

    /// Computes what `prompt` does not share with what came before and draws tokens until the reply ends. Text that
    /// might be the beginning of a stop string is held back until it is certain.
    /// Cancelling is no error: the reply so far comes back with StopReason::Cancelled.
    /// Errors: those of Evaluator::evaluate; ContextFull if the prompt leaves no room for a single token.
    Result<Reply> generate(std::span<const TokenId> prompt, const GenerationOptions& options,
                           const std::stop_token& stop, const TokenSink& sink, const GenerationObserver& observer = {});
    /// After generate() failed: the reply as far as it came; `reason` means nothing.
    const Reply& unfinished() const { return m_unfinished; }

    /// A smaller model that guesses what comes next where GenerationOptions::lookup knows nothing; null: none. The
    /// replies stay the same to the bit. Worth it where it is many times smaller and guesses well. Not while
    /// generating. Errors: InvalidArgument (the vocabularies differ, with the place); then nothing has changed.
    Result<void> setDraft(std::unique_ptr<Evaluator> draft);
    /// Takes effect with the next token, also in the middle of a reply.
    void setSampling(const SamplingSettings& settings);
    /// What the session is doing. From any thread.
    SessionState state() const { return m_state.load(std::memory_order_acquire); }
    /// Forgets the conversation. Not while generating.
    void reset();

    /// As Evaluator::restore(): the next prompt computes only what it does not share with the saved sequence. Not while
    /// generating.
    Result<size_t> restore(const std::filesystem::path& path) { return m_evaluator->restore(path); }
    /// As StateFolder::restore(). Not while generating.
    Result<size_t> restore(const StateFolder& folder, std::string_view name) {
        return folder.restore(*m_evaluator, name);
    }

    /// The evaluator within: context length, memory, instruction set, threads.
    const Evaluator& evaluator() const { return *m_evaluator; }

private:
    struct Run;
    Result<StopReason> draw(Run& run, const std::stop_token& stop);
    Result<void> nextLogits(Run& run, const std::stop_token& stop);
    Result<Evaluator::Work> compute(Run& run, const std::stop_token& stop);
    size_t roomForGuesses(const Run& run) const;
    void guess(Run& run, const std::stop_token& stop);
    void draft(Run& run, size_t most, const std::stop_token& stop);
    SamplingSettings sampling(const Run& run);
    const std::vector<TokenId>& breakers(const std::vector<std::string>& texts);

    std::unique_ptr<Evaluator> m_evaluator, m_draft;  // m_draft may be absent
    std::atomic<SessionState> m_state = SessionState::Ready;
    std::mutex m_mutex;  // guards m_sampling
    SamplingSettings m_sampling;
    Reply m_unfinished;
    std::vector<std::string> m_breakerTexts;  // what m_breakers was made of
    std::vector<TokenId> m_breakers;
};

/// \example stream_reply.cpp
/// A reply, printed while it is drawn.

}  // namespace monochord
