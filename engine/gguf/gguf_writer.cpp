#include "gguf/gguf_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "base/checked.h"
#include "base/printable.h"
#include "gguf/split_name.h"

namespace monochord {

namespace {

constexpr uint64_t kDefaultAlignment = 32;
constexpr uint64_t kLargestAlignment = 1 << 20;  // padding stays small

template <class T>
void append(std::string& bytes, T number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(T));
}

void appendText(std::string& bytes, std::string_view text) {
    append(bytes, uint64_t{text.size()});
    bytes += text;
}

Result<uint64_t> bytesOf(const TensorPlan& tensor) {
    const TensorTypeInfo& type = tensorTypeInfo(tensor.type);
    Checked rows(1u);
    for (size_t i = 1; i < tensor.shape.size(); i++) rows = rows * tensor.shape[i];
    const bool good = !tensor.shape.empty() && tensor.shape.size() <= 4 && !std::ranges::count(tensor.shape, 0u) &&
                      tensor.shape[0] % type.blockSize == 0;
    const auto bytes =
        good ? (Checked(tensor.shape[0] / type.blockSize) * type.bytesPerBlock * rows).value() : std::nullopt;
    if (!bytes)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the tensor \"{}\" can't be written as {}: its shape is [{}]", printable(tensor.name),
                                type.name, fmt::join(tensor.shape, ", ")));
    return *bytes;
}

/// Bytes of each tensor.
Result<std::vector<uint64_t>> sizesOf(std::span<const TensorPlan> tensors) {
    std::vector<uint64_t> sizes;
    std::unordered_set<std::string_view> names;
    for (const TensorPlan& tensor : tensors) {
        const auto bytes = bytesOf(tensor);
        if (!bytes) return tl::unexpected(bytes.error());
        if (!names.insert(tensor.name).second)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the tensor \"{}\" would be written twice", printable(tensor.name)));
        sizes.push_back(*bytes);
    }
    return sizes;
}

/// How many tensors go into each part: as many as fit, but at least one.
std::vector<size_t> divide(std::span<const uint64_t> sizes, uint64_t splitSize, uint64_t alignment) {
    std::vector<size_t> counts = {0};
    Checked bytes(0u);
    for (const uint64_t size : sizes) {
        const Checked more = (bytes + size).alignedTo(alignment);
        const bool fits = splitSize == 0 || counts.back() == 0 || more.atMost(splitSize);
        if (!fits) counts.push_back(0);
        bytes = fits ? more : Checked(size).alignedTo(alignment);
        counts.back()++;
    }
    return counts;
}

/// The keys of a part: those of the model stand in the first.
GgufMetadata metadataOf(const GgufMetadata& model, size_t part, size_t parts, size_t tensors) {
    GgufMetadata metadata;
    if (part == 0) metadata = model;
    if (parts == 1) return metadata;
    metadata.set("split.no", static_cast<uint16_t>(part));
    metadata.set("split.count", static_cast<uint16_t>(parts));
    metadata.set("split.tensors.count", static_cast<int32_t>(tensors));
    if (part > 0 && model.has("general.alignment"))
        metadata.set("general.alignment", static_cast<uint32_t>(model.alignment()));
    return metadata;
}

/// A file that will be written.
struct Layout {
    std::string header;           // up to the first tensor's data
    std::vector<uint64_t> sizes;  // bytes of each tensor
    uint64_t fileBytes = 0;
};

Result<Layout> layOut(const GgufMetadata& metadata, std::span<const TensorPlan> tensors,
                      std::span<const uint64_t> sizes) {
    const uint64_t alignment = metadata.alignment();
    Layout layout;
    layout.sizes.assign(sizes.begin(), sizes.end());
    layout.header = "GGUF";
    append(layout.header, uint32_t{3});
    append(layout.header, uint64_t{tensors.size()});
    append(layout.header, uint64_t{metadata.count()});
    layout.header += metadata.bytes();
    Checked offset(0u);
    for (size_t i = 0; i < tensors.size(); i++) {
        appendText(layout.header, tensors[i].name);
        append(layout.header, static_cast<uint32_t>(tensors[i].shape.size()));
        for (const uint64_t size : tensors[i].shape) append(layout.header, size);
        append(layout.header, static_cast<uint32_t>(tensors[i].type));
        append(layout.header, offset.value().value_or(0));
        offset = (offset + sizes[i]).alignedTo(alignment);
    }
    if (!tensors.empty()) layout.header.resize((layout.header.size() + alignment - 1) / alignment * alignment);
    const auto fileBytes = (offset + uint64_t{layout.header.size()}).value();
    if (!fileBytes) return fail(ErrorCode::InvalidArgument, "the tensors need more than 2^64 bytes");
    layout.fileBytes = *fileBytes;
    return layout;
}

