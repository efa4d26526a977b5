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
#include "gguf/split_name.h"

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

/// The names of all parts of the model that one of them belongs to; number: from 1.
Result<std::vector<std::filesystem::path>> partPaths(const std::filesystem::path& path, uint64_t number,
                                                     uint64_t count) {
    if (number > count)
        return fail(ErrorCode::Corrupt,
                    fmt::format("this says that it is part {} of {} of a split model", number, count));
    if (count > kMostParts)
        return fail(ErrorCode::Unsupported,
                    fmt::format("the model is split into {} parts; up to {} are supported", count, kMostParts));
    const auto last = static_cast<uint32_t>(count);
    const auto name = splitName(path);
    if (!name || name->number != number || name->count != count)
        return fail(ErrorCode::Corrupt,
                    fmt::format("this is part {} of {} of a split model: its name has to end in \"{}\", so that the "
                                "others are found beside it",
                                number, count, partPath("", static_cast<uint32_t>(number), last).string()));
    std::vector<std::filesystem::path> paths;
    for (uint32_t i = 1; i <= last; i++) paths.push_back(partPath(name->model, i, last));
    return paths;
}

/// An error of one part, in the sentence about the whole.
tl::unexpected<Error> failureOf(const std::filesystem::path& path, size_t number, size_t count, const Error& error) {
    const std::string name = printable(path.filename().string());
    if (error.code == ErrorCode::NotFound)
        return fail(error.code,
                    fmt::format("part {} of {} is missing: there is no \"{}\" beside the others", number, count, name));
    return fail(error.code, fmt::format("part {} of {} (\"{}\"): {}", number, count, name, error.message));
}

}  // namespace

std::string_view metadataTypeName(MetadataType type) {
    constexpr std::string_view kNames[] = {"u8",   "i8",   "u16",  "i16", "u32", "i32", "f32",
                                           "bool", "text", "list", "u64", "i64", "f64"};
    const auto number = static_cast<size_t>(type);
    return number < std::size(kNames) ? kNames[number] : "unknown";
}

/// What a file says about where it belongs.
struct GgufFile::Place {
    uint64_t number = 0, count = 1;        // number: from 0
    std::optional<uint64_t> tensors = {};  // of all parts
};

Result<GgufFile::Place> GgufFile::place() const {
    const auto number = get<uint64_t>("split.no"), count = get<uint64_t>("split.count"),
               tensors = get<uint64_t>("split.tensors.count");
    for (const auto* value : {&number, &count, &tensors})
        if (!*value) return tl::unexpected(value->error());
    if (count->value_or(1) <= 1) return Place();
    return Place{number->value_or(0), **count, *tensors};
}

Result<void> GgufFile::expectPlace(const Place& expected) const {
    const auto own = place();
    if (!own) return tl::unexpected(own.error());
    if (own->number != expected.number || own->count != expected.count)
        return fail(ErrorCode::Corrupt, fmt::format("it says that it is part {} of {}", own->number + 1, own->count));
    if (own->tensors != expected.tensors)
        return fail(ErrorCode::Corrupt, "it belongs to another model: its number of tensors in all parts is another");
    return {};
}

Result<std::unique_ptr<GgufFile>> GgufFile::openOne(const std::filesystem::path& path) {
    auto mapped = MappedFile::open(path);
    if (!mapped) return tl::unexpected(std::move(mapped.error()));
    auto header = parseGguf((*mapped)->bytes());
    if ((*mapped)->damaged()) return fail(ErrorCode::FileChanged, "the file shrank or failed while it was read");
    if (!header) return tl::unexpected(std::move(header.error()));

    auto file = std::unique_ptr<GgufFile>(new GgufFile());
    file->m_parts.push_back({path, std::move(*mapped)});
    file->m_version = header->version;
    file->m_metadata = std::move(header->metadata);
    file->m_tensors = std::move(header->tensors);
    file->m_keyOrder = std::move(header->keyOrder);
    file->m_tensorOrder = std::move(header->tensorOrder);
    return file;
}

Result<std::unique_ptr<GgufFile>> GgufFile::open(const std::filesystem::path& path) {
    auto file = openOne(path);
    if (!file) return file;
    const auto place = (*file)->place();
    if (!place) return tl::unexpected(place.error());
    if (place->count == 1) return file;
    file->reset();
    const auto paths = partPaths(path, place->number + 1, place->count);
    if (!paths) return tl::unexpected(paths.error());
    return openParts(*paths);
}

Result<std::unique_ptr<GgufFile>> GgufFile::openParts(std::span<const std::filesystem::path> paths) {
    std::unique_ptr<GgufFile> whole;
    Place expected{0, paths.size()};
    for (const auto& path : paths) {
        auto part = openOne(path);
        if (paths.size() == 1) return part;
        if (part && !whole) expected.tensors = (*part)->place().value_or(expected).tensors;
        const auto fits = part ? (*part)->expectPlace(expected) : tl::unexpected(part.error());
        if (!fits) return failureOf(path, expected.number + 1, paths.size(), fits.error());
        expected.number++;
        if (!whole) {
            whole = std::move(*part);
            continue;
        }
        for (TensorInfo& tensor : (*part)->m_tensors) tensor.part = static_cast<uint32_t>(whole->m_parts.size());
        whole->m_tensors.insert(whole->m_tensors.end(), (*part)->m_tensors.begin(), (*part)->m_tensors.end());
        whole->m_parts.push_back(std::move((*part)->m_parts.front()));
    }
    if (expected.tensors.value_or(whole->m_tensors.size()) != whole->m_tensors.size())
        return fail(ErrorCode::Corrupt, fmt::format("the parts hold {} tensors together, but there should be {}",
                                                    whole->m_tensors.size(), *expected.tensors));
    auto order = tensorsByName(whole->m_tensors);
    if (!order) return tl::unexpected(std::move(order.error()));
    whole->m_tensorOrder = std::move(*order);
    return whole;
}

uint64_t GgufFile::fileBytes() const {
    uint64_t sum = 0;
    for (const Part& part : m_parts) sum += part.file->bytes().size();
    return sum;
}

bool GgufFile::damaged() const {
    return std::ranges::any_of(m_parts, [](const Part& part) { return part.file->damaged(); });
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
