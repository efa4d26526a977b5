#include "monochord/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "base/checked.h"
#include "base/printable.h"
#include "gguf/gguf_file.h"

namespace monochord {

namespace {

constexpr size_t kLongestText = 1 << 20;  // bytes of a metadata text that are kept

template <class Stored, class Value>
MetadataItem::Value numberIn(std::span<const std::byte> raw) {
    Stored number{};
    std::memcpy(&number, raw.data(), sizeof(number));
    return static_cast<Value>(number);
}

MetadataItem::Value valueOf(const MetadataEntry& entry) {
    switch (entry.type) {
        case MetadataType::U8:
            return numberIn<uint8_t, uint64_t>(entry.raw);
        case MetadataType::I8:
            return numberIn<int8_t, int64_t>(entry.raw);
        case MetadataType::U16:
            return numberIn<uint16_t, uint64_t>(entry.raw);
        case MetadataType::I16:
            return numberIn<int16_t, int64_t>(entry.raw);
        case MetadataType::U32:
            return numberIn<uint32_t, uint64_t>(entry.raw);
        case MetadataType::I32:
            return numberIn<int32_t, int64_t>(entry.raw);
        case MetadataType::U64:
            return numberIn<uint64_t, uint64_t>(entry.raw);
        case MetadataType::I64:
            return numberIn<int64_t, int64_t>(entry.raw);
        case MetadataType::F32:
            return numberIn<float, float>(entry.raw);
        case MetadataType::F64:
            return numberIn<double, double>(entry.raw);
        case MetadataType::Bool:
            return numberIn<uint8_t, uint64_t>(entry.raw) != MetadataItem::Value(uint64_t{0});
        default: {  // String; an Array has no plain value
            const auto text = entry.raw.subspan(sizeof(uint64_t));
            return std::string(reinterpret_cast<const char*>(text.data()), std::min(text.size(), kLongestText));
        }
    }
}

MetadataItem itemOf(const MetadataEntry& entry) {
    MetadataItem item;
    item.key = entry.key;
    item.type = metadataTypeName(entry.elementType);
    item.count = entry.count;
    if (entry.type != MetadataType::Array) item.value = valueOf(entry);
    return item;
}

/// The text of a key; empty where it is missing or something else.
std::string textOf(const GgufFile& file, std::string_view key) {
    const auto text = file.get<std::string_view>(key);
    return std::string(text && *text ? (*text)->substr(0, kLongestText) : std::string_view());
}

std::optional<uint64_t> numberOf(const GgufFile& file, const std::string& key) {
    const auto number = file.get<uint64_t>(key);
    return number ? *number : std::nullopt;
}

/// A hyper-parameter that is one number for all layers or a list of one for each.
struct PerLayer {
    uint64_t first = 0;
    Checked sum = 0u;
};
std::optional<PerLayer> perLayer(const GgufFile& file, const std::string& key, uint64_t layers) {
    const auto list = file.getArray<uint32_t>(key);
    if (list && *list && !(*list)->empty() && (*list)->size() == layers) {
        PerLayer numbers{(*list)->front()};
        for (const uint32_t number : **list) numbers.sum = numbers.sum + number;
        return numbers;
    }
    const auto number = numberOf(file, key);
    return number ? std::optional(PerLayer{*number, Checked(*number) * layers}) : std::nullopt;
}

void sumTensors(const GgufFile& file, ModelSummary& summary) {
    std::map<TensorType, TensorTypeShare> shares;
    for (const TensorInfo& tensor : file.tensors()) {
        TensorTypeShare& share = shares[tensor.type];
        const uint64_t values = tensor.columns() * tensor.rows();
        share.type = tensorTypeInfo(tensor.type).name;
        share.tensors++;
        share.parameters += values;  // no overflow: a type packs at most 16 values a byte, and the file has the bytes
        share.bytes += tensor.bytes;
        summary.parameters += values;
    }
    summary.tensorCount = file.tensors().size();
    for (const auto& [type, share] : shares) summary.tensorTypes.push_back(share);
    std::ranges::stable_sort(summary.tensorTypes, std::ranges::greater(), &TensorTypeShare::bytes);
}

/// Bytes of a key or value of this length.
Checked kvBytes(KvType type, uint64_t length) {
    const bool scaled = type == KvType::Q8_0 || type == KvType::Q4_0;
    if (scaled && length % 32 == 0) return Checked(length / 32) * Checked(type == KvType::Q8_0 ? 34u : 18u);
    return Checked(length) * Checked(type == KvType::F32 ? 4u : 2u);
}

/// Bytes of the keys and values of one position, or nothing and the reason.
std::optional<uint64_t> kvBytesAPosition(const GgufFile& file, const ModelSummary& summary,
                                         const InspectSettings& settings, std::string& unknown) {
    const auto key = [&](const char* name) { return summary.architecture + "." + name; };
    const auto missing = [&](const char* name) {
        unknown = fmt::format("the file has no usable {}", displayText(key(name)));
        return std::nullopt;
    };
    const auto layers = numberOf(file, key("block_count"));
    if (!layers) return missing("block_count");
    const auto heads = perLayer(file, key("attention.head_count"), *layers);
    auto kvHeads = perLayer(file, key("attention.head_count_kv"), *layers);
    if (!kvHeads) kvHeads = heads;
    if (!kvHeads) return missing("attention.head_count");
    auto keyLength = numberOf(file, key("attention.key_length"));
    auto valueLength = numberOf(file, key("attention.value_length"));
    if (!keyLength || !valueLength) {
        const auto width = numberOf(file, key("embedding_length"));
        if (!width) return missing("embedding_length");
        const auto headLength = heads ? (Checked(*width) / heads->first).value() : std::nullopt;
        if (!headLength) return missing("attention.head_count");
        keyLength = keyLength.value_or(*headLength);
        valueLength = valueLength.value_or(*headLength);
    }
    const KvType values = settings.kvValues.value_or(settings.kv);
    const Checked bytes = (kvBytes(settings.kv, *keyLength) + kvBytes(values, *valueLength)) * kvHeads->sum;
    if (!bytes.valid()) unknown = "the hyper-parameters multiply to an absurd size";
    return bytes.value();
}

MemoryEstimate estimateMemory(const GgufFile& file, const ModelSummary& summary, const InspectSettings& settings) {
    MemoryEstimate memory;
    memory.fileBytes = summary.fileBytes;
    const uint64_t trained = summary.contextLength.value_or(0);
    memory.context = settings.context.value_or(std::min(trained, settings.longestContext.value_or(trained)));
    if (memory.context == 0) {
        memory.unknown = "the file does not say its context length";
        return memory;
    }
    const auto bytes = kvBytesAPosition(file, summary, settings, memory.unknown);
    if (!bytes) return memory;
    memory.kvCacheBytes = (Checked(*bytes) * memory.context).value();
    if (memory.kvCacheBytes) memory.totalBytes = (Checked(*memory.kvCacheBytes) + summary.fileBytes).value();
    if (!memory.totalBytes) memory.unknown = "the context length makes it an absurd size";
    return memory;
}

}  // namespace

std::optional<std::string_view> ModelSummary::hyperParameter(const MetadataItem& item) const {
    const std::string_view key = item.key;
    const size_t prefix = architecture.size();
    const bool own = prefix > 0 && item.value && key.starts_with(architecture) && key.substr(prefix).starts_with('.');
    return own ? std::optional(key.substr(prefix + 1)) : std::nullopt;
}

Result<ModelSummary> inspectModel(const std::filesystem::path& path, const InspectSettings& settings) {
    const auto opened = GgufFile::open(path);
    if (!opened) return tl::unexpected(opened.error());
    const GgufFile& file = **opened;
    ModelSummary summary;
    summary.version = file.version();
    summary.fileBytes = file.fileBytes();
    summary.architecture = textOf(file, "general.architecture");
    summary.name = textOf(file, "general.name");
    summary.contextLength = numberOf(file, summary.architecture + ".context_length");
    sumTensors(file, summary);
    summary.memory = estimateMemory(file, summary, settings);
    summary.metadata.reserve(file.metadata().size());
    for (const MetadataEntry& entry : file.metadata()) summary.metadata.push_back(itemOf(entry));
    if (file.damaged()) return fail(ErrorCode::FileChanged, "the file shrank or failed while it was read");
    return summary;
}

std::string displayText(std::string_view bytes, size_t maximumBytes) {
    return printable(bytes, maximumBytes);
}

std::string displayText(const MetadataItem& item, size_t maximumBytes) {
    if (!item.value) return fmt::format("list of {} × {}", item.count, item.type);
    return std::visit(
        [&](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
                return printable(value, maximumBytes);
            else
                return fmt::format("{}", value);
        },
        *item.value);
}

}  // namespace monochord
