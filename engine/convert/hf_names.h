#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "convert/hf_tensors.h"

namespace monochord {

/// A name of Hugging Face's for a tensor and what it is called in GGUF. `#` stands for a number: first that of the
/// layer.
struct HfTensorRule {
    std::string_view source;  ///< without what the models' classes put in front, and without .weight and .bias
    std::string_view target;
    RowOrder order = RowOrder::AsTheyAre;
    bool isStack = false;  ///< the second number is that of a part (an expert, a head)
    bool isLast = false;   ///< stands behind the layers in the file
};

/// Of all architectures, since the same name means the same in all of them (but see HfArchitecture::normsBehind).
std::span<const HfTensorRule> hfTensorRules();
const HfTensorRule* findHfTensorRule(std::string_view pattern);

/// The name of a tensor of a checkpoint, taken apart.
struct HfName {
    std::string pattern;            ///< as in a rule
    std::vector<uint64_t> numbers;  ///< for each `#`
    bool isBias = false;
    bool isIgnored = false;  ///< no weight (a mask, the frequencies of positions), or of the part that sees
};
HfName parseHfName(std::string_view name);

}  // namespace monochord
