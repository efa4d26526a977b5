#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"
#include "tokenizer/symbols.h"

namespace monochord {

/// What one call of encode() keeps between the stretches of its text.
struct EncodeState {
    bool afterSpecial = true;  ///< nothing but a special token, or nothing at all, stands before
    Symbols symbols;
    std::optional<MergeQueue> queue;
    std::string text;
};

/// The way from text without special tokens to ids, and from one ordinary token back to bytes. Immutable.
class TextModel {
public:
    virtual ~TextModel() = default;
    /// Appends the ids of `text`, which is not empty. Never a control token's.
    virtual void encode(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const = 0;
    /// The bytes of a token of the kinds Normal, Unused and Byte.
    virtual std::string piece(TokenId id) const = 0;
    /// See Tokenizer::flaw.
    virtual std::optional<Error> flaw() const { return {}; }
};

}  // namespace monochord
