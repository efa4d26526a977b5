// Members, elements and slices.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "template/characters.h"
#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

constexpr std::array<std::string_view, 17> kUnsafe = {
    "append", "clear",  "extend", "insert",  "pop",        "popitem",           "remove",     "reverse", "setdefault",
    "sort",   "update", "add",    "discard", "format_map", "difference_update", "appendleft", "popleft"};

Value unsafe(Context& ctx, const Value& object, std::string_view name) {
    return ctx.undefined(fmt::format("access to attribute '{}' of '{}' object is unsafe", name, typeName(object)));
}

bool isUnsafe(const Value& object, std::string_view name) {
    if (name.starts_with("__")) return true;
    const bool container =
        object.is(Kind::Dict) || (object.is(Kind::Sequence) && object.as<SequenceObject>().flavour == Flavour::List);
    const bool mutates = std::find(kUnsafe.begin(), kUnsafe.end(), name) != kUnsafe.end();
    if (object.is(Kind::Dict))
        return name == "clear" || name == "pop" || name == "popitem" || name == "setdefault" || name == "update";
    return container ? mutates : object.is(Kind::Text) && name == "format_map";
}

Value missing(Context& ctx, const Value& object, std::string_view name) {
    return ctx.undefined(fmt::format("'{} object' has no attribute '{}'", typeName(object), name));
}

/// The method of that name, or undefined without an object.
Value methodOf(Context& ctx, const Value& object, std::string_view name) {
    if (isUnsafe(object, name)) return unsafe(ctx, object, name);
    const MethodPointer method = findMethod(object, name);
    return method ? ctx.method(std::string(name), object, method) : Value();
}

Value memberOfOthers(Context& ctx, const Value& object, std::string_view name) {
    if (object.is(Kind::Namespace)) {
        for (const auto& [known, value] : object.as<NamespaceObject>().members)
            if (known == name) return value;
    }
    const bool pair = object.is(Kind::Sequence) && object.as<SequenceObject>().flavour == Flavour::Tuple &&
                      object.elements().size() == 2;
    if (pair && name == "grouper") return object.elements()[0];  // what groupby gives
    if (pair && name == "list") return object.elements()[1];
    return missing(ctx, object, name);
}

bool hashable(const Value& value) {
    if (value.is(Kind::Dict)) return false;
    if (!value.is(Kind::Sequence)) return true;
    if (value.as<SequenceObject>().flavour != Flavour::Tuple) return false;
    return std::all_of(value.elements().begin(), value.elements().end(), hashable);
}

bool hasElements(const Value& value) {
    if (!value.is(Kind::Sequence)) return false;
    const Flavour flavour = value.as<SequenceObject>().flavour;
    return flavour == Flavour::List || flavour == Flavour::Tuple || flavour == Flavour::Range;
}

/// The element with that number, from the end where it is negative.
std::optional<size_t> place(int64_t index, size_t count) {
    const auto size = static_cast<int64_t>(count);
    if (index < 0) index = index < -size ? -1 : index + size;
    return index >= 0 && index < size ? std::optional(static_cast<size_t>(index)) : std::nullopt;
}

Value characterOf(Context& ctx, const Value& value, size_t index) {
    const auto& object = value.as<TextObject>();
    if (!object.ascii()) ctx.spendBytes(2 * object.text.size());
    const size_t at = object.ascii() ? index : offsetOfCharacter(object.text.view(), index);
    return ctx.text(object.text.slice(at, at + characterAt(object.text.view(), at).bytes));
}

struct Range {
    int64_t start = 0, stop = 0, step = 1;
};

/// The bounds of a slice as Python's slice.indices() gives them. False and an error where they are no numbers.
bool bounds(Context& ctx, const Value& start, const Value& stop, const Value& step, int64_t count, Range& range) {
    const auto missing = [](const Value& part) { return absent(part) || part.is(Kind::None); };
    for (const Value* part : {&start, &stop, &step}) {
        if (missing(*part) || part->isWhole()) continue;
        ctx.fail("slice indices must be integers or None");
        return false;
    }
    range.step = missing(step) ? 1 : step.asInteger();
    if (range.step == 0) {
        ctx.fail("slice step cannot be zero");
        return false;
    }
    const bool forward = range.step > 0;
    const auto clamp = [&](const Value& part, int64_t otherwise) {
        if (missing(part)) return otherwise;
        int64_t at = part.asInteger();
        if (at < 0) at = at < -count ? -1 : at + count;
        const int64_t least = forward ? 0 : -1, most = forward ? count : count - 1;
        return std::clamp(at, least, most);
    };
    range.start = clamp(start, forward ? 0 : count - 1);
    range.stop = clamp(stop, forward ? count : -1);
    return true;
}

