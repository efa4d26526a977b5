// Filters for HTML and addresses: rare in chats, but Jinja has them.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "template/characters.h"
#include "template/filter_groups.h"
#include "template/operations.h"
#include "template/print.h"
#include "template/text_functions.h"

namespace monochord::jinja {

namespace {

void appendEscaped(Text& out, const Text& text) {
    for (size_t at = 0; at < text.size(); at++) {
        const char c = text.bytes()[at];
        const std::string_view entity = c == '&'    ? "&amp;"
                                        : c == '<'  ? "&lt;"
                                        : c == '>'  ? "&gt;"
                                        : c == '"'  ? "&#34;"
                                        : c == '\'' ? "&#39;"
                                                    : std::string_view(&c, 1);
        out.append(entity, text.trustedAt(at));
    }
}

/// The characters that HTML gives a meaning, as entities.
Value escape(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "escape", arguments)) return {};
    const Value value = toText(ctx, input);
    if (ctx.failed() || !ctx.spendBytes(2 * value.view().size()) || !ctx.fitsText(value.view().size())) return {};
    Text result;
    appendEscaped(result, value.text());
    return ctx.text(std::move(result));
}

/// Without what lies between `open` and `close`, borders included; an unclosed one stays.
Text withoutRanges(const Text& text, std::string_view open, std::string_view close) {
    Text result;
    size_t from = 0;
    while (true) {
        const size_t begin = text.view().find(open, from);
        const size_t end = begin == std::string_view::npos ? begin : text.view().find(close, begin);
        if (end == std::string_view::npos) break;
        result.append(text, from, begin);
        from = end + close.size();
    }
    result.append(text, from, text.size());
    return result;
}

/// The character that an entity at the beginning of `text` stands for, and its bytes; none where it is none that
/// markup needs (HTML names 2,000 more).
std::pair<char32_t, size_t> entityAt(std::string_view text) {
    static constexpr std::pair<std::string_view, char32_t> kNamed[] = {
        {"&amp;", U'&'}, {"&lt;", U'<'}, {"&gt;", U'>'}, {"&quot;", U'"'}, {"&apos;", U'\''}, {"&nbsp;", U'\u00a0'}};
    for (const auto& [name, point] : kNamed)
        if (text.starts_with(name)) return {point, name.size()};
    if (!text.starts_with("&#")) return {};
    const bool hexadecimal = text.size() > 2 && (text[2] | 0x20) == 'x';
    const char* const begin = text.data() + (hexadecimal ? 3 : 2);
    uint32_t point = 0;
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), point, hexadecimal ? 16 : 10);
    const auto bytes = static_cast<size_t>(end - text.data());
    const bool valid = error == std::errc() && point > 0 && point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
    if (!valid || bytes >= text.size() || text[bytes] != ';') return {};
    return {point, bytes + 1};
}

Value striptags(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "striptags", arguments)) return {};
    const Value value = toText(ctx, input);
    if (ctx.failed() || !ctx.spendBytes(8 * value.view().size())) return {};
    const Value bare = ctx.text(withoutRanges(withoutRanges(value.text(), "<!--", "-->"), "<", ">"));
    const Value words = split(ctx, bare, Value::none(), -1, false);
    if (ctx.failed()) return {};
    const Value joined = join(ctx, {words.elements().begin(), words.elements().end()}, ctx.text(" "));
    if (ctx.failed()) return {};
    const Text& text = joined.text();
    Text result;
    for (size_t at = 0; at < text.size();) {
        const auto [point, bytes] =
            text.bytes()[at] == '&' ? entityAt(text.view().substr(at, 12)) : std::pair{U'\0', size_t{0}};
        if (bytes == 0) {
            result.append(text, at, at + 1);
        } else {
            std::string character;
            appendPoint(character, point);
            result.append(character, text.slice(at, at + bytes).allTrusted());
        }
        at += std::max<size_t>(bytes, 1);
    }
    return ctx.text(std::move(result));
}

void appendQuoted(Text& out, const Text& text, bool inQuery) {
    for (size_t at = 0; at < text.size(); at++) {
        const char c = text.bytes()[at];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        const bool plain =
            letter || std::string_view("_.-~").find(c) != std::string_view::npos || (c == '/' && !inQuery);
        const bool trusted = text.trustedAt(at);
        if (plain)
            out.append(std::string_view(&c, 1), trusted);
        else if (c == ' ' && inQuery)
            out.append("+", trusted);
        else
            out.append(fmt::format("%{:02X}", static_cast<uint8_t>(c)), trusted);
    }
}

