#include "tokenizer/spm.h"

#include <algorithm>
#include <optional>

#include "tokenizer/sentence_text.h"

namespace monochord {

namespace {

/// Longer tokens are never built from text, so that looking one up takes bounded time.
constexpr size_t kLongestToken = 1024;
/// Longer texts are cut: positions are 32 bits.
constexpr size_t kLongestText = size_t{1} << 30;

/// By the first byte alone, as llama.cpp does and the references have it: a lead byte that is cut short takes bytes
/// behind it along, which then become byte tokens. A character cut short ends with the text.
size_t characterBytes(std::string_view text, size_t at) {
    constexpr uint8_t kBytes[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4};
    return std::min<size_t>(kBytes[static_cast<uint8_t>(text[at]) >> 4], text.size() - at);
}

}  // namespace

std::unique_ptr<Spm> Spm::create(const Vocabulary& vocabulary) {
    return std::unique_ptr<Spm>(new Spm(vocabulary));
}

Spm::Spm(const Vocabulary& vocabulary)
    : m_vocabulary(vocabulary), m_ranks(vocabulary.size()), m_byteTokens(sentenceByteTokens(vocabulary)) {
    std::vector<std::pair<float, TokenId>> order(vocabulary.size());
    for (size_t i = 0; i < order.size(); i++)
        order[i] = {vocabulary.score(static_cast<TokenId>(i)), static_cast<TokenId>(i)};
    std::ranges::stable_sort(order, std::greater<>());  // most files have long runs in order, which it is quick with
    for (size_t i = 0; i < order.size(); i++) {
        if (i > 0 && order[i].first != order[i - 1].first) m_rankCount++;
        m_ranks[static_cast<size_t>(order[i].second)] = m_rankCount;
    }
    m_rankCount++;
    for (size_t i = 0; i < vocabulary.size(); i++) {
        const size_t bytes = vocabulary.text(static_cast<TokenId>(i)).size();
        if (bytes <= kLongestToken) m_longestText = std::max(m_longestText, bytes);
    }
    const auto unknown = vocabulary.unknown();
    if (unknown && vocabulary.kind(*unknown) != TokenKind::Control) m_unknown = *unknown;
}

void Spm::encode(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const {
    state.text.clear();
    state.text.reserve(text.size() + kBlank.size());
    if (state.afterSpecial && m_vocabulary.addSpacePrefix()) state.text += kBlank;
    appendEscaped(state.text, text);
    const std::string_view escaped = state.text;
    for (size_t at = 0; at < escaped.size(); at += kLongestText)
        encodePart(escaped.substr(at, kLongestText), state, out);
    state.afterSpecial = false;
}

std::string Spm::piece(TokenId id) const {
    return sentencePiece(m_vocabulary, id);
}

void Spm::encodePart(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const {
    if (!state.queue) state.queue.emplace(m_rankCount);
    Symbols& symbols = state.symbols;
    symbols.clear();
    symbols.reserve(text.size());
    for (size_t at = 0; at < text.size(); at += symbols.size(at)) {
        const size_t bytes = characterBytes(text, at);
        symbols.append(find(text.substr(at, bytes)), static_cast<uint32_t>(bytes));
    }
    const auto rankOf = [&](size_t left, size_t right) -> std::optional<uint32_t> {
        const size_t bytes = symbols.size(left) + symbols.size(right);
        const TokenId id = bytes > m_longestText ? kNoToken : find(text.substr(left, bytes));
        return id == kNoToken ? std::nullopt : std::optional(m_ranks[static_cast<size_t>(id)]);
    };
    mergeSymbols(symbols, *state.queue, rankOf,
                 [&](const MergeQueue::Entry& entry) { return find(text.substr(entry.position, entry.size)); });
    for (size_t at = 0; at < text.size(); at = symbols.next(at)) {
        if (symbols.id(at) != kNoToken)
            out.push_back(symbols.id(at));
        else
            emitBytes(text.substr(at, symbols.size(at)), out);
    }
}

TokenId Spm::find(std::string_view text) const {
    const TokenId id = m_vocabulary.find(text);
    if (id == kNoToken || m_vocabulary.isControl(id) || m_vocabulary.kind(id) == TokenKind::Byte) return kNoToken;
    return id;
}

void Spm::emitBytes(std::string_view symbol, std::vector<TokenId>& out) const {
    const auto hasToken = [&](char byte) { return m_byteTokens[static_cast<uint8_t>(byte)] != kNoToken; };
    if (std::ranges::all_of(symbol, hasToken)) {
        for (const char byte : symbol) out.push_back(m_byteTokens[static_cast<uint8_t>(byte)]);
    } else if (m_unknown != kNoToken) {
        out.push_back(m_unknown);
    }
}

}  // namespace monochord
