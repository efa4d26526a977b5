#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/text_table.h"

namespace monochord {

/// Tokens that are recognised in a text as they are spelled, before it is cut into words: at each place the longest.
/// A sorted list that is narrowed byte by byte, reached through a table by first byte: a text without candidates costs
/// one look a byte.
class AddedTokens {
public:
    /// Longer texts are not recognised, so that no file makes the search slow.
    static constexpr size_t kLongest = 256;

    struct Match {
        TokenId id = kNoToken;
        size_t bytes = 0;
    };

    void add(std::string_view text, TokenId id);
    /// Call once after the last add(); of equal texts the one added last counts.
    void finish();

    /// The longest token at the beginning of `text`, which is not empty; id kNoToken where there is none.
    Match longest(std::string_view text) const;

private:
    struct Entry {
        std::string text;  // a copy: the order must hold even if the file is damaged later
        TokenId id = kNoToken;
    };
    struct Range {
        uint32_t begin = 0;
        uint32_t end = 0;
    };
    std::vector<Entry> m_entries;  // by text
    std::array<Range, 256> m_byFirst = {};
};

}  // namespace monochord
