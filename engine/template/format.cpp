#include "template/format.h"

#include <fmt/format.h>

#include <cmath>

#include "template/operations.h"
#include "template/print.h"
#include "template/text_functions.h"

namespace monochord::jinja {

namespace {

/// What stands between % or : and the type.
struct Spec {
    Text fill{" ", true};
    char align = '\0';  // < > ^ =
    char sign = '-';
    bool alternative = false, zero = false;
    char grouping = '\0';
    int64_t width = 0, precision = -1;
    char type = '\0';
};

int64_t readNumber(std::string_view text, size_t& at) {
    int64_t number = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9')
        number = std::min<int64_t>(number * 10 + (text[at++] - '0'), int64_t{1} << 40);
    return number;
}

std::string grouped(const std::string& digits, char separator) {
    const size_t end = std::min(digits.find_first_not_of("0123456789"), digits.size());
    std::string result;
    for (size_t i = 0; i < end; i++) {
        if (i > 0 && (end - i) % 3 == 0) result.push_back(separator);
        result.push_back(digits[i]);
    }
    return result + digits.substr(end);
}

/// The digits of a number without its sign; nothing where the type does not fit it.
std::optional<std::string> digitsOf(const Value& value, const Spec& spec) {
    const char type = spec.type;
    if (value.isWhole() && std::string_view("dixXob").find(type) != std::string_view::npos) {
        const auto number = static_cast<uint64_t>(value.asInteger());
        const uint64_t size = value.asInteger() < 0 ? 0 - number : number;
        if (type == 'x') return fmt::format("{}{:x}", spec.alternative ? "0x" : "", size);
        if (type == 'X') return fmt::format("{}{:X}", spec.alternative ? "0X" : "", size);
        if (type == 'o') return fmt::format("{}{:o}", spec.alternative ? "0o" : "", size);
        if (type == 'b') return fmt::format("{}{:b}", spec.alternative ? "0b" : "", size);
        return std::to_string(size);
    }
    if (!value.isNumber()) return std::nullopt;
    const double number = std::fabs(value.asReal());
    const int precision = spec.precision < 0 ? 6 : static_cast<int>(spec.precision);
    if (std::isnan(number)) return "nan";
    if (std::isinf(number)) return "inf";
    switch (type) {
        case 'f':
        case 'F':
            return fmt::format("{:.{}f}", number, precision);
        case 'e':
            return fmt::format("{:.{}e}", number, precision);
        case 'E':
            return fmt::format("{:.{}E}", number, precision);
        case 'g':
            return fmt::format("{:.{}g}", number, precision);
        case 'G':
            return fmt::format("{:.{}G}", number, precision);
        case '%':
            return fmt::format("{:.{}f}%", number * 100, precision);
        default:
            return std::nullopt;
    }
}

bool isNegative(const Value& value) {
    return value.is(Kind::Float) ? std::signbit(value.asReal()) && !std::isnan(value.asReal()) : value.asInteger() < 0;
}

Value aligned(Context& ctx, const Value& text, const Spec& spec, char standard) {
    const char align = spec.align ? spec.align : standard;
    if (align != '^') return pad(ctx, text, spec.width, spec.fill, align == '<' ? Alignment::Left : Alignment::Right);
    if (ctx.failed()) return {};
    const auto length = static_cast<int64_t>(text.as<TextObject>().characters);
    if (spec.width <= length) return text;
    // str.format centres with the odd one on the right, unlike str.center.
    const Value left = pad(ctx, text, length + (spec.width - length) / 2, spec.fill, Alignment::Right);
    return pad(ctx, left, spec.width, spec.fill, Alignment::Left);
}

Value formatNumber(Context& ctx, const Value& value, Spec spec) {
    if (spec.precision > 500) return ctx.fail("a format is too precise");
    auto digits = digitsOf(value, spec);
    if (!digits) return ctx.fail(fmt::format("unknown format code '{}' for '{}'", spec.type, typeName(value)));
    if (spec.grouping) *digits = grouped(*digits, spec.grouping);
    const std::string sign = isNegative(value) ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
    if (spec.zero && !spec.align) {
        spec.align = '=';
        spec.fill = Text("0", true);
    }
    if (spec.align != '=') return aligned(ctx, ctx.text(sign + *digits, value.trusted()), spec, '>');
    spec.width -= static_cast<int64_t>(sign.size());
    spec.align = '>';
    const Value padded = aligned(ctx, ctx.text(*digits, value.trusted()), spec, '>');
    return ctx.failed() ? Value() : concatenate(ctx, ctx.text(sign, value.trusted()), padded);
}

Value formatText(Context& ctx, const Value& value, const Spec& spec) {
    if (ctx.failed()) return {};
    if (spec.precision < 0) return aligned(ctx, value, spec, '<');
    const size_t end = offsetOfCharacter(value.view(), static_cast<size_t>(spec.precision));
    return aligned(ctx, ctx.text(value.text().slice(0, end)), spec, '<');
}

class PercentFormatter {
public:
    PercentFormatter(Context& ctx, const Value& pattern, const Value& values)
        : m_ctx(ctx), m_pattern(pattern.text()), m_values(values) {
        m_tuple = values.is(Kind::Sequence) && values.as<SequenceObject>().flavour == Flavour::Tuple;
    }

