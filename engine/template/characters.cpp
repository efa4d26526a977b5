#include "template/characters.h"

#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>

namespace monochord::jinja {

namespace {

constexpr Character kInvalid = {0, 1};

bool continues(std::string_view text, size_t at) {
    return at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0u) == 0x80u;
}

/// The whole character at `at`, or kInvalid.
Character decode(std::string_view text, size_t at) {
    const auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<uint8_t>(text[at + i])); };
    const char32_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    if (lead < 0xc2 || lead > 0xf4 || !continues(text, at + 1)) return kInvalid;
    if (lead < 0xe0) return {(lead & 0x1f) << 6 | (byte(1) & 0x3f), 2};
    if (!continues(text, at + 2)) return kInvalid;
    if (lead < 0xf0) {
        const char32_t point = (lead & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
        const bool surrogate = point >= 0xd800 && point < 0xe000;
        return point < 0x800 || surrogate ? kInvalid : Character{point, 3};
    }
    if (!continues(text, at + 3)) return kInvalid;
    const char32_t point = (lead & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    return point < 0x10000 || point > 0x10ffff ? kInvalid : Character{point, 4};
}

UChar32 icu(char32_t point) {
    return static_cast<UChar32>(point);
}

std::string mapped(char32_t point, Case wanted) {
    std::string result;
    const auto title = static_cast<char32_t>(u_totitle(icu(point)));
    if (wanted == Case::Title && title != point) {
        appendPoint(result, title);
        return result;
    }
    std::array<UChar, 2> from{};
    std::array<UChar, 8> to{};
    int32_t length = 0;
    U16_APPEND_UNSAFE(from, length, icu(point));
    UErrorCode status = U_ZERO_ERROR;
    const int32_t capacity = static_cast<int32_t>(to.size());
    int32_t written = 0;
    if (wanted == Case::Upper || wanted == Case::Title)
        written = u_strToUpper(to.data(), capacity, from.data(), length, "", &status);
    else if (wanted == Case::Fold)
        written = u_strFoldCase(to.data(), capacity, from.data(), length, U_FOLD_CASE_DEFAULT, &status);
    else
        written = u_strToLower(to.data(), capacity, from.data(), length, "", &status);
    if (U_FAILURE(status) || written > capacity) {
        appendPoint(result, point);
        return result;
    }
    for (int32_t i = 0; i < written;) {
        UChar32 c = 0;
        U16_NEXT(to, i, written, c);
        if (wanted == Case::Title && !result.empty()) c = u_tolower(c);  // "ß" becomes "Ss"
        appendPoint(result, static_cast<char32_t>(c));
    }
    return result;
}

/// A sigma at the end of a word has a small letter of its own.
bool isFinalSigma(std::string_view text, size_t at, size_t end) {
    const bool after = at > 0 && isCased(characterAt(text, previousCharacter(text, at)).point);
    return after && (end >= text.size() || !isCased(characterAt(text, end).point));
}

}  // namespace

Character characterAt(std::string_view text, size_t at) {
    Character c = decode(text, at);
    if (c.point == 0 && text[at] != 0) c.point = 0xdc00 + static_cast<char32_t>(static_cast<uint8_t>(text[at]));
    return c;
}

bool isUtf8(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
        const Character c = decode(text, at);
        if (c.point == 0 && text[at] != 0) return false;
        at += c.bytes;
    }
    return true;
}

size_t countCharacters(std::string_view text) {
    if (std::none_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) >= 0x80; }))
        return text.size();
    size_t count = 0;
    for (size_t at = 0; at < text.size(); count++) at += decode(text, at).bytes;
    return count;
}

size_t offsetOfCharacter(std::string_view text, size_t number) {
    size_t at = 0;
    for (; at < text.size() && number > 0; number--) at += decode(text, at).bytes;
    return at;
}

size_t previousCharacter(std::string_view text, size_t at) {
    for (size_t length = 2; length <= 4 && length <= at; length++) {
        if (decode(text, at - length).bytes == length) return at - length;
        if (!continues(text, at - length)) break;
    }
    return at - 1;
}

