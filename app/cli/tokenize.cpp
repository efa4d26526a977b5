#include <fmt/format.h>

#include <iterator>
#include <memory>

#include "command.h"
#include "json_lines.h"
#include "monochord/tokenizer.h"

namespace monochord::cli {

namespace {

Result<std::string> textOf(const Json& request) {
    if (request.contains("text") && request.contains("bytes"))
        return fail(ErrorCode::InvalidArgument, "the request has both \"text\" and \"bytes\"");
    if (!request.contains("bytes")) return member<std::string>(request, "text");
    return member<std::string>(request, "bytes").and_then(fromBase64);
}

Result<std::string> answer(const Tokenizer& tokenizer, const Json& request) {
    const auto text = textOf(request);
    if (!text) return tl::unexpected(text.error());
    const auto parseSpecial = memberOr(request, "parse_special", false);
    if (!parseSpecial) return tl::unexpected(parseSpecial.error());
    const auto addBos = memberOr(request, "add_bos", false);
    if (!addBos) return tl::unexpected(addBos.error());
    if (*addBos && !tokenizer.bos())
        return fail(ErrorCode::InvalidArgument, "the vocabulary has no token for the beginning of a text");

    std::vector<TokenId> ids = tokenizer.encode(*text, *parseSpecial);
    if (*addBos) ids.insert(ids.begin(), *tokenizer.bos());
    std::string line = "{\"ids\":[";  // by hand: a JSON tree of ten million numbers is a hundred times their size
    line.reserve(line.size() + ids.size() * 7 + 2);
    for (const TokenId id : ids) fmt::format_to(std::back_inserter(line), "{},", id);
    if (!ids.empty()) line.pop_back();
    return line + "]}";
}

}  // namespace

void addTokenize(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("tokenize", "Texts to token ids, one JSON object a line");
    auto model = std::make_shared<std::string>();
    command->add_option("MODEL", *model, "A GGUF file; only its vocabulary is read")->required();
    command->add_flag("--jsonl")->required()->description(
        "{\"text\" or \"bytes\" (base64), \"parse_special\", \"add_bos\"} -> {\"ids\"}");
    command->callback([model, &run] {
        run = [model]() -> Result<void> {
            const auto tokenizer = Tokenizer::open(*model);
            if (!tokenizer) return fail(tokenizer.error().code, *model + ": " + tokenizer.error().message);
            return answerLines([&](const Json& request) { return answer(**tokenizer, request); });
        };
    });
}

}  // namespace monochord::cli
