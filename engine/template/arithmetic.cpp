#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "template/format.h"
#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

std::string_view symbol(Operator op) {
    switch (op) {
        case Operator::Add:
            return "+";
        case Operator::Subtract:
            return "-";
        case Operator::Multiply:
            return "*";
        case Operator::Divide:
            return "/";
        case Operator::FloorDivide:
            return "//";
        case Operator::Modulo:
            return "%";
        default:
            return "**";
    }
}

Value tooLarge(Context& ctx) {
    return ctx.fail("a number does not fit in 64 bits");
}

/// Rounds towards minus infinity, as Python does. b is not zero.
bool divideFloor(int64_t a, int64_t b, int64_t& quotient, int64_t& remainder) {
    if (a == kLeast && b == -1) return false;
    quotient = a / b;
    remainder = a % b;
    if (remainder != 0 && (remainder < 0) != (b < 0)) {
        quotient--;
        remainder += b;
    }
    return true;
}

bool power(int64_t base, int64_t exponent, int64_t& result) {
    result = 1;
    while (exponent > 0) {
        if (exponent % 2 == 1 && __builtin_mul_overflow(result, base, &result)) return false;
        exponent /= 2;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) return false;
    }
    return true;
}

double modulo(double a, double b) {
    const double remainder = std::fmod(a, b);
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

Value wholeNumbers(Context& ctx, Operator op, int64_t a, int64_t b, bool trusted) {
    int64_t result = 0, other = 0;
    bool fits = true;
    switch (op) {
        case Operator::Add:
            fits = !__builtin_add_overflow(a, b, &result);
            break;
        case Operator::Subtract:
            fits = !__builtin_sub_overflow(a, b, &result);
            break;
        case Operator::Multiply:
            fits = !__builtin_mul_overflow(a, b, &result);
            break;
        case Operator::Power:
            fits = power(a, b, result);
            break;
        case Operator::FloorDivide:
            fits = divideFloor(a, b, result, other);
            break;
        default:
            fits = divideFloor(a, b, other, result);
            if (!fits) return Value::integer(0, trusted);
    }
    return fits ? Value::integer(result, trusted) : tooLarge(ctx);
}

Value realNumbers(Context& ctx, Operator op, double a, double b, bool trusted) {
    switch (op) {
        case Operator::Add:
            return Value::real(a + b, trusted);
        case Operator::Subtract:
            return Value::real(a - b, trusted);
        case Operator::Multiply:
            return Value::real(a * b, trusted);
        case Operator::Divide:
            return Value::real(a / b, trusted);
        case Operator::FloorDivide:
            return Value::real(std::floor((a - modulo(a, b)) / b + 0.5), trusted);
        case Operator::Modulo:
            return Value::real(modulo(a, b), trusted);
        default:
            break;
    }
    if (a == 0 && b < 0) return ctx.fail("0.0 cannot be raised to a negative power");
    const double result = std::pow(a, b);
    if (std::isnan(result) || (std::isinf(result) && std::isfinite(a) && std::isfinite(b))) return tooLarge(ctx);
    return Value::real(result, trusted);
}

Value numbers(Context& ctx, Operator op, const Value& a, const Value& b) {
    const bool trusted = a.trusted() && b.trusted();
    const bool divides = op == Operator::Divide || op == Operator::FloorDivide || op == Operator::Modulo;
    if (divides && b.asReal() == 0) return ctx.fail("division by zero");
    const bool whole =
        a.isWhole() && b.isWhole() && op != Operator::Divide && !(op == Operator::Power && b.asInteger() < 0);
    if (whole) return wholeNumbers(ctx, op, a.asInteger(), b.asInteger(), trusted);
    return realNumbers(ctx, op, a.asReal(), b.asReal(), trusted);
}

Value repeated(Context& ctx, const Value& value, int64_t times) {
    const size_t count = times > 0 ? static_cast<size_t>(times) : 0;
    if (value.is(Kind::Text)) {
        const Text& text = value.text();
        if (text.empty() || count == 0) return ctx.text("");
        if (count > kMaximumText) return ctx.fitsText(count), Value();
        if (!ctx.fitsText(text.size() * count) || !ctx.spend(count)) return {};
        Text result;
        for (size_t i = 0; i < count; i++) result.append(text);
        return ctx.text(std::move(result));
    }
    const auto& elements = value.elements();
    const Flavour flavour = value.as<SequenceObject>().flavour;
    if (elements.empty() || count == 0) return ctx.sequence({}, flavour);
    if (count > kMaximumElements) return ctx.fitsElements(count), Value();
    if (!ctx.fitsElements(elements.size() * count)) return {};
    std::vector<Value> result;
    result.reserve(elements.size() * count);
    for (size_t i = 0; i < count; i++) result.insert(result.end(), elements.begin(), elements.end());
    return ctx.sequence(std::move(result), flavour, value.trusted());
}

bool isListOrTuple(const Value& value) {
    if (!value.is(Kind::Sequence)) return false;
    const Flavour flavour = value.as<SequenceObject>().flavour;
    return flavour == Flavour::List || flavour == Flavour::Tuple;
}

Value joined(Context& ctx, const Value& a, const Value& b) {
    const auto &x = a.elements(), &y = b.elements();
    if (!ctx.fitsElements(x.size() + y.size())) return {};
    std::vector<Value> result;
    result.reserve(x.size() + y.size());
    result.insert(result.end(), x.begin(), x.end());
    result.insert(result.end(), y.begin(), y.end());
    return ctx.sequence(std::move(result), a.as<SequenceObject>().flavour, a.trusted() && b.trusted());
}

}  // namespace

