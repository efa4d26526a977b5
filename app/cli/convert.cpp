#include "monochord/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "command.h"
#include "monochord/quantize.h"
#include "options.h"
#include "terminal.h"

namespace monochord::cli {

namespace {

struct Flags {
    std::string folder, out, type;
    uint64_t splitSize = 0;
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

std::string inCapitals(std::string name) {
    for (char& letter : name) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    return name;
}

/// True for types that are a mixture of several, as quantizeModel() chooses them.
bool isMixture(const std::string& type) {
    static constexpr std::string_view kPlain[] = {"F32", "F16", "BF16", "Q8_0"};
    const auto names = quantizations();
    return std::ranges::count(names, inCapitals(type)) > 0 && std::ranges::count(kPlain, inCapitals(type)) == 0;
}

/// A file that lies beside another one for a while.
class Between {
public:
    static Result<Between> beside(const std::string& out) {
        std::string path = out + ".unquantized";
        std::error_code error;
        if (std::filesystem::exists(path, error))
            return fail(ErrorCode::InvalidArgument, path + " is in the way: it would hold the weights for a while");
        return Between(std::move(path));
    }
    Between(Between&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
    ~Between() {
        std::error_code error;
        if (!m_path.empty()) std::filesystem::remove(m_path, error);
    }
    const std::string& path() const { return m_path; }

private:
    explicit Between(std::string path) : m_path(std::move(path)) {}
    std::string m_path;
};

Result<void> convert(const Flags& flags) {
    const InterruptStop interrupt;
    if (!isMixture(flags.type))
        return convertModel(
            flags.folder, flags.out,
            {.type = flags.type, .splitSize = flags.splitSize, .progress = showProgress, .stop = interrupt.token()});
    const auto between = Between::beside(flags.out);
    if (!between) return tl::unexpected(between.error());
    auto done = convertModel(flags.folder, between->path(), {.progress = showProgress, .stop = interrupt.token()});
    if (!done) return done;
    constexpr uint64_t kBytes = 2;  // of most weights before
    const auto progress = [](uint64_t weights, uint64_t all, std::string_view) {
        showProgress(weights * kBytes, all * kBytes);
    };
    const auto report = quantizeModel(between->path(), flags.out, flags.type,
                                      {.splitSize = flags.splitSize, .progress = progress, .stop = interrupt.token()});
    return report ? Result<void>() : tl::unexpected(report.error());
}

/// With the folder's name in front of what is wrong.
Result<void> convertFolder(const Flags& flags) {
    const auto done = convert(flags);
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
                        "f32, f16, bf16, q8_0, q4_0, q4_k_m …, as quantize makes them; default: as in the folder");
    addSplitFlag(*command, flags->splitSize);
    command->callback([flags, &run] { run = [flags] { return convertFolder(*flags); }; });
}

}  // namespace monochord::cli
