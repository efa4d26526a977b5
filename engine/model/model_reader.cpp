#include "model/model_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/printable.h"

namespace monochord {

namespace {

constexpr uint64_t kLoaderBudget = uint64_t{256} << 20;  // bytes of norms and biases that are not F32 in the file

Result<const Architecture*> architectureOf(const GgufFile& file) {
    const auto name = file.get<std::string_view>("general.architecture");
    if (!name) return tl::unexpected(name.error());
    if (!*name) return fail(ErrorCode::Corrupt, "the key general.architecture is missing");
    if (const Architecture* architecture = findArchitecture(**name)) return architecture;
    return fail(ErrorCode::Unsupported, fmt::format("the architecture \"{}\" is not supported", printable(**name)));
}

/// What a token reads and is multiplied with (see ModelInfo).
void countWeights(const GgufFile& file, const HyperParameters& parameters, ModelInfo& info) {
    const std::string_view head = file.tensor("output.weight") ? "output.weight" : "token_embd.weight";
    for (const TensorInfo& tensor : file.tensors()) {
        const bool inLayer = tensor.name.starts_with("blk."), isMatrix = tensor.rows() > 1;
        const bool ofExperts = tensor.name.ends_with("_exps.weight") && parameters.expertCount > 0;
        const auto chosen = [&](uint64_t all) {
            return ofExperts ? all / parameters.expertCount * parameters.expertUsedCount : all;
        };
        if (inLayer || tensor.name == head) info.bytesPerToken += chosen(tensor.bytes);
        if (inLayer && isMatrix) info.layerWeights += chosen(tensor.rows() * tensor.columns());
    }
}

}  // namespace

void ModelReader::read(const std::filesystem::path& path, const LoadOptions& options) {
    read(GgufFile::open(path), path.filename().string(), options);
}

void ModelReader::read(Result<std::unique_ptr<GgufFile>> file, std::string_view name, const LoadOptions& options) {
    const auto step = [&](auto&& readPart) {
        const bool stopped = options.stop.stop_requested();
        if (stopped) m_problems.take(fail(ErrorCode::Cancelled, "opening the model was stopped"));
        if (!stopped && !m_problems.full()) readPart();
    };
    step([&] { takeFile(std::move(file)); });
    if (!m_parts->file) return;
    step([&] { readParameters(); });
    step([&] { readVocabulary(); });
    step([&] { findWeights(); });
    step([&] { prepareRopes(); });
    step([&] { readTemplate(options.chatTemplate); });
    step([&] { describe(name); });
    if (m_parts->file->damaged())
        m_problems.take(fail(ErrorCode::FileChanged, "the model file shrank or could not be read while it was opened"));
}

void ModelReader::takeFile(Result<std::unique_ptr<GgufFile>> file) {
    if (!m_problems.take(std::move(file), m_parts->file)) return;
    m_parts->loader = std::make_unique<TensorLoader>(*m_parts->file, kLoaderBudget);
}

void ModelReader::readParameters() {
    Model::Parts& parts = *m_parts;
    if (!m_problems.take(architectureOf(*parts.file), parts.architecture)) return;
    auto parameters = HyperParameters::read(*parts.file, *parts.architecture, m_problems);
    if (!parameters) return;
    parts.parameters = std::move(*parameters);
    m_hasParameters = true;
}

void ModelReader::readVocabulary() {
    m_problems.take(Tokenizer::load(*m_parts->file), m_parts->tokenizer);
}

void ModelReader::findWeights() {
    Model::Parts& parts = *m_parts;
    if (!m_hasParameters) return;
    const TensorInfo* embedding = parts.file->tensor("token_embd.weight");
    if (embedding && parts.tokenizer && embedding->rows() != parts.tokenizer->size())
        m_problems.take(
            fail(ErrorCode::Corrupt, fmt::format("the vocabulary has {} tokens, but token_embd.weight {} rows",
                                                 parts.tokenizer->size(), embedding->rows())));
    const uint64_t vocabulary = embedding ? embedding->rows() : parts.tokenizer ? parts.tokenizer->size() : 0;
    WeightFinder finder(*parts.file, *parts.loader, m_problems);
    parts.weights = monochord::findWeights(*parts.architecture, parts.parameters, vocabulary, finder);
    finder.refuseOthers();
}

void ModelReader::prepareRopes() {
    if (!m_hasParameters) return;
    const Weights& w = m_parts->weights;
    const std::pair<const char*, Vector> tensors[] = {{"rope_freqs", w.ropeFreqs},
                                                      {"rope_factors_short", w.ropeFactorsShort},
                                                      {"rope_factors_long", w.ropeFactorsLong}};
    const size_t before = m_problems.count();
    for (const auto& [name, factors] : tensors)
        if (!std::ranges::all_of(factors, [](float x) { return std::isfinite(x) && x >= 0x1p-20f; }))
            m_problems.take(
                fail(ErrorCode::Corrupt,
                     fmt::format("the tensor {}.weight holds a number that can't divide a frequency", name)));
    if (m_problems.count() > before) return;
    const RopePairing pairing =
        m_parts->architecture->rotary == Rotary::Neighbours ? RopePairing::Neighbours : RopePairing::Halves;
    m_parts->ropes = std::make_unique<Ropes>(
        m_parts->parameters, pairing, w.ropeFactorsShort.empty() ? w.ropeFreqs : w.ropeFactorsShort, w.ropeFactorsLong);
}

std::optional<Error> ModelReader::templateError() const {
    if (!m_parts->chatTemplate || !m_parts->chatTemplate->error()) return std::nullopt;
    const Error& error = *m_parts->chatTemplate->error();
    return Error{error.code, "the chat template has an error: " + error.message};
}

void ModelReader::readTemplate(const std::optional<std::string>& instead) {
    std::optional<std::string_view> source;
    if (!m_problems.take(m_parts->file->get<std::string_view>("tokenizer.chat_template"), source)) return;
    if (instead) source = *instead;
    m_parts->info.hasChatTemplate = source.has_value();
    m_parts->chatTemplate = ChatTemplate::compileAnyway(source.value_or(chatMlTemplate()));
}

void ModelReader::describe(std::string_view fileName) {
    ModelInfo& info = m_parts->info;
    std::optional<std::string_view> name;
    m_problems.take(m_parts->file->get<std::string_view>("general.name"), name);
    info.architecture = m_parts->parameters.architecture;
    info.name = printable(name.value_or(fileName));
    info.contextLength = m_parts->parameters.contextLength;
    info.vocabularySize = m_parts->tokenizer ? static_cast<uint32_t>(m_parts->tokenizer->size()) : 0;
    info.blockCount = m_parts->parameters.blockCount;
    info.fileBytes = m_parts->file->fileBytes();
    countWeights(*m_parts->file, m_parts->parameters, info);
}

}  // namespace monochord
