#include "tokenizer/word_scanners.h"

namespace monochord {

namespace {

constexpr auto kIsLetter = [](const Character& c) { return c.is(CharClass::Letter); };
constexpr auto kIsNumber = [](const Character& c) { return c.is(CharClass::Number); };
constexpr auto kIsNewline = [](const Character& c) { return c.isNewline(); };
constexpr auto kIsLetterOrMark = [](const Character& c) { return c.is(CharClass::Letter) || c.is(CharClass::Mark); };

/// [^\s\p{L}\p{N}]
constexpr auto kIsSymbol = [](const Character& c) {
    return !c.atEnd() && !c.is(CharClass::Letter) && !c.is(CharClass::Number) && !c.is(CharClass::Space);
};

/// 's 't 're 've 'm 'll 'd: the end of the one that begins at `at`, or `at`. Where case counts not, neither does the
/// long s, which folds to s.
size_t contractionEnd(std::string_view text, size_t at, bool anyCase) {
    if (at >= text.size() || text[at] != '\'') return at;
    const auto letter = [&](size_t place) -> char32_t {
        const char32_t c = characterAt(text, place).value;
        if (anyCase && c >= 'A' && c <= 'Z') return c + ('a' - 'A');
        return anyCase && c == 0x17F ? U's' : c;
    };
    const char32_t first = letter(at + 1), second = letter(at + 2);
    if (first == 's') return at + 1 + characterAt(text, at + 1).bytes;
    if (first == 't' || first == 'm' || first == 'd') return at + 2;
    if ((first == 'r' || first == 'v') && second == 'e') return at + 3;
    return first == 'l' && second == 'l' ? at + 3 : at;
}

size_t numberEnd(std::string_view text, size_t at, int digits) {
    return skipWhile(text, at, [left = digits](const Character& c) mutable { return kIsNumber(c) && left-- > 0; });
}

/// \s+(?!\S)|\s+ : a run of spaces, without its last one where a word follows that may take it.
size_t spacesEnd(std::string_view text, size_t at) {
    const size_t first = at + characterAt(text, at).bytes;
    size_t end = first, last = at;
    for (Character c = characterAt(text, end); c.is(CharClass::Space); c = characterAt(text, end)) {
        last = end;
        end += c.bytes;
    }
    return end == text.size() || end == first ? end : last;
}

/// \s*[\r\n]+|\s+(?!\S)|\s+ : up to the last newline of a run of spaces where it has one.
size_t blankEnd(std::string_view text, size_t at) {
    size_t lineEnd = at;
    for (size_t i = at; characterAt(text, i).is(CharClass::Space);) {
        const Character space = characterAt(text, i);
        i += space.bytes;
        if (space.isNewline()) lineEnd = i;
    }
    return lineEnd != at ? lineEnd : spacesEnd(text, at);
}

/// The word of letters in o200k that begins at `at` without the character before it, or `at`. Its two alternatives are
/// tried in their order by the caller: capitals and then small letters, where what is neither counts as both; with
/// `capitalsOnly` the second, which is left with capitals that no small letter follows.
size_t casedEnd(std::string_view text, size_t at, bool hanApart, bool capitalsOnly) {
    const auto isPart = [&](const Character& c) { return kIsLetterOrMark(c) && !(hanApart && isHan(c.value)); };
    const auto caseOf = [](const Character& c) {
        return c.is(CharClass::Letter) ? letterCase(c.value) : LetterCase::None;
    };
    size_t end = at, lastShared = at;
    for (Character c = characterAt(text, end); isPart(c); c = characterAt(text, end)) {
        if (caseOf(c) == LetterCase::Lower)
            return skipWhile(text, end,
                             [&](const Character& d) { return isPart(d) && caseOf(d) != LetterCase::Upper; });
        end += c.bytes;
        if (caseOf(c) == LetterCase::None) lastShared = end;
    }
    return capitalsOnly ? end : lastShared;
}

size_t o200kLettersEnd(std::string_view text, size_t at, bool hanApart) {
    const Character c = characterAt(text, at);
    const bool mayLead = !c.isNewline() && !c.is(CharClass::Letter) && !c.is(CharClass::Number);
    const size_t next = at + c.bytes;
    for (const bool capitalsOnly : {false, true}) {
        if (const size_t end = mayLead ? casedEnd(text, next, hanApart, capitalsOnly) : next; end != next) return end;
        if (const size_t end = casedEnd(text, at, hanApart, capitalsOnly); end != at) return end;
    }
    return at;
}

}  // namespace

Character characterAt(std::string_view text, size_t at) {
    if (at >= text.size()) return {};
    const CodePoint c = decodeUtf8(text, at);
    if (c.bytes == 0) return {0, 1, CharClass::Other};  // a stray byte
    return {c.value, c.bytes, charClass(c.value)};
}

size_t gpt2WordEnd(std::string_view text, size_t at) {
    if (const size_t end = contractionEnd(text, at, false); end != at) return end;
    const size_t start = text[at] == ' ' ? at + 1 : at;
    const Character c = characterAt(text, start);
    if (c.is(CharClass::Letter)) return skipWhile(text, start, kIsLetter);
    if (c.is(CharClass::Number)) return skipWhile(text, start, kIsNumber);
    if (kIsSymbol(c)) return skipWhile(text, start, kIsSymbol);
    return spacesEnd(text, at);
}

size_t cl100kWordEnd(std::string_view text, size_t at, const Cl100kRules& rules) {
    const auto isLetter = [&](const Character& c) {
        return c.is(CharClass::Letter) || (rules.marks && c.is(CharClass::Mark));
    };
    const auto isSymbol = [&](const Character& c) { return kIsSymbol(c) && !(rules.marks && c.is(CharClass::Mark)); };
    if (rules.contractions)
        if (const size_t end = contractionEnd(text, at, true); end != at) return end;
    const Character c = characterAt(text, at);
    if (isLetter(c)) return skipWhile(text, at, isLetter);
    if (c.is(CharClass::Number)) return numberEnd(text, at, rules.digits);
    if (!c.isNewline() && isLetter(characterAt(text, at + c.bytes))) return skipWhile(text, at + c.bytes, isLetter);
    const size_t start = c.value == ' ' ? at + 1 : at;
    if (isSymbol(characterAt(text, start))) {
        const size_t end = skipWhile(text, start, isSymbol);
        return rules.newlinesAfterSymbols ? skipWhile(text, end, kIsNewline) : end;
    }
    return blankEnd(text, at);
}

size_t o200kWordEnd(std::string_view text, size_t at, const O200kRules& rules) {
    const auto isHanRun = [](const Character& c) { return !c.atEnd() && isHan(c.value); };
    if (rules.hanApart)
        if (const size_t end = skipWhile(text, at, isHanRun); end != at) return end;
    if (const size_t end = o200kLettersEnd(text, at, rules.hanApart); end != at)
        return rules.contractions ? contractionEnd(text, end, true) : end;
    const Character c = characterAt(text, at);
    if (c.is(CharClass::Number)) return numberEnd(text, at, rules.digits);
    const size_t start = c.value == ' ' ? at + 1 : at;
    if (kIsSymbol(characterAt(text, start)))
        return skipWhile(text, skipWhile(text, start, kIsSymbol),
                         [&](const Character& d) { return d.isNewline() || (rules.slash && d.value == '/'); });
    return blankEnd(text, at);
}

size_t deepSeek3WordEnd(std::string_view text, size_t at, bool newlinesAlone) {
    const auto isAsciiLetter = [](const Character& c) { return c.value < 0x80 && c.is(CharClass::Letter); };
    const auto isSymbol = [](const Character& c) { return c.is(CharClass::Punctuation) || c.is(CharClass::Symbol); };
    const Character c = characterAt(text, at);
    const size_t next = at + c.bytes;
    if (c.value < 0x80 && isSymbol(c))
        if (const size_t end = skipWhile(text, next, isAsciiLetter); end != next) return end;
    if (kIsLetterOrMark(c)) return skipWhile(text, at, kIsLetterOrMark);
    if (!c.isNewline() && !isSymbol(c))
        if (const size_t end = skipWhile(text, next, kIsLetterOrMark); end != next) return end;
    const size_t start = c.value == ' ' ? next : at;
    if (const size_t end = skipWhile(text, start, isSymbol); end != start)
        return newlinesAlone ? end : skipWhile(text, end, kIsNewline);
    if (!c.is(CharClass::Space)) return at;
    if (newlinesAlone) return c.isNewline() ? next : spacesEnd(text, at);
    return blankEnd(text, at);
}

}  // namespace monochord
