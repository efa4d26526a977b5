// The methods of Python's str, dict, list and tuple that do not change their object.
#include <fmt/format.h>

#include <algorithm>

#include "template/characters.h"
#include "template/format.h"
#include "template/methods.h"
#include "template/operations.h"
#include "template/print.h"
#include "template/text_functions.h"

namespace monochord::jinja {

namespace {

template <bool left, bool right>
Value stripMethod(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 1> characters;
    if (!bind(ctx, "strip", arguments, {"chars"}, 0, characters)) return {};
    return strip(ctx, self, characters[0], left, right);
}

template <bool fromRight>
Value splitMethod(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 2> parts;
    if (!bind(ctx, "split", arguments, {"sep", "maxsplit"}, 0, parts)) return {};
    if (!absent(parts[1]) && !parts[1].isWhole()) return ctx.fail("split: maxsplit must be an integer");
    return split(ctx, self, parts[0], absent(parts[1]) ? -1 : parts[1].asInteger(), fromRight);
}

Value splitLinesMethod(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 1> keep;
    if (!bind(ctx, "splitlines", arguments, {"keepends"}, 0, keep)) return {};
    return splitLines(ctx, self, truth(keep[0]));
}

/// Part of a text that [start:end] names, as offsets in bytes.
struct Part {
    size_t from = 0, end = 0;
    bool valid = false;
};

Part partOf(Context& ctx, const Value& self, const Value& start, const Value& end) {
    const auto& text = self.as<TextObject>();
    const auto count = static_cast<int64_t>(text.characters);
    const auto offset = [&](const Value& value, int64_t otherwise) {
        int64_t at = value.isWhole() ? value.asInteger() : otherwise;
        if (at < 0) at = std::max<int64_t>(at < -count ? 0 : at + count, 0);
        if (at > count) return std::string_view::npos;
        return text.ascii() ? static_cast<size_t>(at) : offsetOfCharacter(text.text.view(), static_cast<size_t>(at));
    };
    for (const Value* value : {&start, &end})
        if (!absent(*value) && !value->is(Kind::None) && !value->isWhole()) ctx.fail("slice indices must be integers");
    Part part{offset(start, 0), std::min(offset(end, count), text.text.size()), false};
    part.valid = !ctx.failed() && part.from != std::string_view::npos && part.from <= part.end;
    ctx.spendBytes(text.text.size());
    return part;
}

template <bool atEnd>
Value startsOrEnds(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 3> parts;
    if (!bind(ctx, atEnd ? "endswith" : "startswith", arguments, {"prefix", "start", "end"}, 1, parts)) return {};
    const Part part = partOf(ctx, self, parts[1], parts[2]);
    const bool tuple = parts[0].is(Kind::Sequence) && parts[0].as<SequenceObject>().flavour == Flavour::Tuple;
    const std::vector<Value> affixes = tuple ? parts[0].elements() : std::vector<Value>{parts[0]};
    for (const Value& affix : affixes) {
        if (!affix.is(Kind::Text))
            return ctx.fail(fmt::format("first arg must be str or a tuple of str, not {}", typeName(affix)));
        if (!part.valid || !ctx.spendBytes(affix.view().size())) continue;
        const std::string_view text = self.view().substr(part.from, part.end - part.from);
        if (atEnd ? text.ends_with(affix.view()) : text.starts_with(affix.view())) return Value::boolean(true);
    }
    return Value::boolean(false);
}

enum class Search { Find, Index, Count };

template <Search search, bool fromRight>
Value searchMethod(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 3> parts;
    if (!bind(ctx, "find", arguments, {"sub", "start", "end"}, 1, parts)) return {};
    if (!parts[0].is(Kind::Text)) return ctx.fail(fmt::format("must be str, not {}", typeName(parts[0])));
    const Part part = partOf(ctx, self, parts[1], parts[2]);
    const std::string_view text = part.valid ? self.view().substr(part.from, part.end - part.from) : "";
    const std::string_view wanted = parts[0].view();
    if (!ctx.spendBytes(wanted.size())) return {};
    const Finder finder(wanted);
    if (search == Search::Count) {
        int64_t count = 0;
        if (wanted.empty()) return Value::integer(part.valid ? static_cast<int64_t>(countCharacters(text)) + 1 : 0);
        for (size_t at = finder.find(text); at != std::string_view::npos; at = finder.find(text, at + wanted.size()))
            count++;
        return Value::integer(count);
    }
    const size_t at = !part.valid ? std::string_view::npos : fromRight ? finder.findLast(text) : finder.find(text);
    if (at != std::string_view::npos)
        return Value::integer(static_cast<int64_t>(countCharacters(self.view().substr(0, part.from + at))));
    if (search == Search::Index) return ctx.fail("substring not found");
    return Value::integer(-1);
}

template <Case wanted>
Value caseMethod(Context& ctx, const Value& self, Arguments& arguments) {
    return takesNothing(ctx, "the method", arguments) ? changeCase(ctx, self, wanted) : Value();
}

Value capitalizeMethod(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "capitalize", arguments)) return {};
    return capitalize(ctx, self);
}

