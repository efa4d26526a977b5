#include "tokenizer/pre_tokenizer.h"

#include <algorithm>

#include "base/unicode.h"

namespace monochord {

namespace {

/// A character of the text, or the end.
struct Character {
    char32_t value = 0;
    size_t bytes = 0;  // 0 at the end
    CharClass kind = CharClass::Other;

    bool atEnd() const { return bytes == 0; }
    bool is(CharClass other) const { return bytes != 0 && kind == other; }
    bool isNewline() const { return value == '\r' || value == '\n'; }
    /// Neither letter, number nor space: [^\s\p{L}\p{N}]
    bool isSymbol() const { return is(CharClass::Punctuation) || is(CharClass::Other); }
};

Character characterAt(std::string_view text, size_t at) {
    if (at >= text.size()) return {};
    const CodePoint c = decodeUtf8(text, at);
    if (c.bytes == 0) return {0, 1, CharClass::Other};  // a stray byte
    return {c.value, c.bytes, charClass(c.value)};
}

template <class Predicate>
size_t skipWhile(std::string_view text, size_t at, Predicate predicate) {
    for (Character c = characterAt(text, at); !c.atEnd() && predicate(c); c = characterAt(text, at)) at += c.bytes;
    return at;
}

constexpr auto kIsLetter = [](const Character& c) { return c.is(CharClass::Letter); };
constexpr auto kIsNumber = [](const Character& c) { return c.is(CharClass::Number); };
constexpr auto kIsSpace = [](const Character& c) { return c.is(CharClass::Space); };
constexpr auto kIsSymbol = [](const Character& c) { return c.isSymbol(); };
constexpr auto kIsNewline = [](const Character& c) { return c.isNewline(); };

/// 's 't 're 've 'm 'll 'd: the end of the one that begins at `at`, or `at`. Where case counts not, neither does the
/// long s, which folds to s.
size_t contractionEnd(std::string_view text, size_t at, bool anyCase) {
    if (text[at] != '\'') return at;
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

/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
size_t gpt2WordEnd(std::string_view text, size_t at) {
    if (const size_t end = contractionEnd(text, at, false); end != at) return end;
    const size_t start = text[at] == ' ' ? at + 1 : at;
    const Character c = characterAt(text, start);
    if (c.is(CharClass::Letter)) return skipWhile(text, start, kIsLetter);
    if (c.is(CharClass::Number)) return skipWhile(text, start, kIsNumber);
    if (c.isSymbol()) return skipWhile(text, start, kIsSymbol);
    return spacesEnd(text, at);
}

/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,K}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// with K = `digits`.
size_t llama3WordEnd(std::string_view text, size_t at, int digits) {
    if (const size_t end = contractionEnd(text, at, true); end != at) return end;
    const Character c = characterAt(text, at);
    if (c.is(CharClass::Letter)) return skipWhile(text, at, kIsLetter);
    if (c.is(CharClass::Number))
        return skipWhile(text, at, [left = digits](const Character& d) mutable { return kIsNumber(d) && left-- > 0; });
    if (!c.isNewline() && characterAt(text, at + c.bytes).is(CharClass::Letter))
        return skipWhile(text, at + c.bytes, kIsLetter);
    const size_t start = c.value == ' ' ? at + 1 : at;
    if (characterAt(text, start).isSymbol()) return skipWhile(text, skipWhile(text, start, kIsSymbol), kIsNewline);
    size_t lineEnd = at;
    for (size_t i = at; characterAt(text, i).is(CharClass::Space);) {
        const Character space = characterAt(text, i);
        i += space.bytes;
        if (space.isNewline()) lineEnd = i;
    }
    return lineEnd != at ? lineEnd : spacesEnd(text, at);
}

template <class WordEnd>
void splitWords(std::string_view text, const WordSink& sink, WordEnd wordEnd) {
    for (size_t at = 0; at < text.size();) {
        const size_t end = wordEnd(text, at);
        sink(text.substr(at, end - at));
        at = end;
    }
}

/// Runs of characters that `predicate` picks, as one word each; what lies between goes to `rest`.
template <class Predicate>
void splitOut(std::string_view text, const WordSink& sink, const WordSink& rest, Predicate predicate) {
    size_t between = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t end = skipWhile(text, at, predicate);
        if (end == at) {
            at += characterAt(text, at).bytes;
            continue;
        }
        if (at > between) rest(text.substr(between, at - between));
        sink(text.substr(at, end - at));
        between = at = end;
    }
    if (text.size() > between) rest(text.substr(between));
}

void splitGpt2(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, gpt2WordEnd);
}

/// \p{N} each for itself, then as GPT-2 between them.
void splitSmolLm(std::string_view text, const WordSink& sink) {
    const WordSink rest = [&](std::string_view part) { splitGpt2(part, sink); };
    const WordSink digits = [&](std::string_view run) {
        splitWords(run, sink, [](std::string_view t, size_t at) { return at + characterAt(t, at).bytes; });
    };
    splitOut(text, digits, rest, kIsNumber);
}

void splitLlama3(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) { return llama3WordEnd(t, at, 3); });
}

void splitQwen2(std::string_view text, const WordSink& sink) {
    splitWords(text, sink, [](std::string_view t, size_t at) { return llama3WordEnd(t, at, 1); });
}

/// [0-9][0-9][0-9], and what is left of the run between them.
void splitThreeDigits(std::string_view run, const WordSink& sink) {
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    size_t between = 0;
    for (size_t at = 0; at + 3 <= run.size();) {
        if (!std::ranges::all_of(run.substr(at, 3), isDigit)) {
            at++;
            continue;
        }
        if (at > between) sink(run.substr(between, at - between));
        sink(run.substr(at, 3));
        between = at += 3;
    }
    if (run.size() > between) sink(run.substr(between));
}

/// Four passes, each over what the one before left: [\p{P}$+<=>^~|]+, as GPT-2, \p{N}+, [0-9][0-9][0-9].
void splitDefault(std::string_view text, const WordSink& sink) {
    const WordSink threeDigits = [&](std::string_view run) { splitThreeDigits(run, sink); };
    const WordSink numbers = [&](std::string_view word) { splitOut(word, threeDigits, sink, kIsNumber); };
    const WordSink words = [&](std::string_view part) { splitGpt2(part, numbers); };
    splitOut(text, words, words, [](const Character& c) {
        return c.is(CharClass::Punctuation) ||
               (c.value < 0x80 &&
                std::string_view("$+<=>^~|").find(static_cast<char>(c.value)) != std::string_view::npos);
    });
}

// name, words, NFC, whole words, BOS
constexpr PreTokenizer kPreTokenizers[] = {
    {"default", splitDefault, false, false, false},
    {"gpt-2", splitGpt2, false, false, false},
    {"phi-2", splitGpt2, false, false, false},
    {"olmo", splitGpt2, false, false, false},
    {"llama-bpe", splitLlama3, false, true, true},
    {"llama3", splitLlama3, false, true, true},
    {"llama-v3", splitLlama3, false, true, true},
    {"qwen2", splitQwen2, true, false, false},
    {"deepseek-r1-qwen", splitQwen2, true, false, false},
    {"smollm", splitSmolLm, false, false, false},
    {"starcoder", splitSmolLm, false, false, false},
    {"refact", splitSmolLm, false, false, false},
};

}  // namespace

const PreTokenizer* findPreTokenizer(std::string_view name) {
    const auto found = std::ranges::find(kPreTokenizers, name, &PreTokenizer::name);
    return found == std::end(kPreTokenizers) ? nullptr : found;
}

}  // namespace monochord
