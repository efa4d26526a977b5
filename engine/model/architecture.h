#pragma once

#include <string_view>

#include "model/hyper_parameters.h"
#include "model/pass.h"
#include "model/rope.h"
#include "model/weights.h"

namespace monochord {

/// How a family of models is built from the common parts: one file and one line in the table each.
struct Architecture {
    std::string_view name;  ///< `general.architecture`
    RopePairing pairing;
    Weights (*findWeights)(const HyperParameters& parameters, uint64_t vocabulary, WeightFinder& find);
    /// residual = the layer applied to residual
    void (*layer)(const HyperParameters& parameters, const LayerWeights& weights, size_t index, Pass& pass);
};

/// The line of the table, or nullptr.
const Architecture* findArchitecture(std::string_view name);

extern const Architecture kLlama;

}  // namespace monochord
