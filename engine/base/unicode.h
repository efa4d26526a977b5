#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace monochord {

/// The general categories that tokenizers tell apart; Space is the property White_Space, which no L, N, P, M or S has.
enum class CharClass : uint8_t { Letter, Number, Punctuation, Space, Mark, Symbol, Other };
/// Of letters: Lu and Lt, Ll, and the others (Lm and Lo).
enum class LetterCase : uint8_t { Upper, Lower, None };

CharClass charClass(char32_t character);
LetterCase letterCase(char32_t letter);
bool isHan(char32_t character);             ///< of the script of Chinese characters
bool isDecimalDigit(char32_t character);    ///< Nd
bool isWordCharacter(char32_t character);   ///< \w as Oniguruma has it, which counts ¼ in and ⅓ not
bool isNonspacingMark(char32_t character);  ///< Mn
char32_t toLower(char32_t character);       ///< where that is one character; otherwise the first of them
/// Sets `parts` to the canonical decomposition of a character, which is often itself.
void decompose(char32_t character, std::u32string& parts);

struct CodePoint {
    char32_t value = 0;
    uint32_t bytes = 0;  ///< 0: no character begins here
};

/// The character that begins at byte `at`; none at or past the end, and where the bytes are no character. Overlong
/// forms and surrogates are read as the number they spell, as the tokenizers in the field do; above U+10FFFF is none.
CodePoint decodeUtf8(std::string_view text, size_t at);

void appendUtf8(std::string& text, char32_t character);

/// The text as a language model is to see it: each byte that belongs to no character as U+FFFD, overlong forms in
/// their proper length. Nothing where the text already is so.
std::optional<std::string> repairUtf8(std::string_view text);

/// The text in normalisation form C; nothing where it already is. Time is linear (but for sorting) even for a text that
/// is one run of combining marks. `text` is what repairUtf8 leaves.
std::optional<std::string> normalizeNfc(std::string_view text);

/// Takes all whole characters from the front of `bytes` and leaves the beginning of an unfinished one. What can't
/// become a character comes out as U+FFFD; with `flush` so does the rest.
std::string takeCharacters(std::string& bytes, bool flush);

}  // namespace monochord
