#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "template/text.h"

namespace monochord::jinja {

/// Characters of UTF-8 as Python's str sees them. A byte that is no UTF-8 counts as one character.

struct Character {
    char32_t point = 0;  ///< 0xDC00 + byte for a byte that is no UTF-8, as Python's "surrogateescape" has it
    size_t bytes = 1;
};

Character characterAt(std::string_view text, size_t at);  ///< precondition: at < text.size()
bool isUtf8(std::string_view text);
size_t countCharacters(std::string_view text);
/// Where the character with that number begins; text.size() where there are fewer.
size_t offsetOfCharacter(std::string_view text, size_t number);
size_t previousCharacter(std::string_view text, size_t at);  ///< where the one before `at` begins; at > 0
void appendPoint(std::string& text, char32_t point);

bool isSpace(char32_t point);      ///< str.isspace
bool isLineBreak(char32_t point);  ///< what str.splitlines splits at
bool isPrintable(char32_t point);
bool isAlpha(char32_t point);
bool isDecimal(char32_t point);
bool isDigit(char32_t point);
bool isNumeric(char32_t point);
bool isUpper(char32_t point);
bool isLower(char32_t point);
bool isCased(char32_t point);

enum class Case { Upper, Lower, Title, Fold };
/// Appends the characters of text[from, end) in that case, in full Unicode mapping without regard to language.
void appendInCase(Text& out, const Text& text, size_t from, size_t end, Case wanted);

}  // namespace monochord::jinja