    Value run() {
        const std::string_view text = m_pattern.view();
        for (size_t at = 0; at < text.size() && m_ctx.spend() && m_ctx.fitsText(m_out.size());) {
            const size_t percent = std::min(text.find('%', at), text.size());
            m_out.append(m_pattern, at, percent);
            at = percent;
            if (at < text.size()) convert(at);
        }
        const bool used = !m_tuple || m_next == m_values.elements().size();
        // What can be asked for members by name need not be used.
        const bool mapping = m_values.is(Kind::Dict) || m_values.is(Kind::Sequence) || m_values.is(Kind::Undefined);
        if (!used || (!m_tuple && m_next == 0 && !mapping))
            return m_ctx.fail("not all arguments converted during string formatting");
        return m_ctx.text(std::move(m_out));
    }

private:
    Value next() {
        if (m_tuple && m_next < m_values.elements().size()) return m_values.elements()[m_next++];
        if (!m_tuple && m_next++ == 0) return m_values;
        return m_ctx.fail("not enough arguments for format string");
    }

    Value named(std::string_view name) {
        const Value* value = m_values.is(Kind::Dict) ? member(m_ctx, m_values.as<DictObject>(), name) : nullptr;
        return value ? *value : m_ctx.fail(fmt::format("format: no value for '{}'", name.substr(0, 100)));
    }

    int64_t number(std::string_view text, size_t& at) {
        if (at >= text.size() || text[at] != '*') return readNumber(text, at);
        at++;
        const Value value = next();
        if (!value.isWhole()) m_ctx.fail("* wants int");
        return value.isWhole() ? value.asInteger() : 0;
    }

    /// One conversion, from its % at `at`, which moves behind it.
    void convert(size_t& at) {
        const std::string_view text = m_pattern.view();
        const bool trusted = m_pattern.trustedAt(at);
        Spec spec;
        Value value;
        bool hasValue = false;
        at++;
        if (at < text.size() && text[at] == '(') {
            const size_t end = std::min(text.find(')', at), text.size());
            value = named(text.substr(at + 1, end - at - 1));
            hasValue = true;
            at = end + 1;
        }
        for (; at < text.size(); at++) {
            if (text[at] == '-')
                spec.align = '<';
            else if (text[at] == '0')
                spec.zero = true;
            else if (text[at] == '+')
                spec.sign = '+';
            else if (text[at] == ' ')
                spec.sign = spec.sign == '+' ? '+' : ' ';
            else if (text[at] == '#')
                spec.alternative = true;
            else
                break;
        }
        spec.width = number(text, at);
        if (at < text.size() && text[at] == '.') spec.precision = number(text, ++at);
        if (at >= text.size()) {
            m_ctx.fail("incomplete format");
            return;
        }
        spec.type = text[at++];
        if (spec.type == '%') return m_out.append("%", trusted);
        if (!hasValue) value = next();
        const Value result = m_ctx.failed() ? Value() : formatted(value, spec);
        if (!m_ctx.failed()) m_out.append(result.text());
    }

