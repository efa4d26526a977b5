#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "template/characters.h"
#include "template/filter_groups.h"
#include "template/operations.h"
#include "template/print.h"
#include "template/text_functions.h"

namespace monochord::jinja {

namespace {

Value defaultFilter(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    if (!bind(ctx, "default", arguments, {"default_value", "boolean"}, 0, parts)) return {};
    if (!input.is(Kind::Undefined) && !(truth(parts[1]) && !truth(input))) return input;
    return absent(parts[0]) ? ctx.text("") : parts[0];
}

Value lengthFilter(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "length", arguments)) return {};
    const auto count = length(input);
    if (!count) return ctx.fail(fmt::format("object of type '{}' has no len()", typeName(input)));
    return Value::integer(static_cast<int64_t>(*count));
}

Value joinFilter(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    std::vector<Value> elements;
    if (!bind(ctx, "join", arguments, {"d", "attribute"}, 0, parts) || !iterate(ctx, input, elements)) return {};
    if (!absent(parts[1]) && !parts[1].is(Kind::None))
        for (Value& element : elements) element = attributePath(ctx, element, parts[1]);
    return join(ctx, elements, absent(parts[0]) ? ctx.text("") : toText(ctx, parts[0]));
}

template <bool last>
Value end(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "the filter", arguments)) return {};
    if (last && input.is(Kind::Sequence) && input.as<SequenceObject>().flavour == Flavour::Generator)
        return ctx.fail("'generator' object is not reversible");
    std::vector<Value> elements;
    if (!iterate(ctx, input, elements)) return {};
    if (elements.empty())
        return ctx.undefined(last ? "No last item, sequence was empty." : "No first item, sequence was empty.");
    return last ? elements.back() : elements.front();
}

Value listFilter(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "list", arguments)) return {};
    std::vector<Value> elements;
    if (!iterate(ctx, input, elements)) return {};
    return ctx.sequence(std::move(elements), Flavour::List, input.trusted());
}

Value reverse(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "reverse", arguments)) return {};
    std::vector<Value> elements;
    if (!iterate(ctx, input, elements)) return {};
    std::reverse(elements.begin(), elements.end());
    if (input.is(Kind::Text)) return join(ctx, elements, ctx.text(""));
    return ctx.sequence(std::move(elements), Flavour::Generator, input.trusted());
}

Value items(Context& ctx, const Value& input, Arguments& arguments) {
    if (!takesNothing(ctx, "items", arguments)) return {};
    if (input.is(Kind::Undefined)) return ctx.sequence({}, Flavour::Generator);
    if (!input.is(Kind::Dict)) return ctx.fail("Can only get item pairs from a mapping.");
    std::vector<Value> pairs;
    for (const auto& [key, value] : input.as<DictObject>().entries)
        pairs.push_back(ctx.sequence({key, value}, Flavour::Tuple, input.trusted()));
    return ctx.sequence(std::move(pairs), Flavour::Generator, input.trusted());
}

Value lowered(Context& ctx, const Value& value) {
    return value.is(Kind::Text) ? changeCase(ctx, value, Case::Lower) : value;
}

Value sort(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 3> parts;
    std::vector<Value> elements;
    if (!bind(ctx, "sort", arguments, {"reverse", "case_sensitive", "attribute"}, 0, parts)) return {};
    if (!iterate(ctx, input, elements)) return {};
    const bool byAttribute = !absent(parts[2]) && !parts[2].is(Kind::None);
    std::vector<std::string> paths;
    if (byAttribute && parts[2].is(Kind::Text)) {
        std::string_view text = parts[2].view();
        for (size_t comma = 0; comma != std::string_view::npos; text.remove_prefix(comma + 1)) {
            comma = text.find(',');
            paths.emplace_back(text.substr(0, comma));
            if (comma == std::string_view::npos) break;
        }
    }
    std::vector<std::pair<Value, Value>> keyed;
    for (const Value& element : elements) {
        std::vector<Value> key;
        if (paths.empty()) key.push_back(byAttribute ? attributePath(ctx, element, parts[2]) : element);
        for (const std::string& path : paths) key.push_back(attributePath(ctx, element, ctx.text(path)));
        if (!truth(parts[1]))
            for (Value& part : key) part = lowered(ctx, part);
        if (ctx.failed()) return {};
        // In a list, as Jinja has it: parts that are equal, such as two undefined ones, need no order.
        keyed.emplace_back(ctx.sequence(std::move(key), Flavour::List), element);
    }
    if (!sortByKeys(ctx, keyed, truth(parts[0]))) return {};
    for (size_t i = 0; i < keyed.size(); i++) elements[i] = keyed[i].second;
    return ctx.sequence(std::move(elements), Flavour::List, input.trusted());
}

