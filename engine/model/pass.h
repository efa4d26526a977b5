#pragma once

#include <algorithm>
#include <atomic>
#include <span>
#include <stop_token>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/thread_team.h"
#include "kernels/activation_buffer.h"
#include "kernels/kernels.h"
#include "model/hyper_parameters.h"
#include "model/kv_cache.h"
#include "model/rope.h"
#include "model/weight_stream.h"
#include "model/routing.h"
#include "model/weights.h"

namespace monochord {

/// Which rotation a layer applies to q and k.
enum class Rotation : uint8_t { Usual, Windowed, None };

/// How the attention of one layer differs from that of another.
struct AttentionStyle {
    Rotation rotation = Rotation::Usual;
    size_t window = 0;         ///< positions that a token sees, itself included; 0: all
    bool jointQkNorm = false;  ///< attn_q_norm and attn_k_norm stand over all heads together, not over each
};

/// The steps of a forward pass over a batch of tokens and the buffers they work in. An architecture's layer is a list
/// of these steps. Nothing is allocated after create().
class Pass {
public:
    /// The parameters must outlive the pass. Errors: OutOfMemory.
    static Result<Pass> create(const HyperParameters& parameters, const KvCache& cache, size_t batch);

    /// What the steps of the next batch work with: `count` tokens whose first is at position `first`.
    /// `windowed` may be null where no layer asks for it.
    void begin(const Kernels& kernels, ThreadTeam& team, KvCache& cache, const Rope& usual, const Rope* windowed,
               size_t first, size_t count, std::stop_token stop);

    float* residual() const { return m_residual.data(); }  ///< [count, embedding]: the stream that layers add to
    float* hidden() const { return m_hidden.data(); }      ///< [count, embedding]: a step's input or output

    /// hidden = norm(residual), or residual where the norm is empty
    void normalize(const Norm& norm);
    /// hidden = norm(hidden); an empty norm changes nothing
    void normalizeHidden(const Norm& norm);
    /// q, k, v = matrices · hidden + biases; q and k normalized and turned, k and v written to the cache;
    /// attended = softmax(q · keys · attentionScale) · values, each token seeing itself and those before it.
    /// Leaves hidden as it is.
    void attend(const LayerWeights& w, size_t layer, const AttentionStyle& style);
    /// hidden = attnOutput · attended + bias
    void projectAttended(const LayerWeights& w);
    /// hidden = down · (f(gate · hidden) · (up · hidden)), or down · f(up · hidden) where there is no gate, with their
    /// biases; where there is a router, the experts' mixture of it.
    void feedForward(const LayerWeights& w, Nonlinearity f);
    /// residual += hidden · residualScale
    void addHidden();

    /// hidden[i] = norm(residual[rows[i]])
    void normalizeRows(const Norm& norm, std::span<const size_t> rows);
    /// out[i, 0 … matrix rows) = matrix · hidden[i] + bias for the first `rows` rows of hidden.
    void project(const Linear& linear, size_t rows, float* out);

    /// True once a step met NaN or infinity.
    bool notFinite() const { return m_notFinite.load(std::memory_order_relaxed); }
    bool stopped() const { return m_stop.stop_requested(); }

    Pass(Pass&& other) noexcept;

private:
    struct Product {
        Matrix matrix;
        float* out;             // [tokens, matrix rows] f32
        Vector bias = {};       // [matrix rows] f32 or empty
        size_t first = 0;       // row of the input that it starts with
        size_t count = kEvery;  // rows of the input
    };
    static constexpr size_t kEvery = ~size_t{0};
    static constexpr size_t kFewTokens = 8;        // of which each span of the cache is a chunk of its own
    static constexpr size_t kChunksPerThread = 4;  // small enough to balance threads, large enough not to be noticed