    Value formatted(const Value& value, Spec spec) {
        if (!spec.align) spec.align = '\0';
        if (spec.type == 's' || spec.type == 'r' || spec.type == 'a') {
            Text text;
            if (spec.type == 's')
                appendString(m_ctx, text, value);
            else
                appendRepr(m_ctx, text, value);
            if (!spec.align) spec.align = '>';
            return formatText(m_ctx, m_ctx.text(std::move(text)), spec);
        }
        if (spec.type == 'c' && value.is(Kind::Text)) return formatText(m_ctx, value, spec);
        if (spec.type == 'c' && value.isWhole() && value.asInteger() >= 0 && value.asInteger() <= 0x10ffff) {
            std::string character;
            appendPoint(character, static_cast<char32_t>(value.asInteger()));
            return formatText(m_ctx, m_ctx.text(character, value.trusted()), spec);
        }
        if ((spec.type == 'd' || spec.type == 'i' || spec.type == 'u') && value.is(Kind::Float)) {
            if (!(std::fabs(value.asReal()) < 9e18)) return m_ctx.fail("a number does not fit in 64 bits");
            spec.type = 'd';
            return formatNumber(m_ctx, Value::integer(static_cast<int64_t>(value.asReal()), value.trusted()), spec);
        }
        if (!value.isNumber()) return m_ctx.fail(fmt::format("%{} format: a number is required", spec.type));
        return formatNumber(m_ctx, value, spec);
    }

    Context& m_ctx;
    const Text& m_pattern;
    const Value& m_values;
    bool m_tuple = false;
    size_t m_next = 0;
    Text m_out;
};

class BraceFormatter {
public:
    BraceFormatter(Context& ctx, const Value& pattern, const Arguments& arguments)
        : m_ctx(ctx), m_pattern(pattern.text()), m_arguments(arguments) {}

    Value run() {
        const std::string_view text = m_pattern.view();
        for (size_t at = 0; at < text.size() && m_ctx.spend() && m_ctx.fitsText(m_out.size());) {
            const size_t brace = std::min(text.find_first_of("{}", at), text.size());
            m_out.append(m_pattern, at, brace);
            at = brace;
            if (at == text.size()) break;
            if (at + 1 < text.size() && text[at + 1] == text[at]) {
                m_out.append(m_pattern, at, at + 1);
                at += 2;
            } else if (text[at] == '}') {
                return m_ctx.fail("Single '}' encountered in format string");
            } else {
                const size_t end = text.find('}', at);
                if (end == std::string_view::npos) return m_ctx.fail("expected '}' before end of string");
                replaceField(text.substr(at + 1, end - at - 1));
                at = end + 1;
            }
        }
        return m_ctx.text(std::move(m_out));
    }

private:
    void replaceField(std::string_view field) {
        if (field.find('{') != std::string_view::npos) {
            m_ctx.fail("nested fields in a format are not supported");
            return;
        }
        const size_t colon = std::min(field.find(':'), field.size());
        std::string_view name = field.substr(0, colon);
        const std::string_view spec = field.substr(std::min(colon + 1, field.size()));
        char conversion = '\0';
        if (const size_t mark = name.find('!'); mark != std::string_view::npos) {
            conversion = mark + 1 < name.size() ? name[mark + 1] : '?';
            name = name.substr(0, mark);
        }
        Value value = lookUp(name);
        if (m_ctx.failed()) return;
        if (conversion) {
            Text text;
            if (conversion == 's')
                appendString(m_ctx, text, value);
            else if (conversion == 'r')
                appendRepr(m_ctx, text, value);
            else
                m_ctx.fail("unknown conversion in a format");
            value = m_ctx.text(std::move(text));
        }
        const Value result = m_ctx.failed() ? Value() : apply(value, spec);
        if (!m_ctx.failed()) m_out.append(result.text());
    }

