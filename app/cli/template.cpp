#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>

#include "command.h"
#include "json_lines.h"
#include "monochord/chat_template.h"
#include "monochord/prompt.h"
#include "monochord/tokenizer.h"
#include "options.h"
#include "text_file.h"

namespace monochord::cli {

namespace {

constexpr std::uintmax_t kMaximumSource = 64 << 20;  // bytes; what a template may really have is the engine's decision

/// A template to render with, and the vocabulary beside it where it came from a model.
struct Source {
    std::unique_ptr<ChatTemplate> chatTemplate;
    std::unique_ptr<Tokenizer> tokenizer;  // null: a template file
};

bool isModel(const std::filesystem::path& path) {
    std::array<char, 4> magic{};
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return path.extension() == ".gguf";
    std::ifstream(path, std::ios::binary).read(magic.data(), magic.size());
    return path.extension() == ".gguf" || std::string_view(magic.data(), magic.size()) == "GGUF";
}

Result<Source> openSource(const std::string& path) {
    if (!isModel(path)) {
        return readTextFile(path, kMaximumSource)
            .and_then([](const std::string& text) { return ChatTemplate::compile(text); })
            .map([](std::unique_ptr<ChatTemplate>&& compiled) {
                return Source{std::move(compiled), nullptr};
            });
    }
    auto tokenizer = Tokenizer::open(path);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    return ChatTemplate::open(path).map([&](std::unique_ptr<ChatTemplate>&& compiled) {
        return Source{std::move(compiled), std::move(*tokenizer)};
    });
}

/// The request's members, and the special tokens of the vocabulary that it does not name itself.
Json variablesOf(const Source& source, const Json& request) {
    Json variables = request;
    variables.erase("ids");
    variables.erase("now");
    if (!source.tokenizer) return variables;
    const Json tokens = specialTokenVariables(*source.tokenizer);
    for (const auto& [name, token] : tokens.items())
        if (!variables.contains(name)) variables[name] = token;
    return variables;
}

Result<std::string> answer(const Source& source, const Json& request) {
    const auto wantsIds = memberOr(request, "ids", false);
    if (!wantsIds) return tl::unexpected(wantsIds.error());
    if (*wantsIds && !source.tokenizer)
        return fail(ErrorCode::InvalidArgument, "\"ids\" needs a model instead of a template file");
    const auto now = memberOr(request, "now", std::string());
    if (!now) return tl::unexpected(now.error());
    const auto variables = variablesOf(source, request);
    const auto spans = source.chatTemplate->render(variables, now->empty() ? localTime() : *now);
    if (!spans) return tl::unexpected(spans.error());
    std::string line = fmt::format("{{\"text\":{}", toText(Json(joinSpans(*spans))));
    if (*wantsIds) {
        const std::vector<TokenId> ids = source.tokenizer->encode(*spans);
        line += ",\"ids\":[";
        for (const TokenId id : ids) fmt::format_to(std::back_inserter(line), "{},", id);
        if (!ids.empty()) line.pop_back();
        line += "]";
    }
    return line + "}";
}

}  // namespace

void addTemplate(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("template", "Conversations to prompts, one JSON object a line");
    auto path = std::make_shared<std::string>();
    command->add_option("SOURCE", *path, "A GGUF file (its header is read), or a Jinja template")->required();
    command->add_flag("--jsonl")->required()->description(
        "{\"messages\", \"tools\", \"add_generation_prompt\", any variable, \"now\" (ISO time)} -> {\"text\"}; with "
        "\"ids\": true also {\"ids\"}");
    command->callback([path, &run] {
        run = [path]() -> Result<void> {
            const auto source = openSource(*path);
            if (!source) return fail(source.error().code, fmt::format("{}: {}", *path, source.error().message));
            return answerLines([&](const Json& request) { return answer(*source, request); });
        };
    });
}

}  // namespace monochord::cli
