// Any text through small vocabularies. The first byte chooses the vocabulary, the second whether and where the text is
// cut in a trusted and an untrusted part.
#include <algorithm>
#include <string>

#include "engine/tokenizer/vocabularies.h"
#include "fuzz/fuzz_target.h"
#include "monochord/tokenizer.h"

namespace {

using namespace monochord;
using namespace monochord::test;

void addSpecials(TinyVocabulary& vocabulary) {
    vocabulary.add("<|im_start|>", TokenKind::Control);
    vocabulary.add("<|im_end|>", TokenKind::Control);
    vocabulary.add("<tool>", TokenKind::UserDefined);
    vocabulary.add("  ", TokenKind::UserDefined);
}

TinyVocabulary byteLevel(const std::string& pre) {
    TinyVocabulary vocabulary = byteVocabulary();
    vocabulary.pre = pre;
    vocabulary.merge("t", "h");
    vocabulary.merge("th", "e");
    vocabulary.merge("Ġ", "the");
    vocabulary.merge("Ġ", "Ġ");
    vocabulary.merge("a", "a");
    vocabulary.merge("aa", "aa");
    vocabulary.merge("Ã", "¤");
    addSpecials(vocabulary);
    return vocabulary;
}

TinyVocabulary sentencePiece() {
    TinyVocabulary vocabulary = spmVocabulary();
    for (const char* text : {"▁", "t", "h", "e", "a", "th", "the", "▁the", "▁▁", "aa", "aaaa", "ä"})
        vocabulary.add(text, TokenKind::Normal, -static_cast<float>(vocabulary.texts.size()));
    addSpecials(vocabulary);
    return vocabulary;
}

/// Vocabularies of every kind; names that this engine does not have are left out.
std::vector<std::unique_ptr<Tokenizer>> tokenizers() {
    std::vector<std::unique_ptr<Tokenizer>> all;
    const auto append = [&](const TinyVocabulary& vocabulary) {
        if (auto opened = open(vocabulary.builder())) all.push_back(std::move(*opened));
    };
    append(sentencePiece());
    for (const char* pre :
         {"default", "gpt-2", "llama-bpe", "qwen2", "smollm", "deepseek-llm", "deepseek-coder", "falcon", "mpt",
          "starcoder", "refact", "command-r", "gpt-4o", "tekken", "gemma4", "qwen35"})
        append(byteLevel(pre));
    PROMISE(all.size() > 3);
    return all;
}

/// Ids are the vocabulary's, decode to a text, and stream to the same number of bytes or more (U+FFFD is three).
void checkIds(const Tokenizer& tokenizer, const std::vector<TokenId>& ids, bool control) {
    StreamDecoder stream(tokenizer, false);
    std::string streamed;
    for (const TokenId id : ids) {
        PROMISE(tokenizer.contains(id));
        PROMISE(control || tokenizer.kind(id) != TokenKind::Control);
        streamed += stream.push(id);
    }
    streamed += stream.finish();
    const auto decoded = tokenizer.decode(ids, false);
    PROMISE(decoded && streamed.size() >= decoded->size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const auto all = tokenizers();
    if (size < 2) return 0;
    const Tokenizer& tokenizer = *all[data[0] % all.size()];
    const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
    checkIds(tokenizer, tokenizer.encode(text, false), false);
    checkIds(tokenizer, tokenizer.encode(text, true), true);
    const size_t cut = std::min<size_t>(data[1], text.size());
    const TextSpan untrusted[] = {{text.substr(0, cut)}, {text.substr(cut)}};
    PROMISE(tokenizer.encode(untrusted) == tokenizer.encode(text, false));
    const TextSpan mixed[] = {{text.substr(0, cut), true}, {text.substr(cut)}};
    checkIds(tokenizer, tokenizer.encode(mixed), true);
    return 0;
}