void appendPoint(std::string& text, char32_t point) {
    const auto push = [&](char32_t byte) { text.push_back(static_cast<char>(static_cast<uint8_t>(byte))); };
    if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
    if (point < 0x80) return push(point);
    if (point < 0x800) {
        push(0xc0 | point >> 6);
    } else {
        if (point < 0x10000) {
            push(0xe0 | point >> 12);
        } else {
            push(0xf0 | point >> 18);
            push(0x80 | (point >> 12 & 0x3f));
        }
        push(0x80 | (point >> 6 & 0x3f));
    }
    push(0x80 | (point & 0x3f));
}

bool isSpace(char32_t point) {
    if (point < 0x80) return point == ' ' || (point >= 9 && point <= 13) || (point >= 0x1c && point <= 0x1f);
    return point == 0x85 || u_charType(icu(point)) == U_SPACE_SEPARATOR || point == 0x2028 || point == 0x2029;
}

bool isLineBreak(char32_t point) {
    return (point >= 10 && point <= 13) || (point >= 0x1c && point <= 0x1e) || point == 0x85 || point == 0x2028 ||
           point == 0x2029;
}

bool isPrintable(char32_t point) {
    if (point < 0x80) return point >= 0x20 && point < 0x7f;
    switch (u_charType(icu(point))) {
        case U_UNASSIGNED:
        case U_CONTROL_CHAR:
        case U_FORMAT_CHAR:
        case U_SURROGATE:
        case U_PRIVATE_USE_CHAR:
        case U_SPACE_SEPARATOR:
        case U_LINE_SEPARATOR:
        case U_PARAGRAPH_SEPARATOR:
            return false;
        default:
            return true;
    }
}

bool isAlpha(char32_t point) {
    return u_isalpha(icu(point));
}
bool isDecimal(char32_t point) {
    return u_charType(icu(point)) == U_DECIMAL_DIGIT_NUMBER;
}
bool isDigit(char32_t point) {
    const int type = u_getIntPropertyValue(icu(point), UCHAR_NUMERIC_TYPE);
    return type == U_NT_DECIMAL || type == U_NT_DIGIT;
}
bool isNumeric(char32_t point) {
    return u_getIntPropertyValue(icu(point), UCHAR_NUMERIC_TYPE) != U_NT_NONE;
}
bool isUpper(char32_t point) {
    return u_hasBinaryProperty(icu(point), UCHAR_UPPERCASE);
}
bool isLower(char32_t point) {
    return u_hasBinaryProperty(icu(point), UCHAR_LOWERCASE);
}
bool isCased(char32_t point) {
    return isUpper(point) || isLower(point) || u_charType(icu(point)) == U_TITLECASE_LETTER;
}

void appendInCase(Text& out, const Text& text, size_t from, size_t end, Case wanted) {
    for (size_t at = from; at < end;) {
        const Character c = characterAt(text.view(), at);
        const bool trusted = text.trustedAt(at);
        if (c.point < 0x80) {
            const bool lower = c.point >= 'a' && c.point <= 'z', upper = c.point >= 'A' && c.point <= 'Z';
            const char byte = text.bytes()[at];
            const char other =
                lower && (wanted == Case::Upper || wanted == Case::Title)  ? static_cast<char>(byte - 'a' + 'A')
                : upper && (wanted == Case::Lower || wanted == Case::Fold) ? static_cast<char>(byte - 'A' + 'a')
                                                                           : byte;
            out.append(std::string_view(&other, 1), trusted);
        } else if (c.point >= 0xdc00 && c.point < 0xdd00) {
            out.append(text, at, at + c.bytes);
        } else if (c.point == 0x3a3 && wanted == Case::Lower && isFinalSigma(text.view(), at, at + c.bytes)) {
            out.append("\xcf\x82", trusted);
        } else {
            out.append(mapped(c.point, wanted), trusted);
        }
        at += c.bytes;
    }
}

}  // namespace monochord::jinja
