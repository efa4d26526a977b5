#include "monochord/prompt.h"

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

std::vector<TokenId> rawPrompt(const Model& model, std::string_view text) {
    return withBos(model.tokenizer(), model.tokenizer().encode(text, false));
}

}  // namespace monochord
