#include "monochord/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gguf/gguf_file.h"
#include "tokenizer/added_tokens.h"
#include "tokenizer/bpe.h"
#include "tokenizer/spm.h"
#include "tokenizer/strip_rules.h"
#include "tokenizer/vocabulary.h"
#include "tokenizer/wordpiece.h"

namespace monochord {

namespace {

/// A stretch of a text, from byte `begin` to `end`.
struct Range {
    size_t begin = 0;
    size_t end = 0;
};

/// A token found in the text as it is spelled.
struct Found {
    size_t begin = 0;
    size_t end = 0;
    TokenId id = kNoToken;
};

void findTokens(const AddedTokens& tokens, std::string_view text, Range range, std::vector<Found>& found) {
    for (size_t at = range.begin; at < range.end;) {
        const auto match = tokens.longest(text.substr(at, range.end - at));
        if (match.id != kNoToken) found.push_back({at, at + match.bytes, match.id});
        at += std::max<size_t>(match.bytes, 1);
    }
}

}  // namespace

struct Tokenizer::Data {
    explicit Data(Vocabulary read) : vocabulary(std::move(read)) {}
    Result<void> loadModel(const GgufFile& file);
    void fillAddedTokens();
    std::vector<TokenId> encode(std::string_view text, std::span<const Range> trusted) const;

