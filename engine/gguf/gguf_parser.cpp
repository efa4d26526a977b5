#include "gguf/gguf_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <string>

#include "base/checked.h"
#include "base/printable.h"
#include "gguf/cursor.h"

namespace monochord {

namespace {

constexpr uint32_t kTypeCount = 13;
constexpr size_t kMaximumNesting = 4;             // arrays in arrays
constexpr uint64_t kSmallestKey = 8 + 1 + 4 + 1;  // bytes: length, one character, type, value
constexpr uint64_t kSmallestTensor = 8 + 1 + 4 + 8 + 4 + 8;
constexpr uint64_t kDefaultAlignment = 32;
// Far above any model's, so that a file of nothing but records is refused at once.
constexpr uint64_t kMostKeys = 1 << 16, kMostTensors = 1 << 18;

std::string quoted(std::string_view name) {
    return fmt::format("\"{}\"", printable(name));
}

tl::unexpected<Error> truncatedIn(const Cursor& cursor, const std::string& place) {
    return fail(ErrorCode::Truncated, fmt::format("the file ends too early in {}: {} bytes are needed at offset {}, "
                                                  "but only {} are left",
                                                  place, cursor.wanted(), cursor.position(), cursor.left()));
}

Result<uint32_t> readStart(Cursor& cursor) {
    char magic[4] = {};
    uint32_t version = 0;
    if (!cursor.read(magic) || std::memcmp(magic, "GGUF", 4) != 0)
        return fail(ErrorCode::NotGguf, "this is not a GGUF file: it does not begin with \"GGUF\"");
    if (!cursor.read(version)) return truncatedIn(cursor, "the version number");
    if (version == 2 || version == 3) return version;
    if (version != 0 && (version & 0xffff) == 0)
        return fail(ErrorCode::Unsupported, "the file is big endian; only little-endian GGUF files can be read");
    return fail(ErrorCode::Unsupported,
                fmt::format("the file has GGUF version {}; versions 2 and 3 can be read", version));
}

/// Steps over `count` elements. Arrays in arrays are walked with a stack of our own.
template <class Place>
Result<void> skipElements(Cursor& cursor, MetadataType type, uint64_t count, const Place& place) {
    struct Level {
        MetadataType type = MetadataType::U8;
        uint64_t left = 0;  // elements
    };
    std::array<Level, kMaximumNesting> levels;
    size_t depth = 1;
    levels[0] = {type, count};
    while (depth > 0) {
        Level& level = levels[depth - 1];
        if (level.type == MetadataType::String) {
            std::string_view text;
            for (; level.left > 0; level.left--)
                if (!cursor.readString(text)) return truncatedIn(cursor, place());
        } else if (level.type != MetadataType::Array) {
            if (!cursor.skip(Checked(level.left) * metadataTypeSize(level.type))) return truncatedIn(cursor, place());
            level.left = 0;
        }
        if (level.left == 0) {
            depth--;
            continue;
        }
        level.left--;
        uint32_t elementType = 0;
        uint64_t elementCount = 0;
        if (!cursor.read(elementType) || !cursor.read(elementCount)) return truncatedIn(cursor, place());
        if (elementType >= kTypeCount)
            return fail(ErrorCode::Corrupt,
                        fmt::format("{} has elements of the unknown type {}", place(), elementType));
        if (depth == kMaximumNesting)
            return fail(ErrorCode::Corrupt, fmt::format("{} nests lists deeper than {}", place(), kMaximumNesting));
        levels[depth++] = {static_cast<MetadataType>(elementType), elementCount};
    }
    return {};
}

Result<MetadataEntry> readKey(Cursor& cursor, uint64_t index) {
    MetadataEntry entry;
    const auto place = [&] {
        return entry.key.empty() ? fmt::format("key {}", index + 1)
                                 : fmt::format("key {} ({})", index + 1, quoted(entry.key));
    };
    uint32_t type = 0;
    if (!cursor.readString(entry.key)) return truncatedIn(cursor, place());
    if (entry.key.empty()) return fail(ErrorCode::Corrupt, fmt::format("{} has an empty name", place()));
    if (!cursor.read(type)) return truncatedIn(cursor, place());
    if (type >= kTypeCount) return fail(ErrorCode::Corrupt, fmt::format("{} has the unknown type {}", place(), type));
    entry.type = static_cast<MetadataType>(type);
    if (entry.type == MetadataType::Array) {
        if (!cursor.read(type) || !cursor.read(entry.count)) return truncatedIn(cursor, place());
        if (type >= kTypeCount)
            return fail(ErrorCode::Corrupt, fmt::format("{} has elements of the unknown type {}", place(), type));
    }
    entry.elementType = static_cast<MetadataType>(type);
    const uint64_t start = cursor.position();
    if (auto skipped = skipElements(cursor, entry.elementType, entry.count, place); !skipped)
        return tl::unexpected(std::move(skipped.error()));
    entry.raw = cursor.since(start);
    return entry;
}

/// The type, the shape and the size in bytes; the offset stays as the file has it, from the start of the data.
Result<TensorInfo> readTensor(Cursor& cursor, uint64_t index) {
    TensorInfo tensor;
    const auto place = [&] {
        return tensor.name.empty() ? fmt::format("tensor {}", index + 1)
                                   : fmt::format("tensor {}", quoted(tensor.name));
    };
    if (!cursor.readString(tensor.name)) return truncatedIn(cursor, place());
    if (tensor.name.empty()) return fail(ErrorCode::Corrupt, fmt::format("{} has an empty name", place()));
    if (!cursor.read(tensor.dimensions)) return truncatedIn(cursor, place());
    if (tensor.dimensions < 1 || tensor.dimensions > tensor.shape.size())
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} has {} dimensions; 1 to 4 are possible", place(), tensor.dimensions));
    for (uint32_t i = 0; i < tensor.dimensions; i++) {
        if (!cursor.read(tensor.shape[i])) return truncatedIn(cursor, place());
        if (tensor.shape[i] == 0)
            return fail(ErrorCode::Corrupt, fmt::format("{} has no values: dimension {} is zero", place(), i + 1));
    }
    uint32_t number = 0;
    if (!cursor.read(number) || !cursor.read(tensor.offset)) return truncatedIn(cursor, place());
    const TensorTypeInfo* type = tensorTypeInfo(number);
    if (!type) return fail(ErrorCode::Unsupported, fmt::format("{} has the unknown type {}", place(), number));
    tensor.type = type->type;
    if (tensor.columns() % type->blockSize != 0)
        return fail(ErrorCode::Corrupt, fmt::format("{} has rows of {} values, which is no multiple of the {} of a {} "
                                                    "block",
                                                    place(), tensor.columns(), type->blockSize, type->name));
    const Checked rows = Checked(tensor.shape[1]) * tensor.shape[2] * tensor.shape[3];
    const Checked values = rows * tensor.columns();
    const Checked bytes = rows * (tensor.columns() / type->blockSize) * type->bytesPerBlock;
    if (!values.valid() || !bytes.valid())
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} has the impossible shape {}", place(),
                                fmt::join(std::span(tensor.shape).first(tensor.dimensions), " × ")));
    tensor.bytes = *bytes.value();
    return tensor;
}

