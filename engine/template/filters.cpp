#include "template/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "template/filter_groups.h"
#include "template/format.h"
#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

Value makeRange(Context& ctx, Arguments& arguments) {
    std::array<Value, 3> parts;
    if (!bind(ctx, "range", arguments, {"start", "stop", "step"}, 1, parts)) return {};
    for (const Value& part : parts)
        if (!absent(part) && !part.isWhole()) return ctx.fail("range takes integers");
    const bool one = absent(parts[1]);
    const int64_t start = one ? 0 : parts[0].asInteger(), stop = one ? parts[0].asInteger() : parts[1].asInteger();
    const int64_t step = absent(parts[2]) ? 1 : parts[2].asInteger();
    if (step == 0) return ctx.fail("range() arg 3 must not be zero");
    std::vector<Value> numbers;
    for (int64_t at = start; step > 0 ? at < stop : at > stop;) {
        // Jinja's sandbox has the same limit.
        if (numbers.size() >= 100'000) return ctx.fail("a range is longer than 100000");
        numbers.push_back(Value::integer(at));
        if (__builtin_add_overflow(at, step, &at)) break;
    }
    return ctx.sequence(std::move(numbers), Flavour::Range);
}

Value makeDict(Context& ctx, Arguments& arguments) {
    std::vector<std::pair<Value, Value>> entries;
    if (arguments.positional.size() > 1) return ctx.fail("dict takes at most one argument");
    if (!arguments.positional.empty()) {
        const Value& from = arguments.positional[0];
        std::vector<Value> pairs;
        if (from.is(Kind::Dict))
            entries = from.as<DictObject>().entries;
        else if (!iterate(ctx, from, pairs))
            return {};
        for (const Value& pair : pairs) {
            std::vector<Value> parts;
            if (!iterate(ctx, pair, parts)) return {};
            if (parts.size() != 2) return ctx.fail("dict takes pairs");
            entries.emplace_back(parts[0], parts[1]);
        }
    }
    for (auto& [name, value] : arguments.named) entries.emplace_back(ctx.text(name), std::move(value));
    return ctx.dict(std::move(entries));
}

Value makeNamespace(Context& ctx, Arguments& arguments) {
    const Value members = makeDict(ctx, arguments);
    if (ctx.failed()) return {};
    const Value result = ctx.makeNamespace();
    for (const auto& [name, value] : members.as<DictObject>().entries)
        if (name.is(Kind::Text)) ctx.namespaceOf(result)->members.emplace_back(name.text().bytes(), value);
    return result;
}

Value raiseException(Context& ctx, Arguments& arguments) {
    std::array<Value, 1> message;
    if (!bind(ctx, "raise_exception", arguments, {"message"}, 1, message)) return {};
    const Value text = toText(ctx, message[0]);
    return ctx.failed() ? Value() : ctx.fail(text.text().bytes());
}

Value strftimeNow(Context& ctx, Arguments& arguments) {
    std::array<Value, 1> pattern;
    if (!bind(ctx, "strftime_now", arguments, {"format"}, 1, pattern)) return {};
    if (!pattern[0].is(Kind::Text)) return ctx.fail("strftime_now takes a text");
    if (!ctx.spendBytes(64 * pattern[0].view().size())) return {};
    const auto text = formatTime(pattern[0].view(), ctx.now());
    if (!text) return ctx.fail("the current time is not given as YYYY-MM-DDTHH:MM:SS");
    return ctx.text(*text, pattern[0].text().allTrusted());
}

}  // namespace

const Filter* findFilter(std::string_view name) {
    for (const auto group : {textFilters(), sequenceFilters(), numberFilters(), markupFilters()})
        for (const Filter& filter : group)
            if (filter.name == name) return &filter;
    return nullptr;
}

Value findGlobal(Context& ctx, std::string_view name) {
    static constexpr std::pair<std::string_view, FunctionPointer> kGlobals[] = {
        {"range", makeRange},          {"dict", makeDict},
        {"namespace", makeNamespace},  {"raise_exception", raiseException},
        {"strftime_now", strftimeNow},
    };
    for (const auto& [known, function] : kGlobals) {
        if (known != name) continue;
        auto object = ctx.make<FunctionObject>(0);
        object->name = std::string(known);
        object->call = function;
        return {Kind::Function, std::move(object)};
    }
    return {};
}

Value attributePath(Context& ctx, const Value& object, const Value& path, const Value& otherwise) {
    Value value = object;
    if (!path.is(Kind::Text)) {
        value = item(ctx, value, path);
    } else {
        std::string_view rest = path.view();
        for (bool more = true; more && !ctx.failed();) {
            const size_t dot = rest.find('.');
            const std::string_view part = rest.substr(0, dot);
            int64_t index = 0;
            const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), index);
            const bool number = error == std::errc() && stop == part.data() + part.size() && part[0] != '-';
            value = item(ctx, value, number ? Value::integer(index) : ctx.text(part));
            if (value.is(Kind::Undefined) && !absent(otherwise)) value = otherwise;
            more = dot != std::string_view::npos;
            if (more) rest.remove_prefix(dot + 1);
        }
    }
    return value.is(Kind::Undefined) && !absent(otherwise) ? otherwise : value;
}

/// Merges runs of doubling length; std::stable_sort has no defined behaviour for an order that fails midway.
bool sortByKeys(Context& ctx, std::vector<std::pair<Value, Value>>& keyed, bool reverse) {
    std::vector<std::pair<Value, Value>> merged(keyed.size());
    for (size_t length = 1; length < keyed.size(); length *= 2) {
        for (size_t from = 0; from < keyed.size(); from += 2 * length) {
            const size_t middle = std::min(from + length, keyed.size()),
                         end = std::min(from + 2 * length, keyed.size());
            size_t a = from, b = middle;
            for (size_t i = from; i < end; i++) {
                bool second = a == middle;
                if (a < middle && b < end) {
                    const int result = order(ctx, keyed[b].first, keyed[a].first);
                    second = reverse ? result > 0 : result < 0;
                }
                if (ctx.failed()) return false;
                merged[i] = std::move(keyed[second ? b++ : a++]);
            }
        }
        keyed.swap(merged);
    }
    return !ctx.failed();
}

}  // namespace monochord::jinja
