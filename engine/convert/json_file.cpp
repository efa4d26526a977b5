#include "convert/json_file.h"

#include <fmt/format.h>

#include <unordered_set>
#include <vector>

#include "base/printable.h"
#include "base/safe_file.h"

namespace monochord {

namespace {

constexpr size_t kDeepest = 64;

/// Sees brackets outside of strings, before the parser builds anything of them.
bool isTooDeep(std::string_view text) {
    size_t depth = 0;
    bool inString = false;
    for (size_t i = 0; i < text.size(); i++) {
        const char c = text[i];
        if (inString && c == '\\')
            i++;
        else if (c == '"')
            inString = !inString;
        else if (!inString && (c == '{' || c == '['))
            depth++;
        else if (!inString && (c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > kDeepest) return true;
    }
    return false;
}

}  // namespace

Result<Json> parseJson(std::string_view text, std::string_view name) {
    if (isTooDeep(text))
        return fail(ErrorCode::Corrupt, fmt::format("{} nests deeper than {}", printable(name), kDeepest));
    std::vector<std::unordered_set<std::string>> keys;  // of the objects around
    std::optional<std::string> twice;
    const auto look = [&](int, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event != Json::parse_event_t::key || twice) return true;
        const auto& key = parsed.get_ref<const std::string&>();
        if (!keys.back().insert(key).second) twice = key;
        return true;
    };
    Json json = Json::parse(text, look, false);
    if (json.is_discarded())
        return fail(ErrorCode::Corrupt, fmt::format("{} is not valid JSON in UTF-8", printable(name)));
    if (twice)
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} has the key \"{}\" twice in one object", printable(name), printable(*twice)));
    return json;
}

Result<std::optional<std::string>> readText(const std::filesystem::path& path, uint64_t most) {
    const std::string name = printable(path.filename().string());
    auto file = FileReader::open(path);
    if (!file && file.error().code == ErrorCode::NotFound) return std::optional<std::string>();
    if (!file) return fail(file.error().code, fmt::format("{}: {}", name, file.error().message));
    if (file->size() > most)
        return fail(ErrorCode::Corrupt, fmt::format("{} has {} bytes; up to {} are read", name, file->size(), most));
    std::string text(file->size(), '\0');
    if (auto done = file->read(std::as_writable_bytes(std::span(text))); !done)
        return fail(done.error().code, fmt::format("{}: {}", name, done.error().message));
    return std::optional(std::move(text));
}

Result<Json> readJsonObject(const std::filesystem::path& path) {
    const auto text = readText(path);
    if (!text) return tl::unexpected(text.error());
    if (!*text) return Json();
    auto json = parseJson(**text, path.filename().string());
    if (json && !json->is_object())
        return fail(ErrorCode::Corrupt, fmt::format("{} is no JSON object", printable(path.filename().string())));
    return json;
}

const Json* member(const Json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    const auto it = object.find(std::string(key));
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

std::optional<std::string> textMember(const Json& object, std::string_view key) {
    const Json* value = member(object, key);
    return value && value->is_string() ? std::optional(value->get<std::string>()) : std::nullopt;
}

std::optional<bool> flagMember(const Json& object, std::string_view key) {
    const Json* value = member(object, key);
    return value && value->is_boolean() ? std::optional(value->get<bool>()) : std::nullopt;
}

std::optional<int64_t> wholeMember(const Json& object, std::string_view key) {
    const Json* value = member(object, key);
    if (!value || !value->is_number_integer()) return std::nullopt;
    if (value->is_number_unsigned() && value->get<uint64_t>() > uint64_t{1} << 62) return std::nullopt;
    return value->get<int64_t>();
}

}  // namespace monochord