    Value lookUp(std::string_view name) {
        size_t at = std::min(name.find_first_of(".["), name.size());
        const std::string_view first = name.substr(0, at);
        Value value;
        if (first.empty() || (first[0] >= '0' && first[0] <= '9')) {
            size_t digits = 0;
            const size_t index = first.empty() ? m_next++ : static_cast<size_t>(readNumber(first, digits));
            if (index >= m_arguments.positional.size()) return m_ctx.fail("Replacement index out of range");
            value = m_arguments.positional[index];
        } else {
            bool known = false;
            for (const auto& [key, argument] : m_arguments.named) {
                if (key != first) continue;
                value = argument;
                known = true;
            }
            if (!known) return m_ctx.fail(fmt::format("format: no value for '{}'", first.substr(0, 100)));
        }
        while (at < name.size() && m_ctx.spend()) {
            const bool subscript = name[at] == '[';
            const size_t end = std::min(subscript ? name.find(']', at) : name.find_first_of(".[", at + 1), name.size());
            const std::string_view part = name.substr(at + 1, end - at - 1);
            size_t digits = 0;
            const bool number =
                subscript && !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
            value = number      ? item(m_ctx, value, Value::integer(readNumber(part, digits)))
                    : subscript ? item(m_ctx, value, m_ctx.text(part))
                                : attribute(m_ctx, value, part);
            if (value.is(Kind::Undefined)) return m_ctx.fail(undefinedReason(value));
            at = subscript ? end + 1 : end;
        }
        return value;
    }

    Value apply(const Value& value, std::string_view text) {
        Spec spec;
        size_t at = 0;
        const auto isAlign = [&](size_t i) {
            return i < text.size() && std::string_view("<>^=").find(text[i]) != std::string_view::npos;
        };
        const size_t first = text.empty() ? 0 : characterAt(text, 0).bytes;
        if (!text.empty() && isAlign(first)) {
            spec.fill = Text(std::string(text.substr(0, first)), m_pattern.allTrusted());
            spec.align = text[first];
            at = first + 1;
        } else if (isAlign(0)) {
            spec.align = text[at++];
        }
        const auto flag = [&](char c) { return at < text.size() && text[at] == c ? (at++, true) : false; };
        for (const char sign : {'+', '-', ' '})
            if (flag(sign)) spec.sign = sign;
        spec.alternative = flag('#');
        spec.zero = flag('0');
        spec.width = readNumber(text, at);
        for (const char mark : {',', '_'})
            if (flag(mark)) spec.grouping = mark;
        if (flag('.')) spec.precision = readNumber(text, at);
        if (at < text.size()) spec.type = text[at++];
        if (at < text.size()) return m_ctx.fail("Invalid format specifier");
        return applySpec(value, spec, text.empty());
    }

    Value applySpec(const Value& value, Spec spec, bool empty) {
        if (value.is(Kind::Text) && (spec.type == '\0' || spec.type == 's')) return formatText(m_ctx, value, spec);
        if (value.isNumber() && !(value.is(Kind::Bool) && empty)) {
            const bool plain = spec.type == '\0' && value.is(Kind::Float) && spec.precision < 0;
            if (plain && empty) return toText(m_ctx, value);
            if (spec.type == '\0') spec.type = value.is(Kind::Float) ? 'g' : 'd';
            if (plain) {
                if (!spec.align) spec.align = '>';
                return formatText(m_ctx, toText(m_ctx, value), spec);
            }
            return formatNumber(m_ctx, value, spec);
        }
        if (!empty) return m_ctx.fail(fmt::format("unsupported format string passed to {}", typeName(value)));
        return toText(m_ctx, value);
    }

    Context& m_ctx;
    const Text& m_pattern;
    const Arguments& m_arguments;
    size_t m_next = 0;
    Text m_out;
};

}  // namespace

Value formatPercent(Context& ctx, const Value& pattern, const Value& values) {
    return ctx.failed() ? Value() : PercentFormatter(ctx, pattern, values).run();
}

Value formatBraces(Context& ctx, const Value& pattern, Arguments& arguments) {
    return BraceFormatter(ctx, pattern, arguments).run();
}

}  // namespace monochord::jinja
