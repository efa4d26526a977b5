#include <fmt/format.h>

#include "template/evaluator.h"
#include "template/filters.h"
#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

constexpr uint32_t kMaximumLevels = 1000;

}  // namespace

Value Evaluator::evaluate(const ast::Expression& node) {
    if (!m_ctx.spend()) return {};
    if (m_level >= kMaximumLevels) return m_ctx.fail("it calls itself too deeply");
    m_level++;
    Value result;
    switch (node.kind) {
        case ast::NodeKind::Constant:
            result = node.constant;
            break;
        case ast::NodeKind::Name:
            result = evaluateName(node);
            break;
        case ast::NodeKind::NamespaceMember:
        case ast::NodeKind::Slice:
            break;  // parts of other nodes
        case ast::NodeKind::List:
        case ast::NodeKind::Tuple:
            result = evaluateElements(node);
            break;
        case ast::NodeKind::Dict:
            result = evaluateDict(node);
            break;
        case ast::NodeKind::Arithmetic:
            result = evaluateArithmetic(node);
            break;
        case ast::NodeKind::Concat:
            result = evaluateConcat(node);
            break;
        case ast::NodeKind::And:
        case ast::NodeKind::Or:
        case ast::NodeKind::Not:
        case ast::NodeKind::Negate:
        case ast::NodeKind::Plus:
            result = evaluateLogic(node);
            break;
        case ast::NodeKind::Compare:
            result = evaluateCompare(node);
            break;
        case ast::NodeKind::Conditional:
            result = evaluateConditional(node);
            break;
        case ast::NodeKind::Attribute:
        case ast::NodeKind::Subscript:
            result = evaluateSubscript(node);
            break;
        case ast::NodeKind::Call:
            result = evaluateCall(node);
            break;
        case ast::NodeKind::Filter:
            result = evaluateFilter(node, nullptr);
            break;
        case ast::NodeKind::Test:
            result = evaluateTest(node);
            break;
    }
    m_level--;
    return m_ctx.failed() ? Value() : result;
}

[[gnu::noinline]] Value Evaluator::evaluateName(const ast::Expression& node) {
    if (const Value* value = find(node.symbol)) return *value;
    if (!absent(m_variables[node.symbol])) return m_variables[node.symbol];
    const std::string& name = m_program.symbols[node.symbol];
    Value global = findGlobal(m_ctx, name);
    return absent(global) ? m_ctx.undefined(fmt::format("'{}' is undefined", name)) : global;
}

[[gnu::noinline]] Value Evaluator::evaluateElements(const ast::Expression& node) {
    std::vector<Value> elements;
    elements.reserve(node.children.size());
    for (const auto& child : node.children) {
        elements.push_back(evaluate(*child));
        if (m_ctx.failed()) return {};
    }
    return m_ctx.sequence(std::move(elements), node.kind == ast::NodeKind::List ? Flavour::List : Flavour::Tuple);
}

[[gnu::noinline]] Value Evaluator::evaluateDict(const ast::Expression& node) {
    std::vector<std::pair<Value, Value>> entries;
    for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
        Value key = evaluate(*node.children[i]);
        entries.emplace_back(std::move(key), evaluate(*node.children[i + 1]));
        if (m_ctx.failed()) return {};
    }
    return m_ctx.dict(std::move(entries));
}

[[gnu::noinline]] Value Evaluator::evaluateArithmetic(const ast::Expression& node) {
    Value result = evaluate(*node.children[0]);
    for (size_t i = 0; i < node.operators.size() && !m_ctx.failed(); i++) {
        const Value operand = evaluate(*node.children[i + 1]);
        if (!m_ctx.failed()) result = arithmetic(m_ctx, node.operators[i], result, operand);
    }
    return result;
}

[[gnu::noinline]] Value Evaluator::evaluateConcat(const ast::Expression& node) {
    Text text;
    for (const auto& child : node.children) {
        const Value part = evaluate(*child);
        if (m_ctx.failed()) return {};
        appendString(m_ctx, text, part);
        if (!m_ctx.fitsText(text.size())) return {};
    }
    return m_ctx.text(std::move(text));
}

[[gnu::noinline]] Value Evaluator::evaluateLogic(const ast::Expression& node) {
    Value value = evaluate(*node.children[0]);
    switch (node.kind) {
        case ast::NodeKind::Not:
            return Value::boolean(!truth(value));
        case ast::NodeKind::Negate:
            return m_ctx.failed() ? value : negate(m_ctx, value);
        case ast::NodeKind::Plus:
            if (!value.isNumber())
                return m_ctx.fail(fmt::format("bad operand type for unary +: '{}'", typeName(value)));
            return value.is(Kind::Bool) ? Value::integer(value.asInteger(), value.trusted()) : value;
        default:
            break;
    }
    const bool stopsAt = node.kind == ast::NodeKind::Or;
    for (size_t i = 1; i < node.children.size() && truth(value) != stopsAt && !m_ctx.failed(); i++)
        value = evaluate(*node.children[i]);
    return value;
}

