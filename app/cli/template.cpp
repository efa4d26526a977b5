#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "command.h"
#include "json_lines.h"
#include "monochord/chat_template.h"

namespace monochord::cli {

namespace {

constexpr std::uintmax_t kMaximumSource = 64 << 20;

Result<std::string> readFile(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return fail(ErrorCode::NotFound, "there is no such template file");
    if (!std::filesystem::is_regular_file(path, error)) return fail(ErrorCode::NotReadable, "the template is no file");
    if (std::filesystem::file_size(path, error) > kMaximumSource || error)
        return fail(ErrorCode::NotReadable, "the template file is too large");
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (file.bad()) return fail(ErrorCode::NotReadable, "the template file can't be read");
    return text;
}

std::string localTime() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    localtime_r(&now, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/// A template to render with, and what it takes from its model.
struct Source {
    std::unique_ptr<ChatTemplate> chatTemplate;
};

Result<Source> open(const std::string& path) {
    return readFile(path)
        .and_then([](const std::string& text) { return ChatTemplate::compile(text); })
        .map([](std::unique_ptr<ChatTemplate>&& chatTemplate) { return Source{std::move(chatTemplate)}; });
}

Result<std::string> answer(const Source& source, const Json& request) {
    const auto ids = memberOr<bool>(request, "ids", false);
    if (!ids) return tl::unexpected(ids.error());
    if (*ids) return fail(ErrorCode::InvalidArgument, "\"ids\" needs a model");
    Json variables = request;
    variables.erase("ids");
    std::string now = localTime();
    if (const auto given = variables.find("now"); given != variables.end() && given->is_string()) {
        now = given->get<std::string>();
        variables.erase("now");
    }
    return source.chatTemplate->render(variables, now).map([](const std::vector<TextSpan>& spans) {
        return toText(Json{{"text", joinSpans(spans)}});
    });
}

}  // namespace

void addTemplate(CLI::App& app, Run& run) {
    auto* const command = app.add_subcommand("template", "Renders conversations with a chat template");
    const auto path = std::make_shared<std::string>();
    const auto jsonl = std::make_shared<bool>(false);
    command->add_option("source", *path, "A model (.gguf) or a template (.jinja)")->required();
    command->add_flag("--jsonl", *jsonl, "Answer requests on standard input, one JSON object a line")->required();
    command->callback([=, &run] {
        run = [=]() -> Result<void> {
            const auto source = open(*path);
            if (!source) return tl::unexpected(source.error());
            return answerLines([&](const Json& request) { return answer(*source, request); });
        };
    });
}

}  // namespace monochord::cli
