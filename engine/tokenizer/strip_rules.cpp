#include "tokenizer/strip_rules.h"

#include <algorithm>

#include "base/unicode.h"

namespace monochord {

namespace {

bool contains(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::ranges::any_of(parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// The bytes of the space that begins at `at`, or 0.
size_t spaceBytes(std::string_view text, size_t at) {
    const CodePoint c = decodeUtf8(text, at);
    return c.bytes != 0 && charClass(c.value) == CharClass::Space ? c.bytes : 0;
}

}  // namespace

Result<StripRules> StripRules::load(const GgufFile& file, const Vocabulary& vocabulary) {
    const auto pre = file.get<std::string_view>("tokenizer.ggml.pre");
    const auto architecture = file.get<std::string_view>("general.architecture");
    const auto name = file.get<std::string_view>("general.name");
    for (const auto* text : {&pre, &architecture, &name})
        if (!*text) return tl::unexpected(text->error());
    std::string lowerName(name->value_or(""));
    std::ranges::transform(lowerName, lowerName.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    StripRules rules;
    if (contains(pre->value_or(""), {"jina-v2-de", "jina-v2-es", "jina-v2-code"}) ||
        contains(architecture->value_or(""), {"nomic-bert-moe", "jina-bert-v3"})) {
        rules.m_left = vocabulary.find("<mask>");
    } else if (contains(lowerName, {"modern-bert"})) {
        rules.m_left = vocabulary.find("[MASK]");
    } else if (contains(lowerName, {"phi-3", "phi3"})) {
        rules.m_right.resize(vocabulary.size());
        for (size_t i = 0; i < vocabulary.size(); i++) {
            const TokenId id = static_cast<TokenId>(i);
            const std::string_view text = vocabulary.text(id);
            const bool plain = text == "<unk>" || text == "<s>" || text == "<|endoftext|>";
            rules.m_right[i] = !plain && (vocabulary.isControl(id) || vocabulary.kind(id) == TokenKind::UserDefined);
        }
    }
    return rules;
}

size_t skipSpaces(std::string_view text, size_t at) {
    while (const size_t bytes = spaceBytes(text, at)) at += bytes;
    return at;
}

size_t skipSpacesBack(std::string_view text, size_t from, size_t end) {
    while (end > from) {
        size_t at = end - 1;
        while (at > from && end - at < 4 && (static_cast<uint8_t>(text[at]) & 0xC0) == 0x80) at--;
        if (at + spaceBytes(text, at) != end) break;
        end = at;
    }
    return end;
}

}  // namespace monochord
