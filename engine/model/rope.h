#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/hyper_parameters.h"

namespace monochord {

/// Which two values of a head turn together: neighbours 2i, 2i + 1 (llama, whose converter reorders the rows of Q and K
/// for it), or halves i, i + n / 2 (the form of the papers).
enum class RopePairing : uint8_t { Neighbours, Halves };

/// Rotary position embedding. The angle of pair i at position p is p · frequency(i) in f64; its sine and cosine are
/// rounded to f32 once. Source: Su et al. 2021 (RoPE), Peng et al. 2023 (YaRN).
class Rope {
public:
    /// `factors`: what frequencies are divided by, one a pair (the tensor rope_freqs), or empty.
    Rope(const HyperParameters& parameters, RopePairing pairing, std::span<const float> factors);

    size_t pairs() const { return m_frequencies.size(); }
    /// out[2i], out[2i + 1] = cosine and sine of pair i at a position.
    void angles(size_t position, float* out) const;
    /// Turns one head: (a, b) → (fma(a, cos, −(b · sin)), fma(a, sin, b · cos)). Values behind the rotated ones stay.
    void rotate(const float* angles, float* head) const;

private:
    std::vector<double> m_frequencies;  // [pairs] radians a position
    double m_magnitude = 1;             // of sine and cosine: YaRN's attention temperature
    RopePairing m_pairing;
};

}  // namespace monochord
