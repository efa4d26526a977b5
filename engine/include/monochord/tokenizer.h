#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monochord/error.h"

namespace monochord {

class GgufFile;

/// The number of a vocabulary entry: 0 … Tokenizer::size() - 1.
using TokenId = int32_t;

/// What a vocabulary entry is for, with the numbers of `tokenizer.ggml.token_type`.
enum class TokenKind : uint8_t {
    Normal = 1,       ///< a piece of text
    Unknown = 2,      ///< stands for what can't be spelled
    Control = 3,      ///< structure: only trusted text becomes one
    UserDefined = 4,  ///< a piece of text that is never cut
    Unused = 5,       ///< a hole
    Byte = 6          ///< a byte of a character that has no token
};

/// A piece of a prompt and where it came from. Only trusted text (the chat template's own) can become control tokens;
/// text of users, documents and tools never does, whatever it spells (rule 5 of engine/README.md).
struct TextSpan {
    std::string text;      ///< any bytes
    bool trusted = false;  ///< the template's own
};

/// Text to token ids and back, as the vocabulary of a model file defines it. Immutable and thread-safe.
///
/// Any bytes can be encoded. What is no UTF-8 is taken byte by byte, in the way the tokenizers in the field do:
/// byte-level vocabularies see U+FFFD for each such byte, SentencePiece ones the byte itself, WordPiece ones nothing.
/// Time is linear in the text (but for a logarithm), stack use constant.
class Tokenizer {
public:
    /// Reads `tokenizer.ggml.*`. The file must outlive the tokenizer.
    /// Errors: Unsupported (tokenizer model or pre-tokenizer, named), Corrupt (with the key).
    static Result<std::unique_ptr<Tokenizer>> load(const GgufFile& file);
    /// The same for a model file that nothing else is wanted of: reads header and vocabulary only.
    /// Errors: also those of GgufFile::open.
    static Result<std::unique_ptr<Tokenizer>> open(const std::filesystem::path& path);
    ~Tokenizer();

    size_t size() const;  ///< ids are 0 … size() - 1
    /// True for the ids of the vocabulary.
    bool contains(TokenId id) const { return id >= 0 && static_cast<size_t>(id) < size(); }
    TokenKind kind(TokenId id) const;  ///< precondition: contains(id)

    std::optional<TokenId> bos() const;      ///< begins a text; nothing where the vocabulary has none
    std::optional<TokenId> eos() const;      ///< ends a text, likewise
    std::optional<TokenId> unknown() const;  ///< stands for what the vocabulary can't spell, likewise
    std::optional<TokenId> padding() const;  ///< fills rows of a batch, likewise
    bool addsBos() const;                    ///< the vocabulary wants BOS in front of a text that has none
    bool addsEos() const;                    ///< it wants EOS at the end of a text
    /// True for the tokens that end a reply: EOS, and the end-of-turn and end-of-message tokens that the file names or
    /// that carry one of the usual names.
    bool endsReply(TokenId id) const;

    /// What makes no sense in the vocabulary but keeps nobody from using it, so that it is no error of load(): merges
    /// that name no token (Corrupt, with how many).
    std::optional<Error> flaw() const;

    /// The ids of a text, without BOS and EOS. User-defined tokens are recognised anywhere; control tokens only with
    /// parseSpecial.
    std::vector<TokenId> encode(std::string_view text, bool parseSpecial) const;
    /// The ids of spans that follow each other. A control token is recognised only where each of its bytes is trusted;
    /// otherwise the borders between spans leave no trace.
    std::vector<TokenId> encode(std::span<const TextSpan> spans) const;

    /// The bytes of one token; control tokens as the text of their entry. Precondition: contains(id).
    std::string piece(TokenId id) const;
    /// The bytes of a sequence; with skipSpecial, control tokens and the unknown token are left out. Where the
    /// vocabulary puts a blank in front of every text, it is taken away again. Errors: InvalidArgument (id out of
    /// range).
    Result<std::string> decode(std::span<const TokenId> ids, bool skipSpecial) const;

private:
    struct Data;
    explicit Tokenizer(std::unique_ptr<Data> data);
    void appendPiece(TokenId id, bool skipSpecial, bool& atStart, std::string& out) const;
    std::unique_ptr<Data> m_data;
    friend class StreamDecoder;
};

/// Tokens in, text out while a reply streams: what push() returns is always whole UTF-8 characters; the bytes of an
/// unfinished one wait for the next token. Bytes that can't become a character come out as U+FFFD.
class StreamDecoder {
public:
    /// The tokenizer must outlive the decoder. `atStart`: the tokens begin a text, so that the blank which the
    /// vocabulary may put in front of every text is taken away.
    explicit StreamDecoder(const Tokenizer& tokenizer, bool skipSpecial = true, bool atStart = true);
    std::string push(TokenId id);  ///< precondition: the tokenizer contains id
    std::string finish();          ///< what was still waiting, as U+FFFD; starts anew

private:
    const Tokenizer* m_tokenizer;
    bool m_skipSpecial;
    bool m_atStart;
    std::string m_waiting;
};

/// \example tokenize.cpp
/// Text to token ids and back.

}  // namespace monochord
