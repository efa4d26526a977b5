#include "template/value.h"

namespace monochord::jinja {

namespace {

std::string_view flavourName(Flavour flavour) {
    switch (flavour) {
        case Flavour::List:
            return "list";
        case Flavour::Tuple:
            return "tuple";
        case Flavour::Range:
            return "range";
        case Flavour::Keys:
            return "dict_keys";
        case Flavour::Values:
            return "dict_values";
        case Flavour::Items:
            return "dict_items";
        case Flavour::Generator:
            return "generator";
    }
    return "list";
}

}  // namespace

Value Value::boolean(bool value, bool trusted) {
    Value result(Kind::Bool, trusted);
    result.m_number.integer = value ? 1 : 0;
    return result;
}

Value Value::integer(int64_t value, bool trusted) {
    Value result(Kind::Integer, trusted);
    result.m_number.integer = value;
    return result;
}

Value Value::real(double value, bool trusted) {
    Value result(Kind::Float, trusted);
    result.m_number.real = value;
    return result;
}

Value Value::withTrust(bool trusted) const {
    Value result = *this;
    result.m_trusted = trusted;
    return result;
}

const Text& Value::text() const {
    return as<TextObject>().text;
}

std::string_view Value::view() const {
    return as<TextObject>().text.view();
}

const std::vector<Value>& Value::elements() const {
    return as<SequenceObject>().elements;
}

std::string_view typeName(const Value& value) {
    switch (value.kind()) {
        case Kind::Undefined:
            return "Undefined";
        case Kind::None:
            return "NoneType";
        case Kind::Bool:
            return "bool";
        case Kind::Integer:
            return "int";
        case Kind::Float:
            return "float";
        case Kind::Text:
            return "str";
        case Kind::Sequence:
            return flavourName(value.as<SequenceObject>().flavour);
        case Kind::Dict:
            return "dict";
        case Kind::Namespace:
            return "Namespace";
        case Kind::Function:
            return "function";
        case Kind::Method:
            return "builtin_function_or_method";
        case Kind::Macro:
            return "Macro";
        case Kind::Loop:
            return "LoopContext";
    }
    return "object";
}

}  // namespace monochord::jinja
