#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/digest.h"
#include "base/safe_file.h"
#include "session/evaluator_data.h"

namespace monochord {

namespace {

// The file: this header, the token ids (i32 each), and the used parts of the KV cache as they lie in memory. Keys and
// values could also be written in a neutral order, but then a layout that is good for attention would have to be
// turned around twice. Little endian.
struct Header {
    std::array<char, 8> magic{};
    uint32_t format = 0;            // of the file, and of the arithmetic that its numbers come from
    uint32_t layout = 0;            // of the KV cache
    std::array<char, 16> engine{};  // version
    uint64_t model = 0;             // digest of its file
    uint32_t kvType = 0,
             extended = 0;  // CacheType of keys + 256 · of values; 1: turned for sequences beyond the original context
    uint64_t tokens = 0, bytes = 0;  // count of ids; of the parts of the cache
    uint64_t digest = 0;             // of all of the file, with 0 here
};
static_assert(sizeof(Header) == 72);

constexpr std::string_view kMagic = "monokv\r\n", kEngine = MONOCHORD_VERSION;
constexpr uint32_t kFormat = 1;
static_assert(kMagic.size() == 8 && kEngine.size() <= 16);

using Parts = std::vector<std::span<std::byte>>;

uint64_t bytesOf(const Parts& parts) {
    uint64_t sum = 0;
    for (const auto part : parts) sum += part.size();
    return sum;
}

uint64_t digestOf(Header header, std::span<const TokenId> tokens, const Parts& parts) {
    header.digest = 0;
    uint64_t h = digest(std::as_bytes(std::span(&header, 1)));
    h = digest(std::as_bytes(tokens), h);
    for (const auto part : parts) h = digest(part, h);
    return h;
}

/// What a state that fits begins with, but for the sequence and the digest.
Header expectedHeader(uint64_t model, const KvCache& cache) {
    Header header;
    std::copy(kMagic.begin(), kMagic.end(), header.magic.begin());
    std::copy(kEngine.begin(), kEngine.end(), header.engine.begin());
    header.format = kFormat;
    header.layout = KvCache::kLayout;
    header.model = model;
    header.kvType = static_cast<uint32_t>(cache.keyType()) + 256 * static_cast<uint32_t>(cache.valueType());
    return header;
}

template <class T>
std::span<std::byte> writable(std::span<T> values) {
    return std::as_writable_bytes(values);
}

constexpr const char* kOtherVersion = "the saved state is one of another version of the engine";

struct Opened {
    FileReader file;  // behind the header
    Header header;
};

/// Errors: those of FileReader; InvalidArgument, Unsupported.
Result<Opened> openState(const std::filesystem::path& path) {
    auto file = FileReader::open(path);
    if (!file) return tl::unexpected(file.error());
    Header header;
    if (file->size() < sizeof(Header)) return fail(ErrorCode::InvalidArgument, "this is not a saved state");
    if (auto read = file->read(writable(std::span(&header, 1))); !read) return tl::unexpected(read.error());
    if (std::string_view(header.magic.data(), header.magic.size()) != kMagic)
        return fail(ErrorCode::InvalidArgument, "this is not a saved state");
    if (header.format != kFormat) return fail(ErrorCode::Unsupported, kOtherVersion);
    return Opened{*std::move(file), header};
}

Result<void> checkFits(const Header& header, const Header& expected) {
    if (header.layout != expected.layout || header.engine != expected.engine)
        return fail(ErrorCode::Unsupported, kOtherVersion);
    if (header.model != expected.model) return fail(ErrorCode::Unsupported, "the saved state is one of another model");
    if (header.kvType != expected.kvType)
        return fail(ErrorCode::Unsupported, "the saved state has keys and values of another type");
    return {};
}

Result<void> checkSequence(const Opened& state) {
    const uint64_t rest = state.file.size() - sizeof(Header);
    if (state.header.tokens == 0 || state.header.tokens > rest / sizeof(TokenId) || state.header.extended > 1)
        return fail(ErrorCode::Corrupt, "the saved state is damaged");
    return {};
}

/// Errors: those of FileReader.
Result<std::vector<TokenId>> readTokens(Opened& state) {
    std::vector<TokenId> tokens(state.header.tokens);
    if (auto read = state.file.read(writable(std::span(tokens))); !read) return tl::unexpected(read.error());
    return tokens;
}

}  // namespace

Result<uint64_t> Evaluator::Data::digestOfModel() {
    const GgufFile& file = *model->parts().file;
    if (!modelDigest) {
        uint64_t number = 0;
        for (const GgufFile::Part& part : file.parts()) number = digest(part.file->bytes(), number);
        modelDigest = number;
    }
    if (file.damaged())
        return fail(ErrorCode::FileChanged, "the model file shrank or could not be read while it was in use");
    return *modelDigest;
}

Result<void> Evaluator::save(const std::filesystem::path& path, const std::stop_token& stop) const {
    Data& d = *m_data;
    if (d.computed.empty()) return fail(ErrorCode::InvalidArgument, "there is nothing computed that could be saved");
    const auto model = d.digestOfModel();
    if (!model) return tl::unexpected(model.error());
    const Parts parts = d.cache.used(d.cache.length());
    Header header = expectedHeader(*model, d.cache);
    header.extended = d.extended ? 1 : 0;
    header.tokens = d.computed.size();
    header.bytes = bytesOf(parts);
    header.digest = digestOf(header, d.computed, parts);
    auto file = FileReplacement::create(path);
    if (!file) return tl::unexpected(file.error());
    auto written = file->write(std::as_bytes(std::span(&header, 1)));
    if (written) written = file->write(std::as_bytes(std::span(d.computed)));
    for (size_t i = 0; written && i < parts.size(); i++) {
        if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "saving was stopped");
        written = file->write(parts[i]);
    }
    return written ? file->commit() : written;
}

