#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "template/characters.h"
#include "template/filter_groups.h"
#include "template/format.h"
#include "template/operations.h"
#include "template/print.h"
#include "template/text_functions.h"

namespace monochord::jinja {

namespace {

Value asString(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "the filter", arguments)) return {};
    return toText(ctx, input);
}

Value trim(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 1> characters;
    if (!bind(ctx, "trim", arguments, {"chars"}, 0, characters)) return {};
    return strip(ctx, toText(ctx, input), characters[0], true, true);
}

template <Case wanted>
Value inCase(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "the filter", arguments)) return {};
    return changeCase(ctx, toText(ctx, input), wanted);
}

Value capitalizeFilter(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "capitalize", arguments)) return {};
    return capitalize(ctx, toText(ctx, input));
}

/// Jinja's own rule: what follows a blank, a hyphen or an opening bracket is capitalized.
Value title(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "title", arguments)) return {};
    const Value value = toText(ctx, input);
    if (ctx.failed() || !ctx.spendBytes(4 * value.view().size())) return {};
    const Text& text = value.text();
    Text result;
    bool first = true;
    for (size_t at = 0; at < text.size();) {
        const Character c = characterAt(text.view(), at);
        appendInCase(result, text, at, at + c.bytes, first ? Case::Upper : Case::Lower);
        first = isSpace(c.point) || std::u32string_view(U"-({[<").find(c.point) != std::u32string_view::npos;
        at += c.bytes;
    }
    return ctx.text(std::move(result));
}

Value replaceFilter(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 3> parts;
    if (!bind(ctx, "replace", arguments, {"old", "new", "count"}, 2, parts)) return {};
    int64_t count = -1;
    if (!absent(parts[2]) && !parts[2].is(Kind::None) && !wholeNumber(ctx, "replace", parts[2], -1, count)) return {};
    return replace(ctx, toText(ctx, input), toText(ctx, parts[0]), toText(ctx, parts[1]), count);
}

Value indent(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 3> parts;
    if (!bind(ctx, "indent", arguments, {"width", "first", "blank"}, 0, parts)) return {};
    Text margin(std::string(4, ' '), true);
    int64_t width = 4;
    if (parts[0].is(Kind::Text))
        margin = parts[0].text();
    else if (!wholeNumber(ctx, "indent", parts[0], 4, width) ||
             !ctx.fitsText(static_cast<size_t>(std::max<int64_t>(width, 0))))
        return {};
    else
        margin = Text(std::string(static_cast<size_t>(std::max<int64_t>(width, 0)), ' '), true);
    const bool first = truth(parts[1]), blank = truth(parts[2]);
    if (!input.is(Kind::Text)) return ctx.fail(fmt::format("indent takes a text, not '{}'", typeName(input)));
    // As Jinja does: the line break makes an empty text one line, and a last line that is empty stays.
    const Value lines = splitLines(ctx, concatenate(ctx, input, ctx.text("\n")), false);
    if (ctx.failed()) return {};
    Text result;
    if (first) result.append(margin);
    for (size_t i = 0; i < lines.elements().size() && ctx.spendBytes(margin.size()) && ctx.fitsText(result.size());
         i++) {
        const Text& line = lines.elements()[i].text();
        if (i > 0) result.append("\n", true);
        if (i > 0 && (blank || !line.empty())) result.append(margin);
        result.append(line);
    }
    return ctx.text(std::move(result));
}

Value center(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 1> width;
    int64_t number = 80;
    if (!bind(ctx, "center", arguments, {"width"}, 0, width) || !wholeNumber(ctx, "center", width[0], 80, number))
        return {};
    return pad(ctx, toText(ctx, input), number, Text(" ", true), Alignment::Center);
}

Value truncate(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 4> parts;
    if (!bind(ctx, "truncate", arguments, {"length", "killwords", "end", "leeway"}, 0, parts)) return {};
    const Value text = toText(ctx, input), end = absent(parts[2]) ? ctx.text("...") : toText(ctx, parts[2]);
    int64_t length = 255, leeway = 5;
    if (ctx.failed() || !wholeNumber(ctx, "truncate", parts[0], 255, length)) return {};
    if (!parts[3].is(Kind::None) && !wholeNumber(ctx, "truncate", parts[3], 5, leeway)) return {};
    const auto endLength = static_cast<int64_t>(end.as<TextObject>().characters);
    const auto count = monochord::jinja::length(input);
    if (!count) return ctx.fail(fmt::format("object of type '{}' has no len()", typeName(input)));
    const auto textLength = static_cast<int64_t>(*count);
    if (length < endLength || leeway < 0) return ctx.fail("truncate: length is smaller than the end");
    if (textLength - leeway <= length) return input;
    if (!input.is(Kind::Text)) return ctx.fail(fmt::format("'{}' object can't be truncated", typeName(input)));
    const size_t cut = offsetOfCharacter(text.view(), static_cast<size_t>(length - endLength));
    Text result = text.text().slice(0, cut);
    if (!truth(parts[1]))
        if (const size_t blank = result.view().rfind(' '); blank != std::string_view::npos)
            result = result.slice(0, blank);
    result.append(end.text());
    return ctx.text(std::move(result));
}