/// All files: one, but where the tensors are more bytes than `splitSize`.
Result<std::vector<Layout>> layOutParts(const GgufMetadata& metadata, std::span<const TensorPlan> tensors,
                                        uint64_t splitSize) {
    const uint64_t alignment = metadata.alignment();
    if (!std::has_single_bit(alignment) || alignment < 8 || alignment > kLargestAlignment)
        return fail(ErrorCode::InvalidArgument, fmt::format("tensors can't be aligned to {} bytes", alignment));
    const auto sizes = sizesOf(tensors);
    if (!sizes) return tl::unexpected(sizes.error());
    const auto counts = divide(*sizes, splitSize, alignment);
    if (counts.size() > kMostParts)
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("the model would be split into {} parts; up to {} are supported", counts.size(), kMostParts));
    std::vector<Layout> layouts;
    for (size_t part = 0, at = 0; part < counts.size(); at += counts[part++]) {
        auto layout = layOut(metadataOf(metadata, part, counts.size(), tensors.size()),
                             tensors.subspan(at, counts[part]), std::span(*sizes).subspan(at, counts[part]));
        if (!layout) return tl::unexpected(std::move(layout.error()));
        layouts.push_back(std::move(*layout));
    }
    return layouts;
}

std::filesystem::path pathOf(std::filesystem::path path, size_t part, size_t parts) {
    if (parts == 1) return path;
    if (path.extension() == ".gguf") path.replace_extension();
    return partPath(path, static_cast<uint32_t>(part + 1), static_cast<uint32_t>(parts));
}

Result<void> refuseFullDisk(const std::filesystem::path& path, uint64_t needed) {
    std::error_code error;
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const auto space = std::filesystem::space(folder, error);
    if (error || space.available >= needed) return {};  // an error is said by who opens the file
    return fail(ErrorCode::NotReadable,
                fmt::format("the file needs {} bytes, but the disk has room for {} only", needed, space.available));
}

}  // namespace

void GgufMetadata::set(std::string_view key, std::string_view text) {
    std::string value;
    appendText(value, text);
    put(key, MetadataType::String, value);
}

void GgufMetadata::setList(std::string_view key, const std::vector<std::string>& texts) {
    std::string elements;
    for (const std::string& text : texts) appendText(elements, text);
    putList(key, MetadataType::String, texts.size(), elements);
}

void GgufMetadata::copy(const MetadataEntry& entry) {
    const std::string_view raw(reinterpret_cast<const char*>(entry.raw.data()), entry.raw.size());
    if (entry.type == MetadataType::Array)
        putList(entry.key, entry.elementType, entry.count, raw);
    else
        put(entry.key, entry.type, raw);
}

void GgufMetadata::remove(std::string_view key) {
    std::erase_if(m_entries, [&](const Entry& entry) { return entry.key == key; });
}

bool GgufMetadata::has(std::string_view key) const {
    return std::ranges::find(m_entries, key, &Entry::key) != m_entries.end();
}

std::string GgufMetadata::bytes() const {
    std::string bytes;
    for (const Entry& entry : m_entries) {
        appendText(bytes, entry.key);
        bytes += entry.value;
    }
    return bytes;
}

uint64_t GgufMetadata::alignment() const {
    const auto it = std::ranges::find(m_entries, "general.alignment", &Entry::key);
    uint32_t type = 0, alignment = 0;
    if (it == m_entries.end() || it->value.size() != sizeof(type) + sizeof(alignment)) return kDefaultAlignment;
    std::memcpy(&type, it->value.data(), sizeof(type));
    std::memcpy(&alignment, it->value.data() + sizeof(type), sizeof(alignment));
    return type == static_cast<uint32_t>(MetadataType::U32) ? alignment : kDefaultAlignment;
}

