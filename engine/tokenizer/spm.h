#pragma once

#include <array>
#include <memory>
#include <vector>

#include "tokenizer/text_model.h"
#include "tokenizer/vocabulary.h"

namespace monochord {

/// The byte pair encoding of SentencePiece, as in GGUF files with the tokenizer model "llama": blanks become U+2581,
/// neighbours whose joint text is a token merge, highest score first, then leftmost; what stays without a token becomes
/// its bytes. There are no words: a text is merged as a whole.
class Spm final : public TextModel {
public:
    /// The vocabulary must outlive this.
    static std::unique_ptr<Spm> create(const Vocabulary& vocabulary);

    void encode(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const override;
    std::string piece(TokenId id) const override;

private:
    explicit Spm(const Vocabulary& vocabulary);
    void encodePart(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const;
    TokenId find(std::string_view text) const;
    void emitBytes(std::string_view symbol, std::vector<TokenId>& out) const;

    const Vocabulary& m_vocabulary;
    std::vector<uint32_t> m_ranks;  // [tokens]: 0 for the highest score; equal scores have equal ranks
    uint32_t m_rankCount = 0;
    size_t m_longestText = 0;
    std::array<TokenId, 256> m_byteTokens = {};
    TokenId m_unknown = kNoToken;
};

}  // namespace monochord
