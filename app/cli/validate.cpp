#include "monochord/validate.h"

#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "json_lines.h"
#include "monochord/inspect.h"

namespace monochord::cli {

namespace {

constexpr size_t kLongestProblem = 1000;  // bytes

struct Flags {
    std::string file;
    bool deep = false;
    bool json = false;
};

void print(const std::vector<Error>& problems, const Flags& flags) {
    if (!flags.json) {
        for (const Error& problem : problems) fmt::print("{}\n", displayText(problem.message, kLongestProblem));
        if (problems.empty())
            fmt::print("no problems ({})\n", flags.deep ? "header and weights" : "header; --deep reads the weights");
        return;
    }
    Json list = Json::array();
    for (const Error& problem : problems) list.push_back(displayText(problem.message, kLongestProblem));
    fmt::print("{}\n", toText({{"valid", problems.empty()}, {"deep", flags.deep}, {"problems", list}}));
}

Result<void> validate(const Flags& flags) {
    const auto problems = validateModel(flags.file, {.deep = flags.deep});
    if (!problems) return fail(problems.error().code, flags.file + ": " + problems.error().message);
    print(*problems, flags);
    if (problems->empty()) return {};
    return fail(ErrorCode::Corrupt,
                fmt::format("{}: {} {}", flags.file, problems->size(), problems->size() == 1 ? "problem" : "problems"));
}

}  // namespace

void addValidate(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("validate", "what is wrong with a model file, one problem a line");
    const auto flags = std::make_shared<Flags>();
    command->add_option("FILE", flags->file, "model file (GGUF)")->required();
    command->add_flag("--deep", flags->deep, "read all weights too: NaN and infinity in them and in their scales");
    command->add_flag("--json", flags->json, "print one JSON object");
    command->callback([flags, &run] { run = [flags] { return validate(*flags); }; });
}

}  // namespace monochord::cli
