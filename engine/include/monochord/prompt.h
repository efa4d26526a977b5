#pragma once

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

/// The token ids of a text without a chat template; BOS as above.
std::vector<TokenId> rawPrompt(const Model& model, std::string_view text);

/// The variables that every template is given beside the conversation: bos_token, eos_token, unk_token, pad_token, as
/// far as the vocabulary has them.
nlohmann::ordered_json specialTokenVariables(const Tokenizer& tokenizer);

}  // namespace monochord
