#include <fmt/format.h>

#include <algorithm>

#include "template/evaluator.h"
#include "template/operations.h"
#include "template/print.h"

namespace monochord::jinja {

Value Evaluator::call(const Value& callee, Arguments& arguments) {
    if (!m_ctx.spend()) return {};
    switch (callee.kind()) {
        case Kind::Function:
            return callee.as<FunctionObject>().call(m_ctx, arguments);
        case Kind::Method: {
            const auto& method = callee.as<MethodObject>();
            return method.call(m_ctx, method.self, arguments);
        }
        case Kind::Macro:
            return callMacro(callee, arguments);
        case Kind::Loop:
            return callLoop(callee, arguments);
        case Kind::Undefined:
            return m_ctx.fail(undefinedReason(callee));
        default:
            return m_ctx.fail(fmt::format("'{}' object is not callable", typeName(callee)));
    }
}

[[gnu::noinline]] Value Evaluator::callMacro(const Value& callee, Arguments& arguments) {
    const auto& object = callee.as<MacroObject>();
    if (m_macros >= kMaximumDepth) return m_ctx.fail("macros call each other too deeply");
    const auto scope = std::make_shared<Scope>();
    scope->parent = object.scope;
    const ScopePointer outside = std::exchange(m_scope, scope);
    m_macros++;
    Value result;
    if (bindParameters(*object.macro, arguments)) result = captured(object.macro->body, scope);
    m_macros--;
    m_scope = outside;
    return result;
}

/// Defines the parameters in the current scope.
bool Evaluator::bindParameters(const ast::Macro& macro, Arguments& arguments) {
    const auto& parameters = macro.parameters;
    const auto refuse = [&](const std::string& reason) {
        m_ctx.fail(fmt::format("macro '{}' {}", macro.name, reason));
        return false;
    };
    std::vector<Value> values(parameters.size());
    const size_t direct = std::min(parameters.size(), arguments.positional.size());
    std::copy_n(arguments.positional.begin(), direct, values.begin());
    std::vector<std::pair<Value, Value>> rest;
    Value caller;
    for (auto& [name, value] : arguments.named) {
        const auto it =
            std::find_if(parameters.begin(), parameters.end(),
                         [&name = name](const ast::Parameter& parameter) { return parameter.name == name; });
        const auto i = static_cast<size_t>(it - parameters.begin());
        if (it != parameters.end()) {
            if (i < direct) return refuse(fmt::format("got parameter '{}' twice", name));
            values[i] = value;
        } else if (name == "caller" && macro.usesCaller) {
            caller = value;
        } else if (macro.usesKwargs) {
            rest.emplace_back(m_ctx.text(name), value);
        } else {
            return refuse(fmt::format("takes no keyword argument '{}'", name));
        }
    }
    if (arguments.positional.size() > parameters.size() && !macro.usesVarargs)
        return refuse(fmt::format("takes not more than {} arguments", parameters.size()));
    for (size_t i = 0; i < values.size() && !m_ctx.failed(); i++) {
        if (absent(values[i]) && parameters[i].defaultValue) values[i] = evaluate(*parameters[i].defaultValue);
        if (absent(values[i]))
            values[i] = m_ctx.undefined(fmt::format("parameter '{}' was not provided", parameters[i].name));
        define(parameters[i].symbol, values[i]);
    }
    if (macro.usesCaller) define(kCallerSymbol, absent(caller) ? m_ctx.undefined("no caller was given") : caller);
    if (macro.usesVarargs)
        define(kVarargsSymbol, m_ctx.sequence({arguments.positional.begin() + static_cast<std::ptrdiff_t>(direct),
                                               arguments.positional.end()},
                                              Flavour::Tuple));
    if (macro.usesKwargs) define(kKwargsSymbol, m_ctx.dict(std::move(rest)));
    return !m_ctx.failed();
}

/// loop(items) in a recursive loop: the same body for other items.
[[gnu::noinline]] Value Evaluator::callLoop(const Value& callee, Arguments& arguments) {
    const auto& loop = callee.as<LoopObject>();
    if (!loop.loop->recursive || !loop.scope)
        return m_ctx.fail("the loop must have the 'recursive' marker to be called");
    if (arguments.positional.size() != 1 || !arguments.named.empty())
        return m_ctx.fail("a recursive loop takes one argument");
    if (m_macros >= kMaximumDepth) return m_ctx.fail("a loop calls itself too deeply");
    Text text;
    Text* const output = std::exchange(m_output, &text);
    const ScopePointer outside = std::exchange(m_scope, loop.scope);
    m_macros++;
    m_level++;
    runLoop(*loop.loop, arguments.positional[0], loop.level + 1);
    m_level--;
    m_macros--;
    m_scope = outside;
    m_output = output;
    m_ctx.hold(-static_cast<int64_t>(text.memory()));
    return m_ctx.text(std::move(text));
}

[[gnu::noinline]] Value Evaluator::loopAttribute(const Value& self, const std::string& name) {
    const auto& loop = self.as<LoopObject>();
    const auto number = [](size_t value) { return Value::integer(static_cast<int64_t>(value)); };
    const size_t count = loop.items.size();
    if (name == "index") return number(loop.index + 1);
    if (name == "index0") return number(loop.index);
    if (name == "first") return Value::boolean(loop.index == 0);
    if (name == "last") return Value::boolean(loop.index + 1 >= count);
    if (name == "length") return number(count);
    if (name == "revindex") return number(count - std::min(loop.index, count));
    if (name == "revindex0") return number(count - std::min(loop.index + 1, count));
    if (name == "depth") return number(loop.level + 1);
    if (name == "depth0") return number(loop.level);
    if (name == "previtem")
        return loop.index > 0 && count > 0 ? loop.items[loop.index - 1] : m_ctx.undefined("there is no previous item");
    if (name == "nextitem")
        return loop.index + 1 < count ? loop.items[loop.index + 1] : m_ctx.undefined("there is no next item");
    if (name == "cycle") return m_ctx.method(name, self, cycleLoop);
    if (name == "changed") return m_ctx.method(name, self, loopChanged);
    return m_ctx.undefined(fmt::format("'LoopContext' object has no attribute '{}'", name));
}

}  // namespace monochord::jinja
