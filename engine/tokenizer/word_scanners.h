#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "base/unicode.h"

namespace monochord {

/// Receives the words of a text, one after the other; together they are the text.
using WordSink = std::function<void(std::string_view)>;

/// A character of the text, or the end.
struct Character {
    char32_t value = 0;
    size_t bytes = 0;  // 0 at the end
    CharClass kind = CharClass::Other;

    bool atEnd() const { return bytes == 0; }
    bool is(CharClass other) const { return bytes != 0 && kind == other; }
    bool isNewline() const { return value == '\r' || value == '\n'; }
};

/// A byte that belongs to no character is one of the class Other.
Character characterAt(std::string_view text, size_t at);

template <class Predicate>
size_t skipWhile(std::string_view text, size_t at, Predicate predicate) {
    for (Character c = characterAt(text, at); !c.atEnd() && predicate(c); c = characterAt(text, at)) at += c.bytes;
    return at;
}

/// Cuts where `wordEnd(text, at)` finds a word beginning at `at`, and gives what lies between two words as one of its
/// own: what Hugging Face's tokenizers call an isolated split. `wordEnd` returns `at` where there is no word.
template <class WordEnd>
void splitWords(std::string_view text, const WordSink& sink, WordEnd wordEnd) {
    size_t between = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t end = wordEnd(text, at);
        if (end == at) {
            at += characterAt(text, at).bytes;
            continue;
        }
        if (at > between) sink(text.substr(between, at - between));
        sink(text.substr(at, end - at));
        between = at = end;
    }
    if (text.size() > between) sink(text.substr(between));
}

constexpr int kAnyDigits = 1 << 30;  ///< as good as \p{N}+

/// What the expressions derived from OpenAI's cl100k differ in.
struct Cl100kRules {
    int digits = 3;                    ///< \p{N}{1,digits}
    bool contractions = true;          ///< (?i:'s|'t|'re|'ve|'m|'ll|'d) first
    bool marks = false;                ///< [\p{L}\p{M}] in place of \p{L}
    bool newlinesAfterSymbols = true;  ///< [\r\n]* after symbols
};

/// What the expressions derived from OpenAI's o200k differ in.
struct O200kRules {
    int digits = 3;
    bool contractions = true;  ///< (?i:'s|'t|'re|'ve|'m|'ll|'d)? after a word
    bool hanApart = false;     ///< runs of Chinese characters are words of their own, and no part of others
    bool slash = true;         ///< [\r\n/]* after symbols, otherwise [\r\n]*
};

/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
size_t gpt2WordEnd(std::string_view text, size_t at);
/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
size_t cl100kWordEnd(std::string_view text, size_t at, const Cl100kRules& rules);
/// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
/// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
/// \p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
size_t o200kWordEnd(std::string_view text, size_t at, const O200kRules& rules);
/// [!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// With `newlinesAlone`, newlines are words of their own: no [\r\n]*, and [\r\n] in place of \s*[\r\n]+ (Spark).
size_t deepSeek3WordEnd(std::string_view text, size_t at, bool newlinesAlone);

}  // namespace monochord
