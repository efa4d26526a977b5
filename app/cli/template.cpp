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

namespace monochord::cli {

namespace {

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

Result<void> complete(Source& source, const std::string& path, const std::string& instead) {
    const bool model = isModel(path);
    auto text = readTemplate(model ? instead : path);
    if (!text) return tl::unexpected(text.error());
    auto compiled = *text ? ChatTemplate::compile(**text) : ChatTemplate::open(path);
    if (!compiled)
        return fail(compiled.error().code,
                    fmt::format("{}: {}", *text && model ? instead : path, compiled.error().message));
    source.chatTemplate = std::move(*compiled);
    if (!model) return {};
    auto tokenizer = Tokenizer::open(path);
    if (!tokenizer) return fail(tokenizer.error().code, fmt::format("{}: {}", path, tokenizer.error().message));
    source.tokenizer = std::move(*tokenizer);
    return {};
}

/// The template of a model or a file, or `instead` with the model's vocabulary. Errors with the path in front.
Result<Source> openSource(const std::string& path, const std::string& instead) {
    Source source;
    if (auto done = complete(source, path, instead); !done) return tl::unexpected(done.error());
    return source;
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
    auto path = std::make_shared<std::string>(), chatTemplate = std::make_shared<std::string>();
    command->add_option("SOURCE", *path, "A GGUF file (its header is read), or a Jinja template")->required();
    addTemplateFlag(*command, *chatTemplate);
    command->add_flag("--jsonl")->required()->description(
        "{\"messages\", \"tools\", \"add_generation_prompt\", any variable, \"now\" (ISO time)} -> {\"text\"}; with "
        "\"ids\": true also {\"ids\"}");
    command->callback([path, chatTemplate, &run] {
        run = [path, chatTemplate]() -> Result<void> {
            const auto source = openSource(*path, *chatTemplate);
            if (!source) return tl::unexpected(source.error());
            return answerLines([&](const Json& request) { return answer(*source, request); });
        };
    });
}

}  // namespace monochord::cli