Value wordCount(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "wordcount", arguments)) return {};
    const Value text = toText(ctx, input);
    int64_t count = 0;
    bool inside = false;
    for (size_t at = 0; !ctx.failed() && at < text.view().size();) {
        const Character c = characterAt(text.view(), at);
        const bool word = isAlpha(c.point) || isNumeric(c.point) || c.point == '_';
        count += word && !inside ? 1 : 0;
        inside = word;
        at += c.bytes;
    }
    return Value::integer(count);
}

Value wordWrap(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 4> parts;
    if (!bind(ctx, "wordwrap", arguments, {"width", "break_long_words", "wrapstring", "break_on_hyphens"}, 0, parts))
        return {};
    int64_t width = 79;
    if (!wholeNumber(ctx, "wordwrap", parts[0], 79, width)) return {};
    if (width <= 0) return ctx.fail("wordwrap: the width must be above 0");
    const bool breaksWords = absent(parts[1]) || truth(parts[1]);
    const Value lineBreak = absent(parts[2]) || parts[2].is(Kind::None) ? ctx.text("\n") : toText(ctx, parts[2]);
    if (!input.is(Kind::Text)) return ctx.fail(fmt::format("wordwrap takes a text, not '{}'", typeName(input)));
    return wrap(ctx, input, static_cast<size_t>(width), breaksWords, lineBreak);
}

Value format(Context& ctx, const Value& input, Arguments& arguments) {
    if (!arguments.positional.empty() && !arguments.named.empty())
        return ctx.fail("format takes positional or keyword arguments, not both");
    const Value pattern = toText(ctx, input);
    if (arguments.named.empty())
        return formatPercent(ctx, pattern, ctx.sequence(std::move(arguments.positional), Flavour::Tuple));
    std::vector<std::pair<Value, Value>> entries;
    for (auto& [name, value] : arguments.named) entries.emplace_back(ctx.text(name), std::move(value));
    return formatPercent(ctx, pattern, ctx.dict(std::move(entries)));
}

Value tojson(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 4> parts;
    if (!bind(ctx, "tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"}, 0, parts)) return {};
    JsonStyle style;
    style.ensureAscii = truth(parts[0]);
    style.sortKeys = truth(parts[3]);
    style.multiline = !absent(parts[1]) && !parts[1].is(Kind::None);
    int64_t width = 0;
    if (parts[1].is(Kind::Text)) {
        style.indent = parts[1].text().bytes();
    } else if (style.multiline) {
        if (!wholeNumber(ctx, "tojson", parts[1], 0, width)) return {};
        const auto blanks = static_cast<size_t>(std::max<int64_t>(width, 0));
        if (!ctx.fitsText(blanks)) return {};
        style.indent = std::string(blanks, ' ');
    }
    style.itemSeparator = style.multiline ? "," : ", ";
    style.keySeparator = ": ";
    if (!absent(parts[2]) && !parts[2].is(Kind::None)) {
        std::vector<Value> separators;
        if (!iterate(ctx, parts[2], separators)) return {};
        if (separators.size() != 2 || !separators[0].is(Kind::Text) || !separators[1].is(Kind::Text))
            return ctx.fail("tojson: separators must be two texts");
        style.itemSeparator = separators[0].text().bytes();
        style.keySeparator = separators[1].text().bytes();
    }
    Text out;
    appendJson(ctx, out, input, style);
    return ctx.text(std::move(out));
}

Value random(Context& ctx, const Value&, Arguments&) {
    return ctx.fail("a template must not draw random numbers");
}

constexpr Filter kFilters[] = {
    {"string", asString},
    {"safe", asString},
    {"trim", trim},
    {"lower", inCase<Case::Lower>},
    {"upper", inCase<Case::Upper>},
    {"capitalize", capitalizeFilter},
    {"title", title},
    {"replace", replaceFilter},
    {"indent", indent},
    {"center", center},
    {"truncate", truncate},
    {"wordcount", wordCount},
    {"wordwrap", wordWrap},
    {"format", format},
    {"tojson", tojson},
    {"random", random},
};

}  // namespace

std::span<const Filter> textFilters() {
    return kFilters;
}

bool wholeNumber(Context& ctx, std::string_view what, const Value& value, int64_t otherwise, int64_t& number) {
    number = otherwise;
    if (absent(value)) return !ctx.failed();
    if (!value.isWhole()) {
        ctx.fail(fmt::format("{}: a whole number was expected, not '{}'", what, typeName(value)));
        return false;
    }
    number = value.asInteger();
    return !ctx.failed();
}

}  // namespace monochord::jinja
