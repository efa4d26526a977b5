#pragma once

#include <span>
#include <string_view>

#include "model/block.h"
#include "model/hyper_parameters.h"
#include "model/layer_finder.h"
#include "model/parameter_reader.h"
#include "model/pass.h"
#include "model/rope.h"
#include "model/weights.h"

namespace monochord {

/// How positions enter: turned pairs of q and k, or (None) rows of `position_embd.weight` added to the embedding.
enum class Rotary : uint8_t { Neighbours, Halves, None };

/// Whether a model may be a mixture of experts.
enum class Experts : uint8_t { Never, Sometimes, Always };

/// How a family of models is built from the common parts: one file and one line in the table each. What all share is
/// found and computed elsewhere: embedding, last norm and head (tied where output.weight is missing, unless it must be
/// there), rotary factors, expert counts.
struct Architecture {
    std::string_view name;  ///< `general.architecture`
    Rotary rotary = Rotary::Halves;
    bool layerNorm = false;  ///< LayerNorm instead of RMSNorm
    Bias normBias = Bias::None;
    Bias outputBias = Bias::None;
    Experts experts = Experts::Never;
    /// Keys that only this architecture has; null where there are none.
    void (*readParameters)(ParameterReader& read, HyperParameters& p) = nullptr;
    LayerWeights (*findLayer)(const HyperParameters& p, LayerFinder& find);
    /// residual = the layer applied to residual
    void (*layer)(const HyperParameters& p, const LayerWeights& w, size_t index, Pass& pass) = plainLayer;
};

/// The line of the table, or nullptr.
const Architecture* findArchitecture(std::string_view name);
/// The whole table.
std::span<const Architecture* const> architectures();

/// Finds everything that the architecture needs; the caller asks `find` for errors. A file that claims more layers
/// than it has is refused at the first missing one.
Weights findWeights(const Architecture& architecture, const HyperParameters& p, uint64_t vocabulary,
                    WeightFinder& find);

#define MONOCHORD_ARCHITECTURE(name) extern const Architecture name;
#include "model/architectures.inl"
#undef MONOCHORD_ARCHITECTURE

}  // namespace monochord
