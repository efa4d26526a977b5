#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "convert/json_file.h"
#include "convert/sentencepiece.h"

namespace monochord {

/// The entries of a vocabulary in the order of their ids, and what is to be said about them.
struct HfVocabulary {
    std::string model;  ///< `tokenizer.ggml.model`: "gpt2" or "llama"
    std::string pre;    ///< `tokenizer.ggml.pre`
    std::vector<SentencePiece> entries;
    std::vector<std::string> merges;  ///< of "gpt2" only
    bool addsSpacePrefix = true;      ///< of "llama" only

    /// Puts holes behind the entries until there are so many.
    void fill(uint64_t size);
    /// Puts an entry in its place; false for an id beyond `most`.
    bool place(uint64_t id, SentencePiece entry, uint64_t most);
    const SentencePiece* find(std::string_view text) const;
};

/// A token that the tokenizer's configuration adds, with the kind that files give it.
SentencePiece addedToken(std::string text, bool isSpecial);

/// From a whole tokenizer.json, up to `most` entries. Errors: Corrupt, Unsupported (the kind of model, the
/// pre-tokenizer).
Result<HfVocabulary> readTokenizerJson(const Json& tokenizer, uint64_t most);

}  // namespace monochord