std::vector<size_t> indicesOf(const Range& range) {
    std::vector<size_t> indices;
    const bool forward = range.step > 0;
    for (int64_t at = range.start; forward ? at < range.stop : at > range.stop;) {
        indices.push_back(static_cast<size_t>(at));
        if (__builtin_add_overflow(at, range.step, &at)) break;
    }
    return indices;
}

Value sliceText(Context& ctx, const Value& object, const Range& range) {
    const auto& text = object.as<TextObject>();
    if (!ctx.spendBytes(2 * text.text.size())) return {};
    const auto offset = [&](int64_t character) {
        const auto number = static_cast<size_t>(std::max<int64_t>(character, 0));
        return text.ascii() ? number : offsetOfCharacter(text.text.view(), number);
    };
    if (range.step == 1) {
        const size_t from = offset(range.start), end = offset(range.stop);
        return ctx.text(from < end ? text.text.slice(from, end) : Text());
    }
    std::vector<size_t> offsets;
    for (size_t at = 0; at < text.text.size(); at += characterAt(text.text.view(), at).bytes) offsets.push_back(at);
    Text result;
    for (const size_t index : indicesOf(range)) {
        const size_t at = offsets[index];
        result.append(text.text, at, at + characterAt(text.text.view(), at).bytes);
    }
    return ctx.text(std::move(result));
}

}  // namespace

Value attribute(Context& ctx, const Value& object, std::string_view name) {
    if (object.is(Kind::Undefined)) return ctx.fail(undefinedReason(object));
    Value method = methodOf(ctx, object, name);
    if (!absent(method)) return method;
    if (!object.is(Kind::Dict)) return memberOfOthers(ctx, object, name);
    const Value* value = member(ctx, object.as<DictObject>(), name);
    return value ? *value : missing(ctx, object, name);
}

Value item(Context& ctx, const Value& object, const Value& key) {
    if (object.is(Kind::Undefined)) return ctx.fail(undefinedReason(object));
    if (object.is(Kind::Dict) && hashable(key)) {
        const auto& dict = object.as<DictObject>();
        if (const auto entry = findEntry(ctx, dict, key, hashOf(ctx, key))) return dict.entries[*entry].second;
    }
    if (key.isWhole() && (object.is(Kind::Text) || hasElements(object))) {
        const auto at = place(key.asInteger(), length(object).value_or(0));
        if (at) return object.is(Kind::Text) ? characterOf(ctx, object, *at) : object.elements()[*at];
    }
    if (!key.is(Kind::Text)) {
        Text name;
        appendRepr(ctx, name, key);
        return missing(ctx, object, name.view().substr(0, 100));
    }
    Value method = methodOf(ctx, object, key.view());
    return absent(method) ? memberOfOthers(ctx, object, key.view()) : method;
}

Value slice(Context& ctx, const Value& object, const Value& start, const Value& stop, const Value& step) {
    if (object.is(Kind::Undefined)) return ctx.fail(undefinedReason(object));
    if (!object.is(Kind::Text) && !hasElements(object))
        return ctx.fail(fmt::format("'{}' object can't be sliced", typeName(object)));
    const size_t count = length(object).value_or(0);
    Range range;
    if (!bounds(ctx, start, stop, step, static_cast<int64_t>(count), range)) return {};
    if (object.is(Kind::Text)) return sliceText(ctx, object, range);
    std::vector<Value> result;
    for (const size_t index : indicesOf(range)) result.push_back(object.elements()[index]);
    return ctx.sequence(std::move(result), object.as<SequenceObject>().flavour, object.trusted());
}

}  // namespace monochord::jinja
