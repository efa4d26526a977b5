#include <fmt/format.h>

#include "line_commands.h"

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
    addTokenizerCommand(app, run, "detokenize", "Token ids to texts, one JSON object a line",
                        R"({"ids", "skip_special"?, "pieces"?} -> {"text"}, or {"pieces"}: base64 of each token)",
                        answer);
}

}  // namespace monochord::cli
