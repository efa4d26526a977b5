#include <fmt/format.h>

#include <numeric>

#include "line_commands.h"
#include "monochord/perplexity.h"

namespace monochord::cli {

namespace {

Result<std::string> answer(Evaluator& evaluator, const Json& request) {
    const auto tokens = member<std::vector<int32_t>>(request, "tokens");
    if (!tokens) return tl::unexpected(tokens.error());
    if (tokens->empty()) return fail(ErrorCode::InvalidArgument, "there are no tokens");
    std::vector<size_t> positions(tokens->size() - 1);
    std::iota(positions.begin(), positions.end(), size_t{0});
    std::vector<float> logProbabilities;
    const auto work = evaluator.evaluate(*tokens, positions, [&](size_t position, std::span<const float> logits) {
        logProbabilities.push_back(static_cast<float>(logProbability(logits, (*tokens)[position + 1])));
    });
    if (!work) return tl::unexpected(work.error());
    return fmt::format(R"({{"logprobs":[{}]}})", fmt::join(logProbabilities, ","));
}

}  // namespace

void addScore(CLI::App& app, Run& run) {
    addEvaluatorCommand(app, run, "score",
                        "Log-probability of each token but the first, given those before it, one JSON object a line",
                        R"({"tokens"} -> {"logprobs"})", answer);
}

}  // namespace monochord::cli
