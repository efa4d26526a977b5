#pragma once

#include <string_view>

#include "convert/json_file.h"
#include "monochord/error.h"

namespace monochord {

/// The `tokenizer.ggml.pre` of a tokenizer.json of byte pair encoding. It is found by what the tokenizer does: its
/// rules, whatever way they are written down, cut a text of ours with every kind of character and run in it, and each
/// pre-tokenizer of the engine cuts it too; the first that cuts alike (and agrees about NFC and whole words) is the
/// one. Errors: Unsupported (none does, or the rules are of a kind that is not known).
Result<std::string_view> recognizePreTokenizer(const Json& tokenizer);

}  // namespace monochord
