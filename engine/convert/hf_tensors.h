#pragma once

#include <functional>
#include <span>
#include <vector>

#include "convert/hf_metadata.h"
#include "convert/safetensors.h"

namespace monochord {

/// Where the rows of a tensor lie in the checkpoint.
enum class RowOrder : uint8_t {
    AsTheyAre,
    Pairs,       ///< of each head the halves of what is turned, to be laid in turns: so that pairs are neighbours
    QkvByHead,   ///< q, k and v of one head after the other, to be laid as all of q, of k and of v
    Transposed,  ///< the columns are our rows
};

/// A tensor of the file and where its values come from.
struct TensorRecipe {
    TensorPlan plan;
    std::vector<const SourceTensor*> parts;  ///< one, or those of all experts, one after the other
    std::vector<float> values;               ///< where there are no parts: the values themselves
    RowOrder order = RowOrder::AsTheyAre;
    uint32_t heads = 1;  ///< that the rows of a part belong to
    float offset = 0;    ///< added to every value
};

/// A recipe for every tensor of the file, from the embedding through the layers to the head. Types are still F32.
/// Errors: Unsupported (a tensor that is not known, or of a type that is no weight), Corrupt (an expert missing).
Result<std::vector<TensorRecipe>> planTensors(const SourceTensors& source, const HfModel& model);

/// Rows of the embedding; 0 where there is none, which the check of the whole model complains about.
/// Errors: Corrupt (more than a vocabulary may have).
Result<uint64_t> vocabularySize(std::span<const TensorRecipe> recipes);

/// Makes the tensor in its type and passes it on, some rows at a time.
/// Errors: those of `sink`; NotFinite (a value that the type can't hold).
Result<void> cook(const TensorRecipe& recipe, const std::function<Result<void>(std::span<const std::byte>)>& sink);

}  // namespace monochord
