#include <fmt/core.h>

#include <cstdio>
#include <exception>

#include "command.h"
#include "monochord/inspect.h"

namespace {

constexpr void (*kCommands[])(CLI::App&, monochord::cli::Run&) = {
    monochord::cli::addChat,       monochord::cli::addGenerate, monochord::cli::addInspect,
    monochord::cli::addValidate,   monochord::cli::addTokenize, monochord::cli::addDetokenize,
    monochord::cli::addTemplate,   monochord::cli::addLogits,   monochord::cli::addScore,
    monochord::cli::addDequantize, monochord::cli::addSample,   monochord::cli::addPerplexity,
    monochord::cli::addQuantize,   monochord::cli::addBench,    monochord::cli::addConvert,
};

/// One line, whatever bytes a path or a file's own text brought into it.
int complain(const std::string& sentence) {
    constexpr size_t kLongest = 1000;
    fmt::print(stderr, "monochord-cli: {}\n", monochord::displayText(sentence, kLongest));
    return 1;
}

int parseAndRun(int argc, char** argv) {
    CLI::App app{"Monochord without a window: runs open language models (GGUF files) on this computer's processor."};
    app.name("monochord-cli");
    app.set_version_flag("--version", "monochord-cli " MONOCHORD_VERSION, "Print the version and exit");
    app.require_subcommand(0, 1);  // none is our own complaint: the library's would come before that about a wrong word
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    monochord::cli::Run run;
    for (auto add : kCommands) add(app, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& answer) {  // --help, --version
        return app.exit(answer);
    } catch (const CLI::ParseError& error) {
        return complain(std::string(error.what()) + " (--help lists what there is)");
    }
    if (!run) return complain("a command is needed (--help lists them)");
    const auto result = run();
    return result ? 0 : complain(result.error().message);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return parseAndRun(argc, argv);
    } catch (const std::exception& error) {  // a library's, by our own bug: still one line and no crash
        return complain(error.what());
    }
}