Value concatenate(Context& ctx, const Value& a, const Value& b) {
    if (!ctx.fitsText(a.text().size() + b.text().size())) return {};
    Text result = a.text();
    result.append(b.text());
    return ctx.text(std::move(result));
}

Value arithmetic(Context& ctx, Operator op, const Value& a, const Value& b) {
    if (!ctx.spend()) return {};
    if (a.isNumber() && b.isNumber()) return numbers(ctx, op, a, b);
    if (op == Operator::Add && a.is(Kind::Text) && b.is(Kind::Text)) return concatenate(ctx, a, b);
    if (op == Operator::Modulo && a.is(Kind::Text)) return formatPercent(ctx, a, b);
    const bool lists = isListOrTuple(a) && isListOrTuple(b) && typeName(a) == typeName(b);
    if (op == Operator::Add && lists) return joined(ctx, a, b);
    if (op == Operator::Multiply && (a.is(Kind::Text) || isListOrTuple(a)) && b.isWhole())
        return repeated(ctx, a, b.asInteger());
    if (op == Operator::Multiply && (b.is(Kind::Text) || isListOrTuple(b)) && a.isWhole())
        return repeated(ctx, b, a.asInteger());
    if (a.is(Kind::Undefined)) return ctx.fail(undefinedReason(a));
    if (b.is(Kind::Undefined)) return ctx.fail(undefinedReason(b));
    if (op == Operator::Add && a.is(Kind::Text))
        return ctx.fail(fmt::format("can only concatenate str (not \"{}\") to str", typeName(b)));
    return ctx.fail(
        fmt::format("unsupported operand types for {}: '{}' and '{}'", symbol(op), typeName(a), typeName(b)));
}

Value negate(Context& ctx, const Value& value) {
    if (value.is(Kind::Undefined)) return ctx.fail(undefinedReason(value));
    if (value.is(Kind::Float)) return Value::real(-value.asReal(), value.trusted());
    if (!value.isWhole()) return ctx.fail(fmt::format("bad operand type for unary -: '{}'", typeName(value)));
    if (value.asInteger() == kLeast) return tooLarge(ctx);
    return Value::integer(-value.asInteger(), value.trusted());
}

}  // namespace monochord::jinja
