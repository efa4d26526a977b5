#include <fmt/format.h>

#include <iterator>

#include "line_commands.h"

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
    addTokenizerCommand(app, run, "tokenize", "Texts to token ids, one JSON object a line",
                        R"({"text" or "bytes" (base64), "parse_special", "add_bos"} -> {"ids"})", answer);
}

}  // namespace monochord::cli