Value dictsort(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 3> parts;
    if (!bind(ctx, "dictsort", arguments, {"case_sensitive", "by", "reverse"}, 0, parts)) return {};
    if (!input.is(Kind::Dict)) return ctx.fail(fmt::format("'{}' object has no items", typeName(input)));
    const bool byKey = absent(parts[1]) || (parts[1].is(Kind::Text) && parts[1].view() == "key");
    if (!byKey && !(parts[1].is(Kind::Text) && parts[1].view() == "value"))
        return ctx.fail("You can only sort by either \"key\" or \"value\"");
    std::vector<std::pair<Value, Value>> keyed;
    for (const auto& [key, value] : input.as<DictObject>().entries) {
        const Value& by = byKey ? key : value;
        keyed.emplace_back(truth(parts[0]) ? by : lowered(ctx, by),
                           ctx.sequence({key, value}, Flavour::Tuple, input.trusted()));
    }
    if (!sortByKeys(ctx, keyed, truth(parts[2]))) return {};
    std::vector<Value> result;
    for (auto& [key, pair] : keyed) result.push_back(std::move(pair));
    return ctx.sequence(std::move(result), Flavour::List, input.trusted());
}

Value unique(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    std::vector<Value> elements, result;
    if (!bind(ctx, "unique", arguments, {"case_sensitive", "attribute"}, 0, parts)) return {};
    if (!iterate(ctx, input, elements)) return {};
    std::vector<std::pair<Value, Value>> seen;
    const bool byAttribute = !absent(parts[1]) && !parts[1].is(Kind::None);
    for (const Value& element : elements) {
        const Value by = byAttribute ? attributePath(ctx, element, parts[1]) : element;
        const Value key = truth(parts[0]) ? by : lowered(ctx, by);
        if (ctx.failed()) return {};
        seen.emplace_back(key, element);
    }
    const Value dict = ctx.dict(seen);
    if (ctx.failed()) return {};
    // The dict keeps the last element of a key; the first one is wanted.
    std::vector<bool> done(dict.as<DictObject>().entries.size(), false);
    for (const auto& [key, element] : seen) {
        const auto entry = findEntry(ctx, dict.as<DictObject>(), key, hashOf(ctx, key));
        if (!entry || done[*entry]) continue;
        done[*entry] = true;
        result.push_back(element);
    }
    return ctx.sequence(std::move(result), Flavour::Generator, input.trusted());
}

/// The condition of select, reject, selectattr and rejectattr: a test by name, or the truth of the value.
bool isChosen(Context& ctx, const Value& value, const Test* test, const Arguments& arguments) {
    if (!test) return truth(value);
    Arguments copy = arguments;
    return passes(ctx, *test, value, copy);
}

template <bool wanted, bool byAttribute>
Value choose(Context& ctx, const Value& input, Arguments& arguments) {
    Value path;
    auto& given = arguments.positional;
    if (byAttribute) {
        if (given.empty()) return ctx.fail("Missing parameter for attribute name");
        path = given[0];
        given.erase(given.begin());
    }
    const Test* test = nullptr;
    if (!given.empty()) {
        test = given[0].is(Kind::Text) ? findTest(given[0].view()) : nullptr;
        if (!test) return ctx.fail(fmt::format("no test named '{}'", given[0].is(Kind::Text) ? given[0].view() : "?"));
        given.erase(given.begin());
    }
    std::vector<Value> elements, result;
    if (truth(input) && !iterate(ctx, input, elements)) return {};  // of what is empty or none, nothing is chosen
    for (const Value& element : elements) {
        const Value value = byAttribute ? attributePath(ctx, element, path) : element;
        if (!ctx.spend()) return {};
        if (isChosen(ctx, value, test, arguments) == wanted) result.push_back(element);
    }
    return ctx.sequence(std::move(result), Flavour::Generator, input.trusted());
}