void GgufMetadata::put(std::string_view key, MetadataType type, std::string_view value) {
    auto it = std::ranges::find(m_entries, key, &Entry::key);
    if (it == m_entries.end()) it = m_entries.insert(it, {std::string(key), {}});
    it->value.clear();
    append(it->value, static_cast<uint32_t>(type));
    it->value += value;
}

void GgufMetadata::putList(std::string_view key, MetadataType type, uint64_t count, std::string_view elements) {
    std::string value;
    append(value, static_cast<uint32_t>(type));
    append(value, count);
    value += elements;
    put(key, MetadataType::Array, value);
}

GgufWriter::GgufWriter(std::vector<Part> parts, uint64_t alignment, std::stop_token stop)
    : m_parts(std::move(parts)), m_alignment(alignment), m_stop(std::move(stop)) {
    for (const Part& part : m_parts)
        for (const uint64_t size : part.sizes) m_dataBytes += size;
}

Result<GgufWriter> GgufWriter::create(const std::filesystem::path& path, const GgufMetadata& metadata,
                                      const std::vector<TensorPlan>& tensors, std::stop_token stop,
                                      uint64_t splitSize) {
    auto layouts = layOutParts(metadata, tensors, splitSize);
    if (!layouts) return tl::unexpected(std::move(layouts.error()));
    Checked needed(0u);
    for (const Layout& layout : *layouts) needed = needed + layout.fileBytes;
    if (auto room = refuseFullDisk(path, needed.value().value_or(UINT64_MAX)); !room)
        return tl::unexpected(std::move(room.error()));
    std::vector<Part> parts;
    for (Layout& layout : *layouts) {
        const auto name = pathOf(path, parts.size(), layouts->size());
        auto file = FileReplacement::create(name, FileReplacement::Purpose::Keep);
        if (!file) return tl::unexpected(std::move(file.error()));
        if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "writing the file was stopped");
        if (auto done = file->reserve(layout.fileBytes); !done) return tl::unexpected(done.error());
        if (auto done = file->write(std::as_bytes(std::span(layout.header))); !done)
            return tl::unexpected(done.error());
        parts.push_back({std::move(*file), name, std::move(layout.sizes)});
    }
    return GgufWriter(std::move(parts), metadata.alignment(), std::move(stop));
}

Result<void> GgufWriter::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        if (m_stop.stop_requested()) return fail(ErrorCode::Cancelled, "writing the file was stopped");
        if (m_part < m_parts.size() && m_tensor == m_parts[m_part].sizes.size()) {
            m_part++;
            m_tensor = 0;
        }
        if (m_part == m_parts.size())
            return fail(ErrorCode::InvalidArgument, "there is more tensor data than was planned");
        Part& part = m_parts[m_part];
        const auto piece = bytes.first(std::min(bytes.size(), part.sizes[m_tensor] - m_written));
        if (auto done = part.file.write(piece); !done) return done;
        bytes = bytes.subspan(piece.size());
        m_written += piece.size();
        if (m_written < part.sizes[m_tensor]) continue;
        const std::vector<std::byte> padding((m_alignment - m_written % m_alignment) % m_alignment);
        if (auto done = part.file.write(padding); !done) return done;
        m_tensor++;
        m_written = 0;
    }
    return {};
}

Result<void> GgufWriter::commit() {
    if (m_stop.stop_requested()) return fail(ErrorCode::Cancelled, "writing the file was stopped");
    if (m_part + 1 < m_parts.size() || (m_part < m_parts.size() && m_tensor < m_parts[m_part].sizes.size()))
        return fail(ErrorCode::InvalidArgument, "the data of some tensors is missing");
    for (Part& part : m_parts)
        if (auto done = part.file.finish(); !done) return done;
    for (size_t i = 0; i < m_parts.size(); i++) {
        const auto done = m_parts[i].file.commit();
        if (done) continue;
        std::error_code ignored;
        for (size_t k = 0; k < i; k++) std::filesystem::remove(m_parts[k].path, ignored);
        return done;
    }
    return {};
}

std::vector<std::filesystem::path> GgufWriter::paths() const {
    std::vector<std::filesystem::path> paths;
    for (const Part& part : m_parts) paths.push_back(part.path);
    return paths;
}

std::vector<std::filesystem::path> GgufWriter::temporaryPaths() const {
    std::vector<std::filesystem::path> paths;
    for (const Part& part : m_parts) paths.push_back(part.file.temporaryPath());
    return paths;
}

}  // namespace monochord
