#include "template/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "template/characters.h"

namespace monochord::jinja {

namespace {

constexpr std::array<std::string_view, 26> kOperators = {"//", "**", "==", "!=", ">=", "<=", "+", "-", "/",
                                                         "*",  "%",  "~",  "[",  "]",  "(",  ")", "{", "}",
                                                         ">",  "<",  "=",  ".",  ":",  "|",  ",", ";"};

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isNameByte(char c) {
    return isDigit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<uint8_t>(c) >= 0x80;
}
bool isDigitOf(char c, int base) {
    if (base <= 10) return c >= '0' && c < '0' + base;
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Line breaks become \n, and a single one at the end is dropped.
std::string normalized(std::string_view source) {
    std::string result;
    result.reserve(source.size());
    for (size_t i = 0; i < source.size(); i++) {
        if (source[i] == '\r') {
            if (i + 1 < source.size() && source[i + 1] == '\n') i++;
            result.push_back('\n');
        } else {
            result.push_back(source[i]);
        }
    }
    if (!result.empty() && result.back() == '\n') result.pop_back();
    return result;
}

/// Where the characters \xhh, \uhhhh … end and what they stand for; false where digits are missing.
bool unescapeNumber(std::string_view text, size_t& at, size_t digits, int base, bool exactly, std::string& out) {
    size_t end = at;
    while (end < text.size() && end < at + digits && isDigitOf(text[end], base)) end++;
    if (end == at || (exactly && end - at != digits)) return false;
    uint32_t point = 0;
    std::from_chars(text.data() + at, text.data() + end, point, base);
    if (point > 0x10ffff) return false;
    appendPoint(out, point);
    at = end;
    return true;
}

/// What a string literal stands for, by Python's rules; unknown escapes stay as they are. False: a broken escape.
bool unescape(std::string_view text, std::string& out) {
    constexpr std::string_view kFrom = "abfnrtv\\'\"", kTo = "\a\b\f\n\r\t\v\\'\"";
    for (size_t at = 0; at < text.size();) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            out.push_back(text[at++]);
            continue;
        }
        const char c = text[at + 1];
        at += 2;
        if (const size_t known = kFrom.find(c); known != std::string_view::npos) {
            out.push_back(kTo[known]);
        } else if (c == 'x' || c == 'u' || c == 'U') {
            if (!unescapeNumber(text, at, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16, true, out)) return false;
        } else if (isDigitOf(c, 8)) {
            at--;
            if (!unescapeNumber(text, at, 3, 8, false, out)) return false;
        } else if (c == 'N') {
            return false;
        } else if (c != '\n') {
            out.push_back('\\');
            out.push_back(c);
        }
    }
    return true;
}

class Lexer {
public:
    explicit Lexer(std::string source) : m_source(std::move(source)) {}

