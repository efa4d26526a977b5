#include "tokenizer/bpe.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "base/printable.h"
#include "base/unicode.h"
#include "tokenizer/sentence_text.h"

namespace monochord {

namespace {

constexpr std::string_view kKey = "tokenizer.ggml.merges";
/// Words up to this many bytes are merged by looking through all pairs at every step, longer ones with the queue.
constexpr size_t kShortWord = 64;
/// Longer words are cut: positions are 32 bits.
constexpr size_t kLongestWord = size_t{1} << 30;

/// The characters that stand for bytes: printable ones of Latin-1 for themselves, the others from U+0100 on.
struct ByteCharacters {
    std::array<char32_t, 256> character = {};
    std::array<int16_t, 0x144> byte = {};  // by character; -1: stands for none

    constexpr ByteCharacters() {
        byte.fill(-1);
        char32_t next = 0x100;
        for (size_t i = 0; i < character.size(); i++) {
            const bool printable = (i >= 0x21 && i <= 0x7E) || (i >= 0xA1 && i <= 0xAC) || i >= 0xAE;
            character[i] = printable ? static_cast<char32_t>(i) : next++;
            byte[character[i]] = static_cast<int16_t>(i);
        }
    }
};
constexpr ByteCharacters kBytes;

std::string toCharacters(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) appendUtf8(text, kBytes.character[static_cast<uint8_t>(byte)]);
    return text;
}

/// Files with the tokenizer model "gemma4" name no pre-tokenizer.
Result<const PreTokenizer*> readPreTokenizer(const GgufFile& file, TokenizerModel model) {
    if (model == TokenizerModel::Gemma4) return findPreTokenizer("gemma4");
    const auto name = file.get<std::string_view>("tokenizer.ggml.pre");
    if (!name) return tl::unexpected(name.error());
    const PreTokenizer* found = findPreTokenizer(name->value_or("default"));
    if (found) return found;
    return fail(ErrorCode::Unsupported,
                fmt::format("the pre-tokenizer \"{}\" is not supported", printable(**name, 40)));
}

/// Finds the token of a merged text. Vocabularies are mostly written in the order of their merges, so the token after
/// the last one found is tried before the table.
class ResultFinder {
public:
    explicit ResultFinder(const Vocabulary& vocabulary) : m_vocabulary(vocabulary) {}

    TokenId find(std::string_view left, std::string_view right) {
        if (m_vocabulary.textsDiffer())
            for (const TokenId guess : {m_last, m_last + 1})
                if (isConcatenation(guess, left, right)) return m_last = guess;
        m_text.assign(left).append(right);
        const TokenId id = m_vocabulary.find(m_text);
        if (id != kNoToken) m_last = id;
        return id;
    }

private:
    bool isConcatenation(TokenId id, std::string_view left, std::string_view right) const {
        if (static_cast<size_t>(id) >= m_vocabulary.size()) return false;
        const std::string_view text = m_vocabulary.text(id);
        return text.size() == left.size() + right.size() && text.starts_with(left) && text.ends_with(right);
    }

    const Vocabulary& m_vocabulary;
    TokenId m_last = 0;
    std::string m_text;
};

}  // namespace

Result<MergeTable> MergeTable::load(const std::vector<std::string_view>& lines, const Vocabulary& vocabulary) {
    if (lines.size() >= std::numeric_limits<uint32_t>::max())
        return fail(ErrorCode::Corrupt, fmt::format("the key \"{}\" has {} merges", kKey, lines.size()));
    MergeTable table;
    table.m_slots.resize(std::bit_ceil(lines.size() + lines.size() / 2 + 1));
    table.m_results.assign(lines.size(), kNoToken);
    ResultFinder finder(vocabulary);
    for (uint32_t rank = 0; rank < lines.size(); rank++) {
        const std::string_view line = lines[rank];
        const size_t blank = line.find(' ', 1);
        if (blank == std::string_view::npos) continue;
        const std::string_view leftText = line.substr(0, blank), rightText = line.substr(blank + 1);
        const TokenId left = vocabulary.find(leftText), right = vocabulary.find(rightText);
        if (left == kNoToken || right == kNoToken) continue;
        const TokenId result = finder.find(leftText, rightText);
        if (result == kNoToken) continue;
        table.m_results[rank] = result;
        if (!table.insert(left, right, {rank, result}))
            return fail(ErrorCode::Corrupt, fmt::format("the key \"{}\" was made to collide", kKey));
        if (vocabulary.kind(result) == TokenKind::Control) table.m_controlParts.try_emplace(result, left, right);
    }
    return table;
}