Result<std::vector<TokenId>> Evaluator::savedTokens(const std::filesystem::path& path) {
    auto state = openState(path);
    if (!state) return tl::unexpected(state.error());
    if (auto whole = checkSequence(*state); !whole) return tl::unexpected(whole.error());
    return readTokens(*state);
}

Result<size_t> Evaluator::restore(const std::filesystem::path& path) {
    Data& d = *m_data;
    auto state = openState(path);
    if (!state) return tl::unexpected(state.error());
    const Header& header = state->header;
    const auto model = d.digestOfModel();
    if (!model) return tl::unexpected(model.error());
    if (auto fits = checkFits(header, expectedHeader(*model, d.cache)); !fits) return tl::unexpected(fits.error());
    if (auto whole = checkSequence(*state); !whole) return tl::unexpected(whole.error());
    if (header.tokens > contextLength())
        return fail(ErrorCode::ContextFull, fmt::format("the saved state has {} tokens and the context holds {}",
                                                        header.tokens, contextLength()));

    const Parts parts = d.cache.used(static_cast<uint32_t>(header.tokens));
    const uint64_t size = sizeof(Header) + header.tokens * sizeof(TokenId) + bytesOf(parts);
    if (header.bytes != bytesOf(parts) || state->file.size() != size)
        return fail(state->file.size() < size ? ErrorCode::Truncated : ErrorCode::Corrupt,
                    "the saved state is damaged");
    auto tokens = readTokens(*state);
    if (!tokens) return tl::unexpected(tokens.error());
    clear();  // the cache is read into; its length stays 0 until everything is known to be right
    for (const auto part : parts)
        if (auto read = state->file.read(part); !read) return tl::unexpected(read.error());
    const Tokenizer& vocabulary = d.model->tokenizer();
    const bool known = std::all_of(tokens->begin(), tokens->end(), [&](TokenId id) { return vocabulary.contains(id); });
    if (digestOf(header, *tokens, parts) != header.digest || !known)
        return fail(ErrorCode::Corrupt, "the saved state is damaged");
    d.cache.append(static_cast<uint32_t>(tokens->size()));
    d.computed = *std::move(tokens);
    d.extended = header.extended == 1;
    d.transformer.setExtended(d.extended);
    return d.computed.size();
}

}  // namespace monochord
