#include "model/rope.h"

#include <algorithm>
#include <cmath>

#include "base/exact_math.h"

namespace monochord {

namespace {

constexpr double kPi = 3.14159265358979323846;

/// YaRN: pairs that turn often within the trained context keep their frequency, slow ones are stretched by the factor,
/// and between `low` and `high` (indices of pairs) one passes into the other.
struct YarnRamp {
    double low, high;

    explicit YarnRamp(const HyperParameters& p) {
        const double length = p.ropeOriginalContext, n = p.ropeDimensionCount;
        const auto pairThatTurns = [&](double turns) {
            return n * exactLog(length / (turns * 2 * kPi)) / (2 * exactLog(p.ropeFreqBase));
        };
        low = std::max(0.0, std::floor(pairThatTurns(p.ropeYarnBetaFast)));
        high = std::min(n - 1, std::ceil(pairThatTurns(p.ropeYarnBetaSlow)));
    }
    double stretched(size_t pair) const {
        return std::clamp((static_cast<double>(pair) - low) / std::max(0.001, high - low), 0.0, 1.0);
    }
};

}  // namespace

Rope::Rope(const HyperParameters& p, RopePairing pairing, std::span<const float> factors) : m_pairing(pairing) {
    const double factor = p.ropeScaling == RopeScaling::None ? 1.0 : static_cast<double>(p.ropeScalingFactor);
    const YarnRamp ramp(p);
    for (size_t i = 0; i < p.ropeDimensionCount / 2; i++) {
        double frequency = exactPow(p.ropeFreqBase, -2.0 * static_cast<double>(i) / p.ropeDimensionCount);
        if (i < factors.size()) frequency /= static_cast<double>(factors[i]);
        const double stretched = p.ropeScaling == RopeScaling::Yarn ? ramp.stretched(i) : 1.0;
        m_frequencies.push_back(frequency / factor * stretched + frequency * (1 - stretched));
    }
    m_magnitude = p.ropeAttentionFactor;
    if (p.ropeScaling == RopeScaling::Yarn) m_magnitude *= 1 + 0.1 * exactLog(factor);
}

Ropes::Ropes(const HyperParameters& p, RopePairing pairing, std::span<const float> factors,
             std::span<const float> longFactors)
    : usual(p, pairing, factors) {
    if (!longFactors.empty()) extended.emplace(p, pairing, longFactors);
    if (p.ropeFreqBaseSwa == 0) return;
    HyperParameters local = p;
    local.ropeFreqBase = p.ropeFreqBaseSwa;
    local.ropeScaling = RopeScaling::None;
    windowed.emplace(local, pairing, std::span<const float>());
}

void Rope::angles(size_t position, float* out) const {
    for (size_t i = 0; i < pairs(); i++) {
        const double angle = static_cast<double>(position) * m_frequencies[i];
        out[2 * i] = static_cast<float>(exactCos(angle) * m_magnitude);
        out[2 * i + 1] = static_cast<float>(exactSin(angle) * m_magnitude);
    }
}

void Rope::rotate(const Kernels& kernels, const float* angles, float* head) const {
    const bool neighbours = m_pairing == RopePairing::Neighbours;
    kernels.rotate(angles, pairs(), neighbours ? 2 : 1, neighbours ? 1 : pairs(), head);
}

}  // namespace monochord
