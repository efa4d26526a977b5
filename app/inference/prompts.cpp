#include "inference/prompts.h"

#include <QDateTime>

#include "monochord/prompt.h"

namespace monochord::app {

Result<std::vector<TokenId>> promptTokens(const Model& model, const QList<Turn>& turns, const QString& begun) {
    std::vector<Message> messages;
    messages.reserve(static_cast<size_t>(turns.size()));
    for (const Turn& turn : turns) messages.push_back({turn.role.toStdString(), turn.text.toStdString()});
    const std::string now = QDateTime::currentDateTime().toString(u"yyyy-MM-ddTHH:mm:ss").toStdString();
    auto prompt = chatPrompt(model, messages, now);
    if (!prompt || begun.isEmpty()) return prompt;
    const auto more = model.tokenizer().encode(begun.toStdString(), false);
    prompt->insert(prompt->end(), more.begin(), more.end());
    return prompt;
}

Failure failureOf(Task task, const Error& error, const QString& subject) {
    return {task, error.code, QString::fromStdString(error.message), subject};
}

Failure noModelFailure() {
    return {Task::Send, ErrorCode::NotFound, QStringLiteral("no model is loaded"), {}};
}

}  // namespace monochord::app
