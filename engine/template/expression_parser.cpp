#include "template/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "template/characters.h"
#include "template/context.h"
#include "template/filters.h"

namespace monochord::jinja {

using ast::NodeKind;

namespace {

std::string describe(const Token& token) {
    switch (token.type) {
        case TokenType::End:
            return "the end of the template";
        case TokenType::Data:
            return "text";
        case TokenType::VariableBegin:
            return "'{{'";
        case TokenType::VariableEnd:
            return "'}}'";
        case TokenType::BlockBegin:
            return "'{%'";
        case TokenType::BlockEnd:
            return "'%}'";
        case TokenType::String:
            return "a text";
        default:
            return fmt::format("'{}'", token.text.substr(0, 100));
    }
}

Value constantText(std::string text) {
    auto object = std::make_shared<TextObject>();
    object->text = Text(std::move(text), true);
    object->characters = countCharacters(object->text.view());
    return {Kind::Text, std::move(object)};
}

std::optional<Operator> sumOperator(const Token& token) {
    if (token.isOperator("+")) return Operator::Add;
    return token.isOperator("-") ? std::optional(Operator::Subtract) : std::nullopt;
}

std::optional<Operator> productOperator(const Token& token) {
    if (token.isOperator("*")) return Operator::Multiply;
    if (token.isOperator("/")) return Operator::Divide;
    if (token.isOperator("//")) return Operator::FloorDivide;
    return token.isOperator("%") ? std::optional(Operator::Modulo) : std::nullopt;
}

std::optional<Operator> compareOperator(const Token& token) {
    if (token.isOperator("==")) return Operator::Equal;
    if (token.isOperator("!=")) return Operator::NotEqual;
    if (token.isOperator("<")) return Operator::Less;
    if (token.isOperator("<=")) return Operator::LessEqual;
    if (token.isOperator(">")) return Operator::Greater;
    if (token.isOperator(">=")) return Operator::GreaterEqual;
    return token.isName("in") ? std::optional(Operator::In) : std::nullopt;
}

}  // namespace

ExpressionParser::ExpressionParser(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {
    for (const char* name : {"loop", "caller", "varargs", "kwargs"}) symbolOf(name);  // the order of KnownSymbol
}

Token ExpressionParser::next() {
    Token token = m_tokens[m_at];
    if (m_at + 1 < m_tokens.size()) m_at++;
    return token;
}

bool ExpressionParser::skipOperator(std::string_view symbol) {
    if (!current().isOperator(symbol)) return false;
    next();
    return true;
}

bool ExpressionParser::skipName(std::string_view name) {
    if (!current().isName(name)) return false;
    next();
    return true;
}

void ExpressionParser::expect(TokenType type, std::string_view what) {
    if (current().type == type)
        next();
    else
        complain(fmt::format("expected {}, got {}", what, describe(current())));
}

void ExpressionParser::expectOperator(std::string_view symbol) {
    if (!skipOperator(symbol)) complain(fmt::format("expected '{}', got {}", symbol, describe(current())));
}

std::string ExpressionParser::expectName() {
    if (current().type == TokenType::Name) return next().text;
    complain(fmt::format("expected a name, got {}", describe(current())));
    return {};
}

void ExpressionParser::complain(std::string reason) {
    if (failed()) return;
    m_errorLine = current().line;
    m_error = std::move(reason);
    m_at = m_tokens.size() - 1;
}

Symbol ExpressionParser::symbolOf(const std::string& name) {
    const auto [it, isNew] = m_symbolOf.emplace(name, static_cast<Symbol>(m_symbols.size()));
    if (isNew) {
        m_symbols.push_back(name);
        m_used.push_back(false);
    }
    return it->second;
}

ast::Expression* ExpressionParser::newNode(ExpressionPointer& owner, NodeKind kind) const {
    owner = std::make_unique<ast::Expression>();
    owner->kind = kind;
    owner->line = current().line;
    return owner.get();
}

ast::ExpressionPointer ExpressionParser::finish(ExpressionPointer node) {
    uint16_t depth = 0;
    for (const auto& child : node->children)
        if (child) depth = std::max(depth, child->depth);
    node->depth = static_cast<uint16_t>(depth + 1);
    if (node->depth > kMaximumDepth) complain(fmt::format("an expression nests deeper than {}", kMaximumDepth));
    return node;
}

/// operand (match operand)*, as one node; `match` gives the operator at the current token and skips it.
template <class Operand, class Match>
ast::ExpressionPointer ExpressionParser::parseChain(NodeKind kind, Operand operand, Match match) {
    ExpressionPointer first = operand();
    auto op = match();
    if (!op) return first;
    ExpressionPointer chain;
    ast::Expression* node = newNode(chain, kind);
    node->line = first->line;
    node->children.push_back(std::move(first));
    for (; op; op = match()) {
        node->operators.push_back(*op);
        node->children.push_back(operand());
    }
    return finish(std::move(chain));
}

ast::ExpressionPointer ExpressionParser::parseExpression() {
    const Level level(m_depth);
    if (m_depth > kMaximumDepth) complain(fmt::format("the template nests deeper than {}", kMaximumDepth));
    const size_t unknown = m_unknown.size();
    ExpressionPointer result = parseOr();
    while (skipName("if")) {
        ExpressionPointer conditional;
        ast::Expression* node = newNode(conditional, NodeKind::Conditional);
        node->children.push_back(parseOr());
        node->children.push_back(std::move(result));
        if (skipName("else")) node->children.push_back(parseExpression());
        result = finish(std::move(conditional));
        m_unknown.resize(unknown);
    }
    return result;
}

ast::ExpressionPointer ExpressionParser::parseOr() {
    return parseChain(
        NodeKind::Or, [&] { return parseAnd(); },
        [&] { return skipName("or") ? std::optional(Operator::Add) : std::nullopt; });
}

ast::ExpressionPointer ExpressionParser::parseAnd() {
    return parseChain(
        NodeKind::And, [&] { return parseNot(); },
        [&] { return skipName("and") ? std::optional(Operator::Add) : std::nullopt; });
}

ast::ExpressionPointer ExpressionParser::parseNot() {
    if (!current().isName("not")) return parseCompare();
    const Level level(m_depth);
    if (m_depth > kMaximumDepth) complain(fmt::format("the template nests deeper than {}", kMaximumDepth));
    ExpressionPointer result;
    ast::Expression* node = newNode(result, NodeKind::Not);
    next();
    node->children.push_back(parseNot());
    return finish(std::move(result));
}

ast::ExpressionPointer ExpressionParser::parseCompare() {
    return parseChain(
        NodeKind::Compare, [&] { return parseSum(); },
        [&]() -> std::optional<Operator> {
            if (current().isName("not") && lookAhead().isName("in")) {
                next();
                next();
                return Operator::NotIn;
            }
            const auto op = compareOperator(current());
            if (op) next();
            return op;
        });
}

ast::ExpressionPointer ExpressionParser::parseSum() {
    return parseChain(
        NodeKind::Arithmetic, [&] { return parseConcat(); },
        [&] {
            const auto op = sumOperator(current());
            if (op) next();
            return op;
        });
}

ast::ExpressionPointer ExpressionParser::parseConcat() {
    return parseChain(
        NodeKind::Concat, [&] { return parseProduct(); },
        [&] { return skipOperator("~") ? std::optional(Operator::Add) : std::nullopt; });
}

ast::ExpressionPointer ExpressionParser::parseProduct() {
    return parseChain(
        NodeKind::Arithmetic, [&] { return parsePower(); },
        [&] {
            const auto op = productOperator(current());
            if (op) next();
            return op;
        });
}

ast::ExpressionPointer ExpressionParser::parsePower() {
    return parseChain(
        NodeKind::Arithmetic, [&] { return parseUnary(true); },
        [&] { return skipOperator("**") ? std::optional(Operator::Power) : std::nullopt; });
}

ast::ExpressionPointer ExpressionParser::parseUnary(bool withFilters) {
    ExpressionPointer result;
    if (current().isOperator("-") || current().isOperator("+")) {
        const Level level(m_depth);
        if (m_depth > kMaximumDepth) complain(fmt::format("the template nests deeper than {}", kMaximumDepth));
        ast::Expression* node = newNode(result, current().isOperator("-") ? NodeKind::Negate : NodeKind::Plus);
        next();
        node->children.push_back(parseUnary(false));
        result = finish(std::move(result));
    } else {
        result = parsePrimary();
    }
    result = parsePostfix(std::move(result));
    return withFilters ? parseFilterChain(std::move(result)) : std::move(result);
}

ast::ExpressionPointer ExpressionParser::parsePrimary() {
    ExpressionPointer result;
    switch (current().type) {
        case TokenType::Name:
            return parseName();
        case TokenType::Integer:
        case TokenType::Float:
            return parseNumber();
        case TokenType::String: {
            ast::Expression* node = newNode(result, NodeKind::Constant);
            std::string text;
            while (current().type == TokenType::String) text += next().text;
            node->constant = constantText(std::move(text));
            return result;
        }
        default:
            break;
    }
    if (skipOperator("(")) {
        result = parseTuple(Tuples::Full, true);
        expectOperator(")");
        return result;
    }
    if (current().isOperator("[")) return parseBrackets(NodeKind::List, "]");
    if (current().isOperator("{")) return parseBrackets(NodeKind::Dict, "}");
    complain(fmt::format("unexpected {}", describe(current())));
    newNode(result, NodeKind::Constant);
    return result;
}

ast::ExpressionPointer ExpressionParser::parseName() {
    ExpressionPointer result;
    ast::Expression* node = newNode(result, NodeKind::Constant);
    const Token token = next();
    const std::string& name = token.text;
    if (name == "true" || name == "True" || name == "false" || name == "False") {
        node->constant = Value::boolean(name == "true" || name == "True");
    } else if (name == "none" || name == "None") {
        node->constant = Value::none();
    } else {
        node->kind = NodeKind::Name;
        node->symbol = symbolOf(name);
        m_used[node->symbol] = true;
    }
    return result;
}

ast::ExpressionPointer ExpressionParser::parseNumber() {
    ExpressionPointer result;
    ast::Expression* node = newNode(result, NodeKind::Constant);
    const Token token = next();
    if (token.type == TokenType::Float) {
        double value = 0;
        const auto [end, error] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
        if (error != std::errc()) value = token.text.find('-') == std::string::npos ? HUGE_VAL : 0;
        node->constant = Value::real(value);
        return result;
    }
    const char kind = token.text.size() > 2 ? token.text[1] : '0';
    const int base = kind == 'x' || kind == 'X'   ? 16
                     : kind == 'o' || kind == 'O' ? 8
                     : kind == 'b' || kind == 'B' ? 2
                                                  : 10;
    const char* begin = token.text.data() + (base == 10 ? 0 : 2);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(begin, token.text.data() + token.text.size(), value, base);
    if (error != std::errc()) complain("a number does not fit in 64 bits");
    node->constant = Value::integer(value);
    return result;
}

ast::ExpressionPointer ExpressionParser::parseBrackets(NodeKind kind, std::string_view close) {
    ExpressionPointer result;
    ast::Expression* node = newNode(result, kind);
    next();
    while (!failed() && !current().isOperator(close)) {
        if (!node->children.empty()) expectOperator(",");
        if (current().isOperator(close)) break;
        node->children.push_back(parseExpression());
        if (kind != NodeKind::Dict) continue;
        expectOperator(":");
        node->children.push_back(parseExpression());
    }
    expectOperator(close);
    return finish(std::move(result));
}

ast::ExpressionPointer ExpressionParser::parseTuple(Tuples kind, bool parentheses) {
    ExpressionPointer tuple;
    ast::Expression* node = newNode(tuple, NodeKind::Tuple);
    const auto ends = [&] {
        const Token& token = current();
        return token.type == TokenType::VariableEnd || token.type == TokenType::BlockEnd || token.isOperator(")") ||
               (kind == Tuples::WithoutConditional && token.isName("recursive"));
    };
    bool commas = false;
    while (!failed() && !ends()) {
        node->children.push_back(kind == Tuples::Full ? parseExpression() : parseOr());
        if (!skipOperator(",")) break;
        commas = true;
    }
    if (!commas && node->children.size() == 1) return std::move(node->children[0]);
    if (!commas && !parentheses) complain(fmt::format("expected an expression, got {}", describe(current())));
    return finish(std::move(tuple));
}

}  // namespace monochord::jinja
