#include "template/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "template/characters.h"
#include "template/context.h"
#include "template/expression_parser.h"

namespace monochord::jinja {

namespace {

using Names = std::initializer_list<std::string_view>;

/// Statements: everything between {% and %}.
class Parser final : private ExpressionParser {
public:
    explicit Parser(std::vector<Token> tokens) : ExpressionParser(std::move(tokens)) {}

    Result<std::shared_ptr<const Program>> run() {
        auto program = std::make_shared<Program>();
        program->body = parseBody({});
        refuseUnknown(0);
        if (failed()) return fail(ErrorCode::Template, fmt::format("line {}: {}", m_errorLine, m_error));
        program->symbols = std::move(m_symbols);
        return program;
    }

private:
    /// Statements up to a tag with one of the names, which stays the current token ("{%" is skipped); to the end of the
    /// template where there are none.
    ast::Body parseBody(Names ends) {
        const Level level(m_depth);
        ast::Body body;
        if (m_depth > kMaximumDepth) complain(fmt::format("the template nests deeper than {}", kMaximumDepth));
        while (!failed()) {
            const Token token = next();
            if (token.type == TokenType::End) {
                if (ends.size() > 0) complain(fmt::format("'{}' is missing", *(ends.end() - 1)));
                break;
            }
            if (token.type == TokenType::Data) {
                body.push_back({token.line, ast::Data{textOf(token.text)}});
            } else if (token.type == TokenType::VariableBegin) {
                ast::Print print;
                print.expressions.push_back(parseTuple(Tuples::Full));
                body.push_back({token.line, std::move(print)});
                expect(TokenType::VariableEnd, "'}}'");
            } else {
                for (const std::string_view end : ends)
                    if (current().isName(end)) return body;
                body.push_back(parseStatement());
                expect(TokenType::BlockEnd, "'%}'");
            }
        }
        return body;
    }

    static Value textOf(const std::string& text) {
        auto object = std::make_shared<TextObject>();
        object->text = Text(text, true);
        object->characters = countCharacters(text);
        return {Kind::Text, std::move(object)};
    }

    /// The body of a statement whose head was just parsed, and the name that ended it.
    ast::Body parseBlock(Names ends, std::string* ended = nullptr) {
        skipOperator(":");
        expect(TokenType::BlockEnd, "'%}'");
        ast::Body body = parseBody(ends);
        const std::string name = failed() ? "" : next().text;
        if (ended) *ended = name;
        return body;
    }

    void refuseUnknown(size_t from) {
        if (m_unknown.size() <= from) return;
        const auto [line, reason] = m_unknown[from];
        if (!failed()) {
            complain(reason);
            m_errorLine = line;
        }
    }

    ast::Statement parseStatement() {
        const uint32_t line = current().line;
        const std::string name = expectName();
        const size_t unknown = m_unknown.size();
        ast::Statement statement{line, ast::Break{}};
        if (name == "if") {
            statement.what = parseIf();
            m_unknown.resize(std::min(unknown, m_unknown.size()));
            return statement;
        }
        if (name == "for")
            statement.what = parseFor();
        else if (name == "set")
            parseSet(statement);
        else if (name == "macro")
            statement.what = parseMacro();
        else if (name == "call")
            statement.what = parseCallBlock();
        else if (name == "filter")
            statement.what = ast::FilterBlock{parseFilters(parseFilter(nullptr)), parseBlock({"endfilter"})};
        else if (name == "with")
            statement.what = parseWith();
        else if (name == "print")
            statement.what = parsePrint();
        else if (name == "generation")
            statement.what = ast::Block{parseBlock({"endgeneration"}), false};
        else if (name == "block")
            statement.what = parseNamedBlock();
        else if (name == "break" || name == "continue")
            parseLoopControl(statement, name);
        else if (name == "include" || name == "import" || name == "from" || name == "extends")
            complain(fmt::format("'{}' needs another file, and a chat template has none", name));
        else
            complain(fmt::format("unknown tag '{}'", name));
        if (name != "set" && name != "print") refuseUnknown(unknown);
        return statement;
    }

    void parseLoopControl(ast::Statement& statement, const std::string& name) {
        if (m_loops == 0) complain(fmt::format("'{}' outside of a loop", name));
        if (name == "continue") statement.what = ast::Continue{};
    }

    ast::If parseIf() {
        ast::If result;
        std::string ended = "if";
        while (!failed() && ended != "endif") {
            ast::Branch branch;
            if (ended != "else") branch.test = parseTuple(Tuples::WithoutConditional);
            branch.body =
                ended == "else" ? parseBlock({"endif"}, &ended) : parseBlock({"elif", "else", "endif"}, &ended);
            result.branches.push_back(std::move(branch));
        }
        return result;
    }

    static bool names(const ast::Expression& target, Symbol symbol) {
        if (target.kind == ast::NodeKind::Name) return target.symbol == symbol;
        return std::any_of(target.children.begin(), target.children.end(),
                           [symbol](const auto& child) { return names(*child, symbol); });
    }

