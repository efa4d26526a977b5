#pragma once

#include <filesystem>
#include <optional>

namespace monochord::test {

/// A file of tests/data.
std::filesystem::path dataFile(const std::filesystem::path& relative);
/// A file of the project's shared reference folder, where the checkout has one beside it.
std::optional<std::filesystem::path> sharedFile(const std::filesystem::path& relative);
/// The starter model (SmolLM2) in $MONOCHORD_MODELS or the user's data folder. packaging/test.sh fetches it and sets
/// MONOCHORD_REQUIRE_MODELS, with which a missing model is a failed test instead of a skipped one.
std::optional<std::filesystem::path> starterModel();
bool modelsRequired();

}  // namespace monochord::test
