#pragma once

#include <QString>

#include "storage/records.h"

namespace monochord::app {

/// Who wrote a message: "You", the model's name, …
QString speakerOf(const MessageRow& message);
/// Settings and figures of a reply in a line: "temperature 0.8 · seed 7 · 120 tokens". Empty where nothing is known.
QString factsOf(const MessageRow& message);
/// A chat without a title has one too.
QString headingOf(const ChatRow& chat);
/// When it was changed last, as the user's locale writes it.
QString dateOf(const ChatRow& chat);
QString systemPromptCaption();

}  // namespace monochord::app