/// A text for a path (RFC 3986), or pairs for a query, in which a blank is a plus.
Value urlencode(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "urlencode", arguments)) return {};
    Text result;
    if (!input.is(Kind::Dict) && !input.is(Kind::Sequence)) {
        const Value text = toText(ctx, input);
        if (ctx.failed() || !ctx.spendBytes(8 * text.view().size()) || !ctx.fitsText(text.view().size())) return {};
        appendQuoted(result, text.text(), false);
        return ctx.text(std::move(result));
    }
    std::vector<Value> pairs;
    if (input.is(Kind::Dict))
        for (const auto& [key, value] : input.as<DictObject>().entries)
            pairs.push_back(ctx.sequence({key, value}, Flavour::Tuple));
    else if (!iterate(ctx, input, pairs))
        return {};
    for (const Value& pair : pairs) {
        std::vector<Value> parts;
        if (!iterate(ctx, pair, parts)) return {};
        if (parts.size() != 2) return ctx.fail("urlencode takes pairs");
        if (&pair != pairs.data()) result.append("&", true);
        for (size_t i = 0; i < 2; i++) {
            const Value text = toText(ctx, parts[i]);
            if (ctx.failed() || !ctx.spendBytes(8 * text.view().size()) || !ctx.fitsText(result.size())) return {};
            if (i == 1) result.append("=", true);
            appendQuoted(result, text.text(), true);
        }
    }
    return ctx.text(std::move(result));
}

/// A dict as attributes of a tag, with a blank in front unless told otherwise.
Value xmlattr(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 1> blank;
    if (!bind(ctx, "xmlattr", arguments, {"autospace"}, 0, blank)) return {};
    if (!input.is(Kind::Dict)) return ctx.fail(fmt::format("xmlattr takes a dict, not '{}'", typeName(input)));
    Text result;
    for (const auto& [key, value] : input.as<DictObject>().entries) {
        if (value.is(Kind::None) || value.is(Kind::Undefined)) continue;
        const Value name = key, content = toText(ctx, value);
        if (ctx.failed() || !ctx.spendBytes(2 * content.view().size()) || !ctx.fitsText(result.size())) return {};
        if (!name.is(Kind::Text)) return ctx.fail("xmlattr: a name is no text");
        for (size_t at = 0; at < name.view().size(); at += characterAt(name.view(), at).bytes) {
            const char32_t c = characterAt(name.view(), at).point;
            if (isSpace(c) || c == '/' || c == '>' || c == '=')
                return ctx.fail("xmlattr: a name has a character that attributes can't have");
        }
        if (!result.empty() || absent(blank[0]) || truth(blank[0])) result.append(" ", true);
        appendEscaped(result, name.text());
        result.append("=\"", true);
        appendEscaped(result, content.text());
        result.append("\"", true);
    }
    return ctx.text(std::move(result));
}

/// Bytes as people read them: in powers of 1000, or of 1024.
Value filesizeformat(Context& ctx, const Value& input, Arguments& arguments) {
    static constexpr std::string_view kPrefixes = "kMGTPEZY";
    std::array<Value, 1> binary;
    if (!bind(ctx, "filesizeformat", arguments, {"binary"}, 0, binary)) return {};
    double bytes = 0;
    if (input.isNumber())
        bytes = input.asReal();
    else if (!input.is(Kind::Text) || !parseReal(input.view(), bytes))
        return ctx.fail(fmt::format("filesizeformat takes a number, not '{}'", typeName(input)));
    const bool trusted = input.is(Kind::Text) ? input.text().allTrusted() : input.trusted();
    const bool powersOf2 = truth(binary[0]);
    const double base = powersOf2 ? 1024 : 1000;
    if (bytes == 1) return ctx.text("1 Byte", trusted);
    if (bytes < base) return ctx.text(fmt::format("{:.0f} Bytes", std::trunc(bytes)), trusted);
    double unit = base;
    size_t i = 0;
    while (bytes >= unit * base && i + 1 < kPrefixes.size()) {
        unit *= base;
        i++;
    }
    const char prefix = powersOf2 && i == 0 ? 'K' : kPrefixes[i];
    return ctx.text(fmt::format("{:.1f} {}{}", bytes / unit, prefix, powersOf2 ? "iB" : "B"), trusted);
}

constexpr Filter kFilters[] = {
    {"escape", escape},
    {"e", escape},
    {"forceescape", escape},
    {"striptags", striptags},
    {"urlencode", urlencode},
    {"xmlattr", xmlattr},
    {"filesizeformat", filesizeformat},
};

}  // namespace

std::span<const Filter> markupFilters() {
    return kFilters;
}

}  // namespace monochord::jinja
