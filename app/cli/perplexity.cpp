#include "monochord/perplexity.h"

#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "json_lines.h"
#include "monochord/prompt.h"
#include "options.h"
#include "terminal.h"
#include "text_file.h"

namespace monochord::cli {

namespace {

constexpr uintmax_t kLongestText = uintmax_t{256} << 20;  // bytes

struct Flags : ComputeFlags {
    std::string text;
    uint32_t window = 512;
    bool json = false;
};

/// The text without the line break at its end, which llama.cpp's tool takes away as well.
Result<std::string> readText(const std::string& path) {
    auto text = readTextFile(path, kLongestText);
    if (!text) return fail(text.error().code, path + ": " + text.error().message);
    if (text->ends_with('\n')) text->pop_back();
    return text;
}

void print(const Perplexity& result, const Flags& flags) {
    if (flags.json) {
        const Json json = {{"perplexity", result.perplexity},
                           {"standard_error", result.standardError},
                           {"tokens_scored", result.scored},
                           {"windows", result.windows},
                           {"context", flags.window}};
        fmt::print("{}\n", toText(json));
    } else {
        fmt::print("perplexity {:.4f} ± {:.5f} ({} tokens scored, {} windows of {})\n", result.perplexity,
                   result.standardError, result.scored, result.windows, flags.window);
    }
}

Result<void> perplexity(Flags flags) {
    if (flags.compute.context == 0) flags.compute.context = flags.window;
    const auto evaluator = openEvaluator(flags);
    if (!evaluator) return tl::unexpected(evaluator.error());
    const auto text = readText(flags.text);
    if (!text) return tl::unexpected(text.error());
    const InterruptStop interrupt;
    const auto result =
        measurePerplexity(**evaluator, rawPrompt((*evaluator)->model(), *text), flags.window, interrupt.token());
    if (!result) return tl::unexpected(result.error());
    print(*result, flags);
    return {};
}

}  // namespace

void addPerplexity(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("perplexity", "how well a model expects a text");
    const auto flags = std::make_shared<Flags>();
    addComputeFlags(*command, *flags);
    command->add_option("text", flags->text, "text file")->required();
    command->add_option("--ctx", flags->window, "tokens of a window, of whose second half the scores count")
        ->capture_default_str();
    command->add_flag("--json", flags->json, "print one JSON object");
    command->callback([flags, &run] { run = [flags] { return perplexity(*flags); }; });
}

}  // namespace monochord::cli