Value map(Context& ctx, const Value& input, Arguments& arguments) {
    std::vector<Value> elements;
    auto& given = arguments.positional;
    if (truth(input) && !iterate(ctx, input, elements)) return {};
    Value path, otherwise;
    for (const auto& [name, value] : arguments.named) {
        if (name == "attribute")
            path = value;
        else if (name == "default")
            otherwise = value;
        else if (given.empty())
            return ctx.fail(fmt::format("map: unexpected keyword argument '{}'", name));
    }
    if (given.empty() && absent(path)) return ctx.fail("map requires a filter argument");
    const Filter* filter = nullptr;
    if (!given.empty()) {
        filter = given[0].is(Kind::Text) ? findFilter(given[0].view()) : nullptr;
        if (!filter)
            return ctx.fail(fmt::format("no filter named '{}'", given[0].is(Kind::Text) ? given[0].view() : "?"));
        given.erase(given.begin());
    }
    for (Value& element : elements) {
        if (!ctx.spend()) return {};
        Arguments copy = filter ? arguments : Arguments();
        element = filter ? filter->call(ctx, element, copy) : attributePath(ctx, element, path, otherwise);
    }
    return ctx.sequence(std::move(elements), Flavour::Generator, input.trusted());
}

Value groupby(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 3> parts;
    std::vector<Value> elements, result;
    if (!bind(ctx, "groupby", arguments, {"attribute", "default", "case_sensitive"}, 1, parts)) return {};
    if (!iterate(ctx, input, elements)) return {};
    std::vector<std::pair<Value, Value>> keyed;
    for (const Value& element : elements) {
        const Value key = attributePath(ctx, element, parts[0], parts[1]);
        keyed.emplace_back(truth(parts[2]) ? key : lowered(ctx, key), element);
    }
    if (!sortByKeys(ctx, keyed, false)) return {};
    for (size_t i = 0; i < keyed.size();) {
        std::vector<Value> group;
        size_t end = i;
        while (end < keyed.size() && equal(ctx, keyed[i].first, keyed[end].first)) group.push_back(keyed[end++].second);
        if (ctx.failed() || end == i) return ctx.failed() ? Value() : ctx.fail("groupby: a key is not equal to itself");
        const Value key = attributePath(ctx, keyed[i].second, parts[0], parts[1]);
        result.push_back(ctx.sequence({key, ctx.sequence(std::move(group))}, Flavour::Tuple));
        i = end;
    }
    return ctx.sequence(std::move(result));
}

template <bool greatest>
Value extreme(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    std::vector<Value> elements;
    if (!bind(ctx, greatest ? "max" : "min", arguments, {"case_sensitive", "attribute"}, 0, parts)) return {};
    if (!iterate(ctx, input, elements)) return {};
    if (elements.empty()) return ctx.undefined("No aggregated item, sequence was empty.");
    const bool byAttribute = !absent(parts[1]) && !parts[1].is(Kind::None);
    const auto keyOf = [&](const Value& element) {
        const Value key = byAttribute ? attributePath(ctx, element, parts[1]) : element;
        return truth(parts[0]) ? key : lowered(ctx, key);
    };
    size_t best = 0;
    Value bestKey = keyOf(elements[0]);
    for (size_t i = 1; i < elements.size() && !ctx.failed(); i++) {
        const Value key = keyOf(elements[i]);
        const int result = ctx.failed() ? 0 : order(ctx, key, bestKey);
        if (greatest ? result <= 0 : result >= 0) continue;
        best = i;
        bestKey = key;
    }
    return elements[best];
}

