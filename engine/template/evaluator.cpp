// The statements. The expressions are in evaluate_expression.cpp, calls in evaluate_call.cpp.
#include "template/evaluator.h"

#include <fmt/format.h>

#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

namespace {

constexpr uint32_t kMaximumLevels = 1000;  // about 500 kB of stack

/// Sets a variable for as long as it lives.
template <class T>
class Exchange {
public:
    Exchange(T& variable, T value) : m_variable(variable), m_old(std::exchange(variable, std::move(value))) {}
    ~Exchange() { m_variable = std::move(m_old); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

private:
    T& m_variable;
    T m_old;
};

std::shared_ptr<Scope> inside(const std::shared_ptr<Scope>& parent) {
    auto scope = std::make_shared<Scope>();
    scope->parent = parent;
    return scope;
}

LoopObject& writable(const Value& loop) {
    return const_cast<LoopObject&>(loop.as<LoopObject>());  // made by runLoop, which owns it
}

}  // namespace

Evaluator::Evaluator(Context& ctx, const Program& program, std::vector<Value> variables)
    : m_ctx(ctx), m_program(program), m_variables(std::move(variables)), m_scope(std::make_shared<Scope>()) {}

Evaluator::~Evaluator() {
    for (const auto& scope : m_capturedScopes) scope->variables.clear();
}

Text Evaluator::run() {
    Text output;
    m_output = &output;
    execute(m_program.body);
    m_output = nullptr;
    return output;
}

Evaluator::Flow Evaluator::execute(const ast::Body& body) {
    const Exchange level(m_level, m_level + 1);
    if (m_level > kMaximumLevels) m_ctx.fail("it calls itself too deeply");
    for (const ast::Statement& statement : body) {
        m_ctx.line = statement.line;
        if (!m_ctx.spend()) return Flow::Next;
        const Flow flow = std::visit([this](const auto& what) { return execute(what); }, statement.what);
        if (flow != Flow::Next) return flow;
    }
    return Flow::Next;
}

Evaluator::Flow Evaluator::execute(const ast::Data& data) {
    print(data.text);
    return Flow::Next;
}

Evaluator::Flow Evaluator::execute(const ast::Print& what) {
    for (const auto& expression : what.expressions) {
        const Value value = evaluate(*expression);
        if (!m_ctx.failed()) print(value);
    }
    return Flow::Next;
}

void Evaluator::print(const Value& value) {
    const size_t before = m_output->memory();
    appendString(m_ctx, *m_output, value);
    m_ctx.hold(static_cast<int64_t>(m_output->memory() - before));
    m_ctx.fitsText(m_output->size());
}

Evaluator::Flow Evaluator::execute(const ast::If& branches) {
    for (const ast::Branch& branch : branches.branches) {
        if (m_ctx.failed()) break;
        if (!branch.test || (truth(evaluate(*branch.test)) && !m_ctx.failed())) return execute(branch.body);
    }
    return Flow::Next;
}

Evaluator::Flow Evaluator::execute(const ast::For& loop) {
    const Value iterable = evaluate(*loop.iterable);
    if (!m_ctx.failed()) runLoop(loop, iterable, 0);
    return Flow::Next;
}

Evaluator::ScopePointer Evaluator::turnScope(ScopePointer previous, const ScopePointer& parent) const {
    if (!previous || previous->captured || previous.use_count() > 1) return inside(parent);
    previous->variables.clear();
    return previous;
}

bool Evaluator::collectItems(const ast::For& loop, const Value& iterable, std::vector<Value>& items) {
    std::vector<Value> all;
    if (!iterate(m_ctx, iterable, all)) return false;
    if (!loop.test) {
        items = std::move(all);
        return true;
    }
    const ScopePointer outside = m_scope;
    for (const Value& element : all) {
        m_scope = inside(outside);
        assign(*loop.target, element);
        if (m_ctx.spend() && truth(evaluate(*loop.test))) items.push_back(element);
    }
    m_scope = outside;
    return !m_ctx.failed();
}

void Evaluator::runLoop(const ast::For& loop, const Value& iterable, size_t level) {
    std::vector<Value> items;
    if (!collectItems(loop, iterable, items)) return;
    if (items.empty()) {
        const Exchange scope(m_scope, inside(m_scope));
        execute(loop.otherwise);
        return;
    }
    const auto state = m_ctx.make<LoopObject>(items.capacity() * sizeof(Value));
    state->loop = &loop;
    state->scope = m_scope;
    state->level = level;
    state->items = std::move(items);
    const Value self(Kind::Loop, state);
    const ScopePointer outside = m_scope;
    ScopePointer turn;
    for (; state->index < state->items.size() && m_ctx.spend(); state->index++) {
        m_scope.reset();
        turn = turnScope(std::move(turn), outside);
        m_scope = turn;
        turn->variables.emplace_back(kLoopSymbol, self);
        assign(*loop.target, state->items[state->index]);
        if (execute(loop.body) == Flow::Break) break;
    }
    m_scope = outside;
    // A loop object that outlives its loop must not keep others alive in a chain.
    state->items.clear();
    state->scope.reset();
    state->changed = {};
}

Evaluator::Flow Evaluator::execute(const ast::Set& set) {
    const Value value = evaluate(*set.value);
    if (!m_ctx.failed()) assign(*set.target, value);
    return Flow::Next;
}

Evaluator::Flow Evaluator::execute(const ast::SetBlock& set) {
    Value value = captured(set.body, inside(m_scope));
    if (set.filter && !m_ctx.failed()) value = evaluateFilter(*set.filter, &value);
    if (!m_ctx.failed()) assign(*set.target, value);
    return Flow::Next;
}

Value Evaluator::captured(const ast::Body& body, const ScopePointer& scope) {
    Text text;
    {
        const Exchange output(m_output, &text);
        const Exchange inner(m_scope, scope);
        execute(body);
    }
    m_ctx.hold(-static_cast<int64_t>(text.memory()));
    return m_ctx.text(std::move(text));
}

Evaluator::Flow Evaluator::execute(const std::shared_ptr<ast::Macro>& macro) {
    define(macro->symbol, makeMacro(*macro));
    return Flow::Next;
}

Value Evaluator::makeMacro(const ast::Macro& macro) {
    if (!m_scope->captured) {
        m_scope->captured = true;
        m_capturedScopes.push_back(m_scope);
        m_ctx.hold(1024);  // for good
    }
    auto object = m_ctx.make<MacroObject>(0);
    object->macro = &macro;
    object->scope = m_scope;
    return {Kind::Macro, std::move(object)};
}

Evaluator::Flow Evaluator::execute(const ast::CallBlock& block) {
    const Value callee = evaluate(*block.call->children[0]);
    Arguments arguments;
    if (!evaluateArguments(*block.call, arguments)) return Flow::Next;
    arguments.named.emplace_back("caller", makeMacro(*block.caller));
    const Value value = call(callee, arguments);
    if (!m_ctx.failed()) print(value);
    return Flow::Next;
}

Evaluator::Flow Evaluator::execute(const ast::FilterBlock& block) {
    const Value text = captured(block.body, inside(m_scope));
    if (m_ctx.failed()) return Flow::Next;
    const Value value = evaluateFilter(*block.filter, &text);
    if (!m_ctx.failed()) print(value);
    return Flow::Next;
}

Evaluator::Flow Evaluator::execute(const ast::With& with) {
    std::vector<Value> values;
    for (const auto& [target, value] : with.assignments) values.push_back(evaluate(*value));
    const Exchange scope(m_scope, inside(m_scope));
    for (size_t i = 0; i < values.size() && !m_ctx.failed(); i++) assign(*with.assignments[i].first, values[i]);
    return execute(with.body);
}

Evaluator::Flow Evaluator::execute(const ast::Block& block) {
    if (!block.scoped) return execute(block.body);
    const Exchange scope(m_scope, inside(m_scope));
    return execute(block.body);
}

void Evaluator::define(Symbol symbol, const Value& value) {
    for (auto& [known, old] : m_scope->variables) {
        if (known != symbol) continue;
        old = value;
        return;
    }
    m_scope->variables.emplace_back(symbol, value);
}

const Value* Evaluator::find(Symbol symbol) const {
    for (const Scope* scope = m_scope.get(); scope; scope = scope->parent.get())
        for (const auto& [known, value] : scope->variables)
            if (known == symbol) return &value;
    return nullptr;
}

void Evaluator::assign(const ast::Expression& target, const Value& value) {
    if (target.kind == ast::NodeKind::Name) return define(target.symbol, value);
    if (target.kind == ast::NodeKind::NamespaceMember) {
        const Value* owner = find(target.symbol);
        NamespaceObject* space = owner ? m_ctx.namespaceOf(*owner) : nullptr;
        if (!space) {
            m_ctx.fail("cannot assign attribute on non-namespace object");
            return;
        }
        for (auto& [name, old] : space->members) {
            if (name != target.name) continue;
            old = value;
            return;
        }
        m_ctx.hold(static_cast<int64_t>(sizeof(space->members[0]) + target.name.size()));
        space->members.emplace_back(target.name, value);
        return;
    }
    std::vector<Value> parts;
    if (!iterate(m_ctx, value, parts)) return;
    if (parts.size() != target.children.size()) {
        m_ctx.fail(fmt::format("{} values to unpack into {} names", parts.size(), target.children.size()));
        return;
    }
    for (size_t i = 0; i < parts.size() && !m_ctx.failed(); i++) assign(*target.children[i], parts[i]);
}

// The loop variable's own methods.

Value cycleLoop(Context& ctx, const Value& self, Arguments& arguments) {
    if (arguments.positional.empty()) return ctx.fail("no items for cycling given");
    return arguments.positional[self.as<LoopObject>().index % arguments.positional.size()];
}

Value loopChanged(Context& ctx, const Value& self, Arguments& arguments) {
    LoopObject& loop = writable(self);
    if (loop.items.empty()) return Value::boolean(true);
    const Value now = ctx.sequence(arguments.positional, Flavour::Tuple);
    const bool changed = !loop.changedBefore || !equal(ctx, loop.changed, now);
    loop.changedBefore = true;
    loop.changed = now;
    return Value::boolean(changed);
}

}  // namespace monochord::jinja
