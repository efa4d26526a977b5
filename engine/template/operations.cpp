#include "template/operations.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <utility>

#include "template/characters.h"
#include "template/print.h"
#include "template/text_functions.h"

namespace monochord::jinja {

namespace {

bool isSequence(const Value& value, Flavour flavour) {
    return value.is(Kind::Sequence) && value.as<SequenceObject>().flavour == flavour;
}

bool comparesByElements(const Value& a, const Value& b) {
    if (!a.is(Kind::Sequence) || !b.is(Kind::Sequence)) return false;
    const Flavour flavour = a.as<SequenceObject>().flavour;
    return flavour == b.as<SequenceObject>().flavour && flavour != Flavour::Generator;
}

bool equalDicts(Context& ctx, const DictObject& a, const DictObject& b) {
    if (a.entries.size() != b.entries.size()) return false;
    for (const auto& [key, value] : a.entries) {
        const auto other = findEntry(ctx, b, key, hashOf(ctx, key));
        if (!other || !equal(ctx, value, b.entries[*other].second)) return false;
    }
    return true;
}

int sign(bool less, bool greater) {
    return less ? -1 : greater ? 1 : 0;
}

int orderNumbers(const Value& a, const Value& b) {
    if (a.isWhole() && b.isWhole()) return sign(a.asInteger() < b.asInteger(), a.asInteger() > b.asInteger());
    return sign(a.asReal() < b.asReal(), a.asReal() > b.asReal());
}

bool isNan(const Value& value) {
    return value.is(Kind::Float) && std::isnan(value.asReal());
}

/// Of a text: the bytes of the searched one are the same wherever they begin a character, as UTF-8 synchronizes itself.
bool containsText(Context& ctx, const Value& container, const Value& element) {
    if (!element.is(Kind::Text)) {
        ctx.fail(fmt::format("'in <string>' requires string as left operand, not {}", typeName(element)));
        return false;
    }
    if (!ctx.spendBytes((container.view().size() + element.view().size()))) return false;
    return Finder(element.view()).find(container.view()) != std::string_view::npos;
}

}  // namespace

bool truth(const Value& value) {
    switch (value.kind()) {
        case Kind::Undefined:
        case Kind::None:
            return false;
        case Kind::Bool:
        case Kind::Integer:
            return value.asInteger() != 0;
        case Kind::Float:
            return value.asReal() != 0;
        case Kind::Text:
            return !value.text().empty();
        case Kind::Sequence:
            return !value.elements().empty() || isSequence(value, Flavour::Generator);
        case Kind::Dict:
            return !value.as<DictObject>().entries.empty();
        case Kind::Loop:
        case Kind::Namespace:
        case Kind::Function:
        case Kind::Method:
        case Kind::Macro:
            return true;
    }
    return false;
}

std::optional<size_t> length(const Value& value) {
    switch (value.kind()) {
        case Kind::Undefined:
            return 0;
        case Kind::Text:
            return value.as<TextObject>().characters;
        case Kind::Sequence:
            if (isSequence(value, Flavour::Generator)) return std::nullopt;
            return value.elements().size();
        case Kind::Dict:
            return value.as<DictObject>().entries.size();
        case Kind::Loop:
            return value.as<LoopObject>().items.size();
        default:
            return std::nullopt;
    }
}

bool equal(Context& ctx, const Value& a, const Value& b) {
    if (!ctx.spend()) return false;
    if (a.isNumber() && b.isNumber()) return !isNan(a) && !isNan(b) && orderNumbers(a, b) == 0;
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::Undefined:
        case Kind::None:
            return true;
        case Kind::Text:
            ctx.spendBytes(a.view().size());
            return a.view() == b.view();
        case Kind::Dict:
            return a.object() == b.object() || equalDicts(ctx, a.as<DictObject>(), b.as<DictObject>());
        case Kind::Sequence:
            break;
        default:
            return a.object() == b.object();
    }
    if (a.object() == b.object()) return true;
    if (!comparesByElements(a, b) || a.elements().size() != b.elements().size()) return false;
    for (size_t i = 0; i < a.elements().size(); i++)
        if (!equal(ctx, a.elements()[i], b.elements()[i])) return false;
    return true;
}

