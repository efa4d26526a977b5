#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <utility>

#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/text_model.h"
#include "tokenizer/vocabulary.h"

namespace monochord {

/// The merges of a byte-level vocabulary: which pair of tokens becomes which token, and which pair goes first.
class MergeTable {
public:
    struct Merge {
        uint32_t rank = 0;
        TokenId result = kNoToken;
    };

    /// Lines of two texts with a blank between them, best first. A line that names no tokens is passed over: no text
    /// could ever use it. Errors: Corrupt.
    static Result<MergeTable> load(const std::vector<std::string_view>& lines, const Vocabulary& vocabulary);

    /// Nothing (result kNoToken) for a pair that is not merged.
    Merge find(TokenId left, TokenId right) const {
        const uint64_t key = keyOf(left, right);
        const size_t mask = m_slots.size() - 1;
        for (size_t i = mixBits(key) & mask;; i = (i + 1) & mask)  // ends: a third of the slots is empty
            if (m_slots[i].key == key || m_slots[i].merge.result == kNoToken) return m_slots[i].merge;
    }
    TokenId result(uint32_t rank) const { return m_results[rank]; }
    /// Ranks of the lines that were passed over.
    std::vector<uint32_t> unused() const;
    uint32_t ranks() const { return static_cast<uint32_t>(m_results.size()); }
    /// What a control token would be merged of.
    std::optional<std::pair<TokenId, TokenId>> controlParts(TokenId id) const;

private:
    struct Slot {
        uint64_t key = 0;
        Merge merge;
    };
    static uint64_t keyOf(TokenId left, TokenId right) {
        return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
    }
    bool insert(TokenId left, TokenId right, Merge merge);

    std::vector<Slot> m_slots;
    std::vector<TokenId> m_results;  // by rank; kNoToken for lines passed over
    std::unordered_map<TokenId, std::pair<TokenId, TokenId>> m_controlParts;
};

/// Byte pair encoding (Radford et al. 2019, as in GPT-2): words are merged pair by pair, lowest rank first, then
/// leftmost. The first symbols are bytes, written as printable characters, or where the pre-tokenizer wants text
/// itself, characters, and bytes of those that have no token (Gemma 4).
class Bpe final : public TextModel {
public:
    /// Errors: Unsupported (pre-tokenizer, named), Corrupt. The vocabulary must outlive this.
    static Result<std::unique_ptr<Bpe>> load(const GgufFile& file, const Vocabulary& vocabulary);

    const PreTokenizer& preTokenizer() const { return *m_preTokenizer; }
    void encode(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const override;
    std::string piece(TokenId id) const override;
    std::optional<Error> flaw() const override;  ///< merges that name no token

private:
    Bpe(const Vocabulary& vocabulary, const PreTokenizer& preTokenizer, MergeTable merges);
    template <class Take>
    void forEachSymbol(std::string_view word, Take take) const;
    void encodeWord(std::string_view word, EncodeState& state, std::vector<TokenId>& out) const;
    void mergeShort(std::string_view word, std::vector<TokenId>& out) const;
    void mergeLong(std::string_view word, EncodeState& state, std::vector<TokenId>& out) const;
    TokenId byteToken(char byte) const { return m_byteTokens[static_cast<uint8_t>(byte)]; }
    void emit(TokenId id, std::vector<TokenId>& out) const;

    const Vocabulary& m_vocabulary;
    const PreTokenizer* m_preTokenizer;
    MergeTable m_merges;
    TokenId m_unknown = kNoToken;
    // The unknown token for bytes that the vocabulary lacks. Without one they are left out before anything is merged,
    // as Hugging Face's tokenizers do: kNoToken.
    std::array<TokenId, 256> m_byteTokens = {};
};

}  // namespace monochord
