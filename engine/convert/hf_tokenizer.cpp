#include "convert/hf_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/printable.h"
#include "convert/hf_vocabulary.h"

namespace monochord {

namespace {

/// The files of a folder that are about the tokenizer; null where there is none.
struct TokenizerFiles {
    Json config;      // tokenizer_config.json
    Json tokenizer;   // tokenizer.json
    Json added;       // added_tokens.json
    Json generation;  // generation_config.json
};

Result<TokenizerFiles> readFiles(const std::filesystem::path& folder) {
    TokenizerFiles files;
    const std::pair<const char*, Json*> all[] = {{"tokenizer_config.json", &files.config},
                                                 {"tokenizer.json", &files.tokenizer},
                                                 {"added_tokens.json", &files.added},
                                                 {"generation_config.json", &files.generation}};
    for (const auto& [name, json] : all) {
        auto read = readJsonObject(folder / name);
        if (!read) return tl::unexpected(std::move(read.error()));
        *json = std::move(*read);
    }
    return files;
}

/// What the tokenizer's class adds to the pieces of a tokenizer.model.
void addTokens(const TokenizerFiles& files, uint64_t size, HfVocabulary& vocabulary) {
    if (files.added.is_object())
        for (const auto& [text, id] : files.added.items())
            if (id.is_number_unsigned())
                vocabulary.place(id.get<uint64_t>(), {text, -1000, TokenKind::UserDefined}, size);
    const Json* decoder = member(files.config, "added_tokens_decoder");
    if (decoder && decoder->is_object()) {
        for (const auto& [id, token] : decoder->items()) {
            const auto text = textMember(token, "content");
            if (text && !id.empty() && id.size() < 10 &&
                std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; }))
                vocabulary.place(std::stoull(id), addedToken(*text, flagMember(token, "special").value_or(false)),
                                 size);
        }
        return;
    }
    // Without it, at least what fills holes.
    if (const Json* list = member(files.tokenizer, "added_tokens"); list && list->is_array())
        for (const Json& token : *list) {
            const auto id = wholeMember(token, "id");
            const auto text = textMember(token, "content");
            if (!id || *id < 0 || !text) continue;
            const auto at = static_cast<uint64_t>(*id);
            if (at >= vocabulary.entries.size() || vocabulary.entries[at].kind == TokenKind::Unused)
                vocabulary.place(at, addedToken(*text, flagMember(token, "special").value_or(false)), size);
        }
}

Result<HfVocabulary> readVocabulary(const std::filesystem::path& folder, const TokenizerFiles& files, uint64_t size) {
    const auto bytes = readText(folder / "tokenizer.model");
    if (!bytes) return tl::unexpected(bytes.error());
    if (*bytes) {
        auto model = parseSentencePiece(**bytes);
        // Some models call a file of another format so and have a tokenizer.json beside it.
        if (!model && files.tokenizer.is_null()) return tl::unexpected(std::move(model.error()));
        if (model) {
            HfVocabulary vocabulary{"llama", "default", std::move(model->pieces), {}, model->addsSpacePrefix};
            if (vocabulary.entries.size() > size) vocabulary.entries.resize(size);
            addTokens(files, size, vocabulary);
            return vocabulary;
        }
    }
    if (files.tokenizer.is_null())
        return fail(ErrorCode::NotFound, "there is neither tokenizer.json nor tokenizer.model");
    return readTokenizerJson(files.tokenizer, size);
}

/// A token as tokenizer_config.json names it: a text or an object with one.
std::optional<std::string> namedToken(const Json& config, const std::string& name) {
    const Json* token = member(config, name + "_token");
    if (!token) return std::nullopt;
    return token->is_string() ? std::optional(token->get<std::string>()) : textMember(*token, "content");
}

