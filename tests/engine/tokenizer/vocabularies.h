#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "gguf/gguf_file.h"
#include "monochord/tokenizer.h"
#include "support/gguf_builder.h"
#include "support/temporary_file.h"

namespace monochord::test {

/// A vocabulary for one test: entries in the order of their ids.
struct TinyVocabulary {
    std::string model = "gpt2";
    std::string pre = "gpt-2";
    std::vector<std::string> texts;
    std::vector<int32_t> kinds;
    std::vector<float> scores;
    std::vector<std::string> merges;

    TokenId add(std::string text, TokenKind kind = TokenKind::Normal, float score = 0) {
        texts.push_back(std::move(text));
        kinds.push_back(static_cast<int32_t>(kind));
        scores.push_back(score);
        return static_cast<TokenId>(texts.size() - 1);
    }
    /// The next best merge, and its result as a token.
    TokenId merge(const std::string& left, const std::string& right, TokenKind kind = TokenKind::Normal) {
        merges.push_back(left + " " + right);
        return add(left + right, kind);
    }
    GgufBuilder builder() const {
        GgufBuilder builder;
        builder.text("tokenizer.ggml.model", model).texts("tokenizer.ggml.tokens", texts);
        builder.list("tokenizer.ggml.token_type", kinds);
        if (model == "bert") return builder;
        if (model == "llama") return std::move(builder.list("tokenizer.ggml.scores", scores));
        return std::move(builder.text("tokenizer.ggml.pre", pre).texts("tokenizer.ggml.merges", merges));
    }
};

/// The characters that stand for bytes in byte-level vocabularies; token id = byte.
inline TinyVocabulary byteVocabulary() {
    TinyVocabulary vocabulary;
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < 256; byte++) {
        const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
        std::string text;
        appendUtf8(text, printable ? byte : next++);
        vocabulary.add(text);
    }
    return vocabulary;
}

/// <unk>, <s>, </s> and the 256 byte tokens, as every SentencePiece vocabulary with byte fallback begins.
inline TinyVocabulary spmVocabulary() {
    TinyVocabulary vocabulary;
    vocabulary.model = "llama";
    vocabulary.add("<unk>", TokenKind::Unknown);
    vocabulary.add("<s>", TokenKind::Control);
    vocabulary.add("</s>", TokenKind::Control);
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    for (size_t byte = 0; byte < 256; byte++)
        vocabulary.add(std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">", TokenKind::Byte);
    return vocabulary;
}

inline Result<std::unique_ptr<Tokenizer>> open(const GgufBuilder& builder) {
    const TemporaryFile file(builder.build());  // the mapping outlives the name
    return Tokenizer::open(file.path());
}

using Ids = std::vector<TokenId>;

}  // namespace monochord::test
