#include "base/regex.h"

#include <unicode/regex.h>

#include <memory>

namespace monochord {

namespace {

constexpr int32_t kMostSteps = 1000, kLargestStack = 1 << 20;  // of ICU's own measure; bytes

/// For each UTF-16 unit of the text, and its end, the byte where its character begins.
std::vector<size_t> byteOffsets(const icu::UnicodeString& text) {
    std::vector<size_t> offsets;
    size_t at = 0;
    for (int32_t i = 0; i < text.length();) {
        const UChar32 c = text.char32At(i);
        const int32_t units = c > 0xffff ? 2 : 1;
        for (int32_t unit = 0; unit < units; unit++) offsets.push_back(at);
        at += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        i += units;
    }
    offsets.push_back(at);
    return offsets;
}

icu::UnicodeString fromUtf8(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

}  // namespace

std::optional<std::vector<std::pair<size_t, size_t>>> findMatches(std::string_view expression, std::string_view text) {
    constexpr size_t kLongest = 1 << 16;
    if (expression.size() > kLongest || text.size() > kLongest) return std::nullopt;
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString wide = fromUtf8(text);
    const std::unique_ptr<icu::RegexPattern> pattern(icu::RegexPattern::compile(fromUtf8(expression), 0, status));
    if (U_FAILURE(status)) return std::nullopt;
    const std::unique_ptr<icu::RegexMatcher> matcher(pattern->matcher(wide, status));
    if (U_FAILURE(status)) return std::nullopt;
    matcher->setTimeLimit(kMostSteps, status);
    matcher->setStackLimit(kLargestStack, status);
    const std::vector<size_t> offsets = byteOffsets(wide);
    std::vector<std::pair<size_t, size_t>> matches;
    while (matcher->find(status) && U_SUCCESS(status))
        matches.emplace_back(offsets[static_cast<size_t>(matcher->start(status))],
                             offsets[static_cast<size_t>(matcher->end(status))]);
    if (U_FAILURE(status)) return std::nullopt;
    return matches;
}

}  // namespace monochord