/// The id of a special token: by its text among the added tokens, by config.json, by its text in the whole vocabulary.
std::optional<uint64_t> specialId(const std::string& name, const TokenizerFiles& files, const HfConfig& config,
                                  const HfVocabulary& vocabulary) {
    const auto text = namedToken(files.config, name);
    if (const Json* list = member(files.tokenizer, "added_tokens"); text && list && list->is_array())
        for (const Json& token : *list)
            if (textMember(token, "content") == text)
                if (const auto id = wholeMember(token, "id"); id && *id >= 0) return static_cast<uint64_t>(*id);
    const std::string key = name + "_token_id";
    const Json* id = config.find({key});
    if (id && id->is_array() && !id->empty()) id = &id->front();  // several ends: see endsOfReplies
    if (id && id->is_number_unsigned()) return id->get<uint64_t>();
    const SentencePiece* entry = text && (name == "bos" || name == "eos") ? vocabulary.find(*text) : nullptr;
    return entry ? std::optional(static_cast<uint64_t>(entry - vocabulary.entries.data())) : std::nullopt;
}

/// Tokens besides `eos` at which replies end; the format has two more names for such.
void writeEndsOfReplies(const TokenizerFiles& files, const HfConfig& config, uint64_t eos, uint64_t size,
                        GgufMetadata& out) {
    const Json* list = member(files.generation, "eos_token_id");
    if (!list) list = config.find({"eos_token_id"});
    if (!list || !list->is_array()) return;
    std::vector<const char*> names = {"tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"};
    for (const Json& id : *list) {
        if (!id.is_number_unsigned() || id.get<uint64_t>() >= size || id.get<uint64_t>() == eos || names.empty())
            continue;
        out.set(names.front(), static_cast<uint32_t>(id.get<uint64_t>()));
        names.erase(names.begin());
    }
}

/// What comes before and behind a text, by the post-processor of tokenizer.json: `single` is a list of tokens around
/// the text, `pair` the same for two texts, with what stands between them.
std::map<std::string, bool> addedAround(const TokenizerFiles& files) {
    std::map<std::string, bool> adds;
    const Json* processor = member(files.tokenizer, "post_processor");
    if (const Json* parts = processor ? member(*processor, "processors") : nullptr; parts && parts->is_array())
        for (const Json& part : *parts)
            if (textMember(part, "type") == "TemplateProcessing") processor = &part;
    if (!processor || textMember(*processor, "type") != "TemplateProcessing") return adds;
    const auto special = [](const Json& item) {
        const Json* token = member(item, "SpecialToken");
        return token ? textMember(*token, "id") : std::nullopt;
    };
    const auto is = [&](const std::optional<std::string>& token, const char* name) {
        return token && token == namedToken(files.config, name);
    };
    const Json *single = member(*processor, "single"), *pair = member(*processor, "pair");
    std::optional<std::string> first, last;
    if (single && single->is_array() && single->size() > 1) {
        first = special(single->front());
        last = special(single->back());
        if (first) adds["bos"] = is(first, "bos") || is(first, "cls");
        if (last) adds["eos"] = is(last, "eos") || is(last, "sep");
    }
    if (!pair || !pair->is_array()) return adds;
    std::vector<std::optional<std::string>> between;  // tokens between the texts A and B
    bool inside = false;
    for (const Json& item : *pair) {
        const bool isText = member(item, "Sequence") != nullptr;
        if (inside && !isText) between.push_back(special(item));
        if (isText) inside = !inside;
    }
    const auto ends = [&](const auto& token) { return is(token, "sep") || is(token, "eos"); };
    if (!between.empty()) adds["sep"] = (ends(between[0]) && !last) || (between.size() == 2 && ends(between[1]));
    return adds;
}

void writeVocabulary(HfVocabulary whole, uint64_t size, GgufMetadata& out) {
    whole.fill(size);
    std::vector<std::string> texts;
    std::vector<float> scores;
    std::vector<int32_t> kinds;
    for (SentencePiece& entry : whole.entries) {
        texts.push_back(std::move(entry.text));
        scores.push_back(entry.score);
        kinds.push_back(static_cast<int32_t>(entry.kind));
    }
    out.set("tokenizer.ggml.model", whole.model);
    out.set("tokenizer.ggml.pre", whole.pre);
    out.setList("tokenizer.ggml.tokens", texts);
    if (whole.model == "llama") out.setList("tokenizer.ggml.scores", scores);
    out.setList("tokenizer.ggml.token_type", kinds);
    if (whole.model == "gpt2") out.setList("tokenizer.ggml.merges", whole.merges);
}

