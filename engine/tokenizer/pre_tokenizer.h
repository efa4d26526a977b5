#pragma once

#include <functional>
#include <string_view>

namespace monochord {

/// Receives the words of a text, one after the other; together they are the text.
using WordSink = std::function<void(std::string_view)>;

/// How a byte-level vocabulary wants its text cut into words before merging, under its name in `tokenizer.ggml.pre`.
///
/// The rules come from the regular expressions of the original tokenizers, written out as scanners: linear time and no
/// recursion, which no regex engine at hand promises for these expressions.
struct PreTokenizer {
    std::string_view name;
    void (*split)(std::string_view text, const WordSink& sink) = nullptr;
    bool normalizes = false;  ///< text is brought to NFC first
    bool wholeWords = false;  ///< a word that is a token as it stands is not merged
    bool addsBos = false;     ///< where the file does not say whether BOS comes first
};

/// Nothing for a name that is not known.
const PreTokenizer* findPreTokenizer(std::string_view name);

}  // namespace monochord
