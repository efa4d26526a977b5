#include "gguf/split_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace monochord {

std::optional<SplitName> splitName(const std::filesystem::path& path) {
    constexpr std::string_view kEnd = "-00001-of-00003.gguf";
    const std::string text = path.filename().string();
    if (text.size() <= kEnd.size()) return std::nullopt;
    const std::string_view end = std::string_view(text).substr(text.size() - kEnd.size());
    const bool isOne = std::ranges::equal(end, kEnd, [](char c, char pattern) {
        return pattern >= '0' && pattern <= '9' ? c >= '0' && c <= '9' : c == pattern;
    });
    if (!isOne) return std::nullopt;
    SplitName name;
    name.model = path.parent_path() / text.substr(0, text.size() - kEnd.size());
    std::from_chars(end.data() + 1, end.data() + 6, name.number);
    std::from_chars(end.data() + 10, end.data() + 15, name.count);
    return name;
}

std::filesystem::path partPath(const std::filesystem::path& model, uint32_t number, uint32_t count) {
    return model.string() + fmt::format("-{:05}-of-{:05}.gguf", number, count);
}

}  // namespace monochord
