#include "base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace monochord {

namespace {

struct Character {
    uint32_t codePoint = 0;
    size_t length = 0;  // 0: not UTF-8
};

Character decodeAt(std::string_view text, size_t at) {
    const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0u; };
    const uint32_t first = byte(0);
    if (first < 0x80) return {first, 1};
    const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) return {};
    uint32_t codePoint = first & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        codePoint = codePoint << 6 | (byte(i) & 0x3f);
    }
    const bool tooLong = (length == 3 && codePoint < 0x800) || (length == 4 && codePoint < 0x10000);
    const bool surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    return tooLong || surrogate || codePoint > 0x10ffff ? Character{} : Character{codePoint, length};
}

/// Characters that move the cursor, start a line or turn the writing direction, and noncharacters.
bool isHarmful(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c & 0xfffe) == 0xfffe || (c >= 0xe0000 && c <= 0xe007f);
}

}  // namespace

std::string printable(std::string_view bytes, size_t maximumBytes) {
    std::string text;
    const auto out = std::back_inserter(text);
    size_t i = 0;
    while (i < bytes.size()) {
        const Character c = decodeAt(bytes, i);
        if (i + std::max<size_t>(c.length, 1) > maximumBytes) break;
        if (c.length == 0)
            fmt::format_to(out, "\\x{:02x}", static_cast<uint8_t>(bytes[i]));
        else if (c.codePoint == '\n')
            text += "\\n";
        else if (c.codePoint == '\r')
            text += "\\r";
        else if (c.codePoint == '\t')
            text += "\\t";
        else if (c.codePoint == '\\')
            text += "\\\\";
        else if (isHarmful(c.codePoint) && c.codePoint < 0x80)
            fmt::format_to(out, "\\x{:02x}", c.codePoint);
        else if (isHarmful(c.codePoint))
            fmt::format_to(out, "\\u{{{:x}}}", c.codePoint);
        else
            text.append(bytes, i, c.length);
        i += std::max<size_t>(c.length, 1);
    }
    if (i < bytes.size()) text += "…";
    return text;
}

}  // namespace monochord