bool MergeTable::insert(TokenId left, TokenId right, Merge merge) {
    const uint64_t key = keyOf(left, right);
    const size_t mask = m_slots.size() - 1;
    size_t i = mixBits(key) & mask;
    for (uint32_t probe = 0; probe < kLongestProbe; probe++, i = (i + 1) & mask) {
        Slot& slot = m_slots[i];
        const bool isFree = slot.merge.result == kNoToken;
        if (isFree) slot = {key, merge};
        if (isFree || slot.key == key) return true;  // of two lines for a pair the first counts
    }
    return false;
}

std::optional<std::pair<TokenId, TokenId>> MergeTable::controlParts(TokenId id) const {
    const auto found = m_controlParts.find(id);
    return found == m_controlParts.end() ? std::nullopt : std::optional(found->second);
}

std::vector<uint32_t> MergeTable::unused() const {
    std::vector<uint32_t> found;
    for (uint32_t rank = 0; rank < ranks(); rank++)
        if (result(rank) == kNoToken) found.push_back(rank);
    return found;
}

Result<std::unique_ptr<Bpe>> Bpe::load(const GgufFile& file, const Vocabulary& vocabulary) {
    const auto preTokenizer = readPreTokenizer(file, vocabulary.model());
    if (!preTokenizer) return tl::unexpected(preTokenizer.error());
    const auto lines = file.getArray<std::string_view>(kKey);
    if (!lines) return tl::unexpected(lines.error());
    if (!*lines) return fail(ErrorCode::Corrupt, fmt::format("the key \"{}\" is missing", kKey));
    auto merges = MergeTable::load(**lines, vocabulary);
    if (!merges) return tl::unexpected(std::move(merges.error()));
    return std::unique_ptr<Bpe>(new Bpe(vocabulary, **preTokenizer, std::move(*merges)));
}

Bpe::Bpe(const Vocabulary& vocabulary, const PreTokenizer& preTokenizer, MergeTable merges)
    : m_vocabulary(vocabulary), m_preTokenizer(&preTokenizer), m_merges(std::move(merges)) {
    const auto unknown = vocabulary.unknown();
    if (unknown && vocabulary.kind(*unknown) != TokenKind::Control) m_unknown = *unknown;
    if (preTokenizer.traits.rawText)
        m_byteTokens = sentenceByteTokens(vocabulary);
    else
        for (size_t i = 0; i < m_byteTokens.size(); i++)
            m_byteTokens[i] = vocabulary.find(toCharacters(std::string(1, static_cast<char>(i))));
    std::ranges::replace(m_byteTokens, kNoToken, m_unknown);
}

std::optional<Error> Bpe::flaw() const {
    const std::vector<uint32_t> unused = m_merges.unused();
    if (unused.empty()) return {};
    return Error{ErrorCode::Corrupt, fmt::format("of the {} merges in {}, {} name no token; the first is number {}",
                                                 m_merges.ranks(), kKey, unused.size(), unused.front() + 1)};
}

void Bpe::encode(std::string_view text, EncodeState& state, std::vector<TokenId>& out) const {
    const auto repaired = repairUtf8(text);
    if (repaired) text = *repaired;
    const auto normalized = m_preTokenizer->traits.normalizes ? normalizeNfc(text) : std::nullopt;
    if (normalized) text = *normalized;
    if (m_preTokenizer->traits.rawText) {
        state.text.clear();
        appendEscaped(state.text, text);
        text = state.text;
    }
    m_preTokenizer->split(text, [&](std::string_view word) {
        for (size_t at = 0; at < word.size(); at += kLongestWord) encodeWord(word.substr(at, kLongestWord), state, out);
    });
    state.afterSpecial = false;
}

std::string Bpe::piece(TokenId id) const {
    if (m_preTokenizer->traits.rawText) return sentencePiece(m_vocabulary, id);
    const std::string_view text = m_vocabulary.text(id);
    std::string bytes;
    bytes.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const CodePoint c = decodeUtf8(text, at);
        const size_t length = std::max(c.bytes, 1u);
        if (c.bytes != 0 && c.value < kBytes.byte.size() && kBytes.byte[c.value] >= 0)
            bytes += static_cast<char>(kBytes.byte[c.value]);
        else
            bytes += text.substr(at, length);
        at += length;
    }
    return bytes;
}

