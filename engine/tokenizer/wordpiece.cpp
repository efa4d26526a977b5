#include "tokenizer/wordpiece.h"

#include <algorithm>

#include "base/unicode.h"
#include "tokenizer/sentence_text.h"

namespace monochord {

namespace {

/// Longer words are unknown, as in Hugging Face's WordPiece.
constexpr size_t kLongestWord = 100;

/// The ranges of Hugging Face's BertNormalizer; the one that begins at U+2B920 does so there too.
bool isChinese(char32_t c) {
    constexpr char32_t kRanges[][2] = {{0x4E00, 0x9FFF},   {0x3400, 0x4DBF},   {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F},
                                       {0x2B740, 0x2B81F}, {0x2B920, 0x2CEAF}, {0xF900, 0xFAFF},   {0x2F800, 0x2FA1F}};
    return c >= 0x3400 && std::ranges::any_of(kRanges, [c](auto& range) { return c >= range[0] && c <= range[1]; });
}

/// What the normalizer leaves out: controls, also those that are spaces to others, and what is no character.
bool isLeftOut(char32_t c) {
    const bool isBlank = c == '\t' || c == '\n' || c == '\r';
    return c == 0xFFFD || (!isBlank && (charClass(c) == CharClass::Other || c < 0x20 || c == 0x85));
}

bool standsAlone(char32_t c) {
    const CharClass kind = charClass(c);
    return kind == CharClass::Punctuation || (c < 0x80 && kind == CharClass::Symbol);
}

}  // namespace

/// The words of a text while it is read.
struct WordPiece::Words {
    const WordPiece& model;
    std::vector<TokenId>& out;
    std::string word = {};
    size_t characters = 0;

    void add(char32_t c) {
        if (characters++ <= kLongestWord) appendUtf8(word, c);
    }
    void addAlone(char32_t c) {
        finish();
        add(c);
        finish();
    }
    void finish() {
        if (characters > 0) model.encodeWord(word, characters, out);
        word.clear();
        characters = 0;
    }
};

Result<std::unique_ptr<WordPiece>> WordPiece::load(const GgufFile& file, const Vocabulary& vocabulary) {
    const auto lowerCase = file.get<bool>("tokenizer.ggml.normalizer.lowercase");
    const auto stripAccents = file.get<bool>("tokenizer.ggml.normalizer.strip_accents");
    for (const auto* flag : {&lowerCase, &stripAccents})
        if (!*flag) return tl::unexpected(flag->error());
    const bool lower = lowerCase->value_or(true);
    return std::unique_ptr<WordPiece>(new WordPiece(vocabulary, lower, stripAccents->value_or(lower)));
}

WordPiece::WordPiece(const Vocabulary& vocabulary, bool lowerCase, bool stripAccents)
    : m_vocabulary(vocabulary), m_lowerCase(lowerCase), m_stripAccents(stripAccents) {
    for (size_t i = 0; i < vocabulary.size(); i++) {
        const TokenId id = static_cast<TokenId>(i);
        const std::string_view text = vocabulary.text(id);
        if (vocabulary.isControl(id)) continue;
        if (text.starts_with(kBlank))
            m_beginnings.add(text.substr(kBlank.size()), id);
        else
            m_continuations.add(text, id);
    }
    m_beginnings.finish();
    m_continuations.finish();
}

void WordPiece::encode(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const {
    Words words{*this, out};
    std::u32string parts;
    for (size_t at = 0; at < text.size();) {
        const CodePoint c = decodeUtf8(text, at);
        at += std::max(c.bytes, 1u);
        if (c.bytes == 0 || isLeftOut(c.value)) continue;
        const bool chinese = isChinese(c.value);
        parts.assign(1, c.value);
        if (m_stripAccents) decompose(c.value, parts);
        for (const char32_t part : parts) {
            if (m_stripAccents && isNonspacingMark(part)) continue;
            const char32_t lower = m_lowerCase ? toLower(part) : part;
            if (charClass(lower) == CharClass::Space)
                words.finish();
            else if (chinese || standsAlone(lower))
                words.addAlone(lower);
            else
                words.add(lower);
        }
    }
    words.finish();
    state.afterSpecial = false;
}

std::string WordPiece::piece(TokenId id) const {
    return sentencePiece(m_vocabulary, id);
}

void WordPiece::encodeWord(std::string_view word, size_t characters, std::vector<TokenId>& out) const {
    const size_t before = out.size();
    bool known = characters <= kLongestWord;
    for (size_t at = 0; known && at < word.size();) {
        const auto match = (at == 0 ? m_beginnings : m_continuations).longest(word.substr(at));
        known = match.id != kNoToken;
        out.push_back(match.id);
        at += match.bytes;
    }
    if (known) return;
    out.resize(before);
    if (const auto unknown = m_vocabulary.unknown()) out.push_back(*unknown);
}

}  // namespace monochord
