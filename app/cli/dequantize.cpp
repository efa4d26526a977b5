#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "command.h"
#include "json_lines.h"
#include "monochord/dequantize.h"

namespace monochord::cli {

namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Result<std::string> fromHex(std::string_view text) {
    std::string bytes(text.size() / 2, '\0');
    bool isHex = text.size() % 2 == 0;
    for (size_t i = 0; i < bytes.size() && isHex; i++) {
        const int high = hexDigit(text[2 * i]), low = hexDigit(text[2 * i + 1]);
        isHex = high >= 0 && low >= 0;
        bytes[i] = static_cast<char>(high * 16 + low);
    }
    if (!isHex) return fail(ErrorCode::InvalidArgument, "\"hex\" is not pairs of hexadecimal digits");
    return bytes;
}

/// The shortest digits that read back to the same f32. JSON has no word for NaN and infinity: null; and "-0" would be
/// read as a whole number, which has no sign.
std::string toNumbers(const std::vector<float>& values) {
    std::string text;
    for (const float value : values) {
        if (!text.empty()) text += ',';
        if (!std::isfinite(value))
            text += "null";
        else if (value == 0)
            text += std::signbit(value) ? "-0.0" : "0";
        else
            fmt::format_to(std::back_inserter(text), "{}", value);
    }
    return text;
}

Result<std::string> answer(const Json& request) {
    const auto type = member<std::string>(request, "type"), hex = member<std::string>(request, "hex");
    if (!type) return tl::unexpected(type.error());
    if (!hex) return tl::unexpected(hex.error());
    return fromHex(*hex)
        .and_then([&](const std::string& bytes) { return dequantizeBlocks(*type, bytes); })
        .map([](const std::vector<float>& values) { return fmt::format("{{\"values\":[{}]}}", toNumbers(values)); });
}

}  // namespace

void addDequantize(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("dequantize", "Numbers behind the bytes of a tensor type's blocks");
    command->add_flag("--jsonl")->description(
        R"(Read {"type", "hex"} a line, answer {"values"}: the only way there is)");
    command->callback([&run] { run = [] { return answerLines(answer); }; });
}

}  // namespace monochord::cli