/// Hands `take` each symbol that a word is first, with its length in bytes.
template <class Take>
void Bpe::forEachSymbol(std::string_view word, Take take) const {
    const auto takeBytes = [&](std::string_view bytes) {
        for (const char byte : bytes)
            if (const TokenId id = byteToken(byte); id != kNoToken) take(id, 1u);
    };
    if (!m_preTokenizer->traits.rawText) return takeBytes(word);
    for (size_t at = 0; at < word.size();) {
        const uint32_t bytes = std::max(decodeUtf8(word, at).bytes, 1u);
        const TokenId id = m_vocabulary.find(word.substr(at, bytes));
        if (id == kNoToken || m_vocabulary.isControl(id))
            takeBytes(word.substr(at, bytes));
        else
            take(id, bytes);
        at += bytes;
    }
}

void Bpe::encodeWord(std::string_view word, EncodeState& state, std::vector<TokenId>& out) const {
    const PreTokenizerTraits& traits = m_preTokenizer->traits;
    const bool isNewlines = traits.rawText && word.front() == '\n';  // the merges of Gemma 4 don't reach all of these
    if ((traits.wholeWords || isNewlines) && word.size() > 1) {
        const TokenId id = m_vocabulary.find(traits.rawText ? std::string(word) : toCharacters(word));
        if (id != kNoToken && m_vocabulary.kind(id) != TokenKind::Control) return out.push_back(id);
    }
    if (word.size() <= kShortWord)
        mergeShort(word, out);
    else
        mergeLong(word, state, out);
}

void Bpe::mergeShort(std::string_view word, std::vector<TokenId>& out) const {
    constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();
    std::array<TokenId, kShortWord> ids;
    std::array<MergeTable::Merge, kShortWord> merges;  // of a symbol with the one after it
    const auto mergeOf = [&](size_t left) {
        const auto merge = m_merges.find(ids[left], ids[left + 1]);
        return merge.result == kNoToken ? MergeTable::Merge{kNever, kNoToken} : merge;
    };
    size_t count = 0;
    forEachSymbol(word, [&](TokenId id, uint32_t) { ids[count++] = id; });
    for (size_t i = 0; i + 1 < count; i++) merges[i] = mergeOf(i);
    while (count > 1) {
        const auto end = merges.begin() + static_cast<ptrdiff_t>(count) - 1;
        const auto best = std::min_element(merges.begin(), end, [](auto& a, auto& b) { return a.rank < b.rank; });
        if (best->rank == kNever) break;
        const size_t at = static_cast<size_t>(best - merges.begin());
        ids[at] = best->result;
        std::copy(ids.begin() + at + 2, ids.begin() + count, ids.begin() + at + 1);
        if (at + 2 < count) std::copy(merges.begin() + at + 2, merges.begin() + count - 1, merges.begin() + at + 1);
        count--;
        if (at > 0) merges[at - 1] = mergeOf(at - 1);
        if (at + 1 < count) merges[at] = mergeOf(at);
    }
    for (size_t i = 0; i < count; i++) emit(ids[i], out);
}

void Bpe::mergeLong(std::string_view word, EncodeState& state, std::vector<TokenId>& out) const {
    if (!state.queue) state.queue.emplace(m_merges.ranks());
    Symbols& symbols = state.symbols;
    symbols.clear();
    symbols.reserve(word.size());
    forEachSymbol(word, [&](TokenId id, uint32_t bytes) { symbols.append(id, bytes); });
    const auto rankOf = [&](size_t left, size_t right) -> std::optional<uint32_t> {
        const auto merge = m_merges.find(symbols.id(left), symbols.id(right));
        return merge.result == kNoToken ? std::nullopt : std::optional(merge.rank);
    };
    mergeSymbols(symbols, *state.queue, rankOf, [&](const MergeQueue::Entry& e) { return m_merges.result(e.rank); });
    for (size_t at = 0; at < symbols.bytes(); at = symbols.next(at)) emit(symbols.id(at), out);
}

void Bpe::emit(TokenId id, std::vector<TokenId>& out) const {
    if (m_vocabulary.kind(id) != TokenKind::Control) return out.push_back(id);
    // Text never becomes a control token: it stays the parts that such a token would have been merged of.
    std::vector<TokenId> open = {id};
    while (!open.empty()) {
        const TokenId part = open.back();
        open.pop_back();
        const auto parts = m_merges.controlParts(part);
        if (m_vocabulary.kind(part) != TokenKind::Control)
            out.push_back(part);
        else if (parts)
            open.insert(open.end(), {parts->second, parts->first});
        else if (m_unknown != kNoToken)
            out.push_back(m_unknown);  // a single byte that is no ordinary token
    }
}

}  // namespace monochord
