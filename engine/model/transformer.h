#pragma once

#include <functional>
#include <span>
#include <stop_token>

#include "base/thread_team.h"
#include "model/kv_cache.h"
#include "model/parts.h"
#include "model/pass.h"

namespace monochord {

/// The forward pass: token ids → logits. Not thread-safe; one for each sequence that is computed at the same time.
class Transformer {
public:
    using LogitsSink = std::function<void(size_t row, std::span<const float> logits)>;
    using LayerSink = std::function<void(size_t layersDone, size_t layers)>;

    /// `batch`: tokens that one forward() takes at most. The parts must outlive the transformer.
    /// Errors: OutOfMemory.
    static Result<Transformer> create(const Model::Parts& parts, const Kernels& kernels, const KvCache& cache,
                                      size_t batch);

    /// Computes `tokens` (valid ids) at the positions cache.length() … and appends them to the cache, which has room
    /// for them. Calls `layerDone`, where there is one, after each layer, and `sink` with the logits of each row of
    /// `wanted` (ascending indices into `tokens`), in order.
    /// Errors, with nothing appended: NotFinite (naming the layer), Cancelled, FileChanged.
    Result<void> forward(std::span<const TokenId> tokens, std::span<const size_t> wanted, KvCache& cache,
                         ThreadTeam& team, const std::stop_token& stop, const LogitsSink& sink,
                         const LayerSink& layerDone = {});
    /// Positions of the cache are turned for sequences longer than the original context, from the next forward() on.
    /// The cache is empty or was filled with the same.
    void setExtended(bool extended) { m_extended = extended; }

private:
    static constexpr size_t kHeadRows = 32;  // positions whose logits are computed together
    Transformer(const Model::Parts& parts, const Kernels& kernels, Pass pass)
        : m_parts(&parts), m_kernels(&kernels), m_pass(std::move(pass)) {}
    Result<void> pass(std::span<const TokenId> tokens, std::span<const size_t> wanted, KvCache& cache, ThreadTeam& team,
                      const std::stop_token& stop, const LogitsSink& sink, const LayerSink& layerDone);
    Result<void> embed(std::span<const TokenId> tokens, size_t first);
    Result<void> head(std::span<const size_t> wanted, size_t first, const LogitsSink& sink);
    /// Scale and soft cap; false if a logit is not finite.
    bool finishLogits(std::span<float> logits) const;
    Result<void> checkStep(const char* where, size_t number, size_t first, size_t count) const;

    const Model::Parts* m_parts;
    const Kernels* m_kernels;
    Pass m_pass;
    bool m_extended = false;
    AlignedBuffer<float> m_logits;  // [min(batch, kHeadRows), vocabulary]
};

}  // namespace monochord