    std::unique_ptr<GgufFile> ownFile;  // of open()
    Vocabulary vocabulary;
    std::unique_ptr<TextModel> model;
    AddedTokens everywhere;  // user-defined
    AddedTokens inTrusted;   // these, control and unknown
    StripRules strips;
    bool addsBos = false;
    bool addsEos = false;
};

/// The file's own word on BOS and EOS counts before what is usual with its kind of tokenizer, but for Gemma 4, of which
/// many files say wrongly that it wants no BOS.
Result<void> Tokenizer::Data::loadModel(const GgufFile& file) {
    const TokenizerModel kind = vocabulary.model();
    bool usualBos = true;
    if (kind == TokenizerModel::Spm) {
        model = Spm::create(vocabulary);
    } else if (kind == TokenizerModel::WordPiece) {
        auto wordPiece = WordPiece::load(file, vocabulary);
        if (!wordPiece) return tl::unexpected(std::move(wordPiece.error()));
        model = std::move(*wordPiece);
    } else {
        auto bpe = Bpe::load(file, vocabulary);
        if (!bpe) return tl::unexpected(std::move(bpe.error()));
        usualBos = (*bpe)->preTokenizer().traits.addsBos;
        model = std::move(*bpe);
    }
    const bool wantsBos = kind == TokenizerModel::Gemma4 || vocabulary.addBos().value_or(usualBos);
    addsBos = wantsBos && vocabulary.bos();
    addsEos = vocabulary.addEos().value_or(kind == TokenizerModel::WordPiece) && vocabulary.eos();
    return {};
}

void Tokenizer::Data::fillAddedTokens() {
    std::vector<TokenId> control;
    for (size_t i = 0; i < vocabulary.size(); i++) {
        const TokenId id = static_cast<TokenId>(i);
        if (vocabulary.isControl(id)) control.push_back(id);
        if (vocabulary.kind(id) != TokenKind::UserDefined) continue;
        everywhere.add(vocabulary.text(id), id);
        inTrusted.add(vocabulary.text(id), id);
    }
    for (const TokenId id : control) inTrusted.add(vocabulary.text(id), id);
    everywhere.finish();
    inTrusted.finish();
}

/// Trusted stretches are searched first, so that nothing which stands next to them can swallow a control token.
std::vector<TokenId> Tokenizer::Data::encode(std::string_view text, std::span<const Range> trusted) const {
    std::vector<Found> special, found;
    for (const Range& range : trusted) findTokens(inTrusted, text, range, special);
    special.push_back({text.size(), text.size(), kNoToken});
    std::vector<TokenId> ids;
    EncodeState state;
    size_t begin = 0;
    const auto encodeUpTo = [&](size_t end) {
        if (begin < end) model->encode(text.substr(begin, end - begin), state, ids);
    };
    const auto emit = [&](const Found& token) {
        if (token.begin < begin) return;  // begins with spaces that the token before has taken along
        const bool isToken = token.id != kNoToken;
        encodeUpTo(isToken && strips.left(token.id) ? skipSpacesBack(text, begin, token.begin) : token.begin);
        if (isToken) ids.push_back(token.id);
        state.afterSpecial = true;
        begin = isToken && strips.right(token.id) ? skipSpaces(text, token.end) : token.end;
    };
    for (const Found& next : special) {
        found.clear();
        findTokens(everywhere, text, {begin, std::max(begin, next.begin)}, found);
        std::ranges::for_each(found, emit);
        emit(next);
    }
    return ids;
}

Result<std::unique_ptr<Tokenizer>> Tokenizer::load(const GgufFile& file) {
    auto vocabulary = Vocabulary::load(file);
    if (!vocabulary) return tl::unexpected(std::move(vocabulary.error()));
    auto data = std::make_unique<Data>(std::move(*vocabulary));
    if (auto model = data->loadModel(file); !model) return tl::unexpected(std::move(model.error()));
    auto strips = StripRules::load(file, data->vocabulary);
    if (!strips) return tl::unexpected(std::move(strips.error()));
    data->strips = std::move(*strips);
    data->fillAddedTokens();
    if (file.damaged()) return fail(ErrorCode::FileChanged, "the file shrank or failed while it was read");
    return std::unique_ptr<Tokenizer>(new Tokenizer(std::move(data)));
}

Result<std::unique_ptr<Tokenizer>> Tokenizer::open(const std::filesystem::path& path) {
    auto file = GgufFile::open(path);
    if (!file) return tl::unexpected(std::move(file.error()));
    auto tokenizer = load(**file);
    if (tokenizer) (*tokenizer)->m_data->ownFile = std::move(*file);
    return tokenizer;
}

Tokenizer::Tokenizer(std::unique_ptr<Data> data) : m_data(std::move(data)) {}

Tokenizer::~Tokenizer() = default;

size_t Tokenizer::size() const {
    return m_data->vocabulary.size();
}

TokenKind Tokenizer::kind(TokenId id) const {
    return m_data->vocabulary.kind(id);
}

std::optional<TokenId> Tokenizer::bos() const {
    return m_data->vocabulary.bos();
}

std::optional<TokenId> Tokenizer::eos() const {
    return m_data->vocabulary.eos();
}

std::optional<TokenId> Tokenizer::unknown() const {
    return m_data->vocabulary.unknown();
}

std::optional<TokenId> Tokenizer::padding() const {
    return m_data->vocabulary.padding();
}

bool Tokenizer::addsBos() const {
    return m_data->addsBos;
}

bool Tokenizer::addsEos() const {
    return m_data->addsEos;
}

std::optional<Error> Tokenizer::flaw() const {
    return m_data->model->flaw();
}

bool Tokenizer::endsReply(TokenId id) const {
    return contains(id) && m_data->vocabulary.endsReply(id);
}

std::vector<TokenId> Tokenizer::encode(std::string_view text, bool parseSpecial) const {
    const std::array<Range, 1> whole = {Range{0, text.size()}};
    return std::as_const(*m_data).encode(text, std::span(whole).first(parseSpecial ? 1 : 0));
}

std::vector<TokenId> Tokenizer::encode(std::span<const TextSpan> spans) const {
    std::string text;
    std::vector<Range> trusted;
    for (const TextSpan& span : spans) {
        const size_t begin = text.size();
        text += span.text;
        if (!span.trusted) continue;
        if (!trusted.empty() && trusted.back().end == begin)
            trusted.back().end = text.size();
        else
            trusted.push_back({begin, text.size()});
    }
    return std::as_const(*m_data).encode(text, trusted);
}

std::string Tokenizer::piece(TokenId id) const {
    switch (kind(id)) {
        case TokenKind::Control:
        case TokenKind::Unknown:
        case TokenKind::UserDefined:
            return std::string(m_data->vocabulary.text(id));
        default:
            return m_data->model->piece(id);
    }
}

Result<std::string> Tokenizer::decode(std::span<const TokenId> ids, bool skipSpecial) const {
    std::string text;
    bool atStart = true;
    for (const TokenId id : ids) {
        if (!contains(id))
            return fail(ErrorCode::InvalidArgument, fmt::format("the token id {} is not below {}", id, size()));
        appendPiece(id, skipSpecial, atStart, text);
    }
    return text;
}

void Tokenizer::appendPiece(TokenId id, bool skipSpecial, bool& atStart, std::string& out) const {
    if (skipSpecial && m_data->vocabulary.isControl(id)) return;
    const std::string bytes = piece(id);
    const TokenizerModel model = m_data->vocabulary.model();
    const bool addsBlank =
        model == TokenizerModel::WordPiece || (model == TokenizerModel::Spm && m_data->vocabulary.addSpacePrefix());
    out.append(bytes, atStart && addsBlank && bytes.starts_with(' ') ? 1 : 0);
    atStart = false;
}

}  // namespace monochord
