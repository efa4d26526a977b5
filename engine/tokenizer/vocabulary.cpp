#include "tokenizer/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/printable.h"

namespace monochord {

namespace {

/// Tokens that end a turn or a message in one family of models or another, whatever the file says about them.
constexpr std::string_view kReplyEnds[] = {
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<end_of_turn>",
    "<turn|>",
    "<|end_of_text|>",
    "<|end_of_turn|>",
    "</s>",
    "<|return|>",
    "<EOT>",
    "_<EOT>",
    "<|eot|>",
    "<|eom|>",
    "<eos>",
    "<|call|>",
    "<|END_OF_TURN_TOKEN|>",
    "<|endofturn|>",
    "<end_of_utterance>",
    "<｜end▁of▁sentence｜>",
    "<|end_of_role|>",
    "[EOS]",
    "[EOT]",
    "[e~[",
    "<|calls|>",
    "<|flush|>",
    "<|tool_response>",
};

tl::unexpected<Error> corrupt(std::string_view key, std::string_view what) {
    return fail(ErrorCode::Corrupt, fmt::format("the key \"{}\" {}", printable(key), what));
}

template <class T>
Result<std::vector<T>> requiredArray(const GgufFile& file, std::string_view key) {
    auto values = file.getArray<T>(key);
    if (!values) return tl::unexpected(std::move(values.error()));
    if (!*values) return corrupt(key, "is missing");
    return std::move(**values);
}

Result<void> checkLength(std::string_view key, size_t length, size_t tokens) {
    if (length == tokens) return {};
    return corrupt(key, fmt::format("has {} elements for {} tokens", length, tokens));
}

/// Found by their text as part of a longer text, and so before tokens that only stand for themselves.
bool isOrdinary(TokenKind kind) {
    return kind == TokenKind::Normal || kind == TokenKind::UserDefined || kind == TokenKind::Unused;
}

Result<TokenizerModel> readModel(const GgufFile& file) {
    constexpr std::string_view kKey = "tokenizer.ggml.model";
    const auto name = file.get<std::string_view>(kKey);
    if (!name) return tl::unexpected(name.error());
    if (!*name) return corrupt(kKey, "is missing");
    if (**name == "gpt2") return TokenizerModel::Bpe;
    if (**name == "gemma4") return TokenizerModel::Gemma4;
    if (**name == "llama") return TokenizerModel::Spm;
    if (**name == "bert") return TokenizerModel::WordPiece;
    if (**name == "none" || **name == "no_vocab") return fail(ErrorCode::Unsupported, "the file has no vocabulary");
    return fail(ErrorCode::Unsupported,
                fmt::format("the tokenizer model \"{}\" is not supported", printable(**name, 40)));
}

}  // namespace

Result<Vocabulary> Vocabulary::load(const GgufFile& file) {
    Vocabulary vocabulary;
    const auto model = readModel(file);
    if (!model) return tl::unexpected(model.error());
    vocabulary.m_model = *model;
    using Step = Result<void> (Vocabulary::*)(const GgufFile&);
    for (const Step step : {&Vocabulary::readEntries, &Vocabulary::readKinds, &Vocabulary::readScores,
                            &Vocabulary::readSpecialIds, &Vocabulary::readFlags})
        if (auto done = (vocabulary.*step)(file); !done) return tl::unexpected(std::move(done.error()));
    if (auto done = vocabulary.buildTable(); !done) return tl::unexpected(std::move(done.error()));
    return vocabulary;
}

Result<void> Vocabulary::readEntries(const GgufFile& file) {
    constexpr std::string_view kKey = "tokenizer.ggml.tokens";
    auto texts = requiredArray<std::string_view>(file, kKey);
    if (!texts) return tl::unexpected(std::move(texts.error()));
    if (texts->empty() || texts->size() > static_cast<size_t>(std::numeric_limits<TokenId>::max()))
        return corrupt(kKey, fmt::format("has {} tokens", texts->size()));
    m_texts = std::move(*texts);
    return {};
}

Result<void> Vocabulary::readKinds(const GgufFile& file) {
    constexpr std::string_view kKey = "tokenizer.ggml.token_type";
    m_kinds.assign(size(), TokenKind::Normal);
    const auto kinds = file.getArray<int32_t>(kKey);
    if (!kinds) return tl::unexpected(kinds.error());
    if (!*kinds) return {};
    if (auto same = checkLength(kKey, (*kinds)->size(), size()); !same) return same;
    for (size_t id = 0; id < size(); id++) {
        const int32_t kind = (**kinds)[id];
        if (kind < 0 || kind > static_cast<int32_t>(TokenKind::Byte))
            return corrupt(kKey, fmt::format("has the unknown kind {} for token {}", kind, id));
        if (kind != 0) m_kinds[id] = static_cast<TokenKind>(kind);  // 0: not said
    }
    return {};
}

Result<void> Vocabulary::readScores(const GgufFile& file) {
    if (m_model != TokenizerModel::Spm) return {};
    constexpr std::string_view kKey = "tokenizer.ggml.scores";
    auto scores = requiredArray<float>(file, kKey);
    if (!scores) return tl::unexpected(std::move(scores.error()));
    if (auto same = checkLength(kKey, scores->size(), size()); !same) return same;
    const auto broken = std::ranges::find_if(*scores, [](float score) { return std::isnan(score); });
    if (broken != scores->end())
        return corrupt(kKey, fmt::format("has no number for token {}", broken - scores->begin()));
    m_scores = std::move(*scores);
    return {};
}

Result<void> Vocabulary::readSpecialIds(const GgufFile& file) {
    constexpr std::string_view kPrefix = "tokenizer.ggml.", kSuffix = "_token_id";
    m_endsReply.assign(size(), false);
    for (const MetadataEntry& entry : file.metadata()) {
        if (!entry.key.starts_with(kPrefix) || !entry.key.ends_with(kSuffix)) continue;
        if (entry.key.size() < kPrefix.size() + kSuffix.size()) continue;
        const auto value = file.get<int64_t>(entry.key);
        if (!value) return tl::unexpected(value.error());
        if (**value < 0 || static_cast<uint64_t>(**value) >= size())
            return corrupt(entry.key, fmt::format("is {}, but the vocabulary has {} tokens", **value, size()));
        const TokenId id = static_cast<TokenId>(**value);
        const auto name = entry.key.substr(kPrefix.size(), entry.key.size() - kPrefix.size() - kSuffix.size());
        // What begins and ends a text goes by other names in models that only read.
        const bool reads = m_model == TokenizerModel::WordPiece;
        if (name == (reads ? "cls" : "bos")) m_bos = id;
        if (name == (reads ? "seperator" : "eos")) m_eos = id;  // the format's spelling
        if (name == "unknown") m_unknown = id;
        if (name == "padding") m_padding = id;
        if (name == "eos" || name == "eot" || name == "eom") m_endsReply[static_cast<size_t>(id)] = true;
    }
    if (m_model == TokenizerModel::WordPiece && m_unknown)
        m_kinds[static_cast<size_t>(*m_unknown)] = TokenKind::Unknown;
    for (size_t id = 0; id < size(); id++) {
        if (m_kinds[id] == TokenKind::Unknown && !m_unknown) m_unknown = static_cast<TokenId>(id);
        // A user-defined entry is no text that words are made of either; several converters mark the end of a turn so.
        if ((m_kinds[id] == TokenKind::Control || m_kinds[id] == TokenKind::UserDefined) &&
            std::ranges::find(kReplyEnds, m_texts[id]) != std::end(kReplyEnds))
            m_endsReply[id] = true;
    }
    keepEndsOfMessages();
    return {};
}

/// In replies of several messages (OpenAI's Harmony, Solar Open) "<|end|>" ends one of them and other tokens the reply.
void Vocabulary::keepEndsOfMessages() {
    const auto isEnd = [&](std::string_view text) {
        const auto found = std::ranges::find(m_texts, text);
        return found != m_texts.end() && m_endsReply[static_cast<size_t>(found - m_texts.begin())];
    };
    if (!(isEnd("<|return|>") && isEnd("<|call|>")) && !(isEnd("<|flush|>") && isEnd("<|calls|>"))) return;
    const auto end = std::ranges::find(m_texts, "<|end|>");
    if (end != m_texts.end()) m_endsReply[static_cast<size_t>(end - m_texts.begin())] = false;
}

Result<void> Vocabulary::readFlags(const GgufFile& file) {
    const auto addBos = file.get<bool>("tokenizer.ggml.add_bos_token");
    const bool reads = m_model == TokenizerModel::WordPiece;
    const auto addEos = file.get<bool>(reads ? "tokenizer.ggml.add_sep_token" : "tokenizer.ggml.add_eos_token");
    const auto addSpacePrefix = file.get<bool>("tokenizer.ggml.add_space_prefix");
    for (const auto* flag : {&addBos, &addEos, &addSpacePrefix})
        if (!*flag) return tl::unexpected(flag->error());
    m_addBos = *addBos;
    m_addEos = *addEos;
    m_addSpacePrefix = addSpacePrefix->value_or(m_model == TokenizerModel::Spm);
    return {};
}

Result<void> Vocabulary::buildTable() {
    constexpr size_t kAhead = 16;  // tokens: longer than memory takes
    m_table = TextTable(m_texts);
    for (size_t i = 0; i < size(); i++) {
        const TokenId id = static_cast<TokenId>(i);
        if (i + kAhead < size()) m_table.fetch(static_cast<TokenId>(i + kAhead));
        if (m_texts[i].empty()) continue;
        const bool entered = m_table.insert(id, [&](TokenId other) {
            m_textsDiffer = false;
            return isOrdinary(kind(id)) || !isOrdinary(kind(other));
        });
        if (!entered) return corrupt("tokenizer.ggml.tokens", "has texts that were made to collide");
    }
    return {};
}

}  // namespace monochord
