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

struct Layout {
    std::string header;           // up to the first tensor's data
    std::vector<uint64_t> sizes;  // bytes of each tensor
    uint64_t fileBytes = 0;
};

Result<Layout> layOut(const GgufMetadata& metadata, const std::vector<TensorPlan>& tensors) {
    const uint64_t alignment = metadata.alignment();
    if (!std::has_single_bit(alignment) || alignment < 8 || alignment > kLargestAlignment)
        return fail(ErrorCode::InvalidArgument, fmt::format("tensors can't be aligned to {} bytes", alignment));
    Layout layout;
    layout.header = "GGUF";
    append(layout.header, uint32_t{3});
    append(layout.header, uint64_t{tensors.size()});
    append(layout.header, uint64_t{metadata.count()});
    layout.header += metadata.bytes();
    std::unordered_set<std::string_view> names;
    Checked offset(0u);
    for (const TensorPlan& tensor : tensors) {
        const auto bytes = bytesOf(tensor);
        if (!bytes) return tl::unexpected(bytes.error());
        if (!names.insert(tensor.name).second)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the tensor \"{}\" would be written twice", printable(tensor.name)));
        appendText(layout.header, tensor.name);
        append(layout.header, static_cast<uint32_t>(tensor.shape.size()));
        for (const uint64_t size : tensor.shape) append(layout.header, size);
        append(layout.header, static_cast<uint32_t>(tensor.type));
        append(layout.header, offset.value().value_or(0));
        layout.sizes.push_back(*bytes);
        offset = (offset + *bytes).alignedTo(alignment);
    }
    if (!tensors.empty()) layout.header.resize((layout.header.size() + alignment - 1) / alignment * alignment);
    const auto fileBytes = (offset + uint64_t{layout.header.size()}).value();
    if (!fileBytes) return fail(ErrorCode::InvalidArgument, "the tensors need more than 2^64 bytes");
    layout.fileBytes = *fileBytes;
    return layout;
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

GgufWriter::GgufWriter(FileReplacement file, std::vector<uint64_t> sizes, uint64_t alignment, std::stop_token stop)
    : m_file(std::move(file)), m_sizes(std::move(sizes)), m_alignment(alignment), m_stop(std::move(stop)) {
    for (const uint64_t size : m_sizes) m_dataBytes += size;
}

Result<GgufWriter> GgufWriter::create(const std::filesystem::path& path, const GgufMetadata& metadata,
                                      const std::vector<TensorPlan>& tensors, std::stop_token stop) {
    auto layout = layOut(metadata, tensors);
    if (!layout) return tl::unexpected(std::move(layout.error()));
    if (auto room = refuseFullDisk(path, layout->fileBytes); !room) return tl::unexpected(std::move(room.error()));
    auto file = FileReplacement::create(path, FileReplacement::Purpose::Keep);
    if (!file) return tl::unexpected(std::move(file.error()));
    if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "writing the file was stopped");
    if (auto done = file->reserve(layout->fileBytes); !done) return tl::unexpected(done.error());
    if (auto done = file->write(std::as_bytes(std::span(layout->header))); !done) return tl::unexpected(done.error());
    return GgufWriter(std::move(*file), std::move(layout->sizes), metadata.alignment(), std::move(stop));
}

Result<void> GgufWriter::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        if (m_stop.stop_requested()) return fail(ErrorCode::Cancelled, "writing the file was stopped");
        if (m_tensor == m_sizes.size())
            return fail(ErrorCode::InvalidArgument, "there is more tensor data than was planned");
        const auto piece = bytes.first(std::min(bytes.size(), m_sizes[m_tensor] - m_written));
        if (auto done = m_file.write(piece); !done) return done;
        bytes = bytes.subspan(piece.size());
        m_written += piece.size();
        if (m_written < m_sizes[m_tensor]) continue;
        const std::vector<std::byte> padding((m_alignment - m_written % m_alignment) % m_alignment);
        if (auto done = m_file.write(padding); !done) return done;
        m_tensor++;
        m_written = 0;
    }
    return {};
}

Result<void> GgufWriter::commit() {
    if (m_stop.stop_requested()) return fail(ErrorCode::Cancelled, "writing the file was stopped");
    if (m_tensor < m_sizes.size())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the data of {} tensors is missing", m_sizes.size() - m_tensor));
    return m_file.commit();
}

}  // namespace monochord
