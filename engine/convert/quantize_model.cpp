#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <system_error>

#include "base/printable.h"
#include "base/thread_team.h"
#include "convert/quantize_mixture.h"
#include "gguf/gguf_writer.h"
#include "monochord/quantize.h"
#include "quant/dequantize.h"
#include "quant/quantize.h"

namespace monochord {

namespace {

constexpr size_t kChunk = 1 << 15;        // weights that one thread makes at once: whole blocks of every type
constexpr size_t kChunksAtOnce = 1 << 7;  // that lie in memory before they are written

constexpr uint32_t kQuantizationVersion = 2;  // of the block layouts, as ggml counts them

bool isFloat(TensorType type) {
    return type == TensorType::F32 || type == TensorType::F16 || type == TensorType::BF16;
}

uint64_t bytesFor(TensorType type, uint64_t values) {
    const TensorTypeInfo& info = tensorTypeInfo(type);
    return values / info.blockSize * info.bytesPerBlock;
}

/// A tensor's blocks lie one after the other whatever its rows are, so chunks need not end with a row.
Result<void> makeChunk(TensorType from, std::span<const std::byte> source, TensorType to, std::span<float> values,
                       std::span<std::byte> made) {
    if (auto done = dequantizeRow(from, source, values); !done) return done;
    if (from != to) return quantizeRow(to, values, made);
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
        return fail(ErrorCode::NotFinite, "it holds NaN or infinity");
    std::ranges::copy(source, made.begin());
    return {};
}

class Quantizer {
public:
    Quantizer(const GgufFile& model, GgufWriter& writer, const QuantizeOptions& options)
        : m_model(&model), m_writer(&writer), m_options(&options), m_team(options.threads) {
        for (const TensorInfo& tensor : model.tensors()) m_total += tensor.columns() * tensor.rows();
    }

    uint64_t total() const { return m_total; }

    Result<void> add(const TensorChoice& choice) {
        const TensorInfo& tensor = *choice.tensor;
        if (!canDequantize(tensor.type)) return copy(tensor);
        const uint64_t values = tensor.columns() * tensor.rows();
        for (uint64_t at = 0; at < values; at += kChunk * kChunksAtOnce) {
            const uint64_t count = std::min<uint64_t>(values - at, kChunk * kChunksAtOnce);
            if (auto done = makePart(choice, at, count); !done) return done;
            if (auto done = m_writer->write(std::span(m_made).first(bytesFor(choice.type, count))); !done) return done;
            tell(tensor, count);
        }
        return {};
    }

private:
    Result<void> makePart(const TensorChoice& choice, uint64_t at, uint64_t count) {
        const TensorInfo& tensor = *choice.tensor;
        const uint64_t start = bytesFor(tensor.type, at);
        const auto source = m_model->bytes(tensor).subspan(start, bytesFor(tensor.type, count));
        const size_t chunks = (count + kChunk - 1) / kChunk;
        m_made.resize(std::max(m_made.size(), bytesFor(choice.type, count)));
        std::vector<Result<void>> results(chunks);
        m_team.run(chunks, m_options->stop, [&](size_t chunk) {
            const uint64_t first = chunk * kChunk, some = std::min<uint64_t>(count - first, kChunk);
            std::vector<float> values(some);
            results[chunk] = makeChunk(
                tensor.type, source.subspan(bytesFor(tensor.type, first), bytesFor(tensor.type, some)), choice.type,
                values, std::span(m_made).subspan(bytesFor(choice.type, first), bytesFor(choice.type, some)));
        });
        m_model->release(tensor, start, source.size());
        if (m_options->stop.stop_requested()) return fail(ErrorCode::Cancelled, "quantizing the model was stopped");
        for (const Result<void>& result : results)
            if (!result)
                return fail(result.error().code,
                            fmt::format("the tensor {} can't be written as {}: {}", printable(tensor.name),
                                        tensorTypeInfo(choice.type).name, result.error().message));
        return {};
    }

    Result<void> copy(const TensorInfo& tensor) {
        if (auto done = m_writer->write(m_model->bytes(tensor)); !done) return done;
        tell(tensor, tensor.columns() * tensor.rows());
        return {};
    }

