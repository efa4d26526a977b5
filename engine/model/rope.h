#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "kernels/kernels.h"
#include "model/hyper_parameters.h"

namespace monochord {

/// Which two values of a head turn together: neighbours 2i, 2i + 1 (llama, whose converter reorders the rows of Q and K
/// for it), or halves i, i + n / 2 (the form of the papers).
enum class RopePairing : uint8_t { Neighbours, Halves };

/// Rotary position embedding. The angle of pair i at position p is p · frequency(i) in f64; its sine and cosine are
/// rounded to f32 once. Source: Su et al. 2021 (RoPE), Peng et al. 2023 (YaRN),
/// Ding et al. 2024 (LongRoPE).
class Rope {
public:
    /// `factors`: what frequencies are divided by, one a pair (the tensors rope_freqs and rope_factors), or empty.
    Rope(const HyperParameters& parameters, RopePairing pairing, std::span<const float> factors);

    size_t pairs() const { return m_frequencies.size(); }
    /// out[2i], out[2i + 1] = cosine and sine of pair i at a position.
    void angles(size_t position, float* out) const;
    /// Turns one head. Values behind the rotated ones stay.
    void rotate(const Kernels& kernels, const float* angles, float* head) const;

private:
    std::vector<double> m_frequencies;  // [pairs] radians a position
    double m_magnitude = 1;             // of sine and cosine: the attention temperature of YaRN and LongRoPE
    RopePairing m_pairing;
};

/// The rotations that the layers of a model choose from.
struct Ropes {
    Rope usual;
    std::optional<Rope> windowed;  ///< of layers with a window, where they have a base of their own
    std::optional<Rope> extended;  ///< instead of `usual` once a sequence is longer than the original context

    Ropes(const HyperParameters& parameters, RopePairing pairing, std::span<const float> factors,
          std::span<const float> longFactors);
};

}  // namespace monochord
