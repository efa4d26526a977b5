#pragma once

#include <cstddef>

#include "model/pass.h"
#include "model/weights.h"

namespace monochord {

/// What architectures with the same blocks differ in.
struct Block {
    AttentionStyle attention = {};
    Nonlinearity nonlinearity = Nonlinearity::Silu;
};

/// residual += attention(residual), then residual += feed-forward(residual). The norms that the layer has stand before
/// (attn_norm, ffn_norm) and behind (post_attention_norm, post_ffw_norm) the two.
void sequentialBlocks(const LayerWeights& w, size_t index, const Block& block, Pass& pass);

/// The same as most architectures have it, without a style of their own.
void plainLayer(const HyperParameters& p, const LayerWeights& w, size_t index, Pass& pass);

/// residual += feed-forward(x) + attention(x), added in this order; x is residual behind attn_norm, for the
/// feed-forward behind ffn_norm where the layer has one.
void parallelBlocks(const LayerWeights& w, size_t index, const Block& block, Pass& pass);

}  // namespace monochord
