#include "line_commands.h"

#include <memory>
#include <utility>

#include "options.h"

namespace monochord::cli {

void addTokenizerCommand(CLI::App& app, Run& run, const std::string& name, const std::string& description,
                         const std::string& request,
                         std::function<Result<std::string>(const Tokenizer&, const Json&)> answer) {
    CLI::App* command = app.add_subcommand(name, description);
    const auto model = std::make_shared<std::string>();
    command->add_option("MODEL", *model, "A GGUF file; only its vocabulary is read")->required();
    command->add_flag("--jsonl")->required()->description(request);
    command->callback([model, answer = std::move(answer), &run] {
        run = [model, answer]() -> Result<void> {
            const auto tokenizer = Tokenizer::open(*model);
            if (!tokenizer) return fail(tokenizer.error().code, *model + ": " + tokenizer.error().message);
            return answerLines([&](const Json& line) { return answer(**tokenizer, line); });
        };
    });
}

void addEvaluatorCommand(CLI::App& app, Run& run, const std::string& name, const std::string& description,
                         const std::string& request,
                         std::function<Result<std::string>(Evaluator&, const Json&)> answer) {
    CLI::App* command = app.add_subcommand(name, description);
    const auto flags = std::make_shared<ComputeFlags>();
    const auto reuse = std::make_shared<bool>(false);
    addComputeFlags(*command, *flags);
    command->add_flag("--jsonl")->required()->description(request);
    command->add_flag("--reuse", *reuse, "do not compute again what a request shares with the one before");
    command->callback([flags, reuse, answer = std::move(answer), &run] {
        run = [flags, reuse, answer]() -> Result<void> {
            const auto evaluator = openEvaluator(*flags);
            if (!evaluator) return tl::unexpected(evaluator.error());
            return answerLines([&](const Json& line) {
                if (!*reuse) (*evaluator)->clear();
                return answer(**evaluator, line);
            });
        };
    });
}

}  // namespace monochord::cli