Value sum(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    std::vector<Value> elements;
    if (!bind(ctx, "sum", arguments, {"attribute", "start"}, 0, parts) || !iterate(ctx, input, elements)) return {};
    const bool byAttribute = !absent(parts[0]) && !parts[0].is(Kind::None);
    Value total = absent(parts[1]) ? Value::integer(0) : parts[1];
    if (total.is(Kind::Text)) return ctx.fail("sum() can't sum strings");
    for (const Value& element : elements) {
        if (ctx.failed()) return {};
        total = arithmetic(ctx, Operator::Add, total, byAttribute ? attributePath(ctx, element, parts[0]) : element);
    }
    return total;
}

Value batch(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    std::vector<Value> elements, result, row;
    int64_t size = 0;
    if (!bind(ctx, "batch", arguments, {"linecount", "fill_with"}, 1, parts) || !iterate(ctx, input, elements))
        return {};
    if (!wholeNumber(ctx, "batch", parts[0], 0, size)) return {};
    for (const Value& element : elements) {
        if (!row.empty() && static_cast<int64_t>(row.size()) == size)
            result.push_back(ctx.sequence(std::exchange(row, {})));
        row.push_back(element);
    }
    const bool fills = !absent(parts[1]) && !parts[1].is(Kind::None) && static_cast<int64_t>(row.size()) < size;
    if (fills && !row.empty() && ctx.fitsElements(static_cast<size_t>(size)))
        row.resize(static_cast<size_t>(size), parts[1]);
    if (!row.empty()) result.push_back(ctx.sequence(std::move(row)));
    return ctx.sequence(std::move(result), Flavour::Generator);
}

Value sliceFilter(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 2> parts;
    std::vector<Value> elements, result;
    int64_t wanted = 0;
    if (!bind(ctx, "slice", arguments, {"slices", "fill_with"}, 1, parts) || !iterate(ctx, input, elements)) return {};
    if (!wholeNumber(ctx, "slice", parts[0], 0, wanted)) return {};
    if (wanted == 0) return ctx.fail("slice: division by zero");
    const size_t slices = static_cast<size_t>(std::max<int64_t>(wanted, 0));
    if (!ctx.fitsElements(slices)) return {};
    const size_t each = slices ? elements.size() / slices : 0, longer = slices ? elements.size() % slices : 0;
    size_t from = 0;
    for (size_t i = 0; i < slices && ctx.spend(); i++) {
        const size_t end = from + each + (i < longer ? 1 : 0);
        std::vector<Value> row(elements.begin() + static_cast<std::ptrdiff_t>(from),
                               elements.begin() + static_cast<std::ptrdiff_t>(end));
        if (!absent(parts[1]) && !parts[1].is(Kind::None) && i >= longer) row.push_back(parts[1]);
        result.push_back(ctx.sequence(std::move(row)));
        from = end;
    }
    return ctx.sequence(std::move(result), Flavour::Generator);
}

Value attr(Context& ctx, const Value& input, Arguments& arguments) {
    std::array<Value, 1> name;
    if (!bind(ctx, "attr", arguments, {"name"}, 1, name)) return {};
    if (!name[0].is(Kind::Text)) return ctx.fail("attr takes a name");
    if (!input.is(Kind::Dict)) return attribute(ctx, input, name[0].view());
    // Only members, never elements.
    const bool method = findMethod(input, name[0].view()) != nullptr;
    return method ? attribute(ctx, input, name[0].view())
                  : ctx.undefined(fmt::format("'dict object' has no attribute '{}'", name[0].view()));
}

constexpr Filter kFilters[] = {
    {"default", defaultFilter},
    {"d", defaultFilter},
    {"length", lengthFilter},
    {"count", lengthFilter},
    {"join", joinFilter},
    {"first", end<false>},
    {"last", end<true>},
    {"list", listFilter},
    {"reverse", reverse},
    {"items", items},
    {"sort", sort},
    {"dictsort", dictsort},
    {"unique", unique},
    {"select", choose<true, false>},
    {"reject", choose<false, false>},
    {"selectattr", choose<true, true>},
    {"rejectattr", choose<false, true>},
    {"map", map},
    {"groupby", groupby},
    {"min", extreme<false>},
    {"max", extreme<true>},
    {"sum", sum},
    {"batch", batch},
    {"slice", sliceFilter},
    {"attr", attr},
};

}  // namespace

std::span<const Filter> sequenceFilters() {
    return kFilters;
}

}  // namespace monochord::jinja
