#include "inference/prompts.h"

#include <QDateTime>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "monochord/prompt.h"

namespace monochord::app {

namespace {

std::string localTime() {
    return QDateTime::currentDateTime().toString(u"yyyy-MM-ddTHH:mm:ss").toStdString();
}

std::vector<Message> messagesOf(const GenerationRequest& request) {
    std::vector<Message> messages;
    messages.reserve(static_cast<size_t>(request.turns.size()));
    for (const Turn& turn : request.turns) messages.push_back({turn.role.toStdString(), turn.text.toStdString()});
    const auto first =
        std::find_if(messages.begin(), messages.end(), [](const Message& m) { return m.role != "system"; });
    const auto most = messages.end() - first;
    messages.erase(first, first + std::min<std::ptrdiff_t>(request.leftOut, most));
    return messages;
}

std::vector<TokenId> begunTokens(const Model& model, const GenerationRequest& request) {
    if (request.begun.isEmpty()) return {};
    const Tokenizer& tokenizer = model.tokenizer();
    const auto& known = request.begunTokens;
    if (!known.empty() && std::ranges::all_of(known, [&](TokenId id) { return tokenizer.contains(id); })) return known;
    return model.tokenizer().encode(request.begun.toStdString(), false);
}

}  // namespace

Result<std::vector<TokenId>> promptTokens(const Model& model, const GenerationRequest& request) {
    auto prompt = chatPrompt(model, messagesOf(request), localTime());
    if (!prompt) return prompt;
    const auto more = begunTokens(model, request);
    prompt->insert(prompt->end(), more.begin(), more.end());
    return prompt;
}

Result<PromptSize> promptSize(const Model& model, const GenerationRequest& wanted, quint32 context) {
    const size_t begun = begunTokens(model, wanted).size();
    const size_t fitting = fittingPromptTokens(context);
    const size_t most = fitting - std::min(fitting, begun);
    GenerationRequest whole = wanted;
    whole.leftOut = 0;
    size_t leftOut = 0;
    auto messages = messagesOf(whole);
    if (wanted.leftOut > 0) {
        const auto all = chatPrompt(model, messages, localTime());
        if (!all) return tl::unexpected(all.error());
        if (all->size() > most) {
            messages = messagesOf(wanted);
            leftOut = wanted.leftOut;
        }
    }
    const auto prompt = fittingChatPrompt(model, messages, localTime(), most);
    if (!prompt) return tl::unexpected(prompt.error());
    return PromptSize{static_cast<quint32>(prompt->tokens.size() + begun), context,
                      static_cast<quint32>(leftOut + prompt->leftOut)};
}

std::optional<Failure> tooLong(const PromptSize& size) {
    if (size.tokens < size.context) return {};
    return Failure{.task = Task::Send,
                   .code = ErrorCode::ContextFull,
                   .wanted = quint64{size.tokens} + 1,  // and one for the reply
                   .available = size.context};
}

Result<QString> sampleText(const Model& model, const QString& chatTemplate) {
    nlohmann::ordered_json variables = specialTokenVariables(model.tokenizer());
    // In the language of the field, and not in the user's: it shows where the texts go.
    variables["messages"] = {{{"role", "user"}, {"content", "Hello!"}},
                             {{"role", "assistant"}, {"content", "How can I help?"}},
                             {{"role", "user"}, {"content", "Name three rivers."}}};
    variables["tools"] = nullptr;
    variables["documents"] = nullptr;
    variables["add_generation_prompt"] = true;
    return ChatTemplate::compileAnyway(chatTemplate.toStdString())
        ->render(variables, localTime())
        .map([](const std::vector<TextSpan>& spans) { return QString::fromStdString(joinSpans(spans)); });
}

Failure failureOf(Task task, const Error& error, const QString& subject) {
    return {task, error.code, QString::fromStdString(error.message), subject};
}

Failure noModelFailure() {
    return {Task::Send, ErrorCode::NotFound, QStringLiteral("no model is loaded"), {}};
}

}  // namespace monochord::app
