#include "template/print.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "template/ast.h"
#include "template/characters.h"

namespace monochord::jinja {

namespace {

void reprOfText(Context& ctx, Text& out, const Text& text, bool trusted) {
    const bool doubled =
        text.view().find('\'') != std::string_view::npos && text.view().find('"') == std::string_view::npos;
    const char quote = doubled ? '"' : '\'';
    ctx.spendBytes(text.size());
    out.append(std::string_view(&quote, 1), trusted);
    for (size_t at = 0; at < text.size();) {
        const Character c = characterAt(text.view(), at);
        const bool from = text.trustedAt(at);
        if (c.point == '\\' || c.point == static_cast<char32_t>(quote)) {
            out.append("\\", from);
            out.append(text, at, at + 1);
        } else if (c.point == '\n') {
            out.append("\\n", from);
        } else if (c.point == '\r') {
            out.append("\\r", from);
        } else if (c.point == '\t') {
            out.append("\\t", from);
        } else if (isPrintable(c.point)) {
            out.append(text, at, at + c.bytes);
        } else {
            const auto point = static_cast<uint32_t>(c.point);
            out.append(point < 0x100     ? fmt::format("\\x{:02x}", point)
                       : point < 0x10000 ? fmt::format("\\u{:04x}", point)
                                         : fmt::format("\\U{:08x}", point),
                       from);
        }
        at += c.bytes;
    }
    out.append(std::string_view(&quote, 1), trusted);
}

struct Brackets {
    std::string_view open, close;
};

Brackets bracketsOf(Flavour flavour, size_t count) {
    switch (flavour) {
        case Flavour::Tuple:
            return {"(", count == 1 ? ",)" : ")"};
        case Flavour::Keys:
            return {"dict_keys([", "])"};
        case Flavour::Values:
            return {"dict_values([", "])"};
        case Flavour::Items:
            return {"dict_items([", "])"};
        default:
            return {"[", "]"};
    }
}

/// `level` guards against namespaces in themselves.
void repr(Context& ctx, Text& out, const Value& value, uint32_t level);

void reprOfSequence(Context& ctx, Text& out, const Value& value, uint32_t level) {
    const auto& sequence = value.as<SequenceObject>();
    const auto& elements = sequence.elements;
    if (sequence.flavour == Flavour::Generator) return out.append("<generator object>", value.trusted());
    if (sequence.flavour == Flavour::Range && elements.size() < 2) {
        const int64_t first = elements.empty() ? 0 : elements[0].asInteger();
        return out.append(fmt::format("range({}, {})", first, elements.empty() ? 0 : first + 1), value.trusted());
    }
    if (sequence.flavour == Flavour::Range) {
        const int64_t first = elements[0].asInteger(), step = elements[1].asInteger() - first;
        const int64_t end = elements.back().asInteger() + (step > 0 ? 1 : -1);
        const std::string suffix = step == 1 ? ")" : fmt::format(", {})", step);
        return out.append(fmt::format("range({}, {}{}", first, end, suffix), value.trusted());
    }
    const auto [open, close] = bracketsOf(sequence.flavour, elements.size());
    out.append(open, value.trusted());
    for (size_t i = 0; i < elements.size() && !ctx.failed(); i++) {
        if (i > 0) out.append(", ", value.trusted());
        repr(ctx, out, elements[i], level);
    }
    out.append(close, value.trusted());
}

void reprOfDict(Context& ctx, Text& out, const Value& value, uint32_t level) {
    bool first = true;
    out.append("{", value.trusted());
    for (const auto& [key, element] : value.as<DictObject>().entries) {
        if (ctx.failed()) return;
        if (!first) out.append(", ", value.trusted());
        first = false;
        repr(ctx, out, key, level);
        out.append(": ", value.trusted());
        repr(ctx, out, element, level);
    }
    out.append("}", value.trusted());
}

void reprOfNamespace(Context& ctx, Text& out, const Value& value, uint32_t level) {
    bool first = true;
    out.append("<Namespace {", true);
    for (const auto& [key, element] : value.as<NamespaceObject>().members) {
        if (ctx.failed()) return;
        out.append(fmt::format("{}'{}': ", first ? "" : ", ", key), true);
        first = false;
        repr(ctx, out, element, level);
    }
    out.append("}>", true);
}

void repr(Context& ctx, Text& out, const Value& value, uint32_t level) {
    if (!ctx.spend() || !ctx.fitsText(out.size())) return;
    if (level > 2 * kMaximumDepth) {
        ctx.fail(fmt::format("a value nests deeper than {}", kMaximumDepth));
        return;
    }
    switch (value.kind()) {
        case Kind::Undefined:
            return out.append("Undefined", true);
        case Kind::None:
            return out.append("None", value.trusted());
        case Kind::Bool:
            return out.append(value.asBool() ? "True" : "False", value.trusted());
        case Kind::Integer:
            return out.append(std::to_string(value.asInteger()), value.trusted());
        case Kind::Float:
            return out.append(realToString(value.asReal()), value.trusted());
        case Kind::Text:
            return reprOfText(ctx, out, value.text(), value.text().empty() || value.text().allTrusted());
        case Kind::Sequence:
            return reprOfSequence(ctx, out, value, level + 1);
        case Kind::Dict:
            return reprOfDict(ctx, out, value, level + 1);
        case Kind::Namespace:
            return reprOfNamespace(ctx, out, value, level + 1);
        case Kind::Function:
            return out.append(fmt::format("<function {}>", value.as<FunctionObject>().name), true);
        case Kind::Method:
            return out.append(fmt::format("<built-in method {}>", value.as<MethodObject>().name), true);
        case Kind::Macro:
            return out.append(fmt::format("<Macro '{}'>", value.as<MacroObject>().macro->name), true);
        case Kind::Loop: {
            const auto& loop = value.as<LoopObject>();
            return out.append(fmt::format("<LoopContext {}/{}>", loop.index + 1, loop.items.size()), true);
        }
    }
}

}  // namespace

void appendString(Context& ctx, Text& out, const Value& value) {
    if (value.is(Kind::Undefined)) return;
    if (!value.is(Kind::Text)) return repr(ctx, out, value, 0);
    if (ctx.spendBytes(value.text().size())) out.append(value.text());
}

void appendRepr(Context& ctx, Text& out, const Value& value) {
    repr(ctx, out, value, 0);
}

Value toText(Context& ctx, const Value& value) {
    if (value.is(Kind::Text)) return value;
    Text text;
    appendString(ctx, text, value);
    return ctx.text(std::move(text));
}

std::string realToString(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    std::string digits(buffer.data(), end.ptr);
    const size_t e = digits.find('e');
    const int exponent = std::stoi(digits.substr(e + 1));
    if (exponent < -4 || exponent >= 16) return digits;  // to_chars writes at least two digits of it, as Python does
    std::string plain(digits, 0, e);
    const std::string minus = plain[0] == '-' ? "-" : "";
    std::string mantissa;
    for (const char c : plain)
        if (c != '-' && c != '.') mantissa.push_back(c);
    if (exponent < 0) return minus + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + mantissa;
    const auto whole = static_cast<size_t>(exponent) + 1;
    if (mantissa.size() <= whole) return minus + mantissa + std::string(whole - mantissa.size(), '0') + ".0";
    return minus + mantissa.substr(0, whole) + "." + mantissa.substr(whole);
}

std::string undefinedReason(const Value& value) {
    return absent(value) ? "a value is undefined" : value.as<UndefinedObject>().reason;
}

}  // namespace monochord::jinja
