#include "convert/hf_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "base/printable.h"
#include "convert/hf_pre_tokenizer.h"

namespace monochord {

namespace {

constexpr float kAddedScore = -1000;  // of tokens that text is never merged to

tl::unexpected<Error> corrupt(std::string_view what) {
    return fail(ErrorCode::Corrupt, fmt::format("tokenizer.json {}", what));
}

bool replaceAll(std::string& text, std::string_view from, std::string_view to) {
    bool any = false;
    for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
        any = true;
    }
    return any;
}

bool isByteToken(std::string_view text) {
    return text.size() == 6 && text.starts_with("<0x") && text.ends_with('>') &&
           std::ranges::all_of(text.substr(3, 2), [](char c) { return std::isxdigit(static_cast<unsigned char>(c)); });
}

/// The merges as "left right". In the newer way of writing parts may hold blanks, which get the character that stands
/// for them in a vocabulary of bytes.
Result<std::vector<std::string>> readMerges(const Json* list) {
    std::vector<std::string> merges;
    if (!list || !list->is_array()) return corrupt("has no list of merges");
    for (const Json& merge : *list) {
        const bool isPair = merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string();
        if (!isPair && !merge.is_string()) return corrupt("has a merge that is not of two texts");
        if (!isPair) {
            merges.push_back(merge.get<std::string>());
            continue;
        }
        std::string left = merge[0].get<std::string>(), right = merge[1].get<std::string>();
        replaceAll(left, " ", "Ġ");
        replaceAll(right, " ", "Ġ");
        merges.push_back(left + " " + right);
    }
    return merges;
}

Result<void> readBpeEntries(const Json& model, uint64_t most, HfVocabulary& vocabulary) {
    const Json* entries = member(model, "vocab");
    if (!entries || !entries->is_object() || entries->empty()) return corrupt("has no vocabulary");
    for (const auto& [text, id] : entries->items()) {
        if (!id.is_number_unsigned()) return corrupt(fmt::format("gives \"{}\" no id", printable(text)));
        vocabulary.place(id.get<uint64_t>(), {text, 0, TokenKind::Normal}, most);
    }
    return {};
}

/// Unigram: a list of texts and scores.
Result<void> readScoredEntries(const Json& model, uint64_t most, HfVocabulary& vocabulary) {
    const Json* entries = member(model, "vocab");
    if (!entries || !entries->is_array() || entries->empty()) return corrupt("has no vocabulary");
    for (size_t id = 0; id < entries->size(); id++) {
        const Json& entry = (*entries)[id];
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number())
            return corrupt(fmt::format("has no text and score for token {}", id));
        vocabulary.place(id, {entry[0].get<std::string>(), entry[1].get<float>(), TokenKind::Normal}, most);
    }
    return {};
}

/// SentencePiece's byte pair encoding merges what has the highest score first: the earlier a merge, the higher.
void scoreByMerges(const std::vector<std::string>& merges, HfVocabulary& vocabulary) {
    std::unordered_map<std::string, size_t> ranks;
    for (size_t rank = 0; rank < merges.size(); rank++) {
        std::string text = merges[rank];
        if (const size_t blank = text.find(' '); blank != text.npos) text.erase(blank, 1);
        ranks.try_emplace(std::move(text), rank);
    }
    for (SentencePiece& entry : vocabulary.entries) {
        const auto rank = ranks.find(entry.text);
        entry.score = -static_cast<float>(rank == ranks.end() ? merges.size() : rank->second);
    }
}

/// Whether a blank is put before the text: by a normalizer that does so, or by "Metaspace".
bool addsSpacePrefix(const Json* rule) {
    if (!rule) return false;
    const std::string type = textMember(*rule, "type").value_or("");
    if (type == "Prepend") return true;
    if (type == "Metaspace")
        return textMember(*rule, "prepend_scheme").value_or("always") != "never" &&
               flagMember(*rule, "add_prefix_space").value_or(true);
    for (const char* key : {"normalizers", "pretokenizers"})
        if (const Json* parts = member(*rule, key); parts && parts->is_array())
            if (std::ranges::any_of(*parts, [](const Json& part) { return addsSpacePrefix(&part); })) return true;
    return false;
}

void nameKinds(const Json& model, HfVocabulary& vocabulary) {
    const auto unknownText = textMember(model, "unk_token");
    const auto unknownId = wholeMember(model, "unk_id");
    for (size_t id = 0; id < vocabulary.entries.size(); id++) {
        SentencePiece& entry = vocabulary.entries[id];
        if (entry.kind != TokenKind::Normal && entry.kind != TokenKind::Control) continue;
        if ((unknownText && entry.text == *unknownText) || (unknownId && *unknownId == static_cast<int64_t>(id)))
            entry.kind = TokenKind::Unknown;
        else if (isByteToken(entry.text))
            entry.kind = TokenKind::Byte;
    }
}

