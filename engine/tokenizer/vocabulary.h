#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gguf/gguf_file.h"
#include "monochord/error.h"
#include "monochord/tokenizer.h"
#include "tokenizer/text_table.h"

namespace monochord {

/// `tokenizer.ggml.model`: how a text becomes tokens.
enum class TokenizerModel : uint8_t { Bpe, Gemma4, Spm, WordPiece };

/// The entries of a model file's vocabulary and the ids that have a meaning of their own. Texts are views into the
/// file, which must outlive the vocabulary. Immutable.
class Vocabulary {
public:
    /// Every array is as long as the list of tokens and every `…_token_id` inside it.
    /// Errors: Unsupported (tokenizer model, named), Corrupt (with the key).
    static Result<Vocabulary> load(const GgufFile& file);
    Vocabulary(Vocabulary&&) = default;
    Vocabulary& operator=(Vocabulary&&) = default;

    TokenizerModel model() const { return m_model; }
    size_t size() const { return m_texts.size(); }
    std::string_view text(TokenId id) const { return m_texts[static_cast<size_t>(id)]; }
    TokenKind kind(TokenId id) const { return m_kinds[static_cast<size_t>(id)]; }
    float score(TokenId id) const { return m_scores[static_cast<size_t>(id)]; }  ///< of a TokenizerModel::Spm only
    /// True for the tokens that text never becomes by itself.
    bool isControl(TokenId id) const { return kind(id) == TokenKind::Control || kind(id) == TokenKind::Unknown; }

    /// The token of a text, or kNoToken. Of several the last, but an ordinary one before one that only stands for
    /// itself (control, unknown, byte).
    TokenId find(std::string_view text) const { return m_table.find(text); }
    /// True if no two entries have the same text, so that any entry found by its text is the one that find() gives.
    bool textsDiffer() const { return m_textsDiffer; }

    std::optional<TokenId> bos() const { return m_bos; }  ///< [CLS] of a TokenizerModel::WordPiece
    std::optional<TokenId> eos() const { return m_eos; }  ///< [SEP] of a TokenizerModel::WordPiece
    std::optional<TokenId> unknown() const { return m_unknown; }
    std::optional<TokenId> padding() const { return m_padding; }
    std::optional<bool> addBos() const { return m_addBos; }  ///< nothing where the file is silent
    std::optional<bool> addEos() const { return m_addEos; }
    bool addSpacePrefix() const { return m_addSpacePrefix; }
    bool endsReply(TokenId id) const { return m_endsReply[static_cast<size_t>(id)]; }

private:
    Vocabulary() = default;
    Result<void> readEntries(const GgufFile& file);
    Result<void> readKinds(const GgufFile& file);
    Result<void> readScores(const GgufFile& file);
    Result<void> readSpecialIds(const GgufFile& file);
    void keepEndsOfMessages();
    Result<void> readFlags(const GgufFile& file);
    Result<void> buildTable();

    TokenizerModel m_model = TokenizerModel::Bpe;
    std::vector<std::string_view> m_texts;
    std::vector<TokenKind> m_kinds;
    std::vector<float> m_scores;  // of TokenizerModel::Spm only
    TextTable m_table;
    bool m_textsDiffer = true;
    std::optional<TokenId> m_bos, m_eos, m_unknown, m_padding;
    std::optional<bool> m_addBos, m_addEos;
    bool m_addSpacePrefix = false;
    std::vector<bool> m_endsReply;
};

}  // namespace monochord