int order(Context& ctx, const Value& a, const Value& b) {
    if (!ctx.spend()) return 0;
    if (a.isNumber() && b.isNumber()) return orderNumbers(a, b);
    if (a.is(Kind::Text) && b.is(Kind::Text)) {
        ctx.spendBytes(std::min(a.view().size(), b.view().size()));
        const int result = a.view().compare(b.view());  // UTF-8 orders like code points
        return sign(result<0, result> 0);
    }
    const bool lists = comparesByElements(a, b) && (isSequence(a, Flavour::List) || isSequence(a, Flavour::Tuple));
    if (!lists) {
        ctx.fail(a.is(Kind::Undefined) || b.is(Kind::Undefined)
                     ? undefinedReason(a.is(Kind::Undefined) ? a : b)
                     : fmt::format("'<' not supported between '{}' and '{}'", typeName(a), typeName(b)));
        return 0;
    }
    const auto &x = a.elements(), &y = b.elements();
    for (size_t i = 0; i < std::min(x.size(), y.size()); i++)
        if (!equal(ctx, x[i], y[i])) return ctx.failed() ? 0 : order(ctx, x[i], y[i]);
    return sign(x.size() < y.size(), x.size() > y.size());
}

bool contains(Context& ctx, const Value& container, const Value& element) {
    switch (container.kind()) {
        case Kind::Undefined:
            return false;
        case Kind::Text:
            return containsText(ctx, container, element);
        case Kind::Dict: {
            const size_t hash = hashOf(ctx, element);
            return !ctx.failed() && findEntry(ctx, container.as<DictObject>(), element, hash).has_value();
        }
        case Kind::Sequence:
            for (const Value& other : container.elements())
                if (equal(ctx, other, element)) return true;
            return false;
        default:
            ctx.fail(fmt::format("argument of type '{}' is not iterable", typeName(container)));
            return false;
    }
}

bool compare(Context& ctx, Operator op, const Value& a, const Value& b) {
    switch (op) {
        case Operator::Equal:
            return equal(ctx, a, b);
        case Operator::NotEqual:
            return !equal(ctx, a, b);
        case Operator::In:
            return contains(ctx, b, a);
        case Operator::NotIn:
            return !contains(ctx, b, a);
        default:
            break;
    }
    const int result = order(ctx, a, b);
    if (ctx.failed() || isNan(a) || isNan(b)) return false;
    switch (op) {
        case Operator::Less:
            return result < 0;
        case Operator::LessEqual:
            return result <= 0;
        case Operator::Greater:
            return result > 0;
        default:
            return result >= 0;
    }
}

size_t hashOf(Context& ctx, const Value& key) {
    if (key.isNumber()) return std::hash<double>()(key.asReal());
    switch (key.kind()) {
        case Kind::None:
            return 1;
        case Kind::Text:
            ctx.spendBytes(key.view().size());
            return std::hash<std::string_view>()(key.view());
        case Kind::Sequence:
            break;
        case Kind::Dict:
            ctx.fail("unhashable type: 'dict'");
            return 0;
        default:
            return std::hash<const void*>()(key.object());
    }
    if (!isSequence(key, Flavour::Tuple)) {
        ctx.fail(fmt::format("unhashable type: '{}'", typeName(key)));
        return 0;
    }
    size_t hash = 2;
    for (const Value& element : key.elements()) {
        if (!ctx.spend()) return 0;
        hash = hash * 1000003 ^ hashOf(ctx, element);
    }
    return hash;
}

std::optional<uint32_t> findEntry(Context& ctx, const DictObject& dict, const Value& key, size_t hash) {
    const auto [begin, end] = dict.index.equal_range(hash);
    for (auto it = begin; it != end; ++it)
        if (equal(ctx, dict.entries[it->second].first, key)) return it->second;
    return std::nullopt;
}

const Value* member(Context& ctx, const DictObject& dict, std::string_view key) {
    const auto [begin, end] = dict.index.equal_range(std::hash<std::string_view>()(key));
    for (auto it = begin; it != end && ctx.spend(); ++it) {
        const auto& [name, value] = dict.entries[it->second];
        if (name.is(Kind::Text) && name.view() == key) return &value;
    }
    return nullptr;
}

bool iterate(Context& ctx, const Value& value, std::vector<Value>& elements) {
    switch (value.kind()) {
        case Kind::Undefined:
            return true;
        case Kind::Sequence:
            if (isSequence(value, Flavour::Generator) && std::exchange(value.as<SequenceObject>().exhausted, true))
                return true;
            elements = value.elements();
            return ctx.spend(1 + elements.size() / 4);
        case Kind::Dict:
            for (const auto& [key, unused] : value.as<DictObject>().entries) elements.push_back(key);
            return ctx.spend(1 + elements.size() / 4);
        case Kind::Text: {
            const Text& text = value.text();
            if (!ctx.fitsElements(value.as<TextObject>().characters)) return false;
            for (size_t at = 0; at < text.size() && !ctx.failed();) {
                const size_t bytes = characterAt(text.view(), at).bytes;
                elements.push_back(ctx.text(text.slice(at, at + bytes)));
                at += bytes;
            }
            return !ctx.failed();
        }
        default:
            ctx.fail(fmt::format("'{}' object is not iterable", typeName(value)));
            return false;
    }
}

}  // namespace monochord::jinja
