#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"
#include "monochord/tokenizer.h"

namespace monochord {

struct SentencePiece {
    std::string text;
    float score = 0;
    TokenKind kind = TokenKind::Normal;
};

/// What a `tokenizer.model` says: the pieces in the order of their ids.
struct SentencePieceModel {
    std::vector<SentencePiece> pieces;
    bool addsSpacePrefix = true;
};

/// Reads the protocol buffer (sentencepiece_model.proto of the SentencePiece project). Errors: Corrupt (no such buffer,
/// or without pieces), Unsupported (a model of whole words or characters).
Result<SentencePieceModel> parseSentencePiece(std::string_view bytes);

}  // namespace monochord
