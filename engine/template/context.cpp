#include "template/context.h"

#include <fmt/format.h>

#include <algorithm>

#include "template/characters.h"
#include "template/operations.h"

namespace monochord::jinja {

namespace {

constexpr size_t kStepsBetweenLooks = 512;  // at the clock
constexpr size_t kMaximumReason = 4096;     // bytes

std::string shortened(std::string reason) {
    if (reason.size() <= kMaximumReason) return reason;
    size_t end = kMaximumReason;
    while (end > 0 && (static_cast<uint8_t>(reason[end]) & 0xc0u) == 0x80u) end--;
    return reason.substr(0, end) + "…";
}

}  // namespace

Context::Context(std::string now)
    : m_deadline(std::chrono::steady_clock::now() + kMaximumTime), m_now(std::move(now)) {}

Context::~Context() {
    for (const auto& space : m_namespaces) space->members.clear();  // before any of them goes: they may hold each other
}

Value Context::fail(std::string reason) {
    if (!m_failed) {
        m_failed = true;
        m_reason = shortened(std::move(reason));
        m_failedLine = line;
    }
    return {};
}

bool Context::spend(size_t steps) {
    if (m_failed) return false;
    m_steps += steps;
    if (m_steps > kMaximumSteps) {
        fail(fmt::format("it takes more than {} steps", kMaximumSteps));
    } else if (m_steps >= m_nextLook) {
        m_nextLook = m_steps + kStepsBetweenLooks;
        if (std::chrono::steady_clock::now() > m_deadline) fail("it takes too long");
    }
    return !m_failed;
}

bool Context::fitsText(size_t bytes) {
    if (bytes > m_maximumText) fail(fmt::format("a text is longer than {} MB", m_maximumText >> 20));
    return !m_failed;
}

bool Context::fitsElements(size_t count) {
    if (count > kMaximumElements) fail(fmt::format("a list is longer than {}", kMaximumElements));
    return !m_failed;
}

bool Context::hold(int64_t bytes) {
    m_memory.live += static_cast<size_t>(bytes);
    if (bytes > 0 && m_memory.live > m_maximumMemory)
        fail(fmt::format("it takes more than {} MB", m_maximumMemory >> 20));
    return !m_failed;
}

void Context::limitToGiven() {
    m_maximumText = std::min(kMaximumText, (size_t{4} << 20) + 4 * m_memory.live);
    m_maximumMemory = std::min(kMaximumMemory, (size_t{24} << 20) + 8 * m_memory.live);
}

bool Context::account(Object& object, size_t bytes, uint32_t depth) {
    object.memory = &m_memory;
    object.bytes = bytes;
    object.depth = depth;
    return hold(static_cast<int64_t>(bytes));
}

Value Context::text(Text text) {
    if (!fitsText(text.size()) || !spendBytes(text.size())) return {};
    auto object = make<TextObject>(text.memory());
    object->characters = countCharacters(text.view());
    object->text = std::move(text);
    return {Kind::Text, std::move(object)};
}

Value Context::sequence(std::vector<Value> elements, Flavour flavour, bool trusted) {
    if (!fitsElements(elements.size()) || !spend(1 + elements.size() / 4)) return {};
    uint32_t depth = 0;
    for (const Value& element : elements) depth = std::max(depth, element.depth());
    if (depth >= kMaximumDepth) return fail(fmt::format("a value nests deeper than {}", kMaximumDepth));
    auto object = make<SequenceObject>(elements.capacity() * sizeof(Value), depth + 1);
    object->flavour = flavour;
    object->elements = std::move(elements);
    return {Kind::Sequence, std::move(object), trusted};
}

Value Context::dict(std::vector<std::pair<Value, Value>> entries, bool trusted) {
    if (!fitsElements(entries.size()) || !spend(1 + entries.size())) return {};
    auto object = make<DictObject>(entries.size() * (2 * sizeof(Value) + 48));
    object->entries.reserve(entries.size());
    uint32_t depth = 0;
    for (auto& [key, value] : entries) {
        depth = std::max({depth, key.depth(), value.depth()});
        const auto hash = hashOf(*this, key);
        if (failed()) return {};
        if (const auto known = findEntry(*this, *object, key, hash)) {
            object->entries[*known].second = std::move(value);
            continue;
        }
        object->index.emplace(hash, static_cast<uint32_t>(object->entries.size()));
        object->entries.emplace_back(std::move(key), std::move(value));
    }
    if (depth >= kMaximumDepth) return fail(fmt::format("a value nests deeper than {}", kMaximumDepth));
    object->depth = depth + 1;
    return {Kind::Dict, std::move(object), trusted};
}

Value Context::undefined(std::string reason) {
    auto object = make<UndefinedObject>(reason.capacity());
    object->reason = std::move(reason);
    return {Kind::Undefined, std::move(object)};
}

Value Context::method(std::string name, const Value& self, MethodPointer call) {
    if (self.depth() >= kMaximumDepth) return fail(fmt::format("a value nests deeper than {}", kMaximumDepth));
    auto object = make<MethodObject>(name.capacity(), self.depth() + 1);
    object->name = std::move(name);
    object->self = self;
    object->call = call;
    return {Kind::Method, std::move(object)};
}

Value Context::makeNamespace() {
    auto object = make<NamespaceObject>(sizeof(NamespaceObject));
    m_namespaces.push_back(object);
    return {Kind::Namespace, std::shared_ptr<const Object>(std::shared_ptr<void>(), object.get())};
}

NamespaceObject* Context::namespaceOf(const Value& value) {
    if (!value.is(Kind::Namespace)) return nullptr;
    return const_cast<NamespaceObject*>(&value.as<NamespaceObject>());  // ours, made in makeNamespace
}

bool takesNothing(Context& ctx, std::string_view what, const Arguments& arguments) {
    if (arguments.positional.empty() && arguments.named.empty()) return true;
    ctx.fail(fmt::format("{} takes no argument", what));
    return false;
}

bool bindAll(Context& ctx, std::string_view what, Arguments& arguments, const std::string_view* names, size_t count,
             size_t required, Value* values) {
    if (arguments.positional.size() > count) {
        ctx.fail(fmt::format("{} takes at most {} arguments, got {}", what, count, arguments.positional.size()));
        return false;
    }
    std::move(arguments.positional.begin(), arguments.positional.end(), values);
    std::vector<bool> given(count, false);
    std::fill_n(given.begin(), arguments.positional.size(), true);
    for (auto& [name, value] : arguments.named) {
        const size_t i = static_cast<size_t>(std::find(names, names + count, name) - names);
        if (i == count || given[i]) {
            ctx.fail(fmt::format("{} got {} argument '{}'", what, i == count ? "an unexpected" : "twice the", name));
            return false;
        }
        given[i] = true;
        values[i] = std::move(value);
    }
    for (size_t i = 0; i < required; i++) {
        if (given[i]) continue;
        ctx.fail(fmt::format("{} misses argument '{}'", what, names[i]));
        return false;
    }
    return !ctx.failed();
}

}  // namespace monochord::jinja
