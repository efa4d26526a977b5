#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "monochord/tokenizer.h"

namespace monochord {

/// Guesses what comes next from what was said before: the tokens that followed the end of the text where it was last
/// said. Edits, quotations, code and summaries repeat much of what they are about.
///
/// A wrong guess is computed for nothing, so guesses are paid from an account: a right one adds to it, a wrong one
/// takes from it, and each pass of the model adds a little. On text that repeats nothing, one guess in kPassesForGuess
/// passes is computed in the long run, which costs less than can be felt.
///
/// Source: Yang et al. 2023, Inference with Reference; Saxena 2023, prompt lookup decoding.
class Lookup {
public:
    static constexpr size_t kMost = 8;  ///< guesses a pass

    /// Before a pass over the end of `text`: what follows, at most `most` tokens; valid until the next call.
    std::span<const TokenId> guess(std::span<const TokenId> text, size_t most);
    /// After it: so many of the guesses were computed, and so many of these were right.
    void judge(size_t computed, size_t right);

private:
    static constexpr size_t kShortest = 2, kLongest = 4;    // tokens of the end that have to be found again
    static constexpr size_t kPassesForGuess = 16;           // passes that pay for a wrong guess
    static constexpr size_t kPrice = kPassesForGuess;       // of a guess, in what a pass adds
    static constexpr size_t kSavings = 2 * kMost * kPrice;  // the account holds no more

    size_t m_account = kMost * kPrice;
    std::vector<TokenId> m_guesses;
};

}  // namespace monochord
