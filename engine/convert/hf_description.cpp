#include "convert/hf_description.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/unicode.h"

namespace monochord {

namespace {

uint64_t countOf(const TensorPlan& plan) {
    uint64_t count = 1;
    for (const uint64_t size : plan.shape) count *= size;
    return count;
}

/// At least two digits.
std::string rounded(double count) {
    constexpr std::pair<double, char> kScales[] = {{1e12, 'T'}, {1e9, 'B'}, {1e6, 'M'}, {1e3, 'K'}};
    for (const auto& [scale, suffix] : kScales)
        if (count > scale || scale == 1e3)
            return fmt::format("{:.{}f}{}", count / scale, std::round(count / scale) >= 10 ? 0 : 1, suffix);
    return {};
}

/// A value of the block at the top of README.md, between two lines "---".
std::optional<std::string> frontMatter(std::string_view text, std::string_view key) {
    bool inside = false;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
        if (line == "---" && inside) break;
        if (line == "---")
            inside = true;
        else if (!inside)
            break;
        if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ':') continue;
        line.remove_prefix(key.size() + 1);
        while (!line.empty() && (line.front() == ' ' || line.front() == '"' || line.front() == '\''))
            line.remove_prefix(1);
        while (!line.empty() && (line.back() == '"' || line.back() == '\'')) line.remove_suffix(1);
        if (!line.empty()) return std::string(line);
    }
    return std::nullopt;
}

/// The folder's name, unless it says nothing of the model; a snapshot in Hugging Face's cache stands three below.
std::string nameOf(const std::filesystem::path& folder, const HfConfig& config) {
    const std::filesystem::path given(config.text({"_name_or_path"}, ""));
    if (const std::string name = given.filename().string(); !name.empty() && name != ".") return name;
    std::error_code error;
    auto path = std::filesystem::weakly_canonical(folder, error);
    if (path.parent_path().filename() == "snapshots") {
        const std::string name = path.parent_path().parent_path().filename().string();
        const size_t slash = name.rfind("--");
        return slash == name.npos ? name : name.substr(slash + 2);
    }
    return path.filename().string();
}

}  // namespace

std::string sizeLabel(uint64_t shared, uint64_t ofExperts, uint64_t experts) {
    if (experts == 0) return rounded(static_cast<double>(shared));
    return fmt::format("{}x{}", experts, rounded(static_cast<double>(shared + ofExperts / experts)));
}

HfOrigin originOf(const std::filesystem::path& folder, const HfConfig& config) {
    const auto repaired = [](std::string text) { return repairUtf8(text).value_or(text); };
    HfOrigin origin{.name = repaired(nameOf(folder, config)), .license = {}};
    const auto readme = readText(folder / "README.md");
    if (!readme || !*readme) return origin;
    if (auto license = frontMatter(**readme, "license")) origin.license = repaired(*license);
    return origin;
}

void describeOrigin(const std::filesystem::path& folder, const HfConfig& config, std::span<const TensorRecipe> recipes,
                    GgufMetadata& out) {
    out.set("general.type", "model");
    const HfOrigin origin = originOf(folder, config);
    if (!origin.name.empty()) out.set("general.name", origin.name);
    uint64_t shared = 0, ofExperts = 0, experts = 0;
    for (const TensorRecipe& recipe : recipes) {
        const bool isExpert = recipe.plan.name.ends_with("_exps.weight");
        (isExpert ? ofExperts : shared) += recipe.parts.empty() ? 0 : countOf(recipe.plan);
        if (isExpert) experts = recipe.parts.size();
    }
    out.set("general.size_label", sizeLabel(shared, ofExperts, experts));
    if (!origin.license.empty()) out.set("general.license", origin.license);
}

}  // namespace monochord
