#pragma once

#include <QString>
#include <vector>

#include "inference/engine.h"
#include "monochord/error.h"

namespace monochord::app {

/// The token ids of a conversation as the model's template writes it now, without the turns that are left out, and of
/// the begun reply behind it, which is text of the model and gives no control tokens. Errors: those of chatPrompt.
Result<std::vector<TokenId>> promptTokens(const Model& model, const GenerationRequest& request);

/// See Engine::measure(); what is left out is what fittingChatPrompt leaves out. Errors: those of chatPrompt.
Result<PromptSize> promptSize(const Model& model, const GenerationRequest& wanted, quint32 context);

/// What a template makes of a short conversation, for a person to look at. Errors: Template.
Result<QString> sampleText(const Model& model, const QString& chatTemplate);

/// The engine's error on its way to a person.
Failure failureOf(Task task, const Error& error, const QString& subject);

/// What is said where there is no model to do it.
Failure noModelFailure();

}  // namespace monochord::app
