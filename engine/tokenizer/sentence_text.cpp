#include "tokenizer/sentence_text.h"

#include <charconv>

namespace monochord {

namespace {

std::optional<uint8_t> byteOf(std::string_view text) {
    if (text.size() != 6 || !text.starts_with("<0x") || text.back() != '>') return {};
    uint8_t byte = 0;
    const auto [end, error] = std::from_chars(text.data() + 3, text.data() + 5, byte, 16);
    return error == std::errc() && end == text.data() + 5 ? std::optional(byte) : std::nullopt;
}

}  // namespace

void appendEscaped(std::string& escaped, std::string_view text) {
    for (const char c : text) {
        if (c == ' ')
            escaped += kBlank;
        else
            escaped += c;
    }
}

std::string sentencePiece(const Vocabulary& vocabulary, TokenId id) {
    const std::string_view text = vocabulary.text(id);
    if (vocabulary.kind(id) == TokenKind::Byte) {
        const auto byte = byteOf(text);
        return byte ? std::string(1, static_cast<char>(*byte)) : std::string(text);
    }
    std::string bytes;
    bytes.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const bool isBlank = text.substr(at).starts_with(kBlank);
        bytes += isBlank ? ' ' : text[at];
        at += isBlank ? kBlank.size() : 1;
    }
    return bytes;
}

std::array<TokenId, 256> sentenceByteTokens(const Vocabulary& vocabulary) {
    std::array<TokenId, 256> tokens;
    tokens.fill(kNoToken);
    for (size_t i = 0; i < vocabulary.size(); i++) {
        const TokenId id = static_cast<TokenId>(i);
        if (vocabulary.isControl(id)) continue;
        if (const auto byte = byteOf(vocabulary.text(id))) tokens[*byte] = id;
    }
    return tokens;
}

}  // namespace monochord
