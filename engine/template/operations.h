#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "template/context.h"

namespace monochord::jinja {

enum class Operator : uint8_t {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
};

// What Python does with values. Every function reports its errors to the context.

bool truth(const Value& value);
/// len(); nothing where Python has none.
std::optional<size_t> length(const Value& value);
bool equal(Context& ctx, const Value& a, const Value& b);
/// Below, at or above zero. Error: values without an order.
int order(Context& ctx, const Value& a, const Value& b);
bool contains(Context& ctx, const Value& container, const Value& element);
bool compare(Context& ctx, Operator op, const Value& a, const Value& b);

size_t hashOf(Context& ctx, const Value& key);
std::optional<uint32_t> findEntry(Context& ctx, const DictObject& dict, const Value& key, size_t hash);
/// The value of a text key, or null.
const Value* member(Context& ctx, const DictObject& dict, std::string_view key);

Value arithmetic(Context& ctx, Operator op, const Value& a, const Value& b);
Value negate(Context& ctx, const Value& value);
Value concatenate(Context& ctx, const Value& a, const Value& b);  ///< of two texts

/// Elements of anything that can be iterated. False and an error where it can't.
bool iterate(Context& ctx, const Value& value, std::vector<Value>& elements);

Value attribute(Context& ctx, const Value& object, std::string_view name);  ///< object.name
Value item(Context& ctx, const Value& object, const Value& key);            ///< object[key]
/// object[start:stop:step]; the parts are undefined without an object where they were left out.
Value slice(Context& ctx, const Value& object, const Value& start, const Value& stop, const Value& step);

/// The methods of texts and containers; null where there is none of that name.
MethodPointer findMethod(const Value& object, std::string_view name);

}  // namespace monochord::jinja
