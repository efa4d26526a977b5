#include "command.h"
#include "json_lines.h"
#include "monochord/sampling.h"

namespace monochord::cli {

namespace {

Result<SamplerSemantics> semanticsOf(const std::string& name) {
    if (name == "llama.cpp") return SamplerSemantics::LlamaCpp;
    if (name == "hf") return SamplerSemantics::HuggingFace;
    return fail(ErrorCode::InvalidArgument, "\"semantics\" is neither \"llama.cpp\" nor \"hf\"");
}

/// ["top_k", 40] → the step.
Result<SamplerStep> stepOf(const Json& value) {
    const auto malformed = fail(ErrorCode::InvalidArgument, "\"chain\" is not a list of [\"name\", number…]");
    if (!value.is_array() || value.empty() || !value[0].is_string()) return malformed;
    SamplerStep step{value[0].get<std::string>(), {}};
    for (size_t i = 1; i < value.size(); i++) {
        if (!value[i].is_number()) return malformed;
        step.arguments.push_back(value[i].get<double>());
    }
    return step;
}

Result<std::vector<SamplerStep>> chainOf(const Json& request) {
    const auto value = request.find("chain");
    if (value == request.end() || !value->is_array())
        return fail(ErrorCode::InvalidArgument, "the request has no list \"chain\"");
    std::vector<SamplerStep> chain;
    for (const Json& element : *value) {
        auto step = stepOf(element);
        if (!step) return tl::unexpected(step.error());
        chain.push_back(std::move(*step));
    }
    return chain;
}

Result<std::string> answer(const Json& request) {
    const auto logits = member<std::vector<float>>(request, "logits");
    if (!logits) return tl::unexpected(logits.error());
    const auto history = memberOr<std::vector<int32_t>>(request, "history", {});
    if (!history) return tl::unexpected(history.error());
    const auto chain = chainOf(request);
    if (!chain) return tl::unexpected(chain.error());
    const auto semantics = memberOr<std::string>(request, "semantics", "llama.cpp").and_then(semanticsOf);
    if (!semantics) return tl::unexpected(semantics.error());
    const auto candidates = applyChain(*logits, *history, *chain, *semantics);
    if (!candidates) return tl::unexpected(candidates.error());
    Json probs = Json::array();
    for (const Candidate& candidate : *candidates) probs.push_back(Json::array({candidate.id, candidate.p}));
    return toText(Json{{"probs", std::move(probs)}});
}

}  // namespace

void addSample(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("sample", "Probabilities after a chain of sampler steps, before the draw");
    const std::string lines =
        R"({"logits", "history", "chain": [["top_k", 40], …], "semantics": "llama.cpp" or "hf"} → )"
        R"({"probs": [[id, p], …]}, one a line)";
    command->add_flag("--jsonl", lines)->required();
    command->callback([&run] { run = [] { return answerLines(answer); }; });
}

}  // namespace monochord::cli
