#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "template/text.h"

namespace monochord::jinja {

class Context;
class Value;
struct Arguments;
struct Scope;
namespace ast {
struct Macro;
struct For;
}  // namespace ast

/// What a rendering's values hold at the moment; each object gives back what it took.
struct Memory {
    size_t live = 0;  ///< bytes
};

/// What a value that is not a plain number points to. Immutable (but for namespaces and loops), so values share it and
/// nothing can contain itself; `depth` says how many objects lie below each other and is limited when one is made, so
/// that freeing, printing and comparing never recurse deeply.
struct Object {
    Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    virtual ~Object() {
        if (memory) memory->live -= bytes;
    }
    Memory* memory = nullptr;
    size_t bytes = 0;
    uint32_t depth = 0;
};

enum class Kind : uint8_t {
    Undefined,
    None,
    Bool,
    Integer,
    Float,
    Text,
    Sequence,
    Dict,
    Namespace,
    Function,
    Method,
    Macro,
    Loop,
};

/// A value of the template's language: Python's, as far as templates can see it. Numbers are 64-bit; what does not fit
/// is an error.
///
/// Besides texts, numbers and containers know whether they came from a message, so that what is printed of them does.
class Value {
public:
    Value() = default;  ///< undefined, without a name
    static Value none(bool trusted = true) { return Value(Kind::None, trusted); }
    static Value boolean(bool value, bool trusted = true);
    static Value integer(int64_t value, bool trusted = true);
    static Value real(double value, bool trusted = true);
    Value(Kind kind, std::shared_ptr<const Object> object, bool trusted = true)
        : m_kind(kind), m_trusted(trusted), m_object(std::move(object)) {}

    Kind kind() const { return m_kind; }
    bool is(Kind kind) const { return m_kind == kind; }
    bool trusted() const { return m_trusted; }
    Value withTrust(bool trusted) const;

    bool asBool() const { return m_number.integer != 0; }
    int64_t asInteger() const { return m_number.integer; }  ///< of a Bool or an Integer
    double asReal() const { return m_kind == Kind::Float ? m_number.real : static_cast<double>(m_number.integer); }
    bool isWhole() const { return m_kind == Kind::Bool || m_kind == Kind::Integer; }  ///< what Python takes for an int
    bool isNumber() const { return isWhole() || m_kind == Kind::Float; }

    const Object* object() const { return m_object.get(); }
    uint32_t depth() const { return m_object ? m_object->depth : 0; }
    const std::shared_ptr<const Object>& shared() const { return m_object; }
    template <class T>
    const T& as() const {
        return static_cast<const T&>(*m_object);
    }
    const Text& text() const;                    ///< of a Text
    std::string_view view() const;               ///< of a Text
    const std::vector<Value>& elements() const;  ///< of a Sequence

private:
    explicit Value(Kind kind, bool trusted) : m_kind(kind), m_trusted(trusted) {}
    Kind m_kind = Kind::Undefined;
    bool m_trusted = true;
    union {
        int64_t integer = 0;
        double real;
    } m_number;
    std::shared_ptr<const Object> m_object;
};

struct UndefinedObject final : Object {
    std::string reason;  // "'x' is undefined"
};

struct TextObject final : Object {
    Text text;
    size_t characters = 0;
    bool ascii() const { return characters == text.size(); }
};

/// Everything that Python iterates over and that is no text or dict. A generator has no length and no elements by
/// number.
enum class Flavour : uint8_t { List, Tuple, Range, Keys, Values, Items, Generator };

struct SequenceObject final : Object {
    Flavour flavour = Flavour::List;
    mutable bool exhausted = false;  // a generator gives its elements once
    std::vector<Value> elements;
};

/// Entries in the order of their first insertion.
struct DictObject final : Object {
    std::vector<std::pair<Value, Value>> entries;
    std::unordered_multimap<size_t, uint32_t> index;  // hash of the key → entry
};

/// What {% set ns.x = … %} writes to. Belongs to the context; values only point to it, so it may contain itself.
struct NamespaceObject final : Object {
    std::vector<std::pair<std::string, Value>> members;
};

using FunctionPointer = Value (*)(Context&, Arguments&);
struct FunctionObject final : Object {
    std::string name;
    FunctionPointer call = nullptr;
};

using MethodPointer = Value (*)(Context&, const Value& self, Arguments&);
struct MethodObject final : Object {
    std::string name;
    Value self;
    MethodPointer call = nullptr;
};

struct MacroObject final : Object {
    const ast::Macro* macro = nullptr;
    std::shared_ptr<Scope> scope;  // where it was defined
};

struct LoopObject final : Object {
    const ast::For* loop = nullptr;
    std::shared_ptr<Scope> scope;  // around the loop
    std::vector<Value> items;
    size_t index = 0;
    size_t level = 0;
    Value changed;
    bool changedBefore = false;
};

/// The arguments of a call, evaluated.
struct Arguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};

/// Python's name for the type: "str", "list", "NoneType" …
std::string_view typeName(const Value& value);

}  // namespace monochord::jinja
