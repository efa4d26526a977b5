#pragma once

#include <memory>
#include <string>

#include "tokenizer/added_tokens.h"
#include "tokenizer/text_model.h"
#include "tokenizer/vocabulary.h"

namespace monochord {

/// WordPiece (Schuster and Nakajima 2012; Devlin et al. 2018), as in GGUF files with the tokenizer model "bert". Text
/// is cleaned, put into lower case and stripped of accents where the file says so, and cut at spaces and around
/// punctuation and Chinese characters, as Hugging Face's BertNormalizer and BertPreTokenizer do. A word becomes the
/// longest token it begins with and so on, or the unknown token where that leads nowhere. The format writes U+2581
/// before tokens that begin a word, where the original vocabulary has "##" before those that don't.
class WordPiece final : public TextModel {
public:
    /// The vocabulary must outlive this. Errors: Corrupt (a flag of the wrong type).
    static Result<std::unique_ptr<WordPiece>> load(const GgufFile& file, const Vocabulary& vocabulary);

    void encode(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const override;
    std::string piece(TokenId id) const override;

private:
    struct Words;
    WordPiece(const Vocabulary& vocabulary, bool lowerCase, bool stripAccents);
    void encodeWord(std::string_view word, size_t characters, std::vector<TokenId>& out) const;

    const Vocabulary& m_vocabulary;
    bool m_lowerCase = true;
    bool m_stripAccents = true;
    AddedTokens m_beginnings;     // tokens that begin a word, without U+2581
    AddedTokens m_continuations;  // tokens that go on with one
};

}  // namespace monochord