/// title() and swapcase(), which look at each character and the one before.
template <bool swaps>
Value titleMethod(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "the method", arguments)) return {};
    const Text& text = self.text();
    if (!ctx.spendBytes(4 * text.size())) return {};
    Text result;
    bool afterCased = false;
    for (size_t at = 0; at < text.size();) {
        const Character c = characterAt(text.view(), at);
        const Case wanted = swaps        ? (isUpper(c.point) ? Case::Lower : Case::Upper)
                            : afterCased ? Case::Lower
                                         : Case::Title;
        appendInCase(result, text, at, at + c.bytes, wanted);
        afterCased = isCased(c.point);
        at += c.bytes;
    }
    return ctx.text(std::move(result));
}

Value replaceMethod(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 3> parts;
    if (!bind(ctx, "replace", arguments, {"old", "new", "count"}, 2, parts)) return {};
    if (!parts[0].is(Kind::Text) || !parts[1].is(Kind::Text)) return ctx.fail("replace: arguments must be str");
    if (!absent(parts[2]) && !parts[2].isWhole()) return ctx.fail("replace: count must be an integer");
    return replace(ctx, self, parts[0], parts[1], absent(parts[2]) ? -1 : parts[2].asInteger());
}

Value joinMethod(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 1> iterable;
    std::vector<Value> elements;
    if (!bind(ctx, "join", arguments, {"iterable"}, 1, iterable)) return {};
    if (iterable[0].is(Kind::Undefined) ? false : !iterate(ctx, iterable[0], elements)) return {};
    for (size_t i = 0; i < elements.size(); i++)
        if (!elements[i].is(Kind::Text))
            return ctx.fail(fmt::format("sequence item {}: expected str instance, {} found", i, typeName(elements[i])));
    return join(ctx, elements, self);
}

/// Tabs as blanks up to the next column of that many.
Value expandTabs(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 1> size;
    int64_t width = 8, column = 0;
    if (!bind(ctx, "expandtabs", arguments, {"tabsize"}, 0, size)) return {};
    if (!absent(size[0]) && !size[0].isWhole()) return ctx.fail("expandtabs takes a whole number");
    if (!absent(size[0])) width = size[0].asInteger();
    const Text& text = self.text();
    Text result;
    for (size_t at = 0; at < text.size() && ctx.spend() && ctx.fitsText(result.size());) {
        const Character c = characterAt(text.view(), at);
        if (c.point == '\t') {
            const int64_t blanks = width > 0 ? width - column % width : 0;
            if (!ctx.fitsText(result.size() + static_cast<size_t>(blanks))) return {};
            result.append(std::string(static_cast<size_t>(blanks), ' '), text.trustedAt(at));
            column += blanks;
        } else {
            result.append(text, at, at + c.bytes);
            column = c.point == '\n' || c.point == '\r' ? 0 : column + 1;
        }
        at += c.bytes;
    }
    return ctx.text(std::move(result));
}

