#include "json_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>

namespace monochord::cli {

namespace {

constexpr int kMaximumDepth = 100, kMaximumMembers = 1000;
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Nesting and members outside of strings, without parsing: refused before the parser builds anything. The parser keeps
/// members in a list, which is why their number has to be bounded too.
Result<void> checkShape(std::string_view line) {
    std::array<int, kMaximumDepth + 1> members{};  // of the open object of each depth
    int depth = 0;
    bool inString = false;
    for (size_t i = 0; i < line.size(); i++) {
        const char c = line[i];
        if (inString) {
            if (c == '\\') i++;
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kMaximumDepth)
                return fail(ErrorCode::InvalidArgument, fmt::format("the request nests deeper than {}", kMaximumDepth));
            members[static_cast<size_t>(depth)] = 0;
        } else if (c == ']' || c == '}') {
            if (--depth < 0) break;  // no JSON: the parser says where
        } else if (c == ':' && ++members[static_cast<size_t>(depth)] > kMaximumMembers) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("an object of the request has more than {} members", kMaximumMembers));
        }
    }
    return {};
}

Result<Json> parseRequest(const std::string& line) {
    if (auto checked = checkShape(line); !checked) return tl::unexpected(checked.error());
    try {
        Json request = Json::parse(line);
        if (!request.is_object()) return fail(ErrorCode::InvalidArgument, "the request is not a JSON object");
        return request;
    } catch (const Json::exception& error) {  // its text repeats what it stumbled on, however long that is
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the request is not valid JSON: {:.200}", std::string_view(error.what())));
    }
}

Error wrongType(const char* key, const char* expected) {
    return {ErrorCode::InvalidArgument, fmt::format("\"{}\" is not {}", key, expected)};
}

/// A member, without a copy: a list of logits is large.
Result<const Json*> find(const Json& request, const char* key) {
    const auto it = request.find(key);
    if (it == request.end()) return fail(ErrorCode::InvalidArgument, fmt::format("the request has no \"{}\"", key));
    return &*it;
}

template <class T>
Result<T> integer(const Json& value, const char* key) {
    if (value.is_number_unsigned() && value.get<uint64_t>() <= static_cast<uint64_t>(std::numeric_limits<T>::max()))
        return static_cast<T>(value.get<uint64_t>());
    if (value.is_number_integer() && !value.is_number_unsigned() &&
        value.get<int64_t>() >= std::numeric_limits<T>::min() && value.get<int64_t>() <= std::numeric_limits<T>::max())
        return static_cast<T>(value.get<int64_t>());
    return tl::unexpected(wrongType(key, "a whole number in range"));
}

}  // namespace

std::string toText(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> answerLines(const std::function<Result<std::string>(const Json&)>& answer) {
    std::ios::sync_with_stdio(false);
    std::string line;
    while (std::getline(std::cin, line)) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const auto text = parseRequest(line).and_then(answer);
        std::cout << (text ? *text : toText(Json{{"error", text.error().message}})) << '\n' << std::flush;
    }
    if (!std::cout) return fail(ErrorCode::NotReadable, "standard output can't be written");
    return {};
}

template <>
Result<bool> member<bool>(const Json& request, const char* key) {
    auto value = find(request, key);
    if (value && (*value)->is_boolean()) return (*value)->get<bool>();
    return tl::unexpected(value ? wrongType(key, "true or false") : value.error());
}

template <>
Result<int64_t> member<int64_t>(const Json& request, const char* key) {
    return find(request, key).and_then([&](const Json* value) { return integer<int64_t>(*value, key); });
}

template <>
Result<double> member<double>(const Json& request, const char* key) {
    auto value = find(request, key);
    if (value && (*value)->is_number()) return (*value)->get<double>();
    return tl::unexpected(value ? wrongType(key, "a number") : value.error());
}

template <>
Result<std::string> member<std::string>(const Json& request, const char* key) {
    auto value = find(request, key);
    if (value && (*value)->is_string()) return (*value)->get<std::string>();
    return tl::unexpected(value ? wrongType(key, "a text") : value.error());
}

template <>
Result<std::vector<int32_t>> member<std::vector<int32_t>>(const Json& request, const char* key) {
    auto value = find(request, key);
    if (!value) return tl::unexpected(value.error());
    if (!(*value)->is_array()) return tl::unexpected(wrongType(key, "a list"));
    std::vector<int32_t> numbers;
    numbers.reserve((*value)->size());
    for (const Json& element : **value) {
        const auto number = integer<int32_t>(element, key);
        if (!number) return tl::unexpected(wrongType(key, "a list of whole numbers in range"));
        numbers.push_back(*number);
    }
    return numbers;
}

template <>
Result<std::vector<float>> member<std::vector<float>>(const Json& request, const char* key) {
    auto value = find(request, key);
    if (!value) return tl::unexpected(value.error());
    if (!(*value)->is_array()) return tl::unexpected(wrongType(key, "a list"));
    std::vector<float> numbers;
    numbers.reserve((*value)->size());
    for (const Json& element : **value) {
        if (!element.is_number()) return tl::unexpected(wrongType(key, "a list of numbers"));
        numbers.push_back(element.get<float>());
    }
    return numbers;
}

Result<std::string> fromBase64(std::string_view text) {
    std::array<int8_t, 256> digit;
    digit.fill(-1);
    for (size_t i = 0; i < kBase64.size(); i++) digit[static_cast<uint8_t>(kBase64[i])] = static_cast<int8_t>(i);
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    if (text.size() % 4 == 1)
        return fail(ErrorCode::InvalidArgument, "\"bytes\" is not base64");  // 6 bits make no byte
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    uint32_t window = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = digit[static_cast<uint8_t>(c)];
        if (value < 0) return fail(ErrorCode::InvalidArgument, "\"bytes\" is not base64");
        window = window << 6 | static_cast<uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<char>(window >> bits & 0xff));
        }
    }
    return bytes;
}

std::string toBase64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t count = std::min<size_t>(3, bytes.size() - i);
        uint32_t window = 0;
        for (size_t j = 0; j < 3; j++) window = window << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0u);
        for (size_t j = 0; j < 4; j++) text.push_back(j <= count ? kBase64[window >> (18 - 6 * j) & 63] : '=');
    }
    return text;
}

}  // namespace monochord::cli