[[gnu::noinline]] Value Evaluator::evaluateCompare(const ast::Expression& node) {
    Value left = evaluate(*node.children[0]);
    for (size_t i = 0; i < node.operators.size() && !m_ctx.failed(); i++) {
        Value right = evaluate(*node.children[i + 1]);
        if (m_ctx.failed() || !compare(m_ctx, node.operators[i], left, right)) return Value::boolean(false);
        left = std::move(right);
    }
    return Value::boolean(true);
}

[[gnu::noinline]] Value Evaluator::evaluateConditional(const ast::Expression& node) {
    const bool chosen = truth(evaluate(*node.children[0]));
    if (m_ctx.failed()) return {};
    if (chosen) return evaluate(*node.children[1]);
    if (node.children.size() > 2) return evaluate(*node.children[2]);
    return m_ctx.undefined("the inline if-expression evaluated to false and no else section was defined");
}

[[gnu::noinline]] Value Evaluator::evaluateSubscript(const ast::Expression& node) {
    const Value object = evaluate(*node.children[0]);
    if (m_ctx.failed()) return {};
    if (node.kind == ast::NodeKind::Attribute)
        return object.is(Kind::Loop)                           ? loopAttribute(object, node.name)
               : object.is(Kind::Macro) && node.name == "name" ? m_ctx.text(object.as<MacroObject>().macro->name)
                                                               : attribute(m_ctx, object, node.name);
    const ast::Expression& key = *node.children[1];
    if (key.kind != ast::NodeKind::Slice) {
        const Value index = evaluate(key);
        if (m_ctx.failed()) return {};
        if (object.is(Kind::Loop) && index.is(Kind::Text)) return loopAttribute(object, index.text().bytes());
        return item(m_ctx, object, index);
    }
    std::array<Value, 3> parts;
    for (size_t i = 0; i < 3 && !m_ctx.failed(); i++)
        if (key.children[i]) parts[i] = evaluate(*key.children[i]);
    return m_ctx.failed() ? Value() : slice(m_ctx, object, parts[0], parts[1], parts[2]);
}

[[gnu::noinline]] Value Evaluator::evaluateCall(const ast::Expression& node) {
    const Value callee = evaluate(*node.children[0]);
    Arguments arguments;
    if (m_ctx.failed() || !evaluateArguments(node, arguments)) return {};
    m_ctx.line = node.line;
    return call(callee, arguments);
}

[[gnu::noinline]] Value Evaluator::evaluateFilter(const ast::Expression& node, const Value* input) {
    // A chain of filters in a block ends in the text of the block, which stands where the first input is missing.
    const Value value = node.children[0]
                            ? (input ? evaluateFilter(*node.children[0], input) : evaluate(*node.children[0]))
                        : input ? *input
                                : Value();
    Arguments arguments;
    if (m_ctx.failed() || !evaluateArguments(node, arguments)) return {};
    m_ctx.line = node.line;
    if (!node.filter) return m_ctx.fail(fmt::format("no filter named '{}'", node.name));
    return node.filter->call(m_ctx, value, arguments);
}

[[gnu::noinline]] Value Evaluator::evaluateTest(const ast::Expression& node) {
    const Value value = evaluate(*node.children[0]);
    Arguments arguments;
    if (m_ctx.failed() || !evaluateArguments(node, arguments)) return {};
    m_ctx.line = node.line;
    if (!node.test) return m_ctx.fail(fmt::format("no test named '{}'", node.name));
    return Value::boolean(passes(m_ctx, *node.test, value, arguments));
}

[[gnu::noinline]] bool Evaluator::evaluateArguments(const ast::Expression& node, Arguments& arguments) {
    const size_t stars = (node.listArguments ? 1u : 0u) + (node.dictArguments ? 1u : 0u);
    const size_t plain = node.children.size() - stars, positional = plain - node.keywords.size();
    for (size_t i = 1; i < plain && !m_ctx.failed(); i++) {
        Value value = evaluate(*node.children[i]);
        if (i < positional)
            arguments.positional.push_back(std::move(value));
        else
            arguments.named.emplace_back(node.keywords[i - positional], std::move(value));
    }
    if (node.listArguments && !m_ctx.failed()) {
        std::vector<Value> more;
        if (!iterate(m_ctx, evaluate(*node.children[plain]), more)) return false;
        arguments.positional.insert(arguments.positional.end(), more.begin(), more.end());
    }
    if (node.dictArguments && !m_ctx.failed()) {
        const Value more = evaluate(*node.children.back());
        if (!more.is(Kind::Dict)) return m_ctx.fail("argument after ** must be a mapping"), false;
        for (const auto& [key, value] : more.as<DictObject>().entries) {
            if (!key.is(Kind::Text)) return m_ctx.fail("keywords must be strings"), false;
            arguments.named.emplace_back(key.text().bytes(), value);
        }
    }
    return !m_ctx.failed();
}

}  // namespace monochord::jinja
