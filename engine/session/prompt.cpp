#include "monochord/prompt.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace monochord {

namespace {

std::vector<TokenId> withBos(const Tokenizer& tokenizer, std::vector<TokenId> ids) {
    if (tokenizer.addsBos() && tokenizer.bos() && (ids.empty() || ids.front() != *tokenizer.bos()))
        ids.insert(ids.begin(), *tokenizer.bos());
    return ids;
}

}  // namespace

nlohmann::ordered_json specialTokenVariables(const Tokenizer& tokenizer) {
    nlohmann::ordered_json variables = nlohmann::ordered_json::object();
    const auto add = [&](const char* name, std::optional<TokenId> id) {
        if (id) variables[name] = tokenizer.piece(*id);
    };
    add("bos_token", tokenizer.bos());
    add("eos_token", tokenizer.eos());
    add("unk_token", tokenizer.unknown());
    add("pad_token", tokenizer.padding());
    return variables;
}

Result<std::vector<TokenId>> chatPrompt(const Model& model, std::span<const Message> messages, std::string_view now) {
    nlohmann::ordered_json variables = specialTokenVariables(model.tokenizer());
    variables["messages"] = nlohmann::ordered_json::array();
    for (const Message& message : messages)
        variables["messages"].push_back({{"role", message.role}, {"content", message.content}});
    variables["tools"] = nullptr;
    variables["documents"] = nullptr;
    variables["add_generation_prompt"] = true;
    const auto spans = model.chatTemplate().render(variables, now);
    if (!spans) return tl::unexpected(spans.error());
    return withBos(model.tokenizer(), model.tokenizer().encode(*spans));
}

Result<FittingPrompt> fittingChatPrompt(const Model& model, std::span<const Message> messages, std::string_view now,
                                        size_t most) {
    const auto isSystem = [](const Message& message) { return message.role == "system"; };
    const auto begin = std::find_if_not(messages.begin(), messages.end(), isSystem);
    std::vector<size_t> leftOut = {0};  // the messages that may go, turn after turn
    for (auto at = begin; at != messages.end(); at++)
        if (at != begin && at->role == "user") leftOut.push_back(static_cast<size_t>(at - begin));
    const auto without = [&](size_t count) {
        std::vector<Message> kept(messages.begin(), begin);
        kept.insert(kept.end(), begin + static_cast<std::ptrdiff_t>(count), messages.end());
        return chatPrompt(model, kept, now).map([count](std::vector<TokenId> tokens) {
            return FittingPrompt{std::move(tokens), count};
        });
    };
    // The fewest that have to go, between `low` and `high`: a template writes a shorter conversation shorter.
    auto prompt = without(0);
    size_t low = 1, high = leftOut.size() - 1;
    if (!prompt || prompt->tokens.size() <= most || high == 0) return prompt;
    const size_t target = most - most / 3;
    prompt = without(leftOut[high]);
    while (prompt && prompt->tokens.size() <= target && low < high) {
        const size_t middle = (low + high) / 2;
        auto shorter = without(leftOut[middle]);
        if (!shorter) return shorter;
        if (shorter->tokens.size() > target) {
            low = middle + 1;
        } else {
            high = middle;
            prompt = std::move(shorter);
        }
    }
    return prompt;
}

std::vector<TokenId> rawPrompt(const Model& model, std::string_view text) {
    return withBos(model.tokenizer(), model.tokenizer().encode(text, false));
}

}  // namespace monochord
