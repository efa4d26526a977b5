#pragma once

#include <array>
#include <span>
#include <string_view>

#include "tokenizer/word_scanners.h"

namespace monochord {

/// What comes with a way of cutting, in the tokenizers that have it.
struct PreTokenizerTraits {
    bool normalizes = false;  ///< text is brought to NFC first
    bool wholeWords = false;  ///< a word that is a token as it stands is not merged
    bool addsBos = false;     ///< where the file does not say whether BOS comes first
    bool rawText = false;     ///< tokens hold text itself with U+2581 for blanks, and not characters for bytes
};

/// How a vocabulary of byte pair encoding wants its text cut into words before merging, under its name in
/// `tokenizer.ggml.pre`.
///
/// The rules come from the regular expressions of the original tokenizers, written out as scanners: linear time and no
/// recursion, which no regex engine at hand promises for these expressions.
struct PreTokenizer {
    using Pass = void (*)(std::string_view text, const WordSink& sink);

    std::string_view name;
    std::array<Pass, 6> passes = {};  ///< each cuts what the one before has left; empty ones come last
    PreTokenizerTraits traits = {};

    void split(std::string_view text, const WordSink& sink) const;
};

/// Nothing for a name that is not known.
const PreTokenizer* findPreTokenizer(std::string_view name);
/// The whole table. Of several that do the same, the one that most readers of files know comes first.
std::span<const PreTokenizer> preTokenizers();

}  // namespace monochord
