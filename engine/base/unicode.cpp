#include "base/unicode.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace monochord {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kLast = 0x10FFFF;

CharClass asciiClass(char32_t c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharClass::Letter;
    if (c >= '0' && c <= '9') return CharClass::Number;
    if (c == ' ' || (c >= '\t' && c <= '\r')) return CharClass::Space;
    if (c < ' ' || c == 0x7F) return CharClass::Other;
    return std::string_view("$+<=>^`|~").find(static_cast<char>(c)) == std::string_view::npos ? CharClass::Punctuation
                                                                                              : CharClass::Symbol;
}

/// The first place at or after `at` that holds a byte of 0x80 or more.
size_t skipAscii(std::string_view text, size_t at) {
    for (uint64_t eight = 0; at + sizeof(eight) <= text.size(); at += sizeof(eight)) {
        std::memcpy(&eight, text.data() + at, sizeof(eight));
        if (eight & 0x8080808080808080u) break;
    }
    while (at < text.size() && static_cast<uint8_t>(text[at]) < 0x80) at++;
    return at;
}

uint32_t encodedBytes(char32_t c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

UChar32 asIcu(char32_t c) {
    return static_cast<UChar32>(c);
}

bool isComposed(char32_t c) {
    return u_getIntPropertyValue(asIcu(c), UCHAR_NFC_QUICK_CHECK) == UNORM_YES;
}

struct Marked {
    char32_t value = 0;
    uint8_t combiningClass = 0;
};

/// One stretch of text that normalises independently of its neighbours. ICU's own composer is not used: it inserts
/// marks one by one, which is quadratic in the length of a run of them.
class NfcSegment {
public:
    explicit NfcSegment(const icu::Normalizer2& nfc) : m_nfc(nfc) {}

    void add(char32_t c) {
        if (m_nfc.getDecomposition(asIcu(c), m_decomposition)) {
            for (int32_t i = 0; i < m_decomposition.length(); i = m_decomposition.moveIndex32(i, 1))
                push(static_cast<char32_t>(m_decomposition.char32At(i)));
        } else {
            push(c);
        }
    }

    void finish(std::string& out) {
        sortMarks();
        compose();
        for (const Marked& c : m_characters) appendUtf8(out, c.value);
        m_characters.clear();
    }

private:
    void push(char32_t c) { m_characters.push_back({c, u_getCombiningClass(asIcu(c))}); }

    void sortMarks() {
        const auto isMark = [](const Marked& c) { return c.combiningClass != 0; };
        for (auto it = m_characters.begin(); it != m_characters.end();) {
            const auto first = std::find_if(it, m_characters.end(), isMark);
            it = std::find_if_not(first, m_characters.end(), isMark);
            std::stable_sort(first, it,
                             [](const Marked& a, const Marked& b) { return a.combiningClass < b.combiningClass; });
        }
    }

    void compose() {
        size_t written = 0;
        std::optional<size_t> starter;
        int lastClass = -1;  // of what stands between the starter and here; -1: nothing does
        for (const Marked c : m_characters) {
            if (starter && lastClass < c.combiningClass) {
                const UChar32 composite = m_nfc.composePair(asIcu(m_characters[*starter].value), asIcu(c.value));
                if (composite >= 0) {
                    m_characters[*starter].value = static_cast<char32_t>(composite);
                    continue;
                }
            }
            if (c.combiningClass == 0) starter = written;
            lastClass = c.combiningClass == 0 ? -1 : c.combiningClass;
            m_characters[written++] = c;
        }
        m_characters.resize(written);
    }

    const icu::Normalizer2& m_nfc;
    icu::UnicodeString m_decomposition;
    std::vector<Marked> m_characters;
};

/// The end of the segment that begins at `begin`, and whether it is one character that is already composed.
struct Segment {
    size_t end = 0;
    bool composed = false;
};

Segment nextSegment(const icu::Normalizer2& nfc, std::string_view text, size_t begin) {
    const CodePoint first = decodeUtf8(text, begin);
    Segment segment{begin + std::max(first.bytes, 1u), first.bytes == 0 || isComposed(first.value)};
    while (segment.end < text.size()) {
        const CodePoint next = decodeUtf8(text, segment.end);
        if (next.bytes == 0 || next.value < 0x300 || nfc.hasBoundaryBefore(asIcu(next.value))) break;
        segment.end += next.bytes;
        segment.composed = false;
    }
    return segment;
}

}  // namespace

CharClass charClass(char32_t character) {
    if (character < 0x80) return asciiClass(character);
    const UChar32 c = asIcu(character);
    const uint32_t category = U_GET_GC_MASK(c);
    if (category & U_GC_L_MASK) return CharClass::Letter;
    if (category & U_GC_N_MASK) return CharClass::Number;
    if (category & U_GC_P_MASK) return CharClass::Punctuation;
    if (category & U_GC_M_MASK) return CharClass::Mark;
    if (category & U_GC_S_MASK) return CharClass::Symbol;
    return u_isUWhiteSpace(c) ? CharClass::Space : CharClass::Other;
}

LetterCase letterCase(char32_t letter) {
    if (letter < 0x80) return letter >= 'a' ? LetterCase::Lower : LetterCase::Upper;
    const uint32_t category = U_GET_GC_MASK(asIcu(letter));
    if (category & (U_GC_LU_MASK | U_GC_LT_MASK)) return LetterCase::Upper;
    return category & U_GC_LL_MASK ? LetterCase::Lower : LetterCase::None;
}

