#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"

namespace monochord {

/// One of quantizations(), and what the tensors of a model come to in it.
struct QuantizedSize {
    std::string_view name;
    uint64_t bytes = 0;
};

/// What convertModel() would make of a folder. Texts are bytes as they stand there: see displayText.
struct CheckpointSummary {
    std::string name;                  ///< as `general.name` will be
    std::string architecture;          ///< "llama"
    std::string license;               ///< as its README says; empty: it does not
    std::string_view type;             ///< of the matrices, where convertModel() is asked for none: "BF16"
    uint64_t parameters = 0;           ///< values of all tensors
    std::vector<QuantizedSize> sizes;  ///< in the order of quantizations()
};

/// Reads config.json, the tokenizer and the headers of the weights, but no weights.
/// Errors: those of convertModel() that come before weights are read.
Result<CheckpointSummary> inspectCheckpoint(const std::filesystem::path& folder);

/// The sizes that quantizeModel() would make of a model file, in the order of quantizations(), from its header alone.
/// Errors: those of reading the file and of a damaged header.
Result<std::vector<QuantizedSize>> quantizedSizes(const std::filesystem::path& path);

}  // namespace monochord