Value formatMethod(Context& ctx, const Value& self, Arguments& arguments) {
    return formatBraces(ctx, self, arguments);
}

template <Alignment alignment>
Value padMethod(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 2> parts;
    if (!bind(ctx, "the method", arguments, {"width", "fillchar"}, 1, parts)) return {};
    if (!parts[0].isWhole()) return ctx.fail("the width must be an integer");
    if (absent(parts[1])) return pad(ctx, self, parts[0].asInteger(), Text(" ", true), alignment);
    if (!parts[1].is(Kind::Text) || parts[1].as<TextObject>().characters != 1)
        return ctx.fail("The fill character must be exactly one character long");
    return pad(ctx, self, parts[0].asInteger(), parts[1].text(), alignment);
}

Value zfill(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 1> width;
    if (!bind(ctx, "zfill", arguments, {"width"}, 1, width)) return {};
    if (!width[0].isWhole()) return ctx.fail("the width must be an integer");
    const Text& text = self.text();
    const size_t sign = !text.empty() && (text.bytes()[0] == '-' || text.bytes()[0] == '+') ? 1 : 0;
    const Value digits = ctx.text(text.slice(sign, text.size()));
    const int64_t rest = std::max<int64_t>(width[0].asInteger(), 0) - static_cast<int64_t>(sign);
    const Value padded = pad(ctx, digits, rest, Text("0", true), Alignment::Right);
    return sign == 0 || ctx.failed() ? padded : concatenate(ctx, ctx.text(text.slice(0, 1)), padded);
}

template <bool suffix>
Value removeAffix(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 1> affix;
    if (!bind(ctx, "the method", arguments, {"affix"}, 1, affix)) return {};
    if (!affix[0].is(Kind::Text)) return ctx.fail("the argument must be str");
    const Text& text = self.text();
    const std::string_view part = affix[0].view();
    if (suffix && text.view().ends_with(part)) return ctx.text(text.slice(0, text.size() - part.size()));
    if (!suffix && text.view().starts_with(part)) return ctx.text(text.slice(part.size(), text.size()));
    return self;
}

template <bool fromRight>
Value partition(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 1> separator;
    if (!bind(ctx, "partition", arguments, {"sep"}, 1, separator)) return {};
    if (!separator[0].is(Kind::Text)) return ctx.fail("must be str");
    if (separator[0].text().empty()) return ctx.fail("empty separator");
    const Text& text = self.text();
    if (!ctx.spendBytes((text.size() + separator[0].view().size()))) return {};
    const Finder finder(separator[0].view());
    const size_t at = fromRight ? finder.findLast(text.view()) : finder.find(text.view());
    if (at == std::string_view::npos) {
        if (fromRight) return ctx.sequence({ctx.text(""), ctx.text(""), self}, Flavour::Tuple);
        return ctx.sequence({self, ctx.text(""), ctx.text("")}, Flavour::Tuple);
    }
    const size_t after = at + separator[0].view().size();
    return ctx.sequence(
        {ctx.text(text.slice(0, at)), ctx.text(text.slice(at, after)), ctx.text(text.slice(after, text.size()))},
        Flavour::Tuple);
}

template <Flavour flavour>
Value view(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "the method", arguments)) return {};
    std::vector<Value> elements;
    for (const auto& [key, value] : self.as<DictObject>().entries)
        elements.push_back(flavour == Flavour::Keys     ? key
                           : flavour == Flavour::Values ? value
                                                        : ctx.sequence({key, value}, Flavour::Tuple, self.trusted()));
    return ctx.sequence(std::move(elements), flavour, self.trusted());
}

Value get(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 2> parts;
    if (!arguments.named.empty()) return ctx.fail("get() takes no keyword arguments");
    if (!bind(ctx, "get", arguments, {"key", "default"}, 1, parts)) return {};
    const size_t hash = hashOf(ctx, parts[0]);
    if (ctx.failed()) return {};
    const auto& dict = self.as<DictObject>();
    if (const auto entry = findEntry(ctx, dict, parts[0], hash)) return dict.entries[*entry].second;
    return absent(parts[1]) ? Value::none() : parts[1];
}

