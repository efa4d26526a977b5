#include "monochord/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <memory>

#include "command.h"
#include "json_lines.h"
#include "options.h"

namespace monochord::cli {

namespace {

struct Options {
    std::string file;
    KvType kv = KvType::F16;
    uint64_t context = 0;  // 0: what the model was trained for
    bool json = false;
};

using Out = std::back_insert_iterator<std::string>;

std::string bytesText(uint64_t bytes) {
    const auto value = static_cast<double>(bytes);
    if (bytes < 1000) return fmt::format("{} bytes", bytes);
    if (bytes < 1000'000) return fmt::format("{:.1f} kB", value / 1e3);
    if (bytes < 1000'000'000) return fmt::format("{:.1f} MB", value / 1e6);
    return fmt::format("{:.2f} GB", value / 1e9);
}

std::string countText(uint64_t count) {
    const auto value = static_cast<double>(count);
    if (count < 100'000) return fmt::format("{}", count);
    if (count < 1000'000'000) return fmt::format("{:.1f} million", value / 1e6);
    return fmt::format("{:.2f} billion", value / 1e9);
}

std::string memoryText(const MemoryEstimate& memory, KvType kv) {
    if (!memory.totalBytes) return fmt::format("unknown: {}", memory.unknown);
    return fmt::format("about {} at {} tokens of context ({} file, {} KV cache in {})", bytesText(*memory.totalBytes),
                       memory.context, bytesText(memory.fileBytes), bytesText(*memory.kvCacheBytes), kvTypeName(kv));
}

void writeHead(Out out, const ModelSummary& model, KvType kv) {
    const auto line = [&](const char* label, const std::string& value) {
        fmt::format_to(out, "{:<14}{}\n", label, value);
    };
    line("Name", model.name.empty() ? "(none)" : displayText(model.name));
    line("Architecture", model.architecture.empty() ? "(none)" : displayText(model.architecture));
    line("Parameters", fmt::format("{} in {} tensors", countText(model.parameters), model.tensorCount));
    line("File", fmt::format("{}, GGUF version {}", bytesText(model.fileBytes), model.version));
    line("Context", model.contextLength ? fmt::format("trained for {} tokens", *model.contextLength) : "unknown");
    line("Memory", memoryText(model.memory, kv));
}

/// The items for which `name` gives a name, in two columns.
template <class Name>
void writeItems(Out out, const char* title, const ModelSummary& model, const Name& name) {
    constexpr size_t kWidest = 48;  // a longer name pushes its value to the right
    size_t width = 0;
    for (const MetadataItem& item : model.metadata)
        if (const auto text = name(item); text.size() <= kWidest) width = std::max(width, text.size());
    if (width == 0) return;
    fmt::format_to(out, "\n{}\n", title);
    for (const MetadataItem& item : model.metadata)
        if (const auto text = name(item); !text.empty())
            fmt::format_to(out, "  {:<{}}  {}\n", text, width, displayText(item));
}

std::string toPage(const ModelSummary& model, KvType kv) {
    std::string page;
    const Out out = std::back_inserter(page);
    writeHead(out, model, kv);
    if (!model.tensorTypes.empty()) fmt::format_to(out, "\nTensors\n");
    for (const TensorTypeShare& share : model.tensorTypes)
        fmt::format_to(out, "  {:<8}{:>6} {:<7} {:>16} values {:>12}\n", share.type, share.tensors,
                       share.tensors == 1 ? "tensor" : "tensors", countText(share.parameters), bytesText(share.bytes));
    writeItems(out, "Hyper-parameters", model, [&](const MetadataItem& item) {
        const auto name = model.hyperParameter(item);
        return name ? displayText(*name) : std::string();
    });
    writeItems(out, "Metadata", model, [&](const MetadataItem& item) {
        return model.hyperParameter(item) ? std::string() : displayText(item.key);
    });
    return page;
}

/// The shortest digits that read back to the same number; null for NaN and infinity.
template <class Number>
std::string numberText(Number value) {
    return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string valueText(const MetadataItem& item) {
    if (!item.value) return toText(Json{{"type", item.type}, {"count", item.count}});
    return std::visit(
        [](const auto& value) -> std::string {
            if constexpr (std::is_floating_point_v<std::decay_t<decltype(value)>>)
                return numberText(value);
            else
                return toText(Json(value));
        },
        *item.value);
}

/// A JSON object of the items for which `name` gives a name. Written as text: the library would look for each key among
/// all before it, and a hostile file has many.
template <class Name>
std::string itemsToJson(const ModelSummary& model, const Name& name) {
    std::string text = "{";
    for (const MetadataItem& item : model.metadata) {
        const auto key = name(item);
        if (!key) continue;
        if (text.size() > 1) text += ',';
        text += toText(Json(*key)) + ':' + valueText(item);
    }
    return text + '}';
}

template <class T>
Json orNull(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

std::string toJson(const ModelSummary& model, KvType kv) {
    Json tensors = Json::object();
    for (const TensorTypeShare& share : model.tensorTypes)
        tensors[std::string(share.type)] = {
            {"count", share.tensors}, {"parameters", share.parameters}, {"bytes", share.bytes}};
    Json memory = {{"context", model.memory.context},
                   {"kv_type", std::string(kvTypeName(kv))},
                   {"file_bytes", model.memory.fileBytes},
                   {"kv_cache_bytes", orNull(model.memory.kvCacheBytes)},
                   {"total_bytes", orNull(model.memory.totalBytes)}};
    if (!model.memory.unknown.empty()) memory["unknown"] = model.memory.unknown;
    const Json head = {{"architecture", model.architecture.empty() ? Json() : Json(model.architecture)},
                       {"name", model.name.empty() ? Json() : Json(model.name)},
                       {"version", model.version},
                       {"file_bytes", model.fileBytes},
                       {"parameters", model.parameters},
                       {"context_length", orNull(model.contextLength)},
                       {"memory", memory},
                       {"tensor_count", model.tensorCount},
                       {"tensors", tensors}};
    std::string text = toText(head);
    text.pop_back();
    text += ",\"hyper_parameters\":";
    text += itemsToJson(model, [&](const MetadataItem& item) { return model.hyperParameter(item); });
    text += ",\"metadata\":";
    text += itemsToJson(model, [](const MetadataItem& item) { return std::optional<std::string_view>(item.key); });
    return text + "}\n";
}

Result<void> inspect(const Options& options) {
    InspectSettings settings;
    if (options.context > 0) settings.context = options.context;
    settings.kv = options.kv;
    const auto model = inspectModel(options.file, settings);
    if (!model) return fail(model.error().code, displayText(options.file) + ": " + model.error().message);
    const std::string text = options.json ? toJson(*model, options.kv) : toPage(*model, options.kv);
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        return fail(ErrorCode::NotReadable, "standard output can't be written");
    return {};
}

}  // namespace

void addInspect(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("inspect", "What the header of a model file says");
    const auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "Model file (GGUF)")->required();
    command->add_flag("--json", options->json, "One JSON object instead of a page");
    command->add_option("-c,--context", options->context, "Tokens of context to estimate the memory for");
    command->add_option("--kv", options->kv, "Type of the KV cache: f32, f16, q8_0 or q4_0")->transform(kvTypes());
    command->callback([&run, options] { run = [options] { return inspect(*options); }; });
}

}  // namespace monochord::cli
