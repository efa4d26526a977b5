#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace monochord {

// A model in several files: NAME-00001-of-00003.gguf … beside each other. Each is a GGUF file with tensors of its own
// and says which one it is in `split.no` (from 0), `split.count` and `split.tensors.count` (of all files); the keys of
// the model stand in the first. Source: gguf-split of the llama.cpp project. A name is made of the file that was asked
// for and never taken from inside a file, so parts can't leave their folder.

constexpr uint32_t kMostParts = 128;  ///< of a model that are read and written: half of what can be mapped at once

/// What the name of a part says.
struct SplitName {
    std::filesystem::path model;  ///< folder and NAME
    uint32_t number = 1;          ///< from 1
    uint32_t count = 1;
};
std::optional<SplitName> splitName(const std::filesystem::path& path);
/// The name of a part; number: from 1.
std::filesystem::path partPath(const std::filesystem::path& model, uint32_t number, uint32_t count);

}  // namespace monochord
