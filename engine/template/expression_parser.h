#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "template/ast.h"
#include "template/lexer.h"

namespace monochord::jinja {

/// The expression half of the parser: recursive descent over the tokens of a template, one function a rank of Jinja's
/// grammar. The first error is remembered and moves to the end of the tokens, so that everything returns.
class ExpressionParser {
public:
    explicit ExpressionParser(std::vector<Token> tokens);

protected:
    using ExpressionPointer = ast::ExpressionPointer;
    enum class Tuples { Full, WithoutConditional };

    const Token& current() const { return m_tokens[m_at]; }
    const Token& lookAhead() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
    Token next();
    bool skipOperator(std::string_view symbol);
    bool skipName(std::string_view name);
    void expect(TokenType type, std::string_view what);
    void expectOperator(std::string_view symbol);
    std::string expectName();
    bool failed() const { return !m_error.empty(); }
    void complain(std::string reason);
    Symbol symbolOf(const std::string& name);

    ExpressionPointer parseExpression();  ///< with conditional
    ExpressionPointer parseTuple(Tuples kind, bool parentheses = false);
    ExpressionPointer parseTarget(bool withNamespace);        ///< what `set` and `for` assign to
    ExpressionPointer parseFilters(ExpressionPointer input);  ///< | name(…) | …
    ExpressionPointer parseFilter(ExpressionPointer input);   ///< name(…)
    ast::Expression* newNode(ExpressionPointer& owner, ast::NodeKind kind) const;
    /// Computes the node's depth; every node passes through here once its children are set.
    ExpressionPointer finish(ExpressionPointer node);

    std::vector<Token> m_tokens;
    size_t m_at = 0;
    uint32_t m_depth = 0;  // of functions that can contain themselves
    uint32_t m_errorLine = 0;
    std::string m_error;
    std::vector<std::string> m_symbols;
    /// Filters and tests that do not exist. Jinja refuses the template, unless they stand in a condition's branch.
    std::vector<std::pair<uint32_t, std::string>> m_unknown;
    std::vector<bool> m_used;  // by symbol, since a macro's body began

private:
    ExpressionPointer parseOr();
    ExpressionPointer parseAnd();
    ExpressionPointer parseNot();
    ExpressionPointer parseCompare();
    ExpressionPointer parseSum();
    ExpressionPointer parseConcat();
    ExpressionPointer parseProduct();
    ExpressionPointer parsePower();
    ExpressionPointer parseUnary(bool withFilters);
    ExpressionPointer parsePrimary();
    ExpressionPointer parseName();
    ExpressionPointer parseNumber();
    ExpressionPointer parseBrackets(ast::NodeKind kind, std::string_view close);
    ExpressionPointer parsePostfix(ExpressionPointer node);
    ExpressionPointer parseFilterChain(ExpressionPointer node);
    ExpressionPointer parseTest(ExpressionPointer input);
    ExpressionPointer parseSubscript(ExpressionPointer object);
    ExpressionPointer parseSubscribed();
    ExpressionPointer parseCall(ExpressionPointer callee);
    void parseArguments(ast::Expression& call);
    ExpressionPointer parseTargetPart(bool withNamespace);
    template <class Operand, class Match>
    ExpressionPointer parseChain(ast::NodeKind kind, Operand operand, Match match);

    std::unordered_map<std::string, Symbol> m_symbolOf;
};

/// Counts a level of recursion in the parser.
class Level {
public:
    explicit Level(uint32_t& depth) : m_depth(depth) { m_depth++; }
    ~Level() { m_depth--; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

private:
    uint32_t& m_depth;
};

}  // namespace monochord::jinja
