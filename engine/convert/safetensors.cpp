#include "convert/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/checked.h"
#include "base/half.h"
#include "base/printable.h"
#include "convert/json_file.h"

namespace monochord {

namespace {

constexpr uint64_t kLongestHeader = 32 << 20;  // bytes; those in the field have some hundred thousand
constexpr size_t kMostDimensions = 8;

struct DataType {
    std::string_view name;
    uint32_t bytes;
    SourceType type;
};
constexpr DataType kDataTypes[] = {
    {"F64", 8, SourceType::F64},       {"F32", 4, SourceType::F32},       {"F16", 2, SourceType::F16},
    {"BF16", 2, SourceType::BF16},     {"I64", 8, SourceType::Other},     {"I32", 4, SourceType::Other},
    {"I16", 2, SourceType::Other},     {"I8", 1, SourceType::Other},      {"U64", 8, SourceType::Other},
    {"U32", 4, SourceType::Other},     {"U16", 2, SourceType::Other},     {"U8", 1, SourceType::Other},
    {"BOOL", 1, SourceType::Other},    {"F8_E4M3", 1, SourceType::Other}, {"F8_E5M2", 1, SourceType::Other},
    {"F8_E8M0", 1, SourceType::Other}, {"C64", 8, SourceType::Other},
};

std::optional<std::vector<uint64_t>> numbers(const Json* list, size_t most) {
    if (!list || !list->is_array() || list->size() > most) return std::nullopt;
    std::vector<uint64_t> values;
    for (const Json& value : *list) {
        if (!value.is_number_unsigned()) return std::nullopt;
        values.push_back(value.get<uint64_t>());
    }
    return values;
}

struct Placed {
    SourceTensor tensor;
    uint64_t begin = 0, end = 0;  // in the data
};

Result<Placed> readEntry(const std::string& name, const Json& entry) {
    const auto refuse = [&](std::string_view what) {
        return fail(ErrorCode::Corrupt, fmt::format("the tensor \"{}\" {}", printable(name), what));
    };
    const auto typeName = textMember(entry, "dtype");
    const auto shape = numbers(member(entry, "shape"), kMostDimensions);
    const auto range = numbers(member(entry, "data_offsets"), 2);
    if (!typeName || !shape || !range || range->size() != 2)
        return refuse("lacks a dtype, a shape or two data_offsets in the header");
    const auto type = std::ranges::find(kDataTypes, *typeName, &DataType::name);
    if (type == std::end(kDataTypes))
        return fail(ErrorCode::Unsupported, fmt::format("the tensor \"{}\" is of the unknown type \"{}\"",
                                                        printable(name), printable(*typeName)));
    Checked bytes(type->bytes);
    for (const uint64_t size : *shape) bytes = bytes * size;
    if (range->at(1) < range->at(0) || bytes.value() != range->at(1) - range->at(0))
        return refuse(fmt::format("has the range [{}, {}], which does not fit its shape [{}] of {}", range->at(0),
                                  range->at(1), fmt::join(*shape, ", "), *typeName));
    return Placed{{name, type->type, *typeName, type->bytes, *shape, {}}, range->at(0), range->at(1)};
}

/// The tensors in the order of their data, which they fill.
Result<std::vector<SourceTensor>> place(std::vector<Placed> entries, std::span<const std::byte> data) {
    std::ranges::sort(entries, {}, [](const Placed& p) { return std::pair(p.begin, p.end); });
    std::vector<SourceTensor> tensors;
    uint64_t at = 0;
    for (Placed& entry : entries) {
        const std::string name = printable(entry.tensor.name);
        if (entry.begin != at)
            return fail(ErrorCode::Corrupt,
                        fmt::format("the tensor \"{}\" begins at {} instead of {}: its range {}", name, entry.begin, at,
                                    entry.begin < at ? "overlaps another" : "leaves a gap"));
        if (entry.end > data.size())
            return fail(ErrorCode::Truncated, fmt::format("the tensor \"{}\" ends at {}, but there are only {} bytes",
                                                          name, entry.end, data.size()));
        at = entry.end;
        entry.tensor.data = data.subspan(entry.begin, entry.end - entry.begin);
        tensors.push_back(std::move(entry.tensor));
    }
    if (at != data.size())
        return fail(ErrorCode::Corrupt, fmt::format("{} bytes at the end belong to no tensor", data.size() - at));
    return tensors;
}

template <class Stored, class Convert>
void readAs(const SourceTensor& tensor, uint64_t first, uint64_t stride, std::span<float> values, Convert convert) {
    const std::byte* at = tensor.data.data() + first * sizeof(Stored);
    for (float& value : values) {
        Stored stored;
        std::memcpy(&stored, at, sizeof(Stored));
        value = convert(stored);
        at += stride * sizeof(Stored);
    }
}

/// A name in the folder itself, whatever else it may be a link to.
bool isPlainName(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
           name.find('\\') == name.npos && name.find('\0') == name.npos;
}

/// The files of the index, each once.
Result<std::set<std::string>> filesOfIndex(const Json& index) {
    const Json* map = member(index, "weight_map");
    if (!map || !map->is_object())
        return fail(ErrorCode::Corrupt, "model.safetensors.index.json has no \"weight_map\"");
    std::set<std::string> files;
    for (const auto& [tensor, file] : map->items()) {
        if (!file.is_string() || !isPlainName(file.get_ref<const std::string&>()))
            return fail(ErrorCode::Corrupt,
                        fmt::format("model.safetensors.index.json places the tensor \"{}\" outside of its folder",
                                    printable(tensor)));
        files.insert(file.get<std::string>());
    }
    return files;
}

tl::unexpected<Error> noWeights(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("pytorch_model") && name.ends_with(".bin"))
            return fail(ErrorCode::Unsupported,
                        "the weights are PyTorch files (.bin), which can run code when they are read; download the "
                        "safetensors of this model, or save it with save_pretrained(…, safe_serialization=True)");
    }
    return fail(ErrorCode::NotFound, "there is neither model.safetensors nor model.safetensors.index.json");
}

}  // namespace

