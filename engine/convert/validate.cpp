#include "monochord/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/printable.h"
#include "model/model_reader.h"
#include "quant/dequantize.h"

namespace monochord {

namespace {

constexpr size_t kMostProblems = 1000;
constexpr size_t kChunk = 4096;  // values that are looked at together: a multiple of every type's block

/// What is not finite in a tensor.
struct NotFinite {
    uint64_t count = 0;
    uint64_t first = 0;  // index of a value
    bool firstIsNan = false;

    void look(std::span<const float> values, uint64_t at) {
        for (size_t i = 0; i < values.size(); i++) {
            if (std::isfinite(values[i])) continue;
            if (count++ > 0) continue;
            first = at + i;
            firstIsNan = std::isnan(values[i]);
        }
    }
};

std::string sentence(const TensorInfo& tensor, const NotFinite& found) {
    const std::string place = fmt::format("the tensor {} ({}) holds {} in row {}, column {}", printable(tensor.name),
                                          tensorTypeInfo(tensor.type).name, found.firstIsNan ? "NaN" : "infinity",
                                          found.first / tensor.columns(), found.first % tensor.columns());
    return found.count == 1 ? place
                            : fmt::format("{}; {} of its {} values are not finite", place, found.count,
                                          tensor.columns() * tensor.rows());
}

/// A tensor's blocks lie one after the other whatever its rows are, so chunks need not end with a row.
Result<NotFinite> scan(const GgufFile& file, const TensorInfo& tensor, const std::stop_token& stop) {
    const TensorTypeInfo& type = tensorTypeInfo(tensor.type);
    const uint64_t all = tensor.columns() * tensor.rows();
    std::vector<float> values(std::min<uint64_t>(all, kChunk));
    NotFinite found;
    for (uint64_t at = 0; at < all; at += kChunk) {
        if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "checking the model was stopped");
        const uint64_t count = std::min<uint64_t>(all - at, kChunk);
        const auto bytes = file.bytes(tensor).subspan(at / type.blockSize * type.bytesPerBlock,
                                                      count / type.blockSize * type.bytesPerBlock);
        if (auto done = dequantizeRow(tensor.type, bytes, std::span(values).first(count)); !done)
            return tl::unexpected(done.error());
        found.look(std::span<const float>(values).first(count), at);
    }
    return found;
}

Result<void> scanWeights(const GgufFile& file, const ValidateOptions& options, Problems& problems) {
    uint64_t done = 0, total = 0;
    for (const TensorInfo& tensor : file.tensors()) total += tensor.bytes;
    if (options.progress) options.progress(done, total);
    for (const TensorInfo& tensor : file.tensors()) {
        if (!canDequantize(tensor.type)) continue;  // a problem already, where the model uses it
        const auto found = scan(file, tensor, options.stop);
        if (!found) return tl::unexpected(found.error());
        if (found->count > 0) problems.add({ErrorCode::NotFinite, sentence(tensor, *found)});
        done += tensor.bytes;
        if (options.progress) options.progress(done, total);
    }
    if (file.damaged())
        problems.add({ErrorCode::FileChanged, "the file shrank or could not be read while its weights were checked"});
    return {};
}

bool saysNothingAboutTheFile(ErrorCode code) {
    return code == ErrorCode::NotFound || code == ErrorCode::NotReadable || code == ErrorCode::OutOfMemory;
}

}  // namespace

Result<std::vector<Error>> validateModel(const std::filesystem::path& path, const ValidateOptions& options) {
    Problems problems(kMostProblems);
    ModelReader reader(problems);
    reader.read(path, {.stop = options.stop});
    if (options.stop.stop_requested()) return fail(ErrorCode::Cancelled, "checking the model was stopped");
    if (!reader.file() && saysNothingAboutTheFile(problems.list().front().code))
        return tl::unexpected(problems.list().front());
    if (reader.tokenizer())
        if (auto flaw = reader.tokenizer()->flaw()) problems.add(std::move(*flaw));
    if (const auto error = reader.templateError()) problems.add(*error);
    if (reader.file() && options.deep)
        if (auto done = scanWeights(*reader.file(), options, problems); !done) return tl::unexpected(done.error());
    return problems.list();
}

}  // namespace monochord
