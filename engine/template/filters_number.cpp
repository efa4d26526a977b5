#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "template/characters.h"
#include "template/filter_groups.h"
#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

std::string withoutBlanks(std::string_view text) {
    while (!text.empty() && isSpace(static_cast<uint8_t>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && isSpace(static_cast<uint8_t>(text.back()))) text.remove_suffix(1);
    std::string result(text);
    if (result.size() > 1 && result.front() == '+' && result[1] != '-') result.erase(0, 1);
    for (size_t i = 1; i + 1 < result.size(); i++)
        if (result[i] == '_' && result[i - 1] != '_' && result[i + 1] != '_') result.erase(i, 1);
    return result;
}

std::optional<double> parseReal(std::string_view text) {
    const std::string digits = withoutBlanks(text);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) return digits.find("e-") == std::string::npos ? HUGE_VAL : 0.0;
    return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<int64_t> truncated(double value) {
    if (!(value > -9.2e18 && value < 9.2e18)) return std::nullopt;
    return static_cast<int64_t>(value);
}

std::optional<int64_t> parseWhole(std::string_view text, int base) {
    std::string digits = withoutBlanks(text);
    const bool negative = !digits.empty() && digits[0] == '-';
    const size_t begin = negative ? 1 : 0;
    const char letter = base == 16 ? 'x' : base == 8 ? 'o' : base == 2 ? 'b' : '\0';
    if (letter && digits.size() > begin + 2 && digits[begin] == '0' && (digits[begin + 1] | 0x20) == letter)
        digits.erase(begin, 2);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

Value toInteger(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    int64_t base = 10;
    if (!bind(ctx, "int", arguments, {"default", "base"}, 0, parts) || !wholeNumber(ctx, "int", parts[1], 10, base))
        return {};
    if (input.is(Kind::Undefined)) return ctx.fail(undefinedReason(input));
    if (input.isWhole()) return Value::integer(input.asInteger(), input.trusted());
    std::optional<int64_t> number;
    if (input.is(Kind::Float)) number = truncated(input.asReal());
    if (input.is(Kind::Text)) {
        if (base >= 2 && base <= 36) number = parseWhole(input.view(), static_cast<int>(base));
        if (!number)
            if (const auto real = parseReal(input.view())) number = truncated(*real);
    }
    const bool trusted = input.is(Kind::Text) ? input.text().allTrusted() : input.trusted();
    if (number) return Value::integer(*number, trusted);
    return absent(parts[0]) ? Value::integer(0) : parts[0];
}

Value toReal(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 1> parts;
    if (!bind(ctx, "float", arguments, {"default"}, 0, parts)) return {};
    if (input.is(Kind::Undefined)) return ctx.fail(undefinedReason(input));
    if (input.isNumber()) return Value::real(input.asReal(), input.trusted());
    const auto real = input.is(Kind::Text) ? parseReal(input.view()) : std::nullopt;
    if (real) return Value::real(*real, input.text().allTrusted());
    return absent(parts[0]) ? Value::real(0) : parts[0];
}

Value absolute(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "abs", arguments)) return {};
    if (input.is(Kind::Float)) return Value::real(std::fabs(input.asReal()), input.trusted());
    if (input.isWhole() && input.asInteger() >= 0) return Value::integer(input.asInteger(), input.trusted());
    if (input.isWhole()) return negate(ctx, input);
    return ctx.fail(fmt::format("bad operand type for abs(): '{}'", typeName(input)));
}

/// Decimal rounding of the exact binary value, half to even, as Python's round() does.
double roundDecimals(double value, int64_t precision) {
    if (!std::isfinite(value) || precision > 300) return value;
    if (precision < -300) return 0.0;
    if (precision < 0) {
        const double power = std::pow(10.0, static_cast<double>(-precision));
        return std::nearbyint(value / power) * power;
    }
    const std::string digits = fmt::format("{:.{}f}", value, static_cast<int>(precision));
    double result = value;
    std::from_chars(digits.data(), digits.data() + digits.size(), result);
    return result;
}

Value roundFilter(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    int64_t precision = 0;
    if (!bind(ctx, "round", arguments, {"precision", "method"}, 0, parts)) return {};
    if (!wholeNumber(ctx, "round", parts[0], 0, precision)) return {};
    const std::string_view method = parts[1].is(Kind::Text) ? parts[1].view() : absent(parts[1]) ? "common" : "";
    if (!input.isNumber()) return ctx.fail(fmt::format("type {} can't be rounded", typeName(input)));
    if (method == "common" && input.isWhole() && precision >= 0)
        return Value::integer(input.asInteger(), input.trusted());
    if (method == "common") {
        const double result = roundDecimals(input.asReal(), precision);
        const auto whole = input.isWhole() ? truncated(result) : std::nullopt;
        return whole ? Value::integer(*whole, input.trusted()) : Value::real(result, input.trusted());
    }
    if (method != "ceil" && method != "floor") return ctx.fail("method must be common, ceil or floor");
    if (precision > 300 || precision < -300) return ctx.fail("round: the precision is out of range");
    const double power = std::pow(10.0, static_cast<double>(precision)), scaled = input.asReal() * power;
    return Value::real((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / power, input.trusted());
}

constexpr Filter kFilters[] = {
    {"int", toInteger},
    {"float", toReal},
    {"abs", absolute},
    {"round", roundFilter},
};

}  // namespace

std::span<const Filter> numberFilters() {
    return kFilters;
}

bool parseReal(std::string_view text, double& value) {
    const auto real = parseReal(text);
    value = real.value_or(0);
    return real.has_value();
}

}  // namespace monochord::jinja