void readValues(const SourceTensor& tensor, uint64_t first, uint64_t stride, std::span<float> values) {
    switch (tensor.type) {
        case SourceType::F64:
            return readAs<double>(tensor, first, stride, values, [](double x) { return static_cast<float>(x); });
        case SourceType::F32:
            return readAs<float>(tensor, first, stride, values, [](float x) { return x; });
        case SourceType::F16:
            return readAs<uint16_t>(tensor, first, stride, values, halfToFloat);
        default:
            return readAs<uint16_t>(tensor, first, stride, values, bfloatToFloat);
    }
}

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
    SafetensorsFile file;
    auto mapped = MappedFile::open(path);
    if (!mapped) return tl::unexpected(std::move(mapped.error()));
    file.m_file = std::move(*mapped);
    const auto bytes = file.m_file->bytes();
    uint64_t length = 0;
    if (bytes.size() < sizeof(length)) return fail(ErrorCode::Truncated, "the file is too short for a header");
    std::memcpy(&length, bytes.data(), sizeof(length));
    if (length > bytes.size() - sizeof(length))
        return fail(ErrorCode::Truncated, fmt::format("the header promises {} bytes, but only {} follow: the file is "
                                                      "cut or no safetensors file",
                                                      length, bytes.size() - sizeof(length)));
    if (length > kLongestHeader)
        return fail(ErrorCode::Corrupt,
                    fmt::format("the header has {} bytes; up to {} are read", length, kLongestHeader));
    const auto text = bytes.subspan(sizeof(length), length);
    const auto header = parseJson({reinterpret_cast<const char*>(text.data()), text.size()}, "the header");
    if (!header) return tl::unexpected(header.error());
    if (!header->is_object()) return fail(ErrorCode::Corrupt, "the header is no JSON object");
    std::vector<Placed> entries;
    for (const auto& [name, entry] : header->items()) {
        if (name == "__metadata__") continue;
        auto placed = readEntry(name, entry);
        if (!placed) return tl::unexpected(std::move(placed.error()));
        entries.push_back(std::move(*placed));
    }
    auto tensors = place(std::move(entries), bytes.subspan(sizeof(length) + length));
    if (!tensors) return tl::unexpected(std::move(tensors.error()));
    file.m_tensors = std::move(*tensors);
    return file;
}

Result<SourceTensors> SourceTensors::open(const std::filesystem::path& folder) {
    SourceTensors all;
    std::error_code ignored;
    if (std::filesystem::exists(folder / "model.safetensors", ignored)) {
        if (auto done = all.add(folder / "model.safetensors"); !done) return tl::unexpected(std::move(done.error()));
        return all;
    }
    const auto index = readJsonObject(folder / "model.safetensors.index.json");
    if (!index) return tl::unexpected(index.error());
    if (index->is_null()) return noWeights(folder);
    const auto files = filesOfIndex(*index);
    if (!files) return tl::unexpected(files.error());
    for (const std::string& name : *files)
        if (auto done = all.add(folder / name); !done) return tl::unexpected(std::move(done.error()));
    for (const auto& [tensor, file] : index->at("weight_map").items())
        if (!all.find(tensor))
            return fail(ErrorCode::Corrupt, fmt::format("the tensor \"{}\" is in the index, but not in {}",
                                                        printable(tensor), printable(file.get<std::string>())));
    return all;
}

Result<void> SourceTensors::add(const std::filesystem::path& path) {
    auto file = SafetensorsFile::open(path);
    const std::string name = printable(path.filename().string());
    if (!file) return fail(file.error().code, fmt::format("{}: {}", name, file.error().message));
    for (const SourceTensor& tensor : file->tensors()) {
        if (!m_byName.emplace(tensor.name, &tensor).second)
            return fail(ErrorCode::Corrupt,
                        fmt::format("the tensor \"{}\" is in {} and in another file", printable(tensor.name), name));
        m_tensors.push_back(&tensor);
    }
    m_files.push_back(std::move(*file));  // moves the vector of tensors, not the tensors
    return {};
}

const SourceTensor* SourceTensors::find(std::string_view name) const {
    const auto it = m_byName.find(name);
    return it == m_byName.end() ? nullptr : it->second;
}

bool SourceTensors::damaged() const {
    return std::ranges::any_of(m_files, [](const SafetensorsFile& file) { return file.file().damaged(); });
}

}  // namespace monochord