    Result<std::vector<Token>> run() {
        while (m_at < m_source.size() && m_error.empty()) readData();
        if (!m_error.empty()) return fail(ErrorCode::Template, fmt::format("line {}: {}", m_line, m_error));
        push(TokenType::End, "");
        return std::move(m_tokens);
    }

private:
    bool startsWith(std::string_view what, size_t at) const {
        return std::string_view(m_source).substr(std::min(at, m_source.size())).starts_with(what);
    }
    char at(size_t i) const { return i < m_source.size() ? m_source[i] : '\0'; }
    size_t afterSpace(size_t i) const {
        while (i < m_source.size()) {
            const Character c = characterAt(m_source, i);
            if (!isSpace(c.point)) break;
            i += c.bytes;
        }
        return i;
    }
    void push(TokenType type, std::string text) { m_tokens.push_back({type, m_line, std::move(text)}); }
    void moveTo(size_t end) {
        m_line += static_cast<uint32_t>(std::count(m_source.begin() + static_cast<std::ptrdiff_t>(m_at),
                                                   m_source.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
        m_lineStarts = end > m_at ? m_source[end - 1] == '\n' : m_lineStarts;
        m_at = end;
    }
    void complain(std::string reason) { m_error = std::move(reason); }

    /// The end of a tag's closing mark ("%}", "#}") at `i`, with what it swallows behind it; nothing where there is
    /// none.
    size_t endOfMark(size_t i, std::string_view mark, bool trims) const {
        if (at(i) == '-' && startsWith(mark, i + 1)) return afterSpace(i + 1 + mark.size());
        if (trims && at(i) == '+' && startsWith(mark, i + 1)) return i + 1 + mark.size();
        if (!startsWith(mark, i)) return std::string::npos;
        i += mark.size();
        return trims && at(i) == '\n' ? i + 1 : i;
    }

    /// The text before a tag, without what the tag's sign or lstrip_blocks takes away.
    void pushData(size_t end, char sign, bool block) {
        std::string_view text = std::string_view(m_source).substr(m_at, end - m_at);
        size_t length = text.size();
        if (sign == '-') {
            while (length > 0) {
                const size_t before = previousCharacter(text, length);
                if (!isSpace(characterAt(text, before).point)) break;
                length = before;
            }
        } else if (sign != '+' && block) {
            const size_t lineStart = text.rfind('\n') + 1;  // 0 where there is no line break
            const bool blank = lineStart < length && afterSpace(m_at + lineStart) >= end;
            if (blank && (lineStart > 0 || m_lineStarts)) length = lineStart;
        }
        if (length > 0) push(TokenType::Data, std::string(text.substr(0, length)));
    }

    char signAt(size_t i) const { return at(i) == '-' || at(i) == '+' ? at(i) : '\0'; }

    void readData() {
        size_t tag = m_at;
        while ((tag = m_source.find('{', tag)) != std::string::npos) {
            const char kind = at(tag + 1);
            if (kind == '{' || kind == '%' || kind == '#') break;
            tag++;
        }
        if (tag == std::string::npos) {
            push(TokenType::Data, m_source.substr(m_at));
            return moveTo(m_source.size());
        }
        const char kind = at(tag + 1), sign = signAt(tag + 2);
        const size_t inside = tag + (sign ? 3 : 2);
        pushData(tag, sign, kind != '{');
        if (const size_t raw = kind == '%' ? endOfRawBegin(inside) : std::string::npos; raw != std::string::npos) {
            moveTo(raw);
            return readRaw();
        }
        moveTo(inside);
        if (kind == '#') return skipComment();
        push(kind == '{' ? TokenType::VariableBegin : TokenType::BlockBegin, "");
        readTag(kind == '{');
    }

    size_t endOfRawBegin(size_t i) const {
        i = afterSpace(i);
        if (!startsWith("raw", i)) return std::string::npos;
        i = afterSpace(i + 3);
        if (startsWith("-%}", i)) return afterSpace(i + 3);
        return startsWith("%}", i) ? i + 2 : std::string::npos;
    }

    void readRaw() {
        for (size_t tag = m_source.find("{%", m_at); tag != std::string::npos; tag = m_source.find("{%", tag + 1)) {
            const char sign = signAt(tag + 2);
            size_t i = afterSpace(tag + (sign ? 3 : 2));
            if (!startsWith("endraw", i)) continue;
            i = endOfMark(afterSpace(i + 6), "%}", true);
            if (i == std::string::npos) continue;
            pushData(tag, sign, true);
            return moveTo(i);
        }
        complain("a raw block has no end");
    }

    void skipComment() {
        size_t end = m_source.find("#}", m_at);
        if (end == std::string::npos) return complain("a comment has no end");
        if (end > m_at && signAt(end - 1)) end--;
        moveTo(endOfMark(end, "#}", true));
    }

    void readTag(bool variable) {
        const std::string_view mark = variable ? "}}" : "%}";
        std::string open;  // brackets: closing ones that are awaited
        while (m_error.empty()) {
            const size_t end = open.empty() ? endOfMark(m_at, mark, !variable) : std::string::npos;
            if (end != std::string::npos) {
                push(variable ? TokenType::VariableEnd : TokenType::BlockEnd, "");
                return moveTo(end);
            }
            const size_t next = afterSpace(m_at);
            if (next > m_at)
                moveTo(next);
            else if (m_at == m_source.size())
                complain(fmt::format("a tag has no '{}'", mark));
            else
                readToken(open);
        }
    }

    void readToken(std::string& open) {
        const char c = m_source[m_at];
        if (isDigit(c)) return readNumber();
        if (c == '\'' || c == '"') return readString(c);
        if (isNameByte(c)) {
            size_t end = m_at;
            while (end < m_source.size() && isNameByte(m_source[end])) end++;
            push(TokenType::Name, m_source.substr(m_at, end - m_at));
            return moveTo(end);
        }
        const auto symbol = std::find_if(kOperators.begin(), kOperators.end(),
                                         [&](std::string_view candidate) { return startsWith(candidate, m_at); });
        if (symbol == kOperators.end()) return complain(fmt::format("unexpected character with code {}", int{c}));
        if (c == '(') open.push_back(')');
        if (c == '[') open.push_back(']');
        if (c == '{') open.push_back('}');
        if (c == ')' || c == ']' || c == '}') {
            if (open.empty() || open.back() != c) return complain(fmt::format("unexpected '{}'", c));
            open.pop_back();
        }
        push(TokenType::Operator, std::string(*symbol));
        moveTo(m_at + symbol->size());
    }

    void readString(char quote) {
        size_t end = m_at + 1;
        while (end < m_source.size() && m_source[end] != quote) end += m_source[end] == '\\' ? 2 : 1;
        if (end >= m_source.size()) return complain("a text has no closing quote");
        std::string text;
        if (!unescape(std::string_view(m_source).substr(m_at + 1, end - m_at - 1), text))
            return complain("a text has a broken escape");
        push(TokenType::String, std::move(text));
        moveTo(end + 1);
    }

    /// Digits with single underscores between them.
    size_t afterDigits(size_t i, int base) const {
        while (isDigitOf(at(i), base) || (at(i) == '_' && isDigitOf(at(i + 1), base))) i++;
        return i;
    }

    void readNumber() {
        const char second = static_cast<char>(at(m_at + 1) | 0x20);
        const int base = at(m_at) != '0' ? 10 : second == 'x' ? 16 : second == 'o' ? 8 : second == 'b' ? 2 : 10;
        size_t end = m_at;
        bool real = false;
        if (const size_t digits = base == 10 ? m_at : afterDigits(m_at + 2, base); digits > m_at + 2) {
            end = digits;
        } else {
            end = afterDigits(m_at, 10);
            const bool afterDot = m_at > 0 && m_source[m_at - 1] == '.';
            if (!afterDot && at(end) == '.' && isDigit(at(end + 1))) {
                end = afterDigits(end + 1, 10);
                real = true;
            }
            const size_t exponent = at(end + 1) == '+' || at(end + 1) == '-' ? end + 2 : end + 1;
            if (!afterDot && (at(end) | 0x20) == 'e' && isDigit(at(exponent))) {
                end = afterDigits(exponent, 10);
                real = true;
            }
        }
        std::string digits = m_source.substr(m_at, end - m_at);
        std::erase(digits, '_');
        const bool octal =
            !real && base == 10 && digits[0] == '0' && digits.find_first_not_of('0') != std::string::npos;
        if (octal) return complain("a number begins with 0");
        push(real ? TokenType::Float : TokenType::Integer, std::move(digits));
        moveTo(end);
    }

    const std::string m_source;
    size_t m_at = 0;
    uint32_t m_line = 1;
    bool m_lineStarts = true;
    std::vector<Token> m_tokens;
    std::string m_error;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view source) {
    return Lexer(normalized(source)).run();
}

}  // namespace monochord::jinja
