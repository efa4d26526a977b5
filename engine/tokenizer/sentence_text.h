#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tokenizer/vocabulary.h"

namespace monochord {

// What vocabularies that come from SentencePiece have in common: U+2581 stands for a blank, and what has no token of
// its own becomes tokens for bytes, spelled "<0x0A>".

inline constexpr std::string_view kBlank = "\xE2\x96\x81";  // U+2581

/// Appends the text with U+2581 for each blank.
void appendEscaped(std::string& escaped, std::string_view text);
/// The bytes of a token of the kinds Normal, Unused and Byte.
std::string sentencePiece(const Vocabulary& vocabulary, TokenId id);
/// The tokens for single bytes, kNoToken where there is none.
std::array<TokenId, 256> sentenceByteTokens(const Vocabulary& vocabulary);

}  // namespace monochord
