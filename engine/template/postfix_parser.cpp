// What follows an operand: members, subscripts, calls, filters and tests; and the targets of assignments.
#include <fmt/format.h>

#include "template/context.h"
#include "template/expression_parser.h"
#include "template/filters.h"

namespace monochord::jinja {

using ast::NodeKind;

ast::ExpressionPointer ExpressionParser::parsePostfix(ExpressionPointer node) {
    while (!failed()) {
        if (current().isOperator(".") || current().isOperator("["))
            node = parseSubscript(std::move(node));
        else if (current().isOperator("("))
            node = parseCall(std::move(node));
        else
            break;
    }
    return node;
}

ast::ExpressionPointer ExpressionParser::parseFilterChain(ExpressionPointer node) {
    while (!failed()) {
        if (current().isOperator("|"))
            node = parseFilters(std::move(node));
        else if (current().isName("is"))
            node = parseTest(std::move(node));
        else if (current().isOperator("("))
            node = parseCall(std::move(node));
        else
            break;
    }
    return node;
}

ast::ExpressionPointer ExpressionParser::parseSubscript(ExpressionPointer object) {
    ExpressionPointer result;
    ast::Expression* node = newNode(result, NodeKind::Subscript);
    node->children.push_back(std::move(object));
    if (skipOperator(".")) {
        if (current().type == TokenType::Integer) {
            ExpressionPointer index;
            int64_t number = 0;
            const std::string digits = next().text;
            for (const char c : digits) number = std::min<int64_t>(number * 10 + (c - '0'), 1 << 30);
            newNode(index, NodeKind::Constant)->constant = Value::integer(number);
            node->children.push_back(std::move(index));
        } else {
            node->kind = NodeKind::Attribute;
            node->name = expectName();
        }
        return finish(std::move(result));
    }
    next();
    ExpressionPointer tuple;
    ast::Expression* keys = newNode(tuple, NodeKind::Tuple);
    while (!failed() && !current().isOperator("]")) {
        if (!keys->children.empty()) expectOperator(",");
        keys->children.push_back(parseSubscribed());
    }
    expectOperator("]");
    node->children.push_back(keys->children.size() == 1 ? std::move(keys->children[0]) : finish(std::move(tuple)));
    return finish(std::move(result));
}

ast::ExpressionPointer ExpressionParser::parseSubscribed() {
    const auto ends = [&] { return current().isOperator("]") || current().isOperator(","); };
    ExpressionPointer start = current().isOperator(":") ? nullptr : parseExpression();
    if (!current().isOperator(":")) return start;
    ExpressionPointer result;
    ast::Expression* node = newNode(result, NodeKind::Slice);
    next();
    node->children.push_back(std::move(start));
    node->children.push_back(ends() || current().isOperator(":") ? nullptr : parseExpression());
    node->children.push_back(skipOperator(":") && !ends() ? parseExpression() : nullptr);
    return finish(std::move(result));
}

ast::ExpressionPointer ExpressionParser::parseCall(ExpressionPointer callee) {
    ExpressionPointer result;
    ast::Expression* node = newNode(result, NodeKind::Call);
    node->children.push_back(std::move(callee));
    parseArguments(*node);
    return finish(std::move(result));
}

void ExpressionParser::parseArguments(ast::Expression& call) {
    expectOperator("(");
    bool first = true;
    while (!failed() && !current().isOperator(")")) {
        if (!first) expectOperator(",");
        first = false;
        if (current().isOperator(")")) break;
        bool misplaced = call.dictArguments;
        if (skipOperator("*")) {
            misplaced |= call.listArguments;
            call.listArguments = true;
        } else if (skipOperator("**")) {
            call.dictArguments = true;
        } else if (current().type == TokenType::Name && lookAhead().isOperator("=")) {
            misplaced |= call.listArguments;  // Jinja allows it; nobody writes it
            call.keywords.push_back(next().text);
            next();
        } else {
            misplaced |= call.listArguments || !call.keywords.empty();
        }
        if (misplaced) complain("the arguments of a call are in the wrong order");
        call.children.push_back(parseExpression());
    }
    expectOperator(")");
}

ast::ExpressionPointer ExpressionParser::parseFilters(ExpressionPointer input) {
    while (!failed() && skipOperator("|")) input = parseFilter(std::move(input));
    return input;
}

ast::ExpressionPointer ExpressionParser::parseFilter(ExpressionPointer input) {
    ExpressionPointer result;
    ast::Expression* node = newNode(result, NodeKind::Filter);
    node->children.push_back(std::move(input));
    node->name = expectName();
    while (skipOperator(".")) node->name += "." + expectName();
    node->filter = findFilter(node->name);
    if (!node->filter) m_unknown.emplace_back(node->line, fmt::format("no filter named '{}'", node->name));
    if (current().isOperator("(")) parseArguments(*node);
    return finish(std::move(result));
}

ast::ExpressionPointer ExpressionParser::parseTest(ExpressionPointer input) {
    ExpressionPointer result;
    next();
    const bool negated = skipName("not");
    ast::Expression* node = newNode(result, NodeKind::Test);
    node->children.push_back(std::move(input));
    node->name = expectName();
    while (skipOperator(".")) node->name += "." + expectName();
    node->test = findTest(node->name);
    if (!node->test) m_unknown.emplace_back(node->line, fmt::format("no test named '{}'", node->name));
    const Token& token = current();
    const bool word =
        token.type == TokenType::Name && !token.isName("else") && !token.isName("or") && !token.isName("and");
    const bool literal = token.type == TokenType::String || token.type == TokenType::Integer ||
                         token.type == TokenType::Float || token.isOperator("[") || token.isOperator("{");
    if (token.isOperator("(")) {
        parseArguments(*node);
    } else if (token.isName("is")) {
        complain("tests can't be chained with 'is'");
    } else if (word || literal) {
        const Level level(m_depth);
        node->children.push_back(parsePostfix(parsePrimary()));
    }
    result = finish(std::move(result));
    if (!negated) return result;
    ExpressionPointer inverse;
    newNode(inverse, NodeKind::Not)->children.push_back(std::move(result));
    return finish(std::move(inverse));
}

ast::ExpressionPointer ExpressionParser::parseTargetPart(bool withNamespace) {
    const Level level(m_depth);
    ExpressionPointer result;
    if (m_depth > kMaximumDepth) complain(fmt::format("the template nests deeper than {}", kMaximumDepth));
    if (skipOperator("(")) {
        result = parseTarget(withNamespace);
        expectOperator(")");
        return result;
    }
    ast::Expression* node = newNode(result, NodeKind::Name);
    const std::string name = expectName();
    for (const char* reserved : {"true", "false", "none", "True", "False", "None"})
        if (name == reserved) complain(fmt::format("'{}' can't be assigned to", name));
    node->symbol = symbolOf(name);
    if (withNamespace && skipOperator(".")) {
        node->kind = NodeKind::NamespaceMember;
        node->name = expectName();
    }
    return result;
}

ast::ExpressionPointer ExpressionParser::parseTarget(bool withNamespace) {
    ExpressionPointer tuple;
    ast::Expression* node = newNode(tuple, NodeKind::Tuple);
    node->children.push_back(parseTargetPart(withNamespace));
    bool commas = false;
    while (!failed() && skipOperator(",")) {
        commas = true;
        if (current().type != TokenType::Name && !current().isOperator("(")) break;
        if (current().isName("in")) break;
        node->children.push_back(parseTargetPart(withNamespace));
    }
    if (!commas) return std::move(node->children[0]);
    return finish(std::move(tuple));
}

}  // namespace monochord::jinja
