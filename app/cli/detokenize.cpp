#include <fmt/format.h>

#include <memory>

#include "command.h"
#include "json_lines.h"
#include "monochord/tokenizer.h"

namespace monochord::cli {

namespace {

Result<std::string> pieces(const Tokenizer& tokenizer, const std::vector<int32_t>& ids) {
    Json list = Json::array();
    for (const TokenId id : ids) {
        if (!tokenizer.contains(id))
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the token id {} is not in the vocabulary, which has {}", id, tokenizer.size()));
        list.push_back(toBase64(tokenizer.piece(id)));
    }
    return toText(Json{{"pieces", std::move(list)}});
}

Result<std::string> answer(const Tokenizer& tokenizer, const Json& request) {
    const auto ids = member<std::vector<int32_t>>(request, "ids");
    if (!ids) return tl::unexpected(ids.error());
    const auto skipSpecial = memberOr(request, "skip_special", false);
    if (!skipSpecial) return tl::unexpected(skipSpecial.error());
    const auto wantsPieces = memberOr(request, "pieces", false);
    if (!wantsPieces) return tl::unexpected(wantsPieces.error());
    if (*wantsPieces) return pieces(tokenizer, *ids);
    return tokenizer.decode(*ids, *skipSpecial).map([](const std::string& text) {
        return toText(Json{{"text", text}});
    });
}

}  // namespace

void addDetokenize(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("detokenize", "Token ids to texts, one JSON object a line");
    auto model = std::make_shared<std::string>();
    command->add_option("MODEL", *model, "A GGUF file; only its vocabulary is read")->required();
    command->add_flag("--jsonl")->required()->description(
        "{\"ids\", \"skip_special\"?, \"pieces\"?} -> {\"text\"}, or {\"pieces\"}: base64 of each token");
    command->callback([model, &run] {
        run = [model]() -> Result<void> {
            const auto tokenizer = Tokenizer::open(*model);
            if (!tokenizer) return fail(tokenizer.error().code, *model + ": " + tokenizer.error().message);
            return answerLines([&](const Json& request) { return answer(**tokenizer, request); });
        };
    });
}

}  // namespace monochord::cli