Value copy(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "copy", arguments)) return {};
    return self;
}

template <bool counts>
Value findElement(Context& ctx, const Value& self, Arguments& arguments) {
    std::array<Value, 1> wanted;
    if (!bind(ctx, counts ? "count" : "index", arguments, {"value"}, 1, wanted)) return {};
    int64_t count = 0;
    for (size_t i = 0; i < self.elements().size(); i++) {
        if (!equal(ctx, self.elements()[i], wanted[0])) continue;
        if (!counts) return Value::integer(static_cast<int64_t>(i));
        count++;
    }
    return counts ? Value::integer(count) : ctx.fail("the value is not in the list");
}

Value isWholeReal(Context& ctx, const Value& self, Arguments& arguments) {
    if (!takesNothing(ctx, "is_integer", arguments)) return {};
    return Value::boolean(static_cast<double>(static_cast<int64_t>(self.asReal())) == self.asReal());
}

constexpr Method kTextMethods[] = {
    {"strip", stripMethod<true, true>},
    {"lstrip", stripMethod<true, false>},
    {"rstrip", stripMethod<false, true>},
    {"split", splitMethod<false>},
    {"rsplit", splitMethod<true>},
    {"splitlines", splitLinesMethod},
    {"startswith", startsOrEnds<false>},
    {"endswith", startsOrEnds<true>},
    {"find", searchMethod<Search::Find, false>},
    {"rfind", searchMethod<Search::Find, true>},
    {"index", searchMethod<Search::Index, false>},
    {"rindex", searchMethod<Search::Index, true>},
    {"count", searchMethod<Search::Count, false>},
    {"upper", caseMethod<Case::Upper>},
    {"lower", caseMethod<Case::Lower>},
    {"casefold", caseMethod<Case::Fold>},
    {"capitalize", capitalizeMethod},
    {"title", titleMethod<false>},
    {"swapcase", titleMethod<true>},
    {"replace", replaceMethod},
    {"join", joinMethod},
    {"expandtabs", expandTabs},
    {"format", formatMethod},
    {"center", padMethod<Alignment::Center>},
    {"ljust", padMethod<Alignment::Left>},
    {"rjust", padMethod<Alignment::Right>},
    {"zfill", zfill},
    {"removeprefix", removeAffix<false>},
    {"removesuffix", removeAffix<true>},
    {"partition", partition<false>},
    {"rpartition", partition<true>},
};

constexpr Method kDictMethods[] = {
    {"items", view<Flavour::Items>},
    {"keys", view<Flavour::Keys>},
    {"values", view<Flavour::Values>},
    {"get", get},
    {"copy", copy},
};

constexpr Method kListMethods[] = {{"index", findElement<false>}, {"count", findElement<true>}, {"copy", copy}};
constexpr Method kRealMethods[] = {{"is_integer", isWholeReal}};

MethodPointer findIn(std::span<const Method> methods, std::string_view name) {
    for (const Method& method : methods)
        if (method.name == name) return method.call;
    return nullptr;
}

}  // namespace

MethodPointer findMethod(const Value& object, std::string_view name) {
    switch (object.kind()) {
        case Kind::Text:
            if (const MethodPointer method = findIn(kTextMethods, name)) return method;
            return findIn(textPredicates(), name);
        case Kind::Dict:
            return findIn(kDictMethods, name);
        case Kind::Float:
            return findIn(kRealMethods, name);
        case Kind::Sequence: {
            const Flavour flavour = object.as<SequenceObject>().flavour;
            if (flavour == Flavour::Tuple && name == "copy") return nullptr;
            const bool counted = flavour == Flavour::List || flavour == Flavour::Tuple || flavour == Flavour::Range;
            return counted ? findIn(kListMethods, name) : nullptr;
        }
        default:
            return nullptr;
    }
}

}  // namespace monochord::jinja
