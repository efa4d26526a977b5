#include "monochord/perplexity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "monochord/model.h"

namespace monochord {

namespace {

constexpr uint32_t kSmallestWindow = 4;  // of which one token is scored

/// Sums over the scored tokens.
struct Sums {
    double losses = 0;   // −logProbability
    double squares = 0;  // of the losses
    size_t count = 0;

    void add(double loss) {
        losses += loss;
        squares += loss * loss;
        count++;
    }
    double mean() const { return losses / static_cast<double>(count); }
    /// Of the mean: the sample's deviation over the root of its size. Equal losses may differ from their mean by
    /// rounding.
    double standardError() const {
        const double variance = squares / static_cast<double>(count) - mean() * mean();
        return count > 1 ? std::sqrt(std::max(variance, 0.0) / static_cast<double>(count - 1)) : 0;
    }
};

}  // namespace

double logProbability(std::span<const float> logits, TokenId id) {
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
    return static_cast<double>(logits[static_cast<size_t>(id)]) - largest - std::log(sum);
}

Result<Perplexity> measurePerplexity(Evaluator& evaluator, std::span<const TokenId> tokens, uint32_t window,
                                     const std::stop_token& stop) {
    if (window < kSmallestWindow)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("a window of {} tokens, expected at least {}", window, kSmallestWindow));
    if (tokens.size() < size_t{2} * window)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the text is too short: it has {} tokens, and two windows of "
                                "{} are needed",
                                tokens.size(), window));
    const Tokenizer& vocabulary = evaluator.model().tokenizer();
    const size_t windows = tokens.size() / window;
    std::vector<TokenId> text(window);
    std::vector<size_t> positions(window - window / 2 - 1);
    std::iota(positions.begin(), positions.end(), size_t{window} / 2);
    Sums sums;
    for (size_t i = 0; i < windows; i++) {
        std::ranges::copy(tokens.subspan(i * window, window), text.begin());
        if (vocabulary.addsBos() && vocabulary.bos()) text.front() = *vocabulary.bos();
        const auto work = evaluator.evaluate(
            text, positions,
            [&](size_t position, std::span<const float> logits) {
                sums.add(-logProbability(logits, text[position + 1]));
            },
            stop);
        if (!work) return tl::unexpected(work.error());
    }
    const double perplexity = std::exp(sums.mean());
    return Perplexity{perplexity, sums.standardError() * perplexity, sums.count, windows};
}

}  // namespace monochord