    void tell(const TensorInfo& tensor, uint64_t weights) {
        m_done += weights;
        if (m_options->progress) m_options->progress(m_done, m_total, tensor.name);
    }

    const GgufFile* m_model;
    GgufWriter* m_writer;
    const QuantizeOptions* m_options;
    ThreadTeam m_team;
    std::vector<std::byte> m_made;     // as long as the longest part so far
    uint64_t m_done = 0, m_total = 0;  // weights
};

GgufMetadata metadataOf(const GgufFile& model, const Mixture& mixture) {
    GgufMetadata metadata;
    for (const MetadataEntry& entry : model.metadata())
        if (entry.key != "general.quantization_version" && entry.key != "general.file_type" &&
            !entry.key.starts_with("split."))
            metadata.copy(entry);
    metadata.set("general.quantization_version", kQuantizationVersion);
    metadata.set("general.file_type", mixture.fileType);
    return metadata;
}

void count(std::vector<QuantizeReport::Type>& types, TensorType type) {
    const std::string_view name = tensorTypeInfo(type).name;
    auto found = std::ranges::find(types, name, &QuantizeReport::Type::name);
    if (found == types.end()) found = types.insert(found, {name});
    found->tensors++;
}

Result<QuantizeReport> reportOf(const std::vector<TensorChoice>& choices) {
    QuantizeReport report;
    for (const TensorChoice& choice : choices) {
        const TensorInfo& tensor = *choice.tensor;
        if (choice.type != tensor.type && !canDequantize(tensor.type))
            return fail(ErrorCode::Unsupported, fmt::format("the tensor {} has the type {}, which can't be read",
                                                            printable(tensor.name), tensorTypeInfo(tensor.type).name));
        const uint64_t weights = tensor.columns() * tensor.rows();
        report.weights += weights;
        report.bytesBefore += tensor.bytes;
        report.bytesAfter += bytesFor(choice.type, weights);
        report.otherTypes += choice.otherType;
        count(report.types, choice.type);
        if (choice.type != tensor.type && !isFloat(tensor.type)) count(report.quantizedBefore, tensor.type);
    }
    return report;
}

bool replacesAny(const GgufFile& model, const std::vector<std::filesystem::path>& files) {
    std::error_code ignored;
    for (const GgufFile::Part& part : model.parts())
        for (const auto& file : files)
            if (std::filesystem::equivalent(part.path, file, ignored)) return true;
    return false;
}

}  // namespace

Result<QuantizeReport> quantizeModel(const std::filesystem::path& from, const std::filesystem::path& to,
                                     std::string_view name, const QuantizeOptions& options) {
    const Mixture* mixture = mixtureNamed(name);
    if (!mixture)
        return fail(ErrorCode::InvalidArgument, fmt::format("there is no quantization \"{}\"; there are {}",
                                                            printable(name), fmt::join(quantizations(), ", ")));
    const auto model = GgufFile::open(from);
    if (!model) return tl::unexpected(model.error());
    const auto choices = chooseTypes(**model, *mixture);
    if (!choices) return tl::unexpected(choices.error());
    auto report = reportOf(*choices);
    if (!report) return report;

    std::vector<TensorPlan> plan;
    for (const auto& [tensor, type, other] : *choices)
        plan.push_back(
            {std::string(tensor->name), type, {tensor->shape.begin(), tensor->shape.begin() + tensor->dimensions}});
    auto writer = GgufWriter::create(to, metadataOf(**model, *mixture), plan, options.stop, options.splitSize);
    if (!writer) return tl::unexpected(writer.error());
    report->files = writer->paths();
    if (replacesAny(**model, report->files))
        return fail(ErrorCode::InvalidArgument, "the quantized model can't replace the one that it is made from");
    Quantizer quantizer(**model, *writer, options);
    for (const TensorChoice& choice : *choices)
        if (auto done = quantizer.add(choice); !done) return tl::unexpected(done.error());
    if ((*model)->damaged())
        return fail(ErrorCode::FileChanged, "the file shrank or could not be read while it was quantized");
    if (auto done = writer->commit(); !done) return tl::unexpected(done.error());
    return report;
}

}  // namespace monochord
