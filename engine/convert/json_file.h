#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "monochord/error.h"

namespace monochord {

using Json = nlohmann::ordered_json;

/// A text of a checkpoint as JSON. Refused where a list or object lies deeper than 64 (what we read lies less than ten
/// deep) or an object has a key twice (whose value would count?). `name`: of the file, for the messages.
/// Errors: Corrupt.
Result<Json> parseJson(std::string_view text, std::string_view name);

/// The contents of a file in a checkpoint's folder; nothing where there is none. Errors: NotReadable; Corrupt (longer
/// than `most` bytes).
Result<std::optional<std::string>> readText(const std::filesystem::path& path, uint64_t most = uint64_t{128} << 20);

/// Both; an absent file is null. Errors besides: Corrupt (no object).
Result<Json> readJsonObject(const std::filesystem::path& path);

/// A member of an object where it is there and of that kind; otherwise nothing. null is nothing, too.
const Json* member(const Json& object, std::string_view key);
std::optional<std::string> textMember(const Json& object, std::string_view key);
std::optional<bool> flagMember(const Json& object, std::string_view key);
std::optional<int64_t> wholeMember(const Json& object, std::string_view key);

}  // namespace monochord
