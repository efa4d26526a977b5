#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "template/value.h"

namespace monochord::jinja {

constexpr uint32_t kMaximumDepth = 100;                 // of source and of values
constexpr size_t kMaximumSource = 1 << 20;              // bytes
constexpr size_t kMaximumSteps = 5'000'000;             // an expression, a statement, a turn of a loop, 64 bytes copied
constexpr size_t kMaximumText = 16 << 20;               // bytes, of any one text and of the output
constexpr size_t kMaximumElements = 1 << 18;            // of any one container
constexpr size_t kMaximumMemory = size_t{160} << 20;    // bytes, of all values together
constexpr std::chrono::milliseconds kMaximumTime{800};  // so that whatever it is ends within a second

/// What one rendering may use, has used, and what went wrong in it.
///
/// An error is remembered here instead of being returned: fail() keeps the first one, everything that loops asks
/// failed(), and a function that failed returns an undefined value. (Result<Value> in every operation was rejected: it
/// doubled the code of the evaluator and its stack frames.)
class Context {
public:
    explicit Context(std::string now);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    bool failed() const { return m_failed; }
    Value fail(std::string reason);  ///< gives an undefined value, for `return ctx.fail(…)`
    const std::string& reason() const { return m_reason; }
    uint32_t failedLine() const { return m_failedLine; }
    uint32_t line = 1;  ///< of what is being evaluated

    /// Takes steps; false once something failed or they are used up.
    bool spend(size_t steps = 1);
    bool spendBytes(size_t bytes) { return spend(1 + bytes / 64); }
    /// False, and an error, where a text or a container of that size is too large.
    bool fitsText(size_t bytes);
    bool fitsElements(size_t count);
    /// Memory that no object accounts for: buffers of output. Negative gives back.
    bool hold(int64_t bytes);
    /// From here on texts and memory are limited to a multiple of what is held now, which is what was given: a few
    /// lines cannot take what a long chat may. (Never more than the constants above.)
    void limitToGiven();

    Value text(Text text);
    Value text(std::string_view bytes, bool trusted = true) { return this->text(Text(std::string(bytes), trusted)); }
    Value sequence(std::vector<Value> elements, Flavour flavour = Flavour::List, bool trusted = true);
    /// Later entries replace earlier ones with an equal key. Error: a key that is a list or a dict.
    Value dict(std::vector<std::pair<Value, Value>> entries, bool trusted = true);
    Value undefined(std::string reason);
    Value method(std::string name, const Value& self, MethodPointer call);
    Value makeNamespace();
    NamespaceObject* namespaceOf(const Value& value);  ///< to write to
    /// Accounts for an object that the caller made.
    template <class T>
    std::shared_ptr<T> make(size_t bytes, uint32_t depth = 0);

    const std::string& now() const { return m_now; }

private:
    bool account(Object& object, size_t bytes, uint32_t depth);

    Memory m_memory;
    size_t m_maximumText = kMaximumText;
    size_t m_maximumMemory = kMaximumMemory;
    bool m_failed = false;
    std::string m_reason;
    uint32_t m_failedLine = 0;
    size_t m_steps = 0;
    size_t m_nextLook = 0;
    std::chrono::steady_clock::time_point m_deadline;
    std::string m_now;
    std::vector<std::shared_ptr<NamespaceObject>> m_namespaces;
};

template <class T>
std::shared_ptr<T> Context::make(size_t bytes, uint32_t depth) {
    auto object = std::make_shared<T>();
    account(*object, bytes + sizeof(T), depth);
    return object;
}

/// Puts the arguments of a call in the order of `names`; absent ones stay undefined without an object. False and an
/// error where there are too many, an unknown or a doubled one, or fewer than `required`.
template <size_t N>
bool bind(Context& ctx, std::string_view what, Arguments& arguments, const std::array<std::string_view, N>& names,
          size_t required, std::array<Value, N>& values);
bool bindAll(Context& ctx, std::string_view what, Arguments& arguments, const std::string_view* names, size_t count,
             size_t required, Value* values);
template <size_t N>
bool bind(Context& ctx, std::string_view what, Arguments& arguments, const std::array<std::string_view, N>& names,
          size_t required, std::array<Value, N>& values) {
    return bindAll(ctx, what, arguments, names.data(), N, required, values.data());
}

/// False and an error where a call that takes nothing is given something.
bool takesNothing(Context& ctx, std::string_view what, const Arguments& arguments);

inline bool absent(const Value& value) {
    return value.is(Kind::Undefined) && !value.object();
}

}  // namespace monochord::jinja
