#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"
#include "monochord/kv_type.h"
#include "monochord/model.h"
#include "monochord/tokenizer.h"

namespace monochord {

/// How to compute; none of it but the KV type changes a bit of the result.
struct ComputeOptions {
    int threads = 0;                      ///< 0: as many as this process may run on
    std::string isa = {};                 ///< a name of instructionSets(), or empty for the best
    KvType kv = KvType::F16;              ///< keys and values are rounded to it: the one choice that changes results
    std::optional<KvType> kvValues = {};  ///< the values' type where it differs from that of the keys
    uint32_t batch = 512;                 ///< tokens of a prompt that are computed together, 1 … 8192
    uint32_t context = 0;  ///< positions that the KV cache holds; 0: what the model was trained for, at most 8192
};

/// Names of the instruction sets that this processor can run, best first; "scalar" is always last.
std::vector<std::string_view> instructionSets();

/// Logits of token sequences. Remembers the last sequence: what the next one has in common with it from the start is
/// not computed again, and the result is the same to the bit. Not thread-safe; one caller at a time.
///
/// A model with LongRoPE turns sequences longer than its original context by other factors: the first call beyond it
/// (or back) computes the whole sequence.
class Evaluator {
public:
    /// The logits at a position: [vocabulary] f32, before any softmax, valid during the call.
    using LogitsSink = std::function<void(size_t position, std::span<const float> logits)>;
    /// Tokens that were computed, of those that have to be.
    using ProgressSink = std::function<void(size_t done, size_t total)>;
    /// What a call had to do; both together are the tokens that it was given.
    struct Work {
        size_t reused = 0;     ///< tokens whose keys and values were there already
        size_t processed = 0;  ///< tokens that were computed
    };

    /// Errors: InvalidArgument (an unknown or unavailable instruction set, a batch or context out of range, a context
    /// longer than the positions that a model has learned), OutOfMemory.
    static Result<std::unique_ptr<Evaluator>> create(std::shared_ptr<const Model> model, const ComputeOptions& options);
    ~Evaluator();

    const Model& model() const;      ///< what it computes with
    uint32_t contextLength() const;  ///< positions that fit
    uint64_t memoryUsed() const;     ///< bytes of the KV cache at its full length
    KvType keyType() const;          ///< in the KV cache: what was asked for, or F16 where that does not fit a head
    KvType valueType() const;        ///< the same of the values
    std::string_view isa() const;    ///< the instruction set in use
    int threads() const;             ///< that compute, the calling one among them

    /// Computes `tokens` and calls `sink` with the logits at `positions` (ascending, below tokens.size()), in order.
    /// `progress`, where there is one, is called first with 0 and after each layer of a batch with the share of the
    /// batch that the layers make up, up to `total`; the head follows. All calls come on the calling thread.
    /// Errors: InvalidArgument (an id or a position out of range, no tokens), ContextFull (with both numbers),
    /// NotFinite, FileChanged, Cancelled. After an error the next call computes what is missing.
    Result<Work> evaluate(std::span<const TokenId> tokens, std::span<const size_t> positions, const LogitsSink& sink,
                          const std::stop_token& stop = {}, const ProgressSink& progress = {});
    /// The last sequence: what the next one is compared with. Valid until the next call.
    std::span<const TokenId> computed() const;
    /// Writes the last sequence with its keys and values to a file of its own format, whole or not at all; a file that
    /// was there is replaced. Looks at all bytes of the model the first time, about as long as a token takes.
    /// Errors: NotReadable (no room on the disk, or another reason of the system's), InvalidArgument (no sequence),
    /// FileChanged, Cancelled.
    Result<void> save(const std::filesystem::path& path, const std::stop_token& stop = {}) const;
    /// The sequence of such a file, to see whether it is worth taking up; whether it fits is not looked at. Errors: the
    /// first ones of restore().
    static Result<std::vector<TokenId>> savedTokens(const std::filesystem::path& path);
    /// Takes up the sequence of such a file and tells its length; the next sequence is compared with it. A file is
    /// taken whole or not at all. Errors: NotFound, NotReadable; InvalidArgument (not a saved state); Unsupported (of
    /// another version of the engine, another model, another KV type); ContextFull (longer than the context); Truncated
    /// and Corrupt (damaged); FileChanged. After an error the sequence before may be forgotten, and nothing else has
    /// changed.
    Result<size_t> restore(const std::filesystem::path& path);
    /// Forgets the last sequence.
    void clear();
    /// Forgets of the last sequence what comes after its first `length` tokens.
    void truncate(size_t length);

private:
    struct Data;
    explicit Evaluator(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

}  // namespace monochord
