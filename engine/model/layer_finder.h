#pragma once

#include <string>

#include "model/weights.h"

namespace monochord {

/// The tensors that layers are made of, under their GGUF names, into the fields of a LayerWeights.
class LayerFinder {
public:
    LayerFinder(const HyperParameters& p, size_t index, Bias normBias, WeightFinder& find);

    /// A norm of the embedding's length: "attn_norm", "ffn_norm", "post_attention_norm", "post_ffw_norm".
    Norm norm(const char* tensor);
    /// attn_q, attn_k and attn_v, or attn_qkv, which holds their rows one after the other; attn_output.
    void attention(LayerWeights& w, Bias qkv = Bias::None, Bias output = Bias::None);
    /// attn_q_norm and attn_k_norm of `q` and `k` weights, without bias.
    void qkNorms(LayerWeights& w, uint64_t q, uint64_t k);
    /// The layer of most: attn_norm, attention, ffn_norm and a gated feed-forward.
    LayerWeights gatedLayer(Bias qkv = Bias::None);
    /// ffn_up and ffn_down, without a gate.
    void feedForward(LayerWeights& w, Bias bias);
    /// ffn_gate, ffn_up and ffn_down.
    void gatedFeedForward(LayerWeights& w, Bias bias = Bias::None);
    /// An ffn_up that holds the rows of the gate and then its own, and ffn_down.
    void fusedFeedForward(LayerWeights& w);
    /// The router and the experts' matrices; where there is a shared expert, it becomes the layer's gated feed-forward.
    void experts(LayerWeights& w);

    bool has(const char* tensor) const { return m_find.has(name(tensor)); }

private:
    std::string name(const char* tensor) const;

    const HyperParameters& m_p;
    size_t m_index;
    Bias m_normBias;
    WeightFinder& m_find;
};

}  // namespace monochord
