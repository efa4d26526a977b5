#include "gguf/gguf_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/printable.h"
#include "gguf/cursor.h"
#include "gguf/gguf_parser.h"

namespace monochord {

namespace {

template <class T>
constexpr const char* kKindName = std::is_same_v<T, bool>               ? "true or false"
                                  : std::is_same_v<T, std::string_view> ? "a text"
                                  : std::is_same_v<T, float>            ? "a 32-bit fraction"
                                  : std::is_same_v<T, uint32_t>         ? "a whole number from 0 to 4294967295"
                                  : std::is_same_v<T, int32_t>          ? "a 32-bit whole number"
                                  : std::is_same_v<T, uint64_t>         ? "a whole number of at least 0"
                                                                        : "a 64-bit whole number";

template <class T, class Stored>
bool convert(Cursor& cursor, T& value) {
    Stored stored{};
    if (!cursor.read(stored)) return false;
    if constexpr (std::is_integral_v<T> && std::is_integral_v<Stored>) {
        if (!std::in_range<T>(stored)) return false;
    } else if constexpr (sizeof(Stored) > sizeof(T)) {  // f64 to f32
        if (std::isfinite(stored) && std::abs(stored) > std::numeric_limits<T>::max()) return false;
    }
    value = static_cast<T>(stored);
    return true;
}

/// One value; false where it is of another kind or does not fit T.
template <class T>
bool readValue(Cursor& cursor, MetadataType type, T& value) {
    if constexpr (std::is_same_v<T, std::string_view>) {
        return type == MetadataType::String && cursor.readString(value);
    } else if constexpr (std::is_same_v<T, bool>) {
        uint8_t stored = 0;
        if (type != MetadataType::Bool || !cursor.read(stored)) return false;
        value = stored != 0;
        return true;
    } else if constexpr (std::is_floating_point_v<T>) {
        if (type == MetadataType::F32) return convert<T, float>(cursor, value);
        return type == MetadataType::F64 && convert<T, double>(cursor, value);
    } else {
        switch (type) {
            case MetadataType::U8:
                return convert<T, uint8_t>(cursor, value);
            case MetadataType::I8:
                return convert<T, int8_t>(cursor, value);
            case MetadataType::U16:
                return convert<T, uint16_t>(cursor, value);
            case MetadataType::I16:
                return convert<T, int16_t>(cursor, value);
            case MetadataType::U32:
                return convert<T, uint32_t>(cursor, value);
            case MetadataType::I32:
                return convert<T, int32_t>(cursor, value);
            case MetadataType::U64:
                return convert<T, uint64_t>(cursor, value);
            case MetadataType::I64:
                return convert<T, int64_t>(cursor, value);
            default:
                return false;
        }
    }
}

template <class Record>
const Record* findBy(std::string_view name, std::span<const Record> records, const std::vector<uint32_t>& order,
                     std::string_view Record::*key) {
    const auto it = std::ranges::lower_bound(order, name, {}, [&](uint32_t index) { return records[index].*key; });
    return it != order.end() && records[*it].*key == name ? &records[*it] : nullptr;
}

std::string describe(const MetadataEntry& entry) {
    const std::string_view element = metadataTypeName(entry.elementType);
    return entry.type == MetadataType::Array ? fmt::format("a list of {} {}", entry.count, element)
                                             : fmt::format("a {} value", element);
}

Result<void> refusePart(const GgufFile& file) {
    const auto count = file.get<uint64_t>("split.count"), number = file.get<uint64_t>("split.no");
    if (!count) return tl::unexpected(count.error());
    if (!number) return tl::unexpected(number.error());
    if (count->value_or(1) <= 1) return {};
    const std::string part = *number && **number < **count ? fmt::format("part {} of {}", **number + 1, **count)
                                                           : fmt::format("one of {} parts", **count);
    return fail(ErrorCode::Unsupported,
                fmt::format("this is {} of a split model; join the parts into one file first", part));
}

}  // namespace

std::string_view metadataTypeName(MetadataType type) {
    constexpr std::string_view kNames[] = {"u8",   "i8",   "u16",  "i16", "u32", "i32", "f32",
                                           "bool", "text", "list", "u64", "i64", "f64"};
    const auto number = static_cast<size_t>(type);
    return number < std::size(kNames) ? kNames[number] : "unknown";
}

Result<std::unique_ptr<GgufFile>> GgufFile::open(const std::filesystem::path& path) {
    auto mapped = MappedFile::open(path);
    if (!mapped) return tl::unexpected(std::move(mapped.error()));
    auto header = parseGguf((*mapped)->bytes());
    if ((*mapped)->damaged()) return fail(ErrorCode::FileChanged, "the file shrank or failed while it was read");
    if (!header) return tl::unexpected(std::move(header.error()));

    auto file = std::unique_ptr<GgufFile>(new GgufFile());
    file->m_file = std::move(*mapped);
    file->m_version = header->version;
    file->m_metadata = std::move(header->metadata);
    file->m_tensors = std::move(header->tensors);
    file->m_keyOrder = std::move(header->keyOrder);
    file->m_tensorOrder = std::move(header->tensorOrder);
    if (auto whole = refusePart(*file); !whole) return tl::unexpected(std::move(whole.error()));
    return file;
}

const MetadataEntry* GgufFile::find(std::string_view key) const {
    return findBy(key, metadata(), m_keyOrder, &MetadataEntry::key);
}

const TensorInfo* GgufFile::tensor(std::string_view name) const {
    return findBy(name, tensors(), m_tensorOrder, &TensorInfo::name);
}

template <class T>
Result<std::optional<T>> GgufFile::get(std::string_view key) const {
    const MetadataEntry* entry = find(key);
    if (!entry) return std::optional<T>();
    T value{};
    Cursor cursor(entry->raw);
    if (entry->type == MetadataType::Array || !readValue(cursor, entry->elementType, value))
        return fail(ErrorCode::Corrupt,
                    fmt::format("the key \"{}\" is {} instead of {}", printable(key), describe(*entry), kKindName<T>));
    return std::optional<T>(value);
}

template <class T>
Result<std::optional<std::vector<T>>> GgufFile::getArray(std::string_view key) const {
    const MetadataEntry* entry = find(key);
    if (!entry) return std::optional<std::vector<T>>();
    const auto refuse = [&](uint64_t index) {
        return fail(ErrorCode::Corrupt, fmt::format("the key \"{}\" is {} instead of a list, each element {} (element "
                                                    "{})",
                                                    printable(key), describe(*entry), kKindName<T>, index));
    };
    if (entry->type != MetadataType::Array || entry->elementType == MetadataType::Array) return refuse(0);
    std::vector<T> values;
    values.reserve(entry->count);  // at most the bytes of the array in the file: none is shorter than a byte
    Cursor cursor(entry->raw);
    for (uint64_t i = 0; i < entry->count; i++) {
        T value{};
        if (!readValue(cursor, entry->elementType, value)) return refuse(i);
        values.push_back(value);
    }
    return std::optional(std::move(values));
}

template Result<std::optional<bool>> GgufFile::get(std::string_view) const;
template Result<std::optional<uint32_t>> GgufFile::get(std::string_view) const;
template Result<std::optional<uint64_t>> GgufFile::get(std::string_view) const;
template Result<std::optional<int64_t>> GgufFile::get(std::string_view) const;
template Result<std::optional<float>> GgufFile::get(std::string_view) const;
template Result<std::optional<std::string_view>> GgufFile::get(std::string_view) const;
template Result<std::optional<std::vector<bool>>> GgufFile::getArray(std::string_view) const;
template Result<std::optional<std::vector<uint32_t>>> GgufFile::getArray(std::string_view) const;
template Result<std::optional<std::vector<int32_t>>> GgufFile::getArray(std::string_view) const;
template Result<std::optional<std::vector<float>>> GgufFile::getArray(std::string_view) const;
template Result<std::optional<std::vector<std::string_view>>> GgufFile::getArray(std::string_view) const;

}  // namespace monochord
