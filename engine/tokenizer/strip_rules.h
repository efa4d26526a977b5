#pragma once

#include <vector>

#include "tokenizer/vocabulary.h"

namespace monochord {

/// Which tokens that are recognised as they are spelled take the spaces beside them along (`lstrip` and `rstrip` of
/// Hugging Face's added tokens). The format does not store this; who has it is known by name.
class StripRules {
public:
    StripRules() = default;
    /// Errors: Corrupt (a name that is no text).
    static Result<StripRules> load(const GgufFile& file, const Vocabulary& vocabulary);

    bool left(TokenId id) const { return id == m_left; }
    bool right(TokenId id) const { return !m_right.empty() && m_right[static_cast<size_t>(id)]; }

private:
    TokenId m_left = kNoToken;
    std::vector<bool> m_right;  // [tokens], or empty where there is none
};

/// The end of the spaces that begin at `at`.
size_t skipSpaces(std::string_view text, size_t at);
/// The beginning of the spaces that end at `end`, not before `from`.
size_t skipSpacesBack(std::string_view text, size_t from, size_t end);

}  // namespace monochord