/// Reads `count` records twice: once to see that they are really there, and once into memory of exactly their size, so
/// that a count out of thin air costs nothing.
template <class Record>
Result<std::vector<Record>> readRecords(Cursor& cursor, uint64_t count, uint64_t smallest, const char* what,
                                        Result<Record> (*readOne)(Cursor&, uint64_t)) {
    if (!(Checked(count) * smallest).atMost(cursor.left()))
        return fail(ErrorCode::Truncated,
                    fmt::format("the file promises {} {}, but only {} bytes follow", count, what, cursor.left()));
    std::vector<Record> records;
    const Cursor start = cursor;
    for (uint64_t i = 0; i < count; i++)
        if (auto record = readOne(cursor, i); !record) return tl::unexpected(std::move(record.error()));
    cursor = start;
    records.reserve(count);
    for (uint64_t i = 0; i < count; i++) {
        auto record = readOne(cursor, i);
        if (!record) return tl::unexpected(std::move(record.error()));
        records.push_back(*record);
    }
    return records;
}

/// Indices of `records`, sorted by `key`. A heap sort, as it stays inside the vector even if the keys change meanwhile.
template <class Record, class Key>
std::vector<uint32_t> sortedBy(const std::vector<Record>& records, Key Record::*key) {
    std::vector<uint32_t> order(records.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto less = [&](uint32_t a, uint32_t b) { return records[a].*key < records[b].*key; };
    std::make_heap(order.begin(), order.end(), less);
    std::sort_heap(order.begin(), order.end(), less);
    return order;
}

template <class Record>
Result<void> refuseTwins(const std::vector<Record>& records, const std::vector<uint32_t>& order,
                         std::string_view Record::*name, const char* what) {
    for (size_t i = 1; i < order.size(); i++)
        if (records[order[i]].*name == records[order[i - 1]].*name)
            return fail(ErrorCode::Corrupt,
                        fmt::format("the {} {} appears twice", what, quoted(records[order[i]].*name)));
    return {};
}

const MetadataEntry* findKey(const GgufHeader& header, std::string_view key) {
    const auto it = std::ranges::find(header.metadata, key, &MetadataEntry::key);
    return it != header.metadata.end() ? &*it : nullptr;
}

Result<uint64_t> readAlignment(const GgufHeader& header) {
    const MetadataEntry* entry = findKey(header, "general.alignment");
    if (!entry) return kDefaultAlignment;
    uint32_t alignment = 0;
    if (entry->type != MetadataType::U32)
        return fail(ErrorCode::Corrupt,
                    fmt::format("general.alignment is {} instead of u32", metadataTypeName(entry->type)));
    Cursor(entry->raw).read(alignment);
    if (!std::has_single_bit(alignment) || alignment < 8)
        return fail(ErrorCode::Corrupt,
                    fmt::format("general.alignment is {}; it must be a power of two of at least 8", alignment));
    return alignment;
}

/// Turns offsets from the start of the data into offsets from the start of the file.
Result<void> placeTensors(std::vector<TensorInfo>& tensors, uint64_t headerBytes, uint64_t alignment,
                          uint64_t fileBytes) {
    if (tensors.empty()) return {};
    const Checked dataStart = Checked(headerBytes).alignedTo(alignment);
    uint64_t needed = 0;  // bytes of the whole file
    for (TensorInfo& tensor : tensors) {
        const auto begin = (dataStart + tensor.offset).value(),
                   end = (dataStart + tensor.offset + tensor.bytes).value();
        if (tensor.offset % alignment != 0)
            return fail(ErrorCode::Corrupt, fmt::format("tensor {} lies at offset {}, which is no multiple of {}",
                                                        quoted(tensor.name), tensor.offset, alignment));
        if (!begin || !end)
            return fail(ErrorCode::Corrupt,
                        fmt::format("tensor {} lies at the impossible offset {}", quoted(tensor.name), tensor.offset));
        tensor.offset = *begin;
        needed = std::max(needed, *end);
    }
    if (needed > fileBytes)
        return fail(ErrorCode::Truncated, fmt::format("the file has {} bytes, but its tensors need {}: {} are missing",
                                                      fileBytes, needed, needed - fileBytes));
    const std::vector<uint32_t> order = sortedBy(tensors, &TensorInfo::offset);
    for (size_t i = 1; i < order.size(); i++) {
        const TensorInfo &before = tensors[order[i - 1]], &after = tensors[order[i]];
        if (before.offset + before.bytes > after.offset)
            return fail(ErrorCode::Corrupt,
                        fmt::format("the tensors {} and {} overlap", quoted(before.name), quoted(after.name)));
    }
    return {};
}

}  // namespace

