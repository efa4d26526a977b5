#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "template/ast.h"
#include "template/context.h"

namespace monochord::jinja {

/// Variables of one stretch of a template: the whole, a turn of a loop, a call of a macro.
struct Scope {
    std::shared_ptr<Scope> parent;
    std::vector<std::pair<Symbol, Value>> variables;
    bool captured = false;  // by a macro, which may look at it later
};

/// Walks a parsed template. One for each rendering; errors go to the context.
class Evaluator {
public:
    /// `variables` in the order of the program's symbols, undefined without an object where there is none.
    Evaluator(Context& ctx, const Program& program, std::vector<Value> variables);
    ~Evaluator();
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    Text run();

private:
    enum class Flow : uint8_t { Next, Break, Continue };
    using ScopePointer = std::shared_ptr<Scope>;

    // statements
    Flow execute(const ast::Body& body);
    Flow execute(const ast::Data& data);
    Flow execute(const ast::Print& print);
    Flow execute(const ast::If& branches);
    Flow execute(const ast::For& loop);
    Flow execute(const ast::Set& set);
    Flow execute(const ast::SetBlock& set);
    Flow execute(const std::shared_ptr<ast::Macro>& macro);
    Flow execute(const ast::CallBlock& block);
    Flow execute(const ast::FilterBlock& block);
    Flow execute(const ast::With& with);
    Flow execute(const ast::Block& block);
    Flow execute(const ast::Break&) { return Flow::Break; }
    Flow execute(const ast::Continue&) { return Flow::Continue; }

    void print(const Value& value);
    Value captured(const ast::Body& body, const ScopePointer& scope);
    void runLoop(const ast::For& loop, const Value& iterable, size_t level);
    bool collectItems(const ast::For& loop, const Value& iterable, std::vector<Value>& items);
    ScopePointer turnScope(ScopePointer previous, const ScopePointer& parent) const;
    void assign(const ast::Expression& target, const Value& value);
    void define(Symbol symbol, const Value& value);
    const Value* find(Symbol symbol) const;
    Value makeMacro(const ast::Macro& macro);

    // expressions
    Value evaluate(const ast::Expression& node);
    Value evaluateName(const ast::Expression& node);
    Value evaluateElements(const ast::Expression& node);
    Value evaluateDict(const ast::Expression& node);
    Value evaluateArithmetic(const ast::Expression& node);
    Value evaluateConcat(const ast::Expression& node);
    Value evaluateLogic(const ast::Expression& node);
    Value evaluateCompare(const ast::Expression& node);
    Value evaluateConditional(const ast::Expression& node);
    Value evaluateSubscript(const ast::Expression& node);
    Value evaluateCall(const ast::Expression& node);
    Value evaluateFilter(const ast::Expression& node, const Value* input);
    Value evaluateTest(const ast::Expression& node);
    bool evaluateArguments(const ast::Expression& node, Arguments& arguments);

    // calls
    Value call(const Value& callee, Arguments& arguments);
    Value callMacro(const Value& callee, Arguments& arguments);
    bool bindParameters(const ast::Macro& macro, Arguments& arguments);
    Value callLoop(const Value& callee, Arguments& arguments);
    Value loopAttribute(const Value& loop, const std::string& name);

    Context& m_ctx;
    const Program& m_program;
    std::vector<Value> m_variables;
    ScopePointer m_scope;
    Text* m_output = nullptr;
    uint32_t m_level = 0;                        // of recursion in evaluate() and execute()
    uint32_t m_macros = 0;                       // calls of macros and recursive loops below each other
    std::vector<ScopePointer> m_capturedScopes;  // emptied at the end: macros and their scopes hold each other
};

/// Methods of the loop variable that do not need the evaluator.
Value cycleLoop(Context& ctx, const Value& self, Arguments& arguments);
Value loopChanged(Context& ctx, const Value& self, Arguments& arguments);

}  // namespace monochord::jinja
