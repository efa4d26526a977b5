#pragma once

#include <optional>
#include <vector>

#include "model/transformer.h"
#include "monochord/evaluator.h"

namespace monochord {

/// What an evaluator is made of; later members view into earlier ones.
struct Evaluator::Data {
    std::shared_ptr<const Model> model;
    const Kernels* kernels;
    ThreadTeam team;
    KvCache cache;
    Transformer transformer;
    size_t batch;
    std::vector<TokenId> computed = {};        // what the cache holds: cache.length() ids
    bool extended = false;                     // its keys are turned for sequences longer than the original context
    std::optional<uint64_t> modelDigest = {};  // of all bytes of the model, once it was asked for

    Result<uint64_t> digestOfModel();  // Errors: FileChanged
};

}  // namespace monochord