    ast::For parseFor() {
        ast::For result;
        std::string ended;
        result.target = parseTarget(false);
        if (names(*result.target, kLoopSymbol)) complain("'loop' can't be the variable of a loop");
        if (!skipName("in")) complain("a loop has no 'in'");
        result.iterable = parseTuple(Tuples::WithoutConditional);
        if (skipName("if")) result.test = parseExpression();
        result.recursive = skipName("recursive");
        m_loops++;
        result.body = parseBlock({"else", "endfor"}, &ended);
        m_loops--;
        if (ended == "else") result.otherwise = parseBlock({"endfor"});
        return result;
    }

    void parseSet(ast::Statement& statement) {
        ExpressionPointer target = parseTarget(true);
        if (skipOperator("=")) {
            statement.what = ast::Set{std::move(target), parseTuple(Tuples::Full)};
            return;
        }
        ExpressionPointer filter = current().isOperator("|") ? parseFilters(nullptr) : nullptr;
        statement.what = ast::SetBlock{std::move(target), std::move(filter), parseBlock({"endset"})};
    }

    void parseParameters(ast::Macro& macro) {
        expectOperator("(");
        while (!failed() && !current().isOperator(")")) {
            if (!macro.parameters.empty()) expectOperator(",");
            ast::Parameter parameter;
            parameter.name = expectName();
            parameter.symbol = symbolOf(parameter.name);
            for (const ast::Parameter& other : macro.parameters)
                if (other.symbol == parameter.symbol) complain(fmt::format("two parameters '{}'", parameter.name));
            if (skipOperator("="))
                parameter.defaultValue = parseExpression();
            else if (!macro.parameters.empty() && macro.parameters.back().defaultValue)
                complain("a parameter without a default follows one with a default");
            macro.parameters.push_back(std::move(parameter));
        }
        expectOperator(")");
    }

    /// Body and what it uses of the special variables.
    void parseMacroBody(ast::Macro& macro, Names ends) {
        const std::vector<bool> usedOutside = m_used;
        const uint32_t loopsOutside = m_loops;
        std::fill(m_used.begin(), m_used.end(), false);
        m_loops = 0;
        macro.body = parseBlock(ends);
        m_loops = loopsOutside;
        macro.usesCaller = m_used[kCallerSymbol];
        macro.usesVarargs = m_used[kVarargsSymbol];
        macro.usesKwargs = m_used[kKwargsSymbol];
        for (size_t i = 0; i < usedOutside.size(); i++) m_used[i] = m_used[i] || usedOutside[i];
    }

    std::shared_ptr<ast::Macro> parseMacro() {
        auto macro = std::make_shared<ast::Macro>();
        macro->name = expectName();
        macro->symbol = symbolOf(macro->name);
        parseParameters(*macro);
        parseMacroBody(*macro, {"endmacro"});
        return macro;
    }

    ast::CallBlock parseCallBlock() {
        ast::CallBlock result;
        result.caller = std::make_shared<ast::Macro>();
        result.caller->name = "caller";
        result.caller->symbol = kCallerSymbol;
        if (current().isOperator("(")) parseParameters(*result.caller);
        result.call = parseExpression();
        if (result.call->kind != ast::NodeKind::Call) complain("a call block needs a call");
        parseMacroBody(*result.caller, {"endcall"});
        return result;
    }

    ast::With parseWith() {
        ast::With result;
        while (!failed() && current().type != TokenType::BlockEnd && !current().isOperator(":")) {
            if (!result.assignments.empty()) expectOperator(",");
            ExpressionPointer target = parseTarget(false);
            expectOperator("=");
            result.assignments.emplace_back(std::move(target), parseExpression());
        }
        result.body = parseBlock({"endwith"});
        return result;
    }

    ast::Print parsePrint() {
        ast::Print result;
        while (!failed() && current().type != TokenType::BlockEnd) {
            if (!result.expressions.empty()) expectOperator(",");
            result.expressions.push_back(parseExpression());
        }
        return result;
    }

    ast::Block parseNamedBlock() {
        const std::string name = expectName();
        skipName("scoped");
        skipName("required");
        ast::Block result{parseBlock({"endblock"}), true};
        skipName(name);
        return result;
    }

    uint32_t m_loops = 0;  // around the current statement, in the same macro
};

}  // namespace

Result<std::shared_ptr<const Program>> parse(std::string_view source) {
    if (source.size() > kMaximumSource)
        return fail(ErrorCode::Template,
                    fmt::format("line 1: the template is longer than {} kB", kMaximumSource >> 10));
    if (!isUtf8(source)) return fail(ErrorCode::Template, "line 1: the template is not UTF-8");
    return tokenize(source).and_then([](std::vector<Token>&& tokens) { return Parser(std::move(tokens)).run(); });
}

}  // namespace monochord::jinja
