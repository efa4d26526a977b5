#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "template/operations.h"
#include "template/value.h"

namespace monochord::jinja {

struct Filter;
struct Test;
using Symbol = uint32_t;  // number of a name in the template's table

namespace ast {

struct Expression;
using ExpressionPointer = std::unique_ptr<Expression>;

enum class NodeKind : uint8_t {
    Constant,
    Name,             // symbol
    NamespaceMember,  // symbol.name, only as a target
    List,
    Tuple,
    Dict,        // key, value, key, value …
    Arithmetic,  // operators between the children, left to right
    Concat,
    And,
    Or,
    Not,
    Negate,
    Plus,
    Compare,      // operators between the children
    Conditional,  // test, then, [otherwise]
    Attribute,    // child.name
    Subscript,    // child[child]
    Slice,        // child[child:child:child], null where left out
    Call,         // callee, arguments
    Filter,       // input (null in a filter block), arguments
    Test,         // input, arguments
};

/// An expression. `children` are its operands; chains of operators of one rank, `and`, `or` and `~` keep all operands
/// in one node, so that a long sum is wide and not deep.
struct Expression {
    NodeKind kind = NodeKind::Constant;
    bool listArguments = false;  // of Call, Filter and Test: the arguments end in *list, **dict
    bool dictArguments = false;
    uint16_t depth = 1;  // nodes below each other
    uint32_t line = 1;
    Symbol symbol = 0;
    Value constant;
    std::string name;
    std::vector<ExpressionPointer> children;
    std::vector<Operator> operators;
    std::vector<std::string> keywords;      // names of the last arguments before * and **
    const jinja::Filter* filter = nullptr;  // null: unknown by `name`, which is an error once it is evaluated
    const jinja::Test* test = nullptr;
};

struct Statement;
using Body = std::vector<Statement>;

struct Data {
    Value text;
};
struct Print {
    std::vector<ExpressionPointer> expressions;
};
struct Branch {
    ExpressionPointer test;  // null: else
    Body body;
};
struct If {
    std::vector<Branch> branches;
};
struct For {
    ExpressionPointer target, iterable, test;  // test may be null
    Body body, otherwise;
    bool recursive = false;
};
struct Set {
    ExpressionPointer target, value;
};
struct SetBlock {
    ExpressionPointer target, filter;  // filter may be null
    Body body;
};
struct Parameter {
    Symbol symbol = 0;
    std::string name;
    ExpressionPointer defaultValue;  // may be null
};
struct Macro {
    Symbol symbol = 0;
    std::string name;
    std::vector<Parameter> parameters;
    Body body;
    bool usesCaller = false, usesVarargs = false, usesKwargs = false;
};
struct CallBlock {
    std::shared_ptr<Macro> caller;
    ExpressionPointer call;
};
struct FilterBlock {
    ExpressionPointer filter;
    Body body;
};
struct With {
    std::vector<std::pair<ExpressionPointer, ExpressionPointer>> assignments;
    Body body;
};
/// {% generation %}, {% block %}: only a scope here.
struct Block {
    Body body;
    bool scoped = true;
};
struct Break {};
struct Continue {};

struct Statement {
    uint32_t line = 1;
    std::variant<Data, Print, If, For, Set, SetBlock, std::shared_ptr<Macro>, CallBlock, FilterBlock, With, Block,
                 Break, Continue>
        what;
};

}  // namespace ast

/// A parsed template.
struct Program {
    ast::Body body;
    std::vector<std::string> symbols;
};

/// The names that every template uses have fixed numbers.
enum KnownSymbol : Symbol { kLoopSymbol, kCallerSymbol, kVarargsSymbol, kKwargsSymbol, kKnownSymbols };

}  // namespace monochord::jinja
