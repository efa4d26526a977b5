#include "monochord/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "command.h"
#include "terminal.h"

namespace monochord::cli {

namespace {

struct Flags {
    std::string folder, out, type;
};

/// One line on standard error that is written again and again, where somebody sees it.
void showProgress(uint64_t done, uint64_t total) {
    constexpr uint64_t kMiB = 1 << 20;
    if (!errorsGoToTerminal()) return;
    fmt::print(stderr, "\r\033[K{:3} %  {} of {} MiB", done * 100 / std::max<uint64_t>(total, 1), done / kMiB,
               total / kMiB);
    if (done == total) fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
}

Result<void> convert(const Flags& flags) {
    const InterruptStop interrupt;
    const auto done = convertModel(flags.folder, flags.out,
                                   {.type = flags.type, .progress = showProgress, .stop = interrupt.token()});
    if (!done) return fail(done.error().code, flags.folder + ": " + done.error().message);
    return {};
}

}  // namespace

void addConvert(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("convert", "a model file (GGUF) from the folder of a Hugging Face model");
    const auto flags = std::make_shared<Flags>();
    command->add_option("FOLDER", flags->folder, "folder with config.json, safetensors and the tokenizer")->required();
    command->add_option("OUT", flags->out, "the file to write; replaced where it is there")->required();
    command->add_option("--type", flags->type,
                        "type of the matrices: f32, f16, bf16, q8_0, q4_0 …; default: as in the folder");
    command->callback([flags, &run] { run = [flags] { return convert(*flags); }; });
}

}  // namespace monochord::cli