void writeSpecialTokens(const TokenizerFiles& files, const HfConfig& config, const HfVocabulary& vocabulary,
                        uint64_t size, GgufMetadata& out) {
    constexpr std::pair<const char*, const char*> kTokens[] = {
        {"bos", "bos"},     {"eos", "eos"},  {"unk", "unknown"}, {"sep", "seperator"},  // the format's spelling
        {"pad", "padding"}, {"mask", "mask"}};
    for (const auto& [name, key] : kTokens) {
        const auto id = specialId(name, files, config, vocabulary);
        if (!id || *id >= size) continue;
        out.set(fmt::format("tokenizer.ggml.{}_token_id", key), static_cast<uint32_t>(*id));
        if (std::string_view(name) == "eos") writeEndsOfReplies(files, config, *id, size, out);
    }
    auto adds = addedAround(files);
    for (const char* name : {"bos", "eos", "sep"})
        if (const auto said = flagMember(files.config, fmt::format("add_{}_token", name))) adds[name] = *said;
    // The readers of a file assume it from the kind of vocabulary where it is not said; a tokenizer of byte pair
    // encoding that does not say so adds nothing.
    if (vocabulary.model == "gpt2") adds.try_emplace("bos", false);
    for (const auto& [name, does] : adds) out.set(fmt::format("tokenizer.ggml.add_{}_token", name), does);
    const auto prefix = flagMember(files.config, "add_prefix_space");
    if (vocabulary.model == "llama" && (prefix || !vocabulary.addsSpacePrefix))
        out.set("tokenizer.ggml.add_space_prefix", prefix.value_or(false));
}

/// The template and, where there are several, those that have names.
Result<void> writeTemplates(const std::filesystem::path& folder, const TokenizerFiles& files, GgufMetadata& out) {
    std::map<std::string, std::string> named;
    if (const auto text = textMember(files.config, "chat_template")) named["default"] = *text;
    if (const Json* list = member(files.config, "chat_template"); list && list->is_array())
        for (const Json& item : *list) {
            const auto name = textMember(item, "name"), text = textMember(item, "template");
            if (name && text) named[*name] = *text;
        }
    const auto own = readText(folder / "chat_template.jinja");
    if (!own) return tl::unexpected(own.error());
    if (*own) named["default"] = **own;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "additional_chat_templates", none)) {
        if (entry.path().extension() != ".jinja") continue;
        const auto text = readText(entry.path());
        if (!text) return tl::unexpected(text.error());
        if (*text) named[entry.path().stem().string()] = **text;
    }
    std::vector<std::string> names;
    for (const auto& [name, text] : named) {
        if (name == "default") {
            out.set("tokenizer.chat_template", text);
            continue;
        }
        std::string key = name;
        std::ranges::replace_if(
            key, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)) && c != '_'; }, '_');
        if (out.has("tokenizer.chat_template." + key)) continue;
        out.set("tokenizer.chat_template." + key, text);
        names.push_back(key);
    }
    if (!names.empty()) out.setList("tokenizer.chat_templates", names);
    return {};
}

}  // namespace

Result<void> describeTokenizer(const std::filesystem::path& folder, const HfConfig& config, uint64_t size,
                               GgufMetadata& out) {
    const auto files = readFiles(folder);
    if (!files) return tl::unexpected(files.error());
    const auto vocabulary = readVocabulary(folder, *files, size);
    if (!vocabulary) return tl::unexpected(vocabulary.error());
    writeVocabulary(*vocabulary, size, out);
    writeSpecialTokens(*files, config, *vocabulary, size, out);
    return writeTemplates(folder, *files, out);
}

}  // namespace monochord
