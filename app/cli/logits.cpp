#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "line_commands.h"

namespace monochord::cli {

namespace {

/// Logits of one position as a JSON list: all of them, or the `top` highest as [id, logit], ties by id.
void append(std::string& text, std::span<const float> logits, size_t top) {
    auto out = std::back_inserter(text);
    if (top == 0) {
        fmt::format_to(out, "[{}]", fmt::join(logits, ","));
        return;
    }
    std::vector<int32_t> ids(logits.size());
    std::iota(ids.begin(), ids.end(), 0);
    const auto higher = [&](int32_t a, int32_t b) {
        const float x = logits[static_cast<size_t>(a)], y = logits[static_cast<size_t>(b)];
        return x != y ? x > y : a < b;
    };
    const size_t count = std::min(top, ids.size());
    std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), ids.end(), higher);
    text += '[';
    for (size_t i = 0; i < count; i++)
        fmt::format_to(out, "{}[{},{}]", i ? "," : "", ids[i], logits[static_cast<size_t>(ids[i])]);
    text += ']';
}

/// FNV-1a of a position's logits, word by word: equal where every bit is, and short enough to compare long contexts.
void appendHash(std::string& text, std::span<const float> logits) {
    uint64_t hash = 14695981039346656037u;
    for (const float x : logits) hash = (hash ^ std::bit_cast<uint32_t>(x)) * 1099511628211u;
    fmt::format_to(std::back_inserter(text), "\"{:016x}\"", hash);
}

Result<std::string> answer(Evaluator& evaluator, const Json& request) {
    const auto tokens = member<std::vector<int32_t>>(request, "tokens");
    if (!tokens) return tl::unexpected(tokens.error());
    const auto asked = member<std::vector<int32_t>>(request, "positions");
    if (!asked) return tl::unexpected(asked.error());
    const auto top = memberOr<int64_t>(request, "top", 0);
    if (!top) return tl::unexpected(top.error());
    if (*top < 0) return fail(ErrorCode::InvalidArgument, "\"top\" is negative");
    const auto hash = memberOr(request, "hash", false);
    if (!hash) return tl::unexpected(hash.error());
    const std::vector<size_t> positions(asked->begin(), asked->end());
    std::string text = *hash ? R"({"hashes":[)" : *top > 0 ? R"({"top":[)" : R"({"logits":[)";
    bool first = true;
    const auto work = evaluator.evaluate(*tokens, positions, [&](size_t, std::span<const float> logits) {
        if (!first) text += ',';
        first = false;
        if (*hash)
            appendHash(text, logits);
        else
            append(text, logits, static_cast<size_t>(*top));
    });
    if (!work) return tl::unexpected(work.error());
    return text + "]}";
}

}  // namespace

void addLogits(CLI::App& app, Run& run) {
    addEvaluatorCommand(app, run, "logits", "Logits of token sequences, one JSON object a line",
                        R"({"tokens", "positions", "top"? or "hash"?} -> {"logits"}, {"top"} or {"hashes"})", answer);
}

}  // namespace monochord::cli
