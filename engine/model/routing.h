#pragma once

#include <cstddef>
#include <cstdint>

namespace monochord {

/// An expert that computes for a token, and how much of its output counts.
struct ChosenExpert {
    uint32_t expert = 0;
    float weight = 0;
};

/// The `used` experts with the largest of `count` logits (equal ones: the lower number), in ascending order of their
/// numbers. Weights are the softmax over all experts or, with `normalized`, over the chosen; in f64, rounded once.
/// Logits that are not finite choose the first experts with no weight.
/// Source: Shazeer et al. 2017; norm_topk_prob of Hugging Face's configurations.
void chooseExperts(const float* logits, size_t count, size_t used, bool normalized, ChosenExpert* out);

/// 1 / (1 + e^−x), rounded once.
float logistic(float x);

}  // namespace monochord