Result<void> addTokens(const Json& tokenizer, uint64_t most, HfVocabulary& vocabulary) {
    const Json* list = member(tokenizer, "added_tokens");
    if (!list) return {};
    if (!list->is_array()) return corrupt("has no list of added tokens");
    for (const Json& token : *list) {
        const auto id = wholeMember(token, "id");
        const auto text = textMember(token, "content");
        if (!id || *id < 0 || !text) return corrupt("has an added token without id or text");
        vocabulary.place(static_cast<uint64_t>(*id), addedToken(*text, flagMember(token, "special").value_or(false)),
                         most);
    }
    return {};
}

bool isOverBytes(const Json* rule) {
    if (!rule) return false;
    if (textMember(*rule, "type") == "ByteLevel") return true;
    for (const char* key : {"decoders", "pretokenizers"})
        if (const Json* parts = member(*rule, key); parts && parts->is_array())
            if (std::ranges::any_of(*parts, [](const Json& part) { return isOverBytes(&part); })) return true;
    return false;
}

}  // namespace

void HfVocabulary::fill(uint64_t size) {
    const float score = model == "gpt2" ? 0.0f : -10000.0f;
    while (entries.size() < size) entries.push_back({fmt::format("[PAD{}]", entries.size()), score, TokenKind::Unused});
}

bool HfVocabulary::place(uint64_t id, SentencePiece entry, uint64_t most) {
    if (id >= most) return false;
    fill(id + 1);
    entries[id] = std::move(entry);
    return true;
}

const SentencePiece* HfVocabulary::find(std::string_view text) const {
    const auto found = std::ranges::find(entries, text, &SentencePiece::text);
    return found == entries.end() ? nullptr : &*found;
}

SentencePiece addedToken(std::string text, bool isSpecial) {
    constexpr std::string_view kSpecial[] = {"<pad>", "<mask>", "<2mass>", "[@BOS@]"};
    const auto between = [&](std::string_view begin, std::string_view end) {
        return text.size() >= begin.size() + end.size() && text.starts_with(begin) && text.ends_with(end);
    };
    // Several models call their control tokens ordinary ones.
    if (isSpecial || std::ranges::find(kSpecial, text) != std::end(kSpecial) || between("<|", "|>") ||
        between("<｜", "｜>") || between("<unused", ">"))
        return {std::move(text), kAddedScore, TokenKind::Control};
    replaceAll(text, "▁", " ");
    return {std::move(text), kAddedScore, TokenKind::UserDefined};
}

Result<HfVocabulary> readTokenizerJson(const Json& tokenizer, uint64_t most) {
    HfVocabulary vocabulary;
    const Json* model = member(tokenizer, "model");
    if (!model) return corrupt("has no \"model\"");
    // Old files do not name the model's kind.
    const std::string type = textMember(*model, "type").value_or(member(*model, "merges") ? "BPE" : "");
    const bool overBytes = isOverBytes(member(tokenizer, "pre_tokenizer")) || isOverBytes(member(tokenizer, "decoder"));
    vocabulary.model = type == "BPE" && overBytes ? "gpt2" : "llama";
    vocabulary.pre = "default";
    if (type != "BPE" && type != "Unigram")
        return fail(ErrorCode::Unsupported,
                    fmt::format("a tokenizer of the kind \"{}\" is not supported", printable(type)));
    auto done = type == "BPE" ? readBpeEntries(*model, most, vocabulary) : readScoredEntries(*model, most, vocabulary);
    if (!done) return tl::unexpected(std::move(done.error()));
    if (type == "BPE") {
        auto merges = readMerges(member(*model, "merges"));
        if (!merges) return tl::unexpected(std::move(merges.error()));
        if (overBytes) {
            vocabulary.merges = std::move(*merges);
            const auto pre = recognizePreTokenizer(tokenizer);
            if (!pre) return tl::unexpected(pre.error());
            vocabulary.pre = *pre;
        } else {
            scoreByMerges(*merges, vocabulary);
        }
    }
    vocabulary.addsSpacePrefix =
        addsSpacePrefix(member(tokenizer, "normalizer")) || addsSpacePrefix(member(tokenizer, "pre_tokenizer"));
    if (done = addTokens(tokenizer, most, vocabulary); !done) return tl::unexpected(std::move(done.error()));
    if (!overBytes) nameKinds(*model, vocabulary);
    return vocabulary;
}

}  // namespace monochord
