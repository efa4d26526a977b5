// Jinja's tests: x is name(arguments).
#include <fmt/format.h>

#include <algorithm>

#include "template/characters.h"
#include "template/filters.h"
#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

/// The only argument of a test.
bool oneArgument(Context& ctx, Arguments& arguments, Value& value) {
    std::array<Value, 1> values;
    if (!bind(ctx, "the test", arguments, {"other"}, 1, values)) return false;
    value = values[0];
    return true;
}

template <Operator op>
bool compares(Context& ctx, const Value& input, Arguments& arguments) {
    Value other;
    return oneArgument(ctx, arguments, other) && compare(ctx, op, input, other);
}

template <Kind kind>
bool isKind(Context&, const Value& input, Arguments&) {
    return input.is(kind);
}

bool isDefined(Context&, const Value& input, Arguments&) {
    return !input.is(Kind::Undefined);
}
bool isTrue(Context&, const Value& input, Arguments&) {
    return input.is(Kind::Bool) && input.asBool();
}
bool isFalse(Context&, const Value& input, Arguments&) {
    return input.is(Kind::Bool) && !input.asBool();
}
bool isNumber(Context&, const Value& input, Arguments&) {
    return input.isNumber();
}
bool isSequence(Context&, const Value& input, Arguments&) {
    if (!input.is(Kind::Sequence)) return input.is(Kind::Text) || input.is(Kind::Dict) || input.is(Kind::Undefined);
    const Flavour flavour = input.as<SequenceObject>().flavour;
    return flavour == Flavour::List || flavour == Flavour::Tuple || flavour == Flavour::Range;
}
bool isIterable(Context&, const Value& input, Arguments&) {
    return input.is(Kind::Sequence) || input.is(Kind::Text) || input.is(Kind::Dict) || input.is(Kind::Undefined) ||
           input.is(Kind::Loop);
}
bool isCallable(Context&, const Value& input, Arguments&) {
    return input.is(Kind::Function) || input.is(Kind::Method) || input.is(Kind::Macro) || input.is(Kind::Loop) ||
           input.is(Kind::Undefined);
}

bool remainderIs(Context& ctx, const Value& input, const Value& divisor, int64_t wanted) {
    const Value rest = arithmetic(ctx, Operator::Modulo, input, divisor);
    return !ctx.failed() && equal(ctx, rest, Value::integer(wanted));
}
bool isOdd(Context& ctx, const Value& input, Arguments&) {
    return remainderIs(ctx, input, Value::integer(2), 1);
}
bool isEven(Context& ctx, const Value& input, Arguments&) {
    return remainderIs(ctx, input, Value::integer(2), 0);
}
bool isDivisible(Context& ctx, const Value& input, Arguments& arguments) {
    Value divisor;
    return oneArgument(ctx, arguments, divisor) && remainderIs(ctx, input, divisor, 0);
}

bool casedLike(Context& ctx, const Value& input, bool (*wanted)(char32_t)) {
    const Value text = toText(ctx, input);
    if (ctx.failed()) return false;
    bool some = false;
    for (size_t at = 0; at < text.view().size();) {
        const Character c = characterAt(text.view(), at);
        if (isCased(c.point) && !wanted(c.point)) return false;
        some |= isCased(c.point);
        at += c.bytes;
    }
    return some;
}
bool isLowerText(Context& ctx, const Value& input, Arguments&) {
    return casedLike(ctx, input, isLower);
}
bool isUpperText(Context& ctx, const Value& input, Arguments&) {
    return casedLike(ctx, input, isUpper);
}

bool isSame(Context& ctx, const Value& input, Arguments& arguments) {
    Value other;
    if (!oneArgument(ctx, arguments, other) || input.kind() != other.kind()) return false;
    return input.object() || other.object() ? input.object() == other.object() : equal(ctx, input, other);
}
/// A name; anything else that can be a key is no name, and what can't is an error.
bool isName(Context& ctx, const Value& input) {
    if (!input.is(Kind::Text)) hashOf(ctx, input);
    return input.is(Kind::Text);
}
bool isFilter(Context& ctx, const Value& input, Arguments&) {
    return isName(ctx, input) && findFilter(input.view()) != nullptr;
}
bool isTest(Context& ctx, const Value& input, Arguments&) {
    return isName(ctx, input) && findTest(input.view()) != nullptr;
}
bool isEscaped(Context&, const Value&, Arguments&) {
    return false;
}

constexpr Test kTests[] = {
    {"defined", isDefined},
    {"undefined", isKind<Kind::Undefined>},
    {"none", isKind<Kind::None>},
    {"boolean", isKind<Kind::Bool>},
    {"true", isTrue},
    {"false", isFalse},
    {"integer", isKind<Kind::Integer>},
    {"float", isKind<Kind::Float>},
    {"number", isNumber},
    {"string", isKind<Kind::Text>},
    {"mapping", isKind<Kind::Dict>},
    {"sequence", isSequence},
    {"iterable", isIterable},
    {"callable", isCallable},
    {"odd", isOdd},
    {"even", isEven},
    {"divisibleby", isDivisible, true},
    {"lower", isLowerText},
    {"upper", isUpperText},
    {"sameas", isSame, true},
    {"filter", isFilter},
    {"test", isTest},
    {"escaped", isEscaped},
    {"in", compares<Operator::In>, true},
    {"eq", compares<Operator::Equal>, true},
    {"equalto", compares<Operator::Equal>, true},
    {"==", compares<Operator::Equal>, true},
    {"ne", compares<Operator::NotEqual>, true},
    {"!=", compares<Operator::NotEqual>, true},
    {"lt", compares<Operator::Less>, true},
    {"lessthan", compares<Operator::Less>, true},
    {"<", compares<Operator::Less>, true},
    {"le", compares<Operator::LessEqual>, true},
    {"<=", compares<Operator::LessEqual>, true},
    {"gt", compares<Operator::Greater>, true},
    {"greaterthan", compares<Operator::Greater>, true},
    {">", compares<Operator::Greater>, true},
    {"ge", compares<Operator::GreaterEqual>, true},
    {">=", compares<Operator::GreaterEqual>, true},
};

}  // namespace

bool passes(Context& ctx, const Test& test, const Value& input, Arguments& arguments) {
    return (test.takesOther || takesNothing(ctx, test.name, arguments)) && test.call(ctx, input, arguments);
}

const Test* findTest(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(kTests), std::end(kTests), [&](const Test& test) { return test.name == name; });
    return found == std::end(kTests) ? nullptr : found;
}

}  // namespace monochord::jinja
