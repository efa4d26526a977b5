#include "inference/prompts.h"

#include <QDateTime>
#include <nlohmann/json.hpp>

#include "monochord/prompt.h"

namespace monochord::app {

namespace {

std::string localTime() {
    return QDateTime::currentDateTime().toString(u"yyyy-MM-ddTHH:mm:ss").toStdString();
}

}  // namespace

Result<std::vector<TokenId>> promptTokens(const Model& model, const QList<Turn>& turns, const QString& begun) {
    std::vector<Message> messages;
    messages.reserve(static_cast<size_t>(turns.size()));
    for (const Turn& turn : turns) messages.push_back({turn.role.toStdString(), turn.text.toStdString()});
    auto prompt = chatPrompt(model, messages, localTime());
    if (!prompt || begun.isEmpty()) return prompt;
    const auto more = model.tokenizer().encode(begun.toStdString(), false);
    prompt->insert(prompt->end(), more.begin(), more.end());
    return prompt;
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
