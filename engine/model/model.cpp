#include "monochord/model.h"

#include <algorithm>

#include "base/digest.h"
#include "model/model_reader.h"
#include "model/parts.h"

namespace monochord {

namespace {

Result<void> awaitWeights(const GgufFile& file, const ReadAhead& reading, const LoadOptions& options) {
    uint64_t told = 0;
    options.progress(told, reading.total());
    while (told < reading.total() && !options.enough.stop_requested()) {
        if (options.stop.stop_requested()) return fail(ErrorCode::Cancelled, "opening the model was stopped");
        reading.waitBeyond(told);
        if (const uint64_t done = reading.done(); done != told) options.progress(told = done, reading.total());
    }
    if (file.damaged())
        return fail(ErrorCode::FileChanged, "the model file shrank or could not be read while it was opened");
    return {};
}

}  // namespace

Result<std::shared_ptr<const Model>> Model::open(const std::filesystem::path& path, const LoadOptions& options) {
    Problems problems(1);
    ModelReader reader(problems);
    reader.read(path, options);
    if (problems.full()) return tl::unexpected(problems.list().front());
    auto parts = reader.takeParts();
    const GgufFile& file = *parts->file;
    parts->reading = std::make_unique<ReadAhead>(file);
    if (options.progress)
        if (auto ready = awaitWeights(file, *parts->reading, options); !ready) return tl::unexpected(ready.error());
    return std::shared_ptr<const Model>(new Model(std::move(parts)));
}

Model::Model(std::unique_ptr<const Parts> parts) : m_parts(std::move(parts)) {}
Model::~Model() = default;

Result<uint64_t> Model::digest(const std::stop_token& stop) const {
    constexpr size_t kPiece = 16 << 20;  // bytes between two looks at `stop`
    const GgufFile& file = *m_parts->file;
    uint64_t number = 0;
    for (const GgufFile::Part& part : file.parts())
        for (auto rest = part.file->bytes(); !rest.empty(); rest = rest.subspan(std::min(kPiece, rest.size()))) {
            if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "stopped");
            number = monochord::digest(rest.first(std::min(kPiece, rest.size())), number);
        }
    if (file.damaged())
        return fail(ErrorCode::FileChanged, "the model file shrank or could not be read while it was in use");
    return number;
}

const ModelInfo& Model::info() const {
    return m_parts->info;
}
const Tokenizer& Model::tokenizer() const {
    return *m_parts->tokenizer;
}
const ChatTemplate& Model::chatTemplate() const {
    return *m_parts->chatTemplate;
}

}  // namespace monochord