bool isHan(char32_t character) {
    UErrorCode error = U_ZERO_ERROR;
    return character >= 0x2E80 && uscript_getScript(asIcu(character), &error) == USCRIPT_HAN;
}

bool isDecimalDigit(char32_t character) {
    return u_isdigit(asIcu(character));
}

bool isWordCharacter(char32_t character) {
    const uint32_t numbers = character < 0x100 ? U_GC_N_MASK : U_GC_ND_MASK;
    return u_isUAlphabetic(asIcu(character)) ||
           (U_GET_GC_MASK(asIcu(character)) & (U_GC_M_MASK | U_GC_PC_MASK | numbers)) != 0;
}

bool isNonspacingMark(char32_t character) {
    return character >= 0x300 && u_charType(asIcu(character)) == U_NON_SPACING_MARK;
}

char32_t toLower(char32_t character) {
    return static_cast<char32_t>(u_tolower(asIcu(character)));
}

void decompose(char32_t character, std::u32string& parts) {
    parts.assign(1, character);
    if (character < 0xC0) return;
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(error);
    icu::UnicodeString decomposition;
    if (U_FAILURE(error) || !nfd->getDecomposition(asIcu(character), decomposition)) return;
    parts.clear();
    for (int32_t i = 0; i < decomposition.length(); i = decomposition.moveIndex32(i, 1))
        parts += static_cast<char32_t>(decomposition.char32At(i));
}

CodePoint decodeUtf8(std::string_view text, size_t at) {
    if (at >= text.size()) return {};
    const uint8_t lead = static_cast<uint8_t>(text[at]);
    if (lead < 0x80) return {lead, 1};
    const uint32_t length = lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 0;
    if (length == 0 || text.size() - at < length) return {};
    char32_t value = lead & (0x7Fu >> length);
    for (uint32_t i = 1; i < length; i++) {
        const uint8_t byte = static_cast<uint8_t>(text[at + i]);
        if ((byte & 0xC0) != 0x80) return {};
        value = value << 6 | (byte & 0x3F);
    }
    return value <= kLast ? CodePoint{value, length} : CodePoint{};
}

void appendUtf8(std::string& text, char32_t character) {
    const uint32_t c = character;
    const auto put = [&](uint32_t byte) { text += static_cast<char>(byte); };
    const auto follow = [&](uint32_t shift) { put(0x80 | (c >> shift & 0x3F)); };
    switch (encodedBytes(character)) {
        case 1:
            put(c);
            break;
        case 2:
            put(0xC0 | c >> 6);
            follow(0);
            break;
        case 3:
            put(0xE0 | c >> 12);
            follow(6);
            follow(0);
            break;
        default:
            put(0xF0 | c >> 18);
            follow(12);
            follow(6);
            follow(0);
    }
}

std::optional<std::string> repairUtf8(std::string_view text) {
    std::optional<std::string> repaired;
    size_t copied = 0;
    for (size_t at = skipAscii(text, 0); at < text.size(); at = skipAscii(text, at)) {
        const CodePoint c = decodeUtf8(text, at);
        const size_t begin = at;
        at += std::max(c.bytes, 1u);
        if (c.bytes != 0 && c.bytes == encodedBytes(c.value)) continue;
        if (!repaired) repaired.emplace();
        repaired->append(text, copied, begin - copied);
        appendUtf8(*repaired, c.bytes == 0 ? kReplacement : c.value);
        copied = at;
    }
    if (repaired) repaired->append(text, copied);
    return repaired;
}

std::optional<std::string> normalizeNfc(std::string_view text) {
    // Below U+0300, whose first byte is 0xCC, nothing composes or moves.
    if (std::ranges::none_of(text, [](char c) { return static_cast<uint8_t>(c) >= 0xCC; })) return {};
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
    if (U_FAILURE(error)) return {};  // ICU without its data: the text stays as it is
    std::optional<std::string> normalized;
    size_t copied = 0;
    NfcSegment segment(*nfc);
    for (size_t begin = 0; begin < text.size();) {
        const auto [end, composed] = nextSegment(*nfc, text, begin);
        if (!composed) {
            if (!normalized) normalized.emplace();
            normalized->append(text, copied, begin - copied);
            for (size_t at = begin; at < end;) {
                const CodePoint c = decodeUtf8(text, at);
                segment.add(c.value);
                at += c.bytes;
            }
            segment.finish(*normalized);
            copied = end;
        }
        begin = end;
    }
    if (normalized) normalized->append(text, copied);
    return normalized;
}

std::string takeCharacters(std::string& bytes, bool flush) {
    const uint8_t* data = reinterpret_cast<const uint8_t*>(bytes.data());
    auto whole = static_cast<ptrdiff_t>(bytes.size());  // ICU's macros subtract from it, and index with the result
    if (!flush) U8_TRUNCATE_IF_INCOMPLETE(data, 0, whole);
    std::string text;
    text.reserve(static_cast<size_t>(whole));
    for (ptrdiff_t at = 0; at < whole;) {
        UChar32 c = 0;
        U8_NEXT(data, at, whole, c);
        appendUtf8(text, c < 0 ? kReplacement : static_cast<char32_t>(c));
    }
    bytes.erase(0, static_cast<size_t>(whole));
    return text;
}

}  // namespace monochord
