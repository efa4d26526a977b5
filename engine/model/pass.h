#pragma once

#include <atomic>
#include <initializer_list>
#include <span>
#include <stop_token>

#include "base/aligned_buffer.h"
#include "base/thread_team.h"
#include "kernels/kernels.h"
#include "model/hyper_parameters.h"
#include "model/kv_cache.h"
#include "model/rope.h"
#include "model/weights.h"

namespace monochord {

/// The steps of a forward pass over a batch of tokens and the buffers they work in. An architecture's layer is a list
/// of these steps. Nothing is allocated after create().
class Pass {
public:
    struct Shape {
        size_t embedding, keyStride, valueStride, heads, headsKv, keyLength, valueLength, feedForward;
    };
    /// Errors: OutOfMemory.
    static Result<Pass> create(const HyperParameters& parameters, const KvCache& cache, size_t batch);

    /// What the steps of the next batch work with: `count` tokens whose first is at position `first`.
    void begin(const Kernels& kernels, ThreadTeam& team, KvCache& cache, const Rope& rope, size_t first, size_t count,
               std::stop_token stop);

    float* residual() const { return m_residual.data(); }  ///< [count, embedding]: the stream that layers add to
    float* hidden() const { return m_hidden.data(); }      ///< [count, embedding]: a step's input or output

    /// hidden = rmsNorm(residual) · weight
    void normalize(Vector weight, float epsilon);
    /// q, k, v = matrices · hidden + biases
    void projectQkv(const LayerWeights& layer);
    /// Turns q and k by their positions and writes k and v to the cache.
    void rotateAndRemember(size_t layer);
    /// attended = softmax(q · keys / sqrt(keyLength)) · values, each token seeing itself and all before it
    void attend(size_t layer);
    /// hidden = matrix · attended + bias
    void projectAttended(const Matrix& matrix, Vector bias);
    /// hidden = down · (silu(gate · hidden) · (up · hidden))
    void feedForward(const LayerWeights& layer);
    /// residual += hidden
    void addHidden();

    /// out[i, 0 … matrix rows) = matrix · hidden[i] for the first `rows` rows of hidden.
    void project(const Matrix& matrix, size_t rows, float* out);

    /// True once a step met NaN or infinity.
    bool notFinite() const { return m_notFinite.load(std::memory_order_relaxed); }
    bool stopped() const { return m_stop.stop_requested(); }

    Pass(Pass&& other) noexcept;

private:
    struct Product {
        const Matrix* matrix;
        float* out;   // [tokens, matrix rows] f32
        Vector bias;  // [matrix rows] f32 or empty
    };
    Pass() = default;
    /// All products of one input x, [rows, length] f32, which is quantized once.
    void multiply(const float* x, size_t rows, size_t length, std::initializer_list<Product> products);
    /// Row groups begin … end − 1, counted through all products.
    void multiplyGroups(const Activations& input, std::initializer_list<Product> products, size_t begin,
                        size_t end) const;
    template <class Body>
    void forRows(size_t rows, Body&& body);
    void check(bool finite) {
        if (!finite) m_notFinite.store(true, std::memory_order_relaxed);
    }

    Shape m_shape{};
    const Kernels* m_kernels = nullptr;
    ThreadTeam* m_team = nullptr;
    KvCache* m_cache = nullptr;
    const Rope* m_rope = nullptr;
    size_t m_first = 0, m_count = 0;
    std::stop_token m_stop;
    std::atomic<bool> m_notFinite = false;

    AlignedBuffer<float> m_residual, m_hidden;  // [batch, embedding]
    AlignedBuffer<float> m_q;                   // [batch, heads, keyLength]
    AlignedBuffer<float> m_queries;             // [batch, heads, keyStride]: q turned, zeros behind
    AlignedBuffer<float> m_k, m_v;              // [batch, headsKv, keyLength / valueLength]
    AlignedBuffer<float> m_heads;               // [batch, heads, valueStride]: what attend gives
    AlignedBuffer<float> m_attended;            // [batch, heads, valueLength]
    AlignedBuffer<float> m_gate, m_up;          // [batch, feedForward]
    AlignedBuffer<float> m_angles;              // [batch, pairs, 2]
    AlignedBuffer<int8_t> m_quants;             // [batch, longest input]
    AlignedBuffer<float> m_scales;              // [batch, longest input / 32]
    AlignedBuffer<int32_t> m_sums;              // [batch, longest input / 16]
};

}  // namespace monochord