    Pass() = default;
    Result<void> takeBuffers(const KvCache& cache, size_t batch);
    Result<void> takeExpertBuffers(size_t batch);
    void norm(const Norm& norm, const float* x, float* out) const;
    void normHeads(const Norm& norm, size_t heads, bool joint, float* x) const;
    /// All products of one input x, [rows, length] f32, which is quantized once.
    void multiply(const float* x, size_t rows, size_t length, std::span<const Product> products);
    /// A chunk: row groups begin … end − 1, counted through all products.
    void multiplyGroups(const Activations& input, std::span<const Product> products, size_t chunk, size_t begin,
                        size_t end) const;
    /// How the queries that read one KV head are divided into tasks of at most kMostQueries.
    struct Tiling {
        size_t heads, tokens;                   // of a tile
        size_t headTiles, headsKv, tokenTiles;  // tiles of a KV head and a tile of tokens, KV heads, tiles of tokens
        size_t count() const { return headTiles * headsKv * tokenTiles; }
    };
    Tiling tiling(size_t tokens) const;
    AttentionTask task(const Tiling& tiling, size_t tile, size_t layer, const AttentionStyle& style) const;
    void attendTile(const AttentionTask& task);
    void attendBySpans(const Tiling& tiling, size_t layer, const AttentionStyle& style);
    void finishTile(const AttentionTask& task, const Attended* attended, const float* values);
    void rotateAndRemember(const LayerWeights& w, size_t layer, const AttentionStyle& style);
    void feedForwardOf(const LayerWeights& w, Nonlinearity f);
    void route(const LayerWeights& w);
    void sortByExpert();
    void computeExperts(const LayerWeights& w, Nonlinearity f);
    void addExperts(bool shared);
    /// One chunk a row of the batch, or a few rows where there are many; a single row stays on this thread.
    template <class Body>
    void forRows(size_t rows, Body&& body) {
        const size_t chunks = std::min(rows, static_cast<size_t>(m_team->size()) * kChunksPerThread);
        m_team->run(chunks, m_stop, [&](size_t chunk) {
            for (size_t row = rows * chunk / chunks; row < rows * (chunk + 1) / chunks; row++) body(row);
        });
    }
    void check(bool finite) {
        if (!finite) m_notFinite.store(true, std::memory_order_relaxed);
    }

    const HyperParameters* m_parameters = nullptr;
    size_t m_valueStride = 0;
    const Kernels* m_kernels = nullptr;
    ThreadTeam* m_team = nullptr;
    KvCache* m_cache = nullptr;
    const Rope* m_ropes[2] = {};  // Usual, Windowed
    size_t m_first = 0, m_count = 0;
    std::stop_token m_stop;
    std::atomic<bool> m_notFinite = false;

    AlignedBuffer<float> m_residual, m_hidden;  // [batch, embedding]
    AlignedBuffer<float> m_q;                   // [batch, heads, keyLength]
    AlignedBuffer<float> m_k, m_v;              // [batch, headsKv, keyLength / valueLength]
    AlignedBuffer<Attended> m_parts;            // [span, few tokens, heads]: what a few tokens see of each span
    AlignedBuffer<float> m_partValues;          // [span, few tokens, heads, valueStride]
    AlignedBuffer<float> m_attended;            // [batch, heads, valueLength]
    AlignedBuffer<float> m_gate, m_up;          // [batch, feedForward] or [batch * used, expert feedForward]
    AlignedBuffer<float> m_angles[2];           // [batch, pairs, 2]
    ActivationBuffer m_quantized;               // the longest input

    AlignedBuffer<float> m_router;               // [batch, experts]: logits
    AlignedBuffer<float> m_sharedGate;           // [batch]: logit of the shared expert
    AlignedBuffer<ChosenExpert> m_chosen;        // [batch, used]
    AlignedBuffer<uint32_t> m_expertRow;         // [batch, used]: row of the sorted input
    AlignedBuffer<float> m_sorted, m_expertOut;  // [batch * used, embedding], ordered by expert
    std::vector<uint32_t> m_expertBegin;         // [experts + 1]: first sorted row of each
    std::vector<Product> m_products;             // [2 * experts]
    WeightStream m_stream;                       // of single tokens
};

}  // namespace monochord
