#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"

namespace monochord::cli {

using Json = nlohmann::ordered_json;

/// Answers one JSON object a line on standard output for each on standard input, in order and flushed, until the input
/// ends. A line that is not a JSON object, nests deeper than 100, or that `answer` refuses gets {"error": "…"}; the
/// next line is answered as if nothing had happened. `answer` returns the text of a JSON object.
Result<void> answerLines(const std::function<Result<std::string>(const Json&)>& answer);

/// Text of a JSON value; bytes that are not UTF-8 come out as U+FFFD.
std::string toText(const Json& value);

/// A member of a request. Errors: InvalidArgument naming the key, where it is missing or of another type.
/// T: bool, int64_t, double, std::string, std::vector<int32_t>, std::vector<float>.
template <class T>
Result<T> member(const Json& request, const char* key);
/// The same with a value for a request that lacks the key.
template <class T>
Result<T> memberOr(const Json& request, const char* key, T otherwise) {
    return request.contains(key) ? member<T>(request, key) : Result<T>(std::move(otherwise));
}

Result<std::string> fromBase64(std::string_view text);
std::string toBase64(std::string_view bytes);

}  // namespace monochord::cli
