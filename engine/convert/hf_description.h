#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "convert/hf_config.h"
#include "convert/hf_tensors.h"

namespace monochord {

/// What people want to know of a model; its README names the licence. UTF-8; empty: not known.
struct HfOrigin {
    std::string name, license;
};
HfOrigin originOf(const std::filesystem::path& folder, const HfConfig& config);

/// Writes it as `general.type`, `.name`, `.size_label` and `.license`.
void describeOrigin(const std::filesystem::path& folder, const HfConfig& config, std::span<const TensorRecipe> recipes,
                    GgufMetadata& out);

/// A count of parameters as people say it: "135M", "1.7B", and with experts "8x7.0B", where the second number is what
/// one expert and all that is shared come to.
std::string sizeLabel(uint64_t shared, uint64_t ofExperts, uint64_t experts);

}  // namespace monochord
