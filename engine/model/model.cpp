#include "monochord/model.h"

#include <algorithm>

#include "model/model_reader.h"
#include "model/parts.h"
#include "monochord/system.h"

namespace monochord {

namespace {

constexpr size_t kReadStep = size_t{1} << 20;    // bytes between two looks at the stop token: 2 ms of a common SSD
constexpr size_t kAnnounced = size_t{16} << 20;  // bytes that the system may read before they are touched

Result<void> readThrough(const MappedFile& file, const LoadOptions& options) {
    const size_t total = file.bytes().size();
    options.progress(0, total);
    if (total > availableMemory().value_or(total)) {  // its end would push its beginning out
        options.progress(total, total);
        return {};
    }
    for (size_t done = 0; done < total;) {
        if (options.stop.stop_requested()) return fail(ErrorCode::Cancelled, "opening the model was stopped");
        const size_t end = std::min(total, done + kReadStep);
        file.announce(done, std::min(kAnnounced, total - done));
        file.touch(done, end - done);
        done = end;
        options.progress(done, total);
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
    if (options.progress)
        if (auto ready = readThrough(parts->file->file(), options); !ready) return tl::unexpected(ready.error());
    return std::shared_ptr<const Model>(new Model(std::move(parts)));
}

Model::Model(std::unique_ptr<const Parts> parts) : m_parts(std::move(parts)) {}
Model::~Model() = default;

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
