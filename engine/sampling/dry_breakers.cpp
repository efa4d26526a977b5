#include <algorithm>

#include "monochord/sampling.h"

namespace monochord {

std::vector<TokenId> tokensContaining(const Tokenizer& tokenizer, std::span<const std::string> texts) {
    std::vector<TokenId> ids;
    for (size_t i = 0; i < tokenizer.size(); i++) {
        const auto id = static_cast<TokenId>(i);
        const std::string piece = tokenizer.piece(id);
        const auto contained = [&](const std::string& text) {
            return !text.empty() && piece.find(text) != std::string::npos;
        };
        if (std::any_of(texts.begin(), texts.end(), contained)) ids.push_back(id);
    }
    return ids;
}

}  // namespace monochord
