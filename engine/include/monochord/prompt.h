#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"
#include "monochord/model.h"
#include "monochord/tokenizer.h"

namespace monochord {

/// A turn of a conversation.
struct Message {
    std::string role;     ///< "system", "user" or "assistant"
    std::string content;  ///< its text; never becomes a control token
};

/// The token ids of a conversation as the model's chat template writes it, up to where the assistant's next reply
/// begins; with BOS in front where the vocabulary wants it and the template did not write it. Text of messages gives no
/// control tokens. `now`: local time for templates that name the date, "2025-07-26T12:34:56". Errors: Template.
Result<std::vector<TokenId>> chatPrompt(const Model& model, std::span<const Message> messages, std::string_view now);

/// A prompt, and what of the conversation is not in it.
struct FittingPrompt {
    std::vector<TokenId> tokens;  ///< as chatPrompt gives them
    size_t leftOut = 0;           ///< the oldest messages behind the system prompt: so many are left out
};

/// As chatPrompt, with `most` tokens at most: of a conversation that is longer the oldest turns are left out, until two
/// thirds of `most` are left, so that it is not computed anew with every turn from then on. A turn is a message of the
/// user with what follows up to the next one. System messages at the beginning and the last turn always stay, even if
/// they are longer by themselves; whether there is room for them is then the session's answer. The caller tells the
/// user before it makes use of a prompt that leaves something out. Errors: Template.
Result<FittingPrompt> fittingChatPrompt(const Model& model, std::span<const Message> messages, std::string_view now,
                                        size_t most);
/// The tokens of a prompt at most in a context of so many positions: three quarters, so that a reply has a quarter.
constexpr size_t fittingPromptTokens(uint32_t contextLength) {
    return contextLength - contextLength / 4;
}

/// The token ids of a text without a chat template; BOS as above.
std::vector<TokenId> rawPrompt(const Model& model, std::string_view text);

/// The variables that every template is given beside the conversation: bos_token, eos_token, unk_token, pad_token, as
/// far as the vocabulary has them.
nlohmann::ordered_json specialTokenVariables(const Tokenizer& tokenizer);

}  // namespace monochord
