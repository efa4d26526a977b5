#include "monochord/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/printable.h"
#include "model/parts.h"
#include "monochord/system.h"

namespace monochord {

namespace {

constexpr uint64_t kLoaderBudget = uint64_t{256} << 20;  // bytes of norms and biases that are not F32 in the file
constexpr size_t kReadStep = size_t{1} << 20;    // bytes between two looks at the stop token: 2 ms of a common SSD
constexpr size_t kAnnounced = size_t{16} << 20;  // bytes that the system may read before they are touched

Result<const Architecture*> architectureOf(const GgufFile& file) {
    const auto name = file.get<std::string_view>("general.architecture");
    if (!name) return tl::unexpected(name.error());
    if (!*name) return fail(ErrorCode::Corrupt, "the key general.architecture is missing");
    if (const Architecture* architecture = findArchitecture(**name)) return architecture;
    return fail(ErrorCode::Unsupported, fmt::format("the architecture \"{}\" is not supported", printable(**name)));
}

Result<void> prepareRopes(Model::Parts& parts) {
    const Weights& w = parts.weights;
    const std::pair<const char*, Vector> tensors[] = {{"rope_freqs", w.ropeFreqs},
                                                      {"rope_factors_short", w.ropeFactorsShort},
                                                      {"rope_factors_long", w.ropeFactorsLong}};
    for (const auto& [name, factors] : tensors)
        if (!std::ranges::all_of(factors, [](float x) { return std::isfinite(x) && x >= 0x1p-20f; }))
            return fail(ErrorCode::Corrupt,
                        fmt::format("the tensor {}.weight holds a number that can't divide a frequency", name));
    const RopePairing pairing =
        parts.architecture->rotary == Rotary::Neighbours ? RopePairing::Neighbours : RopePairing::Halves;
    parts.ropes = std::make_unique<Ropes>(
        parts.parameters, pairing, w.ropeFactorsShort.empty() ? w.ropeFreqs : w.ropeFactorsShort, w.ropeFactorsLong);
    return {};
}

Result<void> findWeights(Model::Parts& parts) {
    const TensorInfo* embedding = parts.file->tensor("token_embd.weight");
    if (!embedding) return fail(ErrorCode::NotFound, "the tensor token_embd.weight is missing");
    if (embedding->rows() != parts.tokenizer->size())
        return fail(ErrorCode::Corrupt, fmt::format("the vocabulary has {} tokens, but token_embd.weight {} rows",
                                                    parts.tokenizer->size(), embedding->rows()));
    WeightFinder finder(*parts.file, *parts.loader);
    parts.weights = monochord::findWeights(*parts.architecture, parts.parameters, embedding->rows(), finder);
    if (auto found = finder.finish(); !found) return found;
    return prepareRopes(parts);
}

Result<void> readTemplate(Model::Parts& parts, const std::optional<std::string>& instead) {
    auto source = parts.file->get<std::string_view>("tokenizer.chat_template");
    if (!source) return tl::unexpected(source.error());
    if (instead) source = *instead;
    parts.info.hasChatTemplate = source->has_value();
    parts.chatTemplate = ChatTemplate::compileAnyway(source->value_or(chatMlTemplate()));
    return {};
}

Result<void> describe(Model::Parts& parts, const std::filesystem::path& path) {
    const auto name = parts.file->get<std::string_view>("general.name");
    if (!name) return tl::unexpected(name.error());
    parts.info.architecture = parts.architecture->name;
    parts.info.name = *name ? printable(**name) : path.filename().string();
    parts.info.contextLength = parts.parameters.contextLength;
    parts.info.vocabularySize = static_cast<uint32_t>(parts.tokenizer->size());
    parts.info.blockCount = parts.parameters.blockCount;
    parts.info.fileBytes = parts.file->fileBytes();
    return {};
}

Result<void> goOn(const std::stop_token& stop) {
    if (stop.stop_requested()) return fail(ErrorCode::Cancelled, "opening the model was stopped");
    return {};
}

Result<void> readThrough(const MappedFile& file, const LoadOptions& options) {
    const size_t total = file.bytes().size();
    options.progress(0, total);
    if (total > availableMemory().value_or(total)) {  // its end would push its beginning out
        options.progress(total, total);
        return {};
    }
    for (size_t done = 0; done < total;) {
        if (auto go = goOn(options.stop); !go) return go;
        const size_t end = std::min(total, done + kReadStep);
        file.announce(done, std::min(kAnnounced, total - done));
        file.touch(done, end - done);
        done = end;
        options.progress(done, total);
    }
    return {};
}

/// What is needed to know what the weights are for: everything up to the vocabulary.
Result<void> readHeader(Model::Parts& parts, const std::filesystem::path& path, const std::stop_token& stop) {
    auto file = GgufFile::open(path);
    if (!file) return tl::unexpected(file.error());
    parts.file = std::move(*file);
    if (auto go = goOn(stop); !go) return go;
    parts.loader = std::make_unique<TensorLoader>(*parts.file, kLoaderBudget);
    const auto architecture = architectureOf(*parts.file);
    if (!architecture) return tl::unexpected(architecture.error());
    parts.architecture = *architecture;
    auto parameters = HyperParameters::read(*parts.file, *parts.architecture);
    if (!parameters) return tl::unexpected(parameters.error());
    parts.parameters = std::move(*parameters);
    auto tokenizer = Tokenizer::load(*parts.file);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    parts.tokenizer = std::move(*tokenizer);
    return goOn(stop);
}

}  // namespace

Result<std::shared_ptr<const Model>> Model::open(const std::filesystem::path& path, const LoadOptions& options) {
    auto parts = std::make_unique<Parts>();
    auto ready = goOn(options.stop)
                     .and_then([&] { return readHeader(*parts, path, options.stop); })
                     .and_then([&] { return findWeights(*parts); })
                     .and_then([&] { return readTemplate(*parts, options.chatTemplate); })
                     .and_then([&] { return describe(*parts, path); });
    if (ready && options.progress) ready = readThrough(parts->file->file(), options);
    if (!ready) return tl::unexpected(ready.error());
    if (parts->file->file().damaged())
        return fail(ErrorCode::FileChanged, "the model file shrank or could not be read while it was opened");
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