uint32_t metadataTypeSize(MetadataType type) {
    constexpr uint8_t kSizes[kTypeCount] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    return kSizes[static_cast<uint32_t>(type)];
}

Result<GgufHeader> parseGguf(std::span<const std::byte> bytes) {
    GgufHeader header;
    Cursor cursor(bytes);
    const auto version = readStart(cursor);
    if (!version) return tl::unexpected(version.error());
    header.version = *version;
    uint64_t tensorCount = 0, keyCount = 0;
    if (!cursor.read(tensorCount) || !cursor.read(keyCount)) return truncatedIn(cursor, "the counts at its start");
    if (tensorCount > kMostTensors || keyCount > kMostKeys)
        return fail(ErrorCode::Corrupt,
                    fmt::format("the file promises {} tensors and {} keys; up to {} and {} are read", tensorCount,
                                keyCount, kMostTensors, kMostKeys));

    auto keys = readRecords(cursor, keyCount, kSmallestKey, "keys", readKey);
    if (!keys) return tl::unexpected(std::move(keys.error()));
    header.metadata = std::move(*keys);
    header.keyOrder = sortedBy(header.metadata, &MetadataEntry::key);
    auto done = refuseTwins(header.metadata, header.keyOrder, &MetadataEntry::key, "key");
    if (!done) return tl::unexpected(std::move(done.error()));
    const auto alignment = readAlignment(header);
    if (!alignment) return tl::unexpected(alignment.error());

    auto tensors = readRecords(cursor, tensorCount, kSmallestTensor, "tensors", readTensor);
    if (!tensors) return tl::unexpected(std::move(tensors.error()));
    header.tensors = std::move(*tensors);
    auto order = tensorsByName(header.tensors);
    if (!order) return tl::unexpected(std::move(order.error()));
    header.tensorOrder = std::move(*order);
    done = placeTensors(header.tensors, cursor.position(), *alignment, bytes.size());
    if (!done) return tl::unexpected(std::move(done.error()));
    return header;
}

Result<std::vector<uint32_t>> tensorsByName(const std::vector<TensorInfo>& tensors) {
    auto order = sortedBy(tensors, &TensorInfo::name);
    auto done = refuseTwins(tensors, order, &TensorInfo::name, "tensor");
    if (!done) return tl::unexpected(std::move(done.error()));
    return order;
}

}  // namespace monochord
