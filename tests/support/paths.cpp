#include "support/paths.h"

#include <cstdlib>

namespace monochord::test {

namespace {

std::optional<std::filesystem::path> ifExists(std::filesystem::path path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? std::optional(std::move(path)) : std::nullopt;
}

std::filesystem::path modelFolder() {
    if (const char* folder = std::getenv("MONOCHORD_MODELS")) return folder;
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data)
        return std::filesystem::path(data) / "monochord/models";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home ? home : "/") / ".local/share/monochord/models";
}

}  // namespace

std::filesystem::path dataFile(const std::filesystem::path& relative) {
    return std::filesystem::path(MONOCHORD_TEST_DATA) / relative;
}

std::optional<std::filesystem::path> sharedFile(const std::filesystem::path& relative) {
    return ifExists(std::filesystem::path(MONOCHORD_SHARED_DATA) / relative);
}

std::optional<std::filesystem::path> starterModel() {
    return ifExists(modelFolder() / "SmolLM2-135M-Instruct.Q4_1.gguf");
}

bool modelsRequired() {
    return std::getenv("MONOCHORD_REQUIRE_MODELS") != nullptr;
}

}  // namespace monochord::test
